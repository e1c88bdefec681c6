"""When a copy is cut, what it holds, and what nobody may undo once it is out."""

from dataclasses import replace
from typing import Any

import pytest

from forms_service.domain.copies import bars_return, is_cut, plan_copies, signatures_in
from forms_service.domain.document import Document
from forms_service.domain.spec import Copy, FormSpec
from tests.store.samples import document as sample
from tests.store.samples import signature
from tests.world import allowance_spec, demo_organisation

WAY = ("prepare", "deputy_gm", "gm", "customer")


@pytest.fixture(scope="module")
def spec() -> FormSpec:
    """The allowance, with its first copy cut when the deputy has signed."""
    whole = allowance_spec()
    early, *others = whole.copies
    return replace(whole, copies=(replace(early, after="deputy_gm"), *others))


def _signed(*steps: str, decision: str = "approve", **changes: object) -> Document:
    """Return a document that some steps have signed, the last of them with a decision."""
    chain = [signature(step) for step in steps]
    chain[-1:] = [replace(last, decision=decision) for last in chain[-1:]]
    following = WAY[len(steps)] if len(steps) < len(WAY) else None
    found: dict[str, Any] = {
        "step": following,
        "state": "open" if following else "finished",
        "signatures": tuple(chain),
        **changes,
    }
    return sample(**found)


def _early(spec: FormSpec) -> Copy:
    return spec.copies[0]


def test_an_early_copy_is_cut_when_the_route_has_left_its_step(spec: FormSpec) -> None:
    cut = [is_cut(spec, _signed(*WAY[:count]), "deputy_gm") for count in range(5)]
    assert cut == [False, False, True, True, True]


def test_a_late_copy_is_cut_when_all_have_signed(spec: FormSpec) -> None:
    assert [is_cut(spec, _signed(*WAY[:count]), "") for count in range(5)] == [False] * 4 + [True]


def test_a_rejection_at_the_step_itself_cuts_nothing(spec: FormSpec) -> None:
    rejected = _signed(*WAY[:2], decision="reject", step=None, state="rejected")
    assert not is_cut(spec, rejected, "deputy_gm")


def test_a_rejection_after_the_step_leaves_the_copy_cut(spec: FormSpec) -> None:
    rejected = _signed(*WAY[:3], decision="reject", step=None, state="rejected")
    assert is_cut(spec, rejected, "deputy_gm")
    assert [s.step for s in signatures_in(spec, rejected, "deputy_gm")] == ["prepare", "deputy_gm"]


def test_a_void_document_cuts_no_copy_more(spec: FormSpec) -> None:
    assert not is_cut(spec, _signed(*WAY[:3], step=None, state="void"), "deputy_gm")


def test_a_copy_holds_the_signatures_up_to_its_cut(spec: FormSpec) -> None:
    finished = _signed(*WAY)
    assert [s.step for s in signatures_in(spec, finished, "deputy_gm")] == ["prepare", "deputy_gm"]
    assert [s.step for s in signatures_in(spec, finished, "")] == list(WAY)


def test_nothing_goes_back_behind_a_copy_that_is_out(spec: FormSpec) -> None:
    at_gm = _signed(*WAY[:2])
    assert [bars_return(spec, at_gm, step) for step in ("prepare", "deputy_gm")] == [_early(spec)] * 2
    assert bars_return(spec, _signed(*WAY[:3]), "gm") is None
    assert bars_return(spec, _signed(*WAY[:1]), "prepare") is None


def test_a_planned_copy_says_at_which_step_it_is_cut(spec: FormSpec) -> None:
    assert [copy.after for copy in plan_copies(spec, demo_organisation())] == ["deputy_gm", ""]
