"""When files that are not ours are believed, what proves less, what covers, what acts, and how they may be written."""

import datetime as dt
import io
import re

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.stamp import StaticStampStyle

from forms_service.signing.revisions import History
from forms_service.signing.verify import verify
from tests.attacks import forge, parts
from tests.signing import foreign, others
from tests.signing.letters import certified, judge, left_open, outcome, signed
from tests.signing.others import FREE, ON_FIELD, ON_TEXT, letter, noted, saved, sign
from tests.tampering import AT, fonts, person, stamps, trust

# When a file that is not ours is believed.


def test_letter_is_accepted_by_a_configured_anchor_and_said_not_to_be_ours() -> None:
    verdict = judge(signed(), others.house_trust())
    assert (verdict.verdict, verdict.document_id) == ("accepted", "")
    assert "不是本系统签发" in verdict.sentence


def test_letter_without_a_configured_anchor_is_for_a_person() -> None:
    assert outcome(signed()) == ("review", [])


def test_one_signer_without_an_anchor_is_enough_for_a_person_to_judge() -> None:
    twice = foreign.signed(signed(), "Another", person("li_wen", "twin"))
    assert outcome(twice, others.house_trust()) == ("review", [])


def test_certificate_for_servers_signs_no_letter() -> None:
    server = others.writer_of_letters("p256", ExtendedKeyUsageOID.SERVER_AUTH)
    assert outcome(sign(letter(), signer=server), others.house_trust()) == ("review", [])


def test_certificate_of_this_system_is_no_proof_on_other_paper() -> None:
    verdict = verify(foreign.signed(foreign.page()), trust(), None, AT + dt.timedelta(days=1), fonts())
    assert verdict.verdict == "review"


def test_older_kind_without_timestamp_or_anchor_is_read() -> None:
    pdf = sign(letter(), subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED)
    assert outcome(pdf, others.house_trust()) == ("accepted", [])


# What is sound and proves less.


@pytest.mark.parametrize("kind", ["k1", "ed448", "rsa1024"])
def test_unlisted_key_is_told_and_not_called_an_alteration(kind: str) -> None:
    hash_name = "shake256" if kind == "ed448" else "sha256"
    pdf = sign(letter(), signer=others.writer_of_letters(kind), hash_name=hash_name)
    assert outcome(pdf, others.house_trust()) == ("review", [])
    assert "不能单凭它采信" in left_open(pdf)[12]


@pytest.mark.parametrize("hash_name", ["md5", "sha1", "sha224"])
def test_weak_hash_is_told_and_an_altered_byte_still_refused(hash_name: str) -> None:
    pdf = sign(letter(), signer=others.writer_of_letters("rsa"), hash_name=hash_name)
    assert outcome(pdf, others.house_trust()) == ("review", [])
    assert outcome(pdf.replace(b"/F 4", b"/F 0", 1))[0] == "refused"


def renamed_algorithm(pdf: bytes, *, forged: bool) -> bytes:
    """Give a signature's algorithm a name that nobody knows, and let it sign nothing at all if it is forged."""
    start, end = forge.gap(pdf)
    container, ecdsa = bytes.fromhex(pdf[start + 1 : end - 1].decode()), bytes.fromhex("06082a8648ce3d040302")
    at = container.rindex(ecdsa) + len(ecdsa)
    signed = container[at + 20 : at + 21]
    signed = bytes([signed[0] ^ 1]) if forged else signed
    spoilt = container[: at - 1] + b"\x7f" + container[at : at + 20] + signed + container[at + 21 :]
    return forge.contained(pdf, b"<%s>" % spoilt.hex().encode())


def test_algorithm_of_an_unknown_name_is_told() -> None:
    assert outcome(renamed_algorithm(sign(letter()), forged=False), others.house_trust()) == ("review", [])


def test_algorithm_of_an_unknown_name_hides_no_forgery() -> None:
    """The name of the algorithm is not under the signature: a forger may write any."""
    assert outcome(renamed_algorithm(sign(letter()), forged=True), others.house_trust()) == ("refused", [12])


def test_unknown_kind_of_signature_is_refused() -> None:
    pdf = sign(letter())
    unknown = pdf.replace(b"/ETSI.CAdES.detached", b"/ACME.Secret.Formula", 1)
    assert outcome(unknown, others.house_trust()) == ("refused", [3])


def test_timestamp_of_a_stranger_proves_no_time_and_refutes_nothing() -> None:
    stamped = foreign.stamped(signed(), stamps())
    assert outcome(stamped, others.house_trust()) == ("review", [])
    assert "不是信任名单里的时间戳机构" in judge(stamped, others.house_trust()).checks[11].detail


def test_value_that_leads_to_itself_is_refused() -> None:
    def loop(writer: IncrementalPdfFileWriter) -> None:
        field = others.field(writer, "note")
        reference = writer.add_object(generic.NullObject())
        writer.objects[(reference.generation, reference.idnum)] = reference
        field[pdf_name("/V")] = reference
        writer.update_container(field)

    assert outcome(sign(saved(letter(), loop)))[0] == "refused"


# What is laid over.


def test_new_box_over_words_is_refused() -> None:
    assert outcome(sign(signed(), "Signature2", at=ON_TEXT))[1] == [10]


def test_new_box_over_a_field_is_refused() -> None:
    assert outcome(sign(signed(), "Signature2", at=ON_FIELD))[1] == [10]


def test_new_box_over_another_signature_is_told() -> None:
    assert "盖住了" in left_open(sign(signed(), "Signature2", at=FREE))[10]


@pytest.mark.parametrize(("drawn", "result"), [(b"1 1 1 rg 0 0 200 20 re f", "review"), (b"n", "accepted")])
def test_signature_that_hides_words_in_a_box_of_the_authors_is_told(drawn: bytes, result: str) -> None:
    def prepared(writer: IncrementalPdfFileWriter) -> None:
        append_signature_field(writer, SigFieldSpec("Last", box=ON_TEXT))

    picture = RawContent(drawn, box=BoxConstraints(200, 20))
    writer = IncrementalPdfFileWriter(io.BytesIO(sign(saved(letter(), prepared))))
    data = PdfSignatureMetadata(field_name="Last", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    style = StaticStampStyle(background=picture, background_opacity=1, border_width=0)
    signer = PdfSigner(data, others.writer_of_letters(), stamp_style=style)
    covered = signer.sign_pdf(writer, existing_fields_only=True).getvalue()
    assert outcome(covered, others.house_trust()) == (result, [])


def test_filling_that_hides_words_below_its_field_is_refused() -> None:
    """What was filled in before may go; what stands on the page itself may not be painted over."""
    fields = {7: b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (note) /Rect [60 690 300 720] /P 3 0 R /F 4 >>"}
    look = b"/Type /XObject /Subtype /Form /BBox [0 0 240 30] /Resources << /Font << /F1 5 0 R >> >>"
    opaque = b"1 1 1 rg 0 0 240 30 re f 0 g /Tx BMC BT /F1 18 Tf 12 10 Td (PAY 900.00) Tj ET EMC"
    pdf = parts.letter(8, fields)
    new = forge.free_number(pdf)
    filled_in = fields[7].replace(b"/F 4", b"/F 4 /V (PAY 900.00) /AP << /N %d 0 R >>" % new)
    tail = forge.revision(pdf, {7: filled_in, new: forge.stream(opaque, look)})
    assert outcome(tail) == ("refused", [10])
    assert "盖住了页面上的字" in judge(tail).failed[0].detail


def test_new_box_on_certified_paper_is_told() -> None:
    twice = sign(certified(MDPPerm.FILL_FORMS), "Signature2", at=(72, 100, 172, 150))
    assert "没有这一栏" in left_open(twice)[10]


@pytest.mark.parametrize(
    ("level", "at", "result"),
    [
        (MDPPerm.ANNOTATE, (72, 300, 272, 320), ("review", [])),
        (MDPPerm.ANNOTATE, ON_TEXT, ("refused", [10])),
        (MDPPerm.ANNOTATE, ON_FIELD, ("refused", [10])),
        (MDPPerm.FILL_FORMS, (72, 300, 272, 320), ("refused", [1, 10])),
    ],
)
def test_note_may_come_where_the_certification_lets_it_and_cover_nothing(
    level: MDPPerm, at: others.Box, result: tuple[str, list[int]]
) -> None:
    assert outcome(saved(certified(level), noted(at)), others.house_trust()) == result


# What acts.


def test_opening_at_a_page_is_no_action() -> None:
    pdf = sign(saved(letter(), others.in_catalog("/OpenAction", others.opened_at_a_page)))
    assert outcome(pdf, others.house_trust()) == ("accepted", [])


def test_script_that_the_signers_saw_is_refused_too() -> None:
    pdf = sign(saved(letter(), others.in_catalog("/OpenAction", others.a_script)))
    assert outcome(pdf, others.house_trust()) == ("refused", [5])


def test_script_that_came_later_is_refused() -> None:
    altered = saved(signed(), others.in_catalog("/OpenAction", others.a_script))
    assert 5 in outcome(sign(altered, "Signature2", at=(72, 100, 172, 150)))[1]


# Ways of writing.


def test_remark_before_startxref_is_borne() -> None:
    remarked = re.sub(rb"\nstartxref", b"\n% made by a program\nstartxref", letter())
    assert outcome(sign(remarked), others.house_trust()) == ("accepted", [])


def test_byte_after_the_end_is_refused() -> None:
    assert outcome(signed() + b"\n", others.house_trust()) == ("refused", [1])


def test_letter_of_the_container_in_its_other_case_is_refused() -> None:
    start = signed().index(b"/Contents <3") + 11
    at = next(n for n in range(start, start + 500) if signed()[n : n + 1].isalpha())
    other_case = signed()[:at] + signed()[at : at + 1].swapcase() + signed()[at + 1 :]
    assert outcome(other_case, others.house_trust()) == ("refused", [2])


def test_empty_place_that_the_signed_part_names_may_not_be_filled() -> None:
    """The signed catalog refers to an object that is not there; a later save makes it."""

    def kept(number: int) -> bytes:
        named = others.in_catalog("/Later", lambda writer: generic.IndirectObject(number, 0, writer))
        return sign(sign(saved(letter(), named)), "Signature2", at=None)

    *_, before, after = History(kept(999)).revisions
    free = min(after.numbers - before.known.keys())
    assert outcome(kept(999))[1] == []
    assert outcome(kept(free))[1] == [10]
