"""Shapes that public files have: tables told twice, ids made anew, rights of use, and pages too much to read twice."""

import re
from collections.abc import Callable

import pytest
from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.attacks import forge
from tests.signing import foreign, inside, others
from tests.signing.letters import judge, left_open, outcome, signed
from tests.signing.others import letter, saved, sign, writer_of_letters

WORDS = b"BT /F1 12 Tf 72 700 Td (A LETTER BY HAND) Tj ET"


def rights() -> generic.DictionaryObject:
    """Grant rights of use, as Adobe's programs did for their reader."""
    pairs = {"/Type": pdf_name("/Sig"), "/Filter": pdf_name("/Adobe.PPKLite"), "/ByteRange": generic.ArrayObject()}
    return generic.DictionaryObject({pdf_name(k): v for k, v in pairs.items()})


def granting(writer: IncrementalPdfFileWriter) -> generic.PdfObject:
    return generic.DictionaryObject({pdf_name("/UR3"): writer.add_object(rights())})


def granting_directly(writer: IncrementalPdfFileWriter) -> generic.PdfObject:
    del writer
    return generic.DictionaryObject({pdf_name("/UR3"): rights()})


def forgotten(writer: IncrementalPdfFileWriter) -> generic.PdfObject:
    """Leave a grant lying about that the catalog no longer names, as programs do that write a file anew."""
    reference = generic.DictionaryObject({pdf_name("/TransformMethod"): pdf_name("/UR3")})
    writer.add_object(generic.DictionaryObject({**rights(), pdf_name("/Reference"): generic.ArrayObject([reference])}))
    return generic.DictionaryObject()


@pytest.mark.parametrize("grant", [granting, granting_directly, forgotten])
def test_rights_of_use_are_nobodys_signature(grant: Callable[[IncrementalPdfFileWriter], generic.PdfObject]) -> None:
    only = judge(saved(letter(), others.in_catalog("/Perms", grant)))
    assert (only.verdict, only.failed) == ("review", ())
    assert "没有任何人的签章" in only.sentence
    assert "UR3" in only.checks[2].detail
    assert not any("读不下去" in check.detail for check in only.checks)


def test_rights_of_use_beside_a_signature_are_said() -> None:
    assert "UR3" in left_open(sign(saved(letter(), others.in_catalog("/Perms", granting))))[3]


def test_signature_that_is_listed_as_rights_of_use_too_is_counted_and_said() -> None:
    """A signature that TCPDF makes without certifying is both."""

    def listing(number: int) -> bytes:
        named = generic.DictionaryObject({pdf_name("/UR3"): generic.IndirectObject(number, 0, None)})
        return sign(saved(letter(), others.in_catalog("/Perms", lambda _: named)))

    first = listing(9_999)
    both = listing(int(re.findall(rb"(\d+) 0 obj", first[: first.rindex(b"/SubFilter")])[-1]))
    assert outcome(both, others.house_trust()) == ("review", [])
    assert "又被列为" in left_open(both)[3]
    assert "没有计入" not in left_open(both)[3]


def test_a_signature_that_no_form_names_is_refused_though_rights_of_use_are_there() -> None:
    granted = saved(letter(), others.in_catalog("/Perms", granting))
    dropped = saved(sign(granted), others.in_catalog("/AcroForm", lambda _: generic.DictionaryObject()))
    assert outcome(dropped)[0] == "refused"


def test_table_that_tells_again_where_everything_is_changes_nothing() -> None:
    again = sign(foreign.restated(letter()))
    assert outcome(again, others.house_trust()) == ("accepted", [])
    assert outcome(sign(foreign.restated(again), "Another", at=None), others.house_trust()) == ("accepted", [])


def test_table_that_tells_another_place_for_what_was_signed_is_refused() -> None:
    shadowed = foreign.restated(signed())
    start = shadowed.rindex(b"xref\n0 ")
    first, second = re.findall(rb"\d{10} 00000 n", shadowed[start:])[:2]
    assert outcome(shadowed[:start] + shadowed[start:].replace(first, second, 1), others.house_trust())[0] == "refused"


@pytest.mark.parametrize(
    "pdf",
    [
        foreign.by_hand(WORDS),
        foreign.by_hand(WORDS, behind=b"\n% the page's words\n"),
        foreign.by_hand(WORDS, nowhere=True),
    ],
    ids=["plain", "comment behind a stream", "object that lies nowhere"],
)
def test_file_that_all_programs_read_alike_is_accepted(pdf: bytes) -> None:
    assert outcome(sign(pdf), others.house_trust()) == ("accepted", [])


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(WORDS + b"\n1 BI /W 1 /H 1 /BPC 8 /CS /G ID x EI", id="what pypdf stumbles over"),
        pytest.param(WORDS + b"\n0 0 m 595 842 l S" * 60_000, id="a drawing of many lines"),
        pytest.param(WORDS + b"\nq Q" * 60_000, id="many small steps"),
    ],
)
def test_page_that_one_program_cannot_read_is_for_a_person(content: bytes) -> None:
    pdf = sign(foreign.by_hand(content))
    assert outcome(pdf, others.house_trust()) == ("review", [])
    assert "没有比对成" in left_open(pdf)[6]


def test_page_that_holds_too_much_is_said_to() -> None:
    assert "内容太多" in left_open(sign(foreign.by_hand(WORDS + b"\n0 0 m 595 842 l S" * 60_000)))[6]


def test_fault_of_the_structure_is_told_by_the_check_of_the_structure_alone() -> None:
    verdict = judge(
        sign(foreign.by_hand(WORDS)).replace(b"/Type /Font /Subtype /Type1", b"/Type /Font /Type    /Type1")
    )
    assert [check.no for check in verdict.failed] == [7, 12]
    assert "/Type 出现了两次" in verdict.sentence
    assert "见第 7 项" in verdict.checks[2].detail


def test_another_id_for_other_peoples_file_changes_nothing() -> None:
    renamed = sign(foreign.restated(signed(), identity=b"00"), "Another", at=None)
    assert outcome(renamed, others.house_trust()) == ("accepted", [])


def test_table_that_begins_with_a_blank_line_is_the_table_that_was_meant() -> None:
    signed_so = inside.signed_inside(WORDS, others.writer_of_letters(), gap=b"\n")
    assert outcome(signed_so, others.house_trust()) == ("accepted", [])
    assert outcome(sign(signed_so, "Another", at=None), others.house_trust()) == ("accepted", [])
    assert outcome(signed_so.replace(b"BY HAND", b"BY HEAD"), others.house_trust()) == ("refused", [12])


@pytest.mark.parametrize("gap", [b"\r\n", b" \t\n", b"\n\n\n"])
def test_table_behind_more_blanks_than_other_programs_bear_is_for_a_person(gap: bytes) -> None:
    signed_twice = sign(inside.signed_inside(WORDS, others.writer_of_letters(), gap=gap), "Another", at=None)
    assert outcome(signed_twice, others.house_trust()) == ("review", [])
    assert 6 in left_open(signed_twice)


@pytest.mark.parametrize("gap", [b"%\n", b"\x00", b"9 0 obj\nnull\nendobj\n"])
def test_table_that_lies_farther_than_a_blank_line_is_no_table(gap: bytes) -> None:
    signed_so = inside.signed_inside(WORDS, others.writer_of_letters(), gap=gap)
    assert outcome(signed_so, others.house_trust()) == ("refused", [7])


def inner() -> bytes:
    return inside.signed_inside(WORDS, others.writer_of_letters())


def test_signature_that_stands_inside_its_box_is_as_good_as_any() -> None:
    assert outcome(inner(), others.house_trust()) == ("accepted", [])


def test_signature_inside_its_box_covers_all_but_itself() -> None:
    assert outcome(inner().replace(b"BY HAND", b"BY HEAD"), others.house_trust()) == ("refused", [12])
    assert outcome(inner().replace(b"/Contents <30", b"/Contents<030"), others.house_trust())[0] == "refused"


def test_box_written_anew_around_its_signature_is_refused() -> None:
    assert outcome(inside.written_anew(inner()), others.house_trust())[0] == "refused"


def test_signature_taken_out_of_its_box_is_refused() -> None:
    empty = b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature1) /Rect [0 0 0 0] /F 132 /P 3 0 R >>\n"
    assert 3 in outcome(inside.appended(inner(), {5: empty}), others.house_trust())[1]


def test_form_may_get_the_appearance_that_acrobat_gives_it_and_keeps_its_own() -> None:
    styled = inside.CATALOG.replace(b"/SigFlags", b"/DA (/Helv 0 Tf 0 g ) /SigFlags")
    once = inside.appended(inner(), {1: styled})
    assert outcome(sign(once, "Another"), others.house_trust())[1] == []
    twice = inside.appended(once, {1: styled.replace(b"0 g", b"1 g")})
    assert 10 in outcome(sign(twice, "Another"), others.house_trust())[1]


@pytest.mark.parametrize("at", range(0, 600, 37))
def test_certificate_that_cannot_be_read_is_refused_for_what_it_is(at: int) -> None:
    start, _ = forge.gap(signed())
    here = start + 121 + 2 * at
    verdict = judge(signed()[:here] + b"ff" + signed()[here + 2 :], others.house_trust())
    assert verdict.verdict == "refused"
    assert not any("读取时出错" in check.detail for check in verdict.failed)


def repacked(change: Callable[[cms.ContentInfo], None], pdf: bytes | None = None) -> bytes:
    """Change something in a letter's container."""
    pdf = pdf or signed()
    start, end = forge.gap(pdf)
    container = cms.ContentInfo.load(forge.container(pdf))
    change(container)
    der = container.dump(force=True).hex().encode()
    return forge.contained(pdf, b"<%s>" % der.ljust(end - start - 2, b"0"))


def relisted(container: cms.ContentInfo) -> None:
    container["content"]["digest_algorithms"] = [{"algorithm": "md5"}]


def renumbered(container: cms.ContentInfo) -> None:
    container["content"]["version"] = "v0"


@pytest.mark.parametrize("change", [relisted, renumbered])
def test_shell_of_a_signature_that_does_not_agree_with_it_is_told(change: Callable[[cms.ContentInfo], None]) -> None:
    assert outcome(repacked(change), others.house_trust()) == ("review", [])
    assert "签章容器" in left_open(repacked(change))[12]


def test_bytes_between_the_parts_of_a_container_are_told() -> None:
    pdf = signed()
    start, end = forge.gap(pdf)
    der = forge.container(pdf)
    longer = der[:2] + (len(der) - 4 + 2).to_bytes(2, "big") + der[4:] + bytes(2)
    loose = forge.contained(pdf, b"<%s>" % longer.hex().encode().ljust(end - start - 2, b"0"))
    assert outcome(loose, others.house_trust()) == ("review", [])
    assert "多余的字节" in left_open(loose)[12]


def test_parameters_of_a_signature_that_are_none_are_said_to_be_so() -> None:
    def spoil(container: cms.ContentInfo) -> None:
        container["content"]["signer_infos"][0]["signature_algorithm"] = {"algorithm": "rsassa_pss"}

    by_rsa = sign(letter(), signer=writer_of_letters("rsa"))
    assert "RSA-PSS" in judge(repacked(spoil, by_rsa)).failed[0].detail


def test_sha1_by_the_name_that_windows_gives_it_is_weak_and_no_more() -> None:
    pdf = sign(letter(), hash_name="sha1")
    start, end = forge.gap(pdf)
    container = cms.ContentInfo.load(forge.container(pdf))
    container["content"]["signer_infos"][0]["digest_algorithm"] = {"algorithm": "1.2.840.113549.1.1.5"}
    misnamed = forge.contained(pdf, b"<%s>" % container.dump().hex().encode().ljust(end - start - 2, b"0"))
    assert outcome(misnamed, others.house_trust()) == ("review", [])
    assert "sha1" in left_open(misnamed)[12]
