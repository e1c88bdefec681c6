"""An honest copy is accepted, by the store and without it, and by other programs; unsealed, it is for a person."""

import dataclasses
import datetime as dt
import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from tests.attacks.bases import DESK, finished, issued, prepared, sealed
from tests.tampering import AT, Desk, stamps, trust
from tests.verdicts import expected, failed, judge


@pytest.mark.parametrize("copy", [1, 2])
def test_honest_copy_is_accepted(copy: int) -> None:
    verdict = judge(DESK.seal(finished(), copy=copy))
    assert (verdict.verdict, verdict.copy, failed(verdict)) == ("accepted", copy, [])


def test_honest_copy_is_accepted_where_the_store_is_at_hand() -> None:
    assert failed(judge(sealed(), expected(sealed()))) == []
    assert judge(sealed(), expected(sealed())).verdict == "accepted"


def test_honest_copy_with_timestamps_is_accepted() -> None:
    desk = dataclasses.replace(DESK, timestamper=stamps())
    verdict = judge(desk.seal(desk.finish()), at=AT + dt.timedelta(hours=1))
    assert verdict.verdict == "accepted"
    assert {signature.time_source for signature in verdict.signatures} == {"timestamp"}


@pytest.mark.parametrize("state", [issued, prepared, finished])
def test_honest_document_without_seal_is_for_a_person_to_judge(state: Callable[[], bytes]) -> None:
    assert (judge(state()).verdict, failed(judge(state()))) == ("review", [])


@pytest.mark.parametrize("decision", ["return:prepare", "reject"])
def test_branch_that_ends_in_a_signed_no_is_for_a_person_to_judge(decision: str) -> None:
    facts = DESK.facts("gm", decision=decision, opinion="金额有误")
    ended = DESK.step(DESK.step(prepared(), "deputy_gm"), "gm", facts=facts)
    assert (judge(ended).verdict, failed(judge(ended))) == ("review", [])


def test_second_round_keeps_the_signatures_before_it() -> None:
    again = Desk()
    signed = again.step(prepared(), "deputy_gm", facts=again.facts("deputy_gm", round=2))
    signed = again.step(signed, "gm", facts=again.facts("gm", round=2))
    signed = again.step(signed, "customer", facts=again.facts("customer", round=2))
    assert judge(again.seal(signed)).verdict == "accepted"


def test_stock_pyhanko_agrees_on_every_signature_of_the_copy() -> None:
    context = ValidationContext(trust_roots=trust().for_pyhanko(), moment=AT)
    found = PdfFileReader(io.BytesIO(sealed())).embedded_regular_signatures
    states = [validate_pdf_signature(signature, context) for signature in found]
    assert [state.bottom_line for state in states] == [True] * 6


def test_pdfsig_agrees_on_every_signature_of_the_copy(tmp_path: Path) -> None:
    (tmp_path / "copy.pdf").write_bytes(sealed())
    said = subprocess.run(["pdfsig", tmp_path / "copy.pdf"], capture_output=True, text=True, check=True).stdout
    assert said.count("Signature is Valid") == 6
