"""Signatures made outside: what the verifier makes of them with a seal, with a store, and with neither."""

import dataclasses
import datetime as dt
import functools
import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import SigSeedSubFilter

from forms_service.domain.record import OutsideSignature, SignatureFacts
from forms_service.domain.widgets import locked_names, sign_name
from forms_service.pdf.fill import fill
from forms_service.signing.expected import Expected, ExpectedRevision, ExpectedSignature
from forms_service.signing.judge import judge_revision
from forms_service.signing.signer import Signer
from forms_service.signing.stock import stock_opinions
from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import verify
from tests.elsewhere import (
    BEGIN,
    YEARS,
    OwnKey,
    look_with_pdfsig,
    own_key,
    sign_with_mutool,
    sign_with_pdfsig,
    sign_with_pyhanko,
)
from tests.signing import framing
from tests.signing.drawings import numbers
from tests.tampering import AT, OURS, PEOPLE, Desk, Spoil, allowance, append, fonts, layout, leave, person, put, trust

STEP = allowance().step("deputy_gm")
BOX = sign_name(allowance(), STEP)


@dataclasses.dataclass(frozen=True)
class Vouching(Desk):
    """A desk whose seal vouches for signatures made outside."""

    outside: tuple[OutsideSignature, ...] = ()

    def sign(
        self,
        writer: IncrementalPdfFileWriter,
        field: str,
        signer: Signer,
        facts: SignatureFacts,
        lock: tuple[str, ...],
        *,
        certify: bool = False,
    ) -> bytes:
        stated = dataclasses.replace(facts, outside=self.outside) if facts.step == "seal" else facts
        return super().sign(writer, field, signer, stated, lock, certify=certify)


Change = Callable[[OutsideSignature], OutsideSignature]


def as_it_is(witness: OutsideSignature) -> OutsideSignature:
    return witness


@functools.cache
def issued() -> bytes:
    return Desk().issue()


@functools.cache
def prepared() -> bytes:
    return Desk().step(issued(), "prepare")


@functools.cache
def handed_out(spoil: Spoil = leave, base: bytes | None = None) -> bytes:
    """Fill the deputy's cells, unsigned: what the office hands out to be signed."""

    def fill_in(writer: IncrementalPdfFileWriter) -> None:
        fill(writer, layout(), Desk().cells(STEP), fonts())
        spoil(writer)

    return append(base or prepared(), fill_in)


@functools.cache
def signed_outside() -> bytes:
    return sign_with_pyhanko(handed_out(), BOX, own_key())


def witness_of(signed: bytes, key: OwnKey | None = None) -> OutsideSignature:
    fingerprint = (key or own_key()).sha256
    head = hashlib.sha256(signed).hexdigest()
    return OutsideSignature("deputy_gm", 1, PEOPLE["deputy_gm"], "副总经理", "gm_office", fingerprint, AT, head)


def sealed(signed: bytes, change: Change = as_it_is) -> bytes:
    desk = Vouching(outside=(change(witness_of(signed)),))
    return desk.seal(desk.finish(signed, "gm"))


def expected(signed: bytes) -> Expected:
    witness = witness_of(signed)
    known = ExpectedSignature("deputy_gm", 1, witness.person, witness.certificate, AT)
    prepare = ExpectedSignature("prepare", 1, "li_wen", person("li_wen").fingerprint, AT)
    states = (issued(), prepared(), signed)
    heads = frozenset(hashlib.sha256(state).hexdigest() for state in states)
    return Expected("d-7f3a9c", heads, (prepare, known), number="A2611001", outside=(witness,))


def judge(pdf: bytes, known: Expected | None = None, at: dt.datetime = AT) -> Verdict:
    return verify(pdf, trust(), known, at, fonts())


def failed(pdf: bytes, known: Expected | None = None, at: dt.datetime = AT) -> dict[int, str]:
    return {check.no: check.detail for check in judge(pdf, known, at).failed}


def due(**other: object) -> ExpectedRevision:
    given = {
        "base_sha256": hashlib.sha256(prepared()).hexdigest(),
        "field": BOX,
        "lock": locked_names(allowance(), "deputy_gm"),
        "certificate": own_key().sha256,
        "facts": None,
        "printed": Desk().cells(STEP),
        "filled_sha256": hashlib.sha256(handed_out()).hexdigest(),
    }
    return ExpectedRevision(**{**given, **other})  # type: ignore[arg-type]  # a test's own keywords


def faults(pdf: bytes, at: dt.datetime = AT, **other: object) -> dict[int, str]:
    results = judge_revision(pdf, due(**other), trust(), at, fonts())
    return {result.no: result.detail for result in results if result.result == "fail"}


# With the seal, by the firm's trust alone.


def test_a_sealed_copy_with_a_signature_made_outside_is_accepted_offline() -> None:
    verdict = judge(sealed(signed_outside()))
    assert verdict.verdict == "accepted", verdict.sentence
    outside = verdict.signatures[2]
    assert (outside.person_id, outside.time, outside.time_source) == ("lin_guo", AT, "receipt")
    assert (outside.outside, outside.decision, outside.opinion) == (True, "approve", "同意折让")
    assert outside.covers["副总经理核签 决定"] == "同意"


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (lambda witness: dataclasses.replace(witness, certificate="0" * 64), 11),
        (lambda witness: dataclasses.replace(witness, head="0" * 64), 11),
        (lambda witness: dataclasses.replace(witness, step="gm"), 11),
        (lambda witness: dataclasses.replace(witness, person="li_wen"), 11),
        (lambda witness: dataclasses.replace(witness, received_at=AT + dt.timedelta(days=2)), 13),
        (lambda witness: dataclasses.replace(witness, received_at=BEGIN - YEARS), 11),
    ],
    ids=["certificate", "bytes", "step", "maker", "future", "before the certificate"],
)
def test_a_seal_that_does_not_match_the_signature_is_refused(change: Change, check: int) -> None:
    assert check in failed(sealed(signed_outside(), change))


def test_a_seal_that_vouches_for_nobody_is_refused() -> None:
    desk = Desk()
    assert {11, 15} & failed(desk.seal(desk.finish(signed_outside(), "gm"))).keys() == {11}


def test_a_seal_that_vouches_for_a_signature_that_is_not_there_is_refused() -> None:
    desk = Vouching(outside=(witness_of(signed_outside()),))
    assert "对不上" in failed(desk.seal(desk.finish(prepared(), "deputy_gm")))[15]


def test_what_a_signature_made_outside_covers_cannot_be_changed_later() -> None:
    name = "opinion_02_deputy_gm"
    desk = Vouching(outside=(witness_of(signed_outside()),))
    later = desk.step(signed_outside(), "gm", lambda writer: put(writer, name, "/V", pdf_string("不同意")))
    assert 8 in failed(desk.seal(desk.finish(later, "customer")))


# Without a seal.


def test_without_seal_and_store_nobody_vouches_and_a_person_decides() -> None:
    verdict = judge(signed_outside())
    assert verdict.verdict == "review"
    assert next(check for check in verdict.checks if check.no == 11).result == "not_checked"
    assert verdict.signatures[2].person_id == ""


def test_with_the_store_the_ledger_vouches() -> None:
    signed = signed_outside()
    verdict = judge(signed, expected(signed))
    assert verdict.verdict == "review", verdict.sentence
    assert verdict.signatures[2].person_id == "lin_guo"


def test_what_the_ledger_does_not_know_is_refused() -> None:
    known = dataclasses.replace(expected(signed_outside()), outside=())
    assert "台账却没有为这张证书" in failed(signed_outside(), known)[11]


def test_filled_cells_that_nobody_signed_are_refused() -> None:
    assert {1, 3, 8} <= failed(handed_out()).keys()


def test_cells_filled_twice_before_the_signature_are_refused() -> None:
    twice = handed_out(base=handed_out())
    assert 3 in failed(sign_with_pyhanko(twice, BOX, own_key()))


def test_a_later_steps_cell_filled_on_the_way_is_refused() -> None:
    early = handed_out(lambda writer: put(writer, "opinion_03_gm", "/V", pdf_string("同意")))
    assert 8 in failed(sign_with_pyhanko(early, BOX, own_key()))


def test_our_own_key_may_not_sign_without_stating_what_for() -> None:
    key = person(PEOPLE["deputy_gm"], OURS)
    metadata = PdfSignatureMetadata(field_name=BOX, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    writer = IncrementalPdfFileWriter(io.BytesIO(handed_out()))
    signed = PdfSigner(metadata, key).sign_pdf(writer, existing_fields_only=True).getvalue()
    assert "用的是本公司发的证书" in failed(signed)[11]


# What is taken in.


@pytest.mark.parametrize(
    ("look", "checks"), [(framing.drawing(), {10}), (framing.drawing(BBox=numbers(0, 0, 600, 842)), set())]
)
def test_a_stamp_from_outside_that_draws_all_over_the_page_is_not_taken_in(
    look: generic.StreamObject, checks: set[int]
) -> None:
    signed = framing.signed_outside(handed_out(), BOX, own_key(), look)
    assert faults(signed).keys() == checks
    assert failed(sealed(signed)).keys() == checks


def test_what_pdfsig_signs_is_taken_in(tmp_path: Path) -> None:
    signed = sign_with_pdfsig(tmp_path, handed_out(), BOX, own_key())
    assert faults(signed) == {}
    assert judge(sealed(signed)).verdict == "accepted"


def test_pdfsig_finds_every_signature_of_such_a_copy_valid(tmp_path: Path) -> None:
    told = look_with_pdfsig(tmp_path, sealed(sign_with_pdfsig(tmp_path, handed_out(), BOX, own_key())))
    assert told.count("Signature is Valid") == 6


# Stock pyHanko does not know such a signer, and its default policy takes two harmless things for changes: the /M that
# pdfsig notes in the box that it signs, and an appearance that is older than the signature that locks its field.


def test_stock_pyhanko_takes_the_time_that_pdfsig_notes_for_a_change(tmp_path: Path) -> None:
    assert changed_to_stock(sealed(sign_with_pdfsig(tmp_path, handed_out(), BOX, own_key()))) == [
        "sign_00_issue",
        "sign_01_prepare",
    ]


def test_stock_pyhanko_takes_cells_filled_before_they_are_locked_for_changed() -> None:
    assert changed_to_stock(sealed(signed_outside())) == [BOX]


def changed_to_stock(pdf: bytes) -> list[str]:
    """Name the signatures after which stock pyHanko finds changes; all of them it must find intact."""
    opinions = stock_opinions(pdf, trust())
    assert all(opinion.summary.startswith("INTACT") for opinion in opinions)
    return [opinion.field for opinion in opinions if "ILLEGAL" in opinion.summary]


@pytest.mark.parametrize("subfilter", [SigSeedSubFilter.PADES, SigSeedSubFilter.ADOBE_PKCS7_DETACHED])
def test_what_stock_pyhanko_signs_is_taken_in(subfilter: SigSeedSubFilter) -> None:
    assert faults(sign_with_pyhanko(handed_out(), BOX, own_key(), subfilter)) == {}


def test_what_mutool_signs_with_sha1_is_not(tmp_path: Path) -> None:
    assert "sha1" in str(faults(sign_with_mutool(tmp_path, handed_out(), BOX, own_key())))


def test_another_certificate_another_box_or_other_cells_are_not_taken_in() -> None:
    assert faults(sign_with_pyhanko(handed_out(), BOX, own_key("Somebody Else"))).keys() == {11}
    assert {3, 10} <= faults(
        sign_with_pyhanko(handed_out(), sign_name(allowance(), allowance().step("gm")), own_key())
    ).keys()
    assert 8 in faults(signed_outside(), printed={**Desk().cells(STEP), "decision_02_deputy_gm": "驳回"})


def test_a_certificate_that_is_not_valid_today_is_not_taken_in() -> None:
    assert "有效期" in faults(signed_outside(), AT + YEARS)[11]


def test_other_bytes_than_those_handed_out_are_not_taken_in() -> None:
    assert 4 in faults(signed_outside(), filled_sha256="0" * 64)
    assert 4 in faults(sign_with_pyhanko(prepared(), BOX, own_key()))


def test_a_certificate_for_something_else_does_not_sign() -> None:
    key = own_key(signs=False)
    signed = sign_with_pyhanko(handed_out(), BOX, key)
    assert "不是用来签章的" in failed(signed)[11]
