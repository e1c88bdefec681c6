"""What a signature states: opinions only where there are any, and files from before there were any are still read."""

import pytest

from forms_service.domain.record import SignatureFacts

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
