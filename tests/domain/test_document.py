"""The state machine: no sequence of commands ends a document without every signature over its final bytes."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.document import Document, Signature, end, send_back, sign, void, withdraw
from forms_service.domain.errors import FormsError, WrongState
from tests.world import START, allowance_spec

SPEC = allowance_spec()
NONE: frozenset[str] = frozenset()
STEPS = [step.id for step in SPEC.steps]


def _opened() -> Document:
    return Document(
        id="d",
        form=SPEC.form,
        version=1,
        spec_sha256=SPEC.sha256,
        number="A2611001",
        state="open",
        step="prepare",
        round=1,
        head="base",
        opened_by="li_wen",
        opened_at=START,
        step_opened_at=START,
        due_at=None,
    )


def _signature(document: Document, decision: str = "approve", person: str = "li_wen") -> Signature:
    step = document.step or "prepare"
    head = f"{document.head}/{step}{document.round}{decision}"
    return Signature(step, person, "经办", decision, "", "ff", START, document.head, head, document.round)


def _signed(document: Document, times: int) -> Document:
    for _ in range(times):
        document = sign(document, SPEC, _signature(document), NONE)
    return document


def test_the_last_signature_finishes_the_document() -> None:
    finished = _signed(_opened(), len(STEPS))
    assert (finished.state, finished.step) == ("finished", None)


def test_a_skipped_step_is_passed_over() -> None:
    document = sign(_opened(), SPEC, _signature(_opened()), frozenset({"deputy_gm"}))
    assert document.step == "gm"


def test_a_return_forks_from_the_bytes_before_the_target_step() -> None:
    at_gm = _signed(_opened(), 2)
    back = send_back(at_gm, SPEC, _signature(at_gm, "return:deputy_gm"), "deputy_gm", NONE)
    assert (back.head, back.step, back.round) == (at_gm.signatures[1].base, "deputy_gm", 2)
    assert [s.step for s in back.signatures] == ["prepare"]


def test_a_step_cannot_return_to_one_that_its_form_does_not_name() -> None:
    at_deputy = _signed(_opened(), 1)
    with pytest.raises(WrongState):
        send_back(at_deputy, SPEC, _signature(at_deputy), "gm", NONE)


def test_only_the_last_signer_can_withdraw() -> None:
    at_gm = _signed(_opened(), 2)
    with pytest.raises(WrongState):
        withdraw(at_gm, SPEC, "zhou_hao", NONE)
    assert withdraw(at_gm, SPEC, "li_wen", NONE).step == "deputy_gm"


def test_nobody_signs_after_the_end() -> None:
    rejected = end(_opened(), SPEC, _signature(_opened(), "reject"), "rejected", NONE)
    with pytest.raises(WrongState):
        sign(rejected, SPEC, _signature(rejected), NONE)


def test_a_finished_document_is_not_voided() -> None:
    with pytest.raises(WrongState):
        void(_signed(_opened(), len(STEPS)), "写错了", START)


def test_a_void_needs_a_reason() -> None:
    with pytest.raises(WrongState):
        void(_opened(), "  ", START)


_COMMANDS = st.sampled_from(["sign", "return:prepare", "return:deputy_gm", "withdraw", "reject", "refuse", "void"])


@pytest.mark.regulation("4")
@given(st.lists(_COMMANDS, max_size=30))
def test_no_sequence_of_commands_finishes_without_every_signature_over_one_chain(commands: list[str]) -> None:
    document = _opened()
    for command in commands:
        document = _apply(document, command)
    if document.state == "finished":
        assert [s.step for s in document.signatures] == STEPS
        assert all(a.head == b.base for a, b in zip(document.signatures, document.signatures[1:], strict=False))
        assert document.signatures[-1].head == document.head


@given(st.lists(_COMMANDS, max_size=30))
def test_an_ended_document_never_moves_again(commands: list[str]) -> None:
    document = _opened()
    for command in commands:
        moved = _apply(document, command)
        if document.state in ("finished", "rejected", "refused", "void"):
            assert moved.head == document.head
        document = moved


def _apply(document: Document, command: str) -> Document:
    signature = _signature(document, command)
    try:
        match command.partition(":"):
            case ("sign", _, _):
                return sign(document, SPEC, replace(signature, decision="approve"), NONE)
            case ("return", _, target):
                return send_back(document, SPEC, signature, target, NONE)
            case ("withdraw", _, _):
                return withdraw(document, SPEC, "li_wen", NONE)
            case ("reject", _, _):
                return end(document, SPEC, signature, "rejected", NONE)
            case ("refuse", _, _):
                return end(document, SPEC, signature, "refused", NONE)
            case _:
                return void(document, "改开", START)
    except FormsError:
        return document


def test_the_clock_of_a_step_starts_with_the_signature_before_it() -> None:
    later = replace(_signature(_opened()), signed_at=START + dt.timedelta(hours=3))
    assert sign(_opened(), SPEC, later, NONE).step_opened_at == later.signed_at
