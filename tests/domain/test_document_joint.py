"""会签 in the state machine: any order, forks before the first member, and never an end without each due signature."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.document import Document, Signature, end, open_steps, send_back, sign, withdraw
from forms_service.domain.errors import FormsError, WrongState
from tests.joint_form import joint_spec
from tests.world import START

SPEC = joint_spec()
NONE: frozenset[str] = frozenset()
GROUP = ("joint_1", "joint_2", "joint_3")
OPENED = Document(
    "d", SPEC.form, 1, SPEC.sha256, "M2611001", "open", "draft", 1, "base", "li_wen", START, START, None
)  # fmt: skip


def _signature(document: Document, step: str, decision: str = "approve", person: str = "sun_yue") -> Signature:
    head = f"{document.head}/{step}{document.round}{decision}"
    return Signature(step, person, "会办", decision, "", "ff", START, document.head, head, document.round)


def _signed(*steps: str, document: Document = OPENED, skipped: frozenset[str] = NONE) -> Document:
    for step in steps:
        document = sign(document, SPEC, _signature(document, step), skipped)
    return document


def _open(document: Document, skipped: frozenset[str] = NONE) -> list[str]:
    return [step.id for step in open_steps(document, SPEC, skipped)]


def test_every_member_is_open_at_once() -> None:
    assert _open(_signed("draft")) == list(GROUP)


@pytest.mark.parametrize("order", [GROUP, ("joint_3", "joint_1", "joint_2"), ("joint_2", "joint_3", "joint_1")])
def test_members_sign_in_any_order(order: tuple[str, ...]) -> None:
    document = _signed("draft", *order)
    assert (document.step, [s.step for s in document.signatures]) == ("review", ["draft", *order])


def test_the_step_is_the_first_member_who_has_not_signed() -> None:
    assert _signed("draft", "joint_2").step == "joint_1"
    assert _signed("draft", "joint_1").step == "joint_2"


def test_a_member_signs_once() -> None:
    with pytest.raises(WrongState):
        _signed("draft", "joint_2", "joint_2")


def test_nobody_after_the_group_signs_before_its_last_member() -> None:
    with pytest.raises(WrongState):
        _signed("draft", "joint_1", "joint_2", "review")


def test_a_member_that_falls_away_is_not_waited_for() -> None:
    skipped = frozenset({"joint_3"})
    document = _signed("draft", skipped=skipped)
    assert _open(document, skipped) == ["joint_1", "joint_2"]
    assert _signed("joint_2", "joint_1", document=document, skipped=skipped).step == "review"


def test_a_member_that_falls_away_cannot_sign() -> None:
    with pytest.raises(WrongState):
        _signed("draft", "joint_3", skipped=frozenset({"joint_3"}))


def test_a_group_that_falls_away_whole_is_passed_over() -> None:
    assert _signed("draft", skipped=frozenset(GROUP)).step == "review"


def test_the_clock_of_a_group_runs_from_its_beginning() -> None:
    begun = replace(_signed("draft"), step_opened_at=START)
    later = replace(_signature(begun, "joint_2"), signed_at=START.replace(hour=9))
    assert sign(begun, SPEC, later, NONE).step_opened_at == START


def test_a_return_by_one_member_takes_the_others_signatures_back_too() -> None:
    document = _signed("draft", "joint_3", "joint_1")
    back = send_back(document, SPEC, _signature(document, "joint_2", "return:draft"), "draft", NONE)
    assert (back.step, back.head, back.signatures) == ("draft", "base", ())


def test_a_return_to_a_group_forks_before_its_first_signature() -> None:
    document = _signed("draft", "joint_3", "joint_1", "joint_2")
    back = send_back(document, SPEC, _signature(document, "review", "return:joint_1"), "joint_1", NONE)
    assert (back.head, back.step) == (document.signatures[1].base, "joint_1")
    assert [s.step for s in back.signatures] == ["draft"]
    assert _open(back) == list(GROUP)


def test_a_return_to_a_group_asks_all_its_members_again_from_a_later_step() -> None:
    document = _signed("draft", "joint_2", "joint_3", "joint_1", "review")
    back = send_back(document, SPEC, _signature(document, "handle", "return:joint_1"), "joint_1", NONE)
    assert back.head == document.signatures[1].base


def test_a_member_takes_back_the_last_signature_and_the_others_stay() -> None:
    document = _signed("draft", "joint_3", "joint_1")
    back = withdraw(document, SPEC, "sun_yue", NONE)
    assert (back.step, _open(back)) == ("joint_1", ["joint_1", "joint_2"])
    assert [s.step for s in back.signatures] == ["draft", "joint_3"]


def test_a_member_cannot_take_back_once_another_has_signed_after() -> None:
    first = _signed("draft")
    mine = sign(first, SPEC, _signature(first, "joint_1", person="gao_yuan"), NONE)
    with pytest.raises(WrongState):
        withdraw(_signed("joint_2", document=mine), SPEC, "gao_yuan", NONE)


def test_the_last_member_takes_back_into_the_group() -> None:
    document = _signed("draft", "joint_3", "joint_2", "joint_1")
    back = withdraw(document, SPEC, "sun_yue", NONE)
    assert (document.step, back.step, _open(back)) == ("review", "joint_1", ["joint_1"])


def test_a_rejection_by_one_member_ends_the_document() -> None:
    document = _signed("draft", "joint_1")
    ended = end(document, SPEC, _signature(document, "joint_3", "reject"), "rejected", NONE)
    assert (ended.state, ended.step) == ("rejected", None)


def test_what_was_handed_over_outlasts_another_members_signature_and_not_its_own() -> None:
    assigned = replace(_signed("draft"), assignee="tang_ying")
    other = sign(assigned, SPEC, _signature(assigned, "joint_2", person="gao_yuan"), NONE)
    assert other.assignee == "tang_ying"
    assert sign(other, SPEC, _signature(other, "joint_1", person="tang_ying"), NONE).assignee is None
    for_them = replace(_signature(other, "joint_1", person="sun_yue"), on_behalf_of="tang_ying")
    assert sign(other, SPEC, for_them, NONE).assignee is None


_STEPS = [step.id for step in SPEC.steps]
_TARGETS = ("draft", "joint_1")
_COMMANDS = st.one_of(
    st.tuples(st.just("sign"), st.sampled_from(_STEPS)),
    st.tuples(st.just("reject"), st.sampled_from(_STEPS)),
    st.tuples(st.just("withdraw"), st.just("")),
    st.tuples(st.sampled_from([f"return:{target}" for target in _TARGETS]), st.sampled_from(_STEPS)),
)
_SKIPPED = st.sets(st.sampled_from(GROUP)).map(frozenset)


@given(_SKIPPED, st.lists(_COMMANDS, max_size=60))
def test_no_sequence_finishes_without_every_due_signature_over_one_chain(
    skipped: frozenset[str], commands: list[tuple[str, str]]
) -> None:
    document = OPENED
    for command, step in commands:
        document = _apply(document, command, step, skipped)
        _assert_sound(document, skipped)
    if document.state == "finished":
        assert {s.step for s in document.signatures} == set(_STEPS) - skipped


@given(_SKIPPED, st.permutations(GROUP), st.lists(_COMMANDS, max_size=40))
def test_whatever_happened_the_due_signatures_in_order_finish_it(
    skipped: frozenset[str], order: list[str], commands: list[tuple[str, str]]
) -> None:
    document = OPENED
    for command, step in commands:
        document = _apply(document, command, step, skipped)
    if document.state == "open":
        due = [step for step in ("draft", *order, *_STEPS[4:]) if step not in skipped]
        left = [step for step in due if document.signed(step) is None]
        assert _signed(*left, document=document, skipped=skipped).state == "finished"


def _assert_sound(document: Document, skipped: frozenset[str]) -> None:
    """Hold that the signatures are one chain of bytes, turn after turn, and that the step is the first one open."""
    chain = document.signatures
    assert all(a.head == b.base for a, b in pairwise(chain))
    turns = [GROUP if s.step in GROUP else (s.step,) for s in chain]
    assert turns == sorted(turns, key=lambda turn: _STEPS.index(turn[0]))
    open_now = _open(document, skipped)
    assert document.step == (open_now[0] if open_now else None)
    if document.state == "open" and document.step not in GROUP and document.step != "draft":
        assert {s.step for s in chain} >= set(GROUP) - skipped
        assert document.head == chain[-1].head


def _apply(document: Document, command: str, step: str, skipped: frozenset[str]) -> Document:
    kind, _, target = command.partition(":")
    signature = _signature(document, step, "approve" if kind == "sign" else command)
    try:
        match kind:
            case "sign":
                return sign(document, SPEC, signature, skipped)
            case "return":
                return send_back(document, SPEC, signature, target, skipped)
            case "withdraw":
                return withdraw(document, SPEC, "sun_yue", skipped)
            case _:
                return end(document, SPEC, signature, "rejected", skipped)
    except FormsError:
        return document
