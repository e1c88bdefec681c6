"""What may come after a signature on a file that is not ours, and how a field may be drawn then."""

import datetime as dt
import io

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    append_signature_field,
)

from forms_service.signing.trust import TrustList, load_trust
from tests.attacks import forge
from tests.signing import foreign, others
from tests.signing.letters import LATER, certified, judge, left_open, outcome, signed
from tests.signing.others import FREE, filled, letter, saved, sign
from tests.tampering import OURS, Spoil, authority, field, person, stamps

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


# What may come after a signature.


def test_filling_a_blank_field_and_signing_is_fine() -> None:
    twice = sign(saved(signed(), filled("note", "received")), "Signature2", at=(72, 100, 172, 150))
    assert outcome(twice, others.house_trust()) == ("accepted", [])


def test_blank_field_filled_after_the_last_signature_is_told() -> None:
    tail = saved(signed(), filled("note", "received"))
    assert outcome(tail, others.house_trust()) == ("review", [])
    assert "note" in left_open(tail)[1]


def test_content_changed_after_the_last_signature_is_an_alteration() -> None:
    assert outcome(saved(signed(), filled("amount", "999.00"))) == ("refused", [1])


def stamped_by_a_trusted_authority(pdf: bytes) -> tuple[bytes, TrustList]:
    """Let anybody put a document timestamp over a file, as anybody can get one."""
    believed = b"kind: timestamp-authority\n" + authority(OURS).trust_pem()
    clock = authority(OURS).timestamper(lambda: LATER - dt.timedelta(days=1))
    return foreign.stamped(pdf, clock), load_trust(others.house_trust().pem + believed)


def test_timestamp_over_a_signed_letter_changes_nothing_of_it() -> None:
    assert outcome(*stamped_by_a_trusted_authority(signed())) == ("accepted", [])


def test_timestamp_over_changed_content_is_nobodys_signature_of_it() -> None:
    altered = saved(signed(), filled("amount", "999.00"))
    assert outcome(*stamped_by_a_trusted_authority(altered)) == ("refused", [1])


def test_timestamp_over_a_blank_field_filled_late_leaves_it_to_a_person() -> None:
    pdf, by = stamped_by_a_trusted_authority(saved(signed(), filled("note", "received")))
    verdict = judge(pdf, by)
    assert (verdict.verdict, verdict.failed) == ("review", ())
    assert "note" in verdict.checks[0].detail


def test_particulars_changed_after_the_last_signature_are_told() -> None:
    def rename(writer: IncrementalPdfFileWriter) -> None:
        title = generic.DictionaryObject({pdf_name("/Title"): generic.pdf_string("Another")})
        writer.set_info(writer.add_object(title))

    assert outcome(saved(signed(), rename), others.house_trust()) == ("review", [])


def test_description_changed_beside_validation_data_is_told() -> None:
    def described(title: str) -> generic.StreamObject:
        words = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='{RDF}'>{title}</rdf:RDF></x:xmpmeta>"
        return generic.StreamObject({pdf_name("/Type"): pdf_name("/Metadata")}, stream_data=words.encode())

    def both(writer: IncrementalPdfFileWriter) -> None:
        writer.root[pdf_name("/Metadata")] = writer.add_object(described("Another"))
        writer.root[pdf_name("/DSS")] = others.validation_data(writer)
        writer.update_root()

    tail = saved(signed(), both)
    assert outcome(tail, others.house_trust()) == ("review", [])
    assert "没有任何签章覆盖它" in left_open(tail)[1]


@pytest.mark.parametrize("level", [MDPPerm.NO_CHANGES, MDPPerm.FILL_FORMS])
def test_validation_data_after_the_last_signature_is_fine(level: MDPPerm) -> None:
    tail = saved(certified(level), others.in_catalog("/DSS", others.validation_data))
    assert outcome(tail, others.house_trust()) == ("accepted", [])


def test_document_timestamp_may_follow_where_nothing_else_may() -> None:
    assert outcome(foreign.stamped(certified(MDPPerm.NO_CHANGES), stamps()))[1] == []


def test_what_is_no_validation_data_is_refused() -> None:
    tail = saved(signed(), others.in_catalog("/DSS", lambda _: generic.pdf_string("none")))
    assert 10 in outcome(tail)[1]


@pytest.mark.parametrize(("key", "value"), [("/Version", pdf_name("/2.0")), ("/Lang", generic.pdf_string("en"))])
def test_version_may_rise_and_nothing_else_in_the_catalog(key: str, value: generic.PdfObject) -> None:
    twice = sign(saved(signed(), others.in_catalog(key, lambda _: value)), "Signature2", at=(72, 100, 172, 150))
    assert outcome(twice)[1] == ([] if key == "/Version" else [10])


@pytest.mark.parametrize(("old", "new"), [(b"/P 2", b"/P 1.0"), (b"/P 2", b"/P 4"), (b"/P 2", b"/P (2)")])
def test_permission_that_programs_read_differently_allows_nothing(old: bytes, new: bytes) -> None:
    pdf = foreign.signed(letter(), certify=MDPPerm.FILL_FORMS)
    at = pdf.rindex(old)
    stated = forge.inserted(pdf[:at] + new[:4] + pdf[at + 4 :], at + 4, new[4:])
    tail = saved(forge.resigned(stated, person("li_wen")), filled("note", "received"))
    assert (outcome(tail)[0], 8 in outcome(tail)[1]) == ("refused", True)


def test_lock_of_a_field_with_a_chinese_name_holds() -> None:
    def rename(writer: IncrementalPdfFileWriter) -> None:
        field(writer, "note")[pdf_name("/T")] = generic.pdf_string("备注")

    writer = IncrementalPdfFileWriter(io.BytesIO(saved(letter(), rename)))
    lock = FieldMDPSpec(FieldMDPAction.INCLUDE, ["备注"])
    append_signature_field(writer, SigFieldSpec("Signature1", box=FREE, field_mdp_spec=lock))
    data = PdfSignatureMetadata(field_name="Signature1", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    locked = PdfSigner(data, others.writer_of_letters()).sign_pdf(writer, existing_fields_only=True).getvalue()
    twice = sign(saved(locked, filled("备注", "received")), "Signature2", at=(72, 100, 172, 150))
    assert outcome(twice, others.house_trust())[1] == [8]


# What is shown is what is stored.


@pytest.mark.parametrize(
    "spoil",
    [filled("note", "yes", show=None), filled("note", "yes", store=False), filled("note", "yes", show="no")],
    ids=["stored only", "shown only", "another text"],
)
def test_changed_field_shows_what_it_stores(spoil: Spoil) -> None:
    twice = sign(saved(signed(), spoil), "Signature2", at=(72, 100, 172, 150))
    assert outcome(twice)[1] == [9]


def numbers(*given: float) -> generic.ArrayObject:
    return generic.ArrayObject([generic.FloatObject(number) for number in given])


def overwritten(name: str, put: generic.PdfObject) -> bytes:
    """Overwrite in place what draws a field, after the last signature."""

    def spoil(writer: IncrementalPdfFileWriter) -> None:
        reference = field(writer, name)["/AP"].raw_get("/N").reference
        writer.objects[reference.generation, reference.idnum] = put

    return saved(foreign.signed(foreign.page()), spoil)


def test_stamp_of_a_signature_stays_what_it_was_when_signed() -> None:
    stamp = generic.StreamObject({pdf_name("/Subtype"): pdf_name("/Form")}, stream_data=b"0 0 9 9 re f")
    assert outcome(overwritten("Signature1", stamp))[0] == "refused"


def test_drawing_of_a_field_may_not_vanish() -> None:
    assert outcome(overwritten("amount", generic.DictionaryObject())) == ("refused", [9])


def test_drawing_may_not_change_alone_after_the_last_signature() -> None:
    cut = generic.StreamObject(
        {pdf_name("/Subtype"): pdf_name("/Form"), pdf_name("/BBox"): numbers(50, 0, 200, 20)},
        stream_data=b"/Tx BMC BT /Helv 12 Tf (100.00) Tj ET EMC",
    )
    assert outcome(overwritten("amount", cut)) == ("refused", [9])


@pytest.mark.parametrize(("left", "expected"), [(400, ("refused", [9])), (10, ("refused", [9])), (0, ("accepted", []))])
def test_right_words_that_the_frame_cuts_off_are_not_accepted(left: int, expected: tuple[str, list[int]]) -> None:
    def fill(writer: IncrementalPdfFileWriter) -> None:
        filled("note", "250.00")(writer)
        others.field(writer, "note")["/AP"]["/N"][pdf_name("/BBox")] = numbers(left, 0, left + 200, 20)

    twice = sign(saved(signed(), fill), "Signature2", at=(72, 100, 172, 150))
    assert outcome(twice, others.house_trust()) == expected
