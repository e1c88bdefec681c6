"""What a signature states: opinions only where there are any, and files from before there were any are still read."""

import datetime as dt

import pytest

from forms_service.domain.record import OutsideSignature, SignatureFacts

PLAIN = SignatureFacts("d-1", "gm", 1, "li_wen", "总经理", "approve")


def test_a_signature_without_opinions_states_what_it_always_did() -> None:
    assert b"opinions" not in PLAIN.to_json()
    assert SignatureFacts.from_json(PLAIN.to_json()) == PLAIN


def test_opinions_are_stated_and_read_in_order() -> None:
    facts = SignatureFacts("d-1", "gm", 1, "li_wen", "总经理", "approve", opinions=("b" * 64, "a" * 64))
    assert SignatureFacts.from_json(facts.to_json()) == facts


@pytest.mark.parametrize("text", [b"[]", b"{}", b'{"opinions": 1}', b"\xff"])
def test_what_is_no_statement_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match="facts"):
        SignatureFacts.from_json(text)


def test_what_a_seal_vouches_for_is_stated_with_its_instant() -> None:
    at = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)
    outside = OutsideSignature(
        "gm", 1, "wang_jian", "总经理", "gm_office", "a" * 64, at, "b" * 64, opinions=("c" * 64,)
    )
    facts = SignatureFacts("d-1", "seal", 1, "office", "firm", "seal", outside=(outside,))
    assert SignatureFacts.from_json(facts.to_json()) == facts
    assert b"outside" not in PLAIN.to_json()


def test_an_instant_without_its_zone_is_refused() -> None:
    at = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)
    outside = OutsideSignature("gm", 1, "wang_jian", "总经理", "gm_office", "a" * 64, at, "b" * 64)
    text = SignatureFacts("d-1", "seal", 1, "office", "firm", "seal", outside=(outside,)).to_json()
    with pytest.raises(ValueError, match="facts"):
        SignatureFacts.from_json(text.replace(b"+00:00", b""))
