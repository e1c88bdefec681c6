"""§14: what is late is reminded of while its case is open, and looked into when it is closed."""

from collections.abc import Callable

import pytest

from forms_service.domain.errors import NotOpenable
from forms_service.workflow.opening import open_document
from forms_service.workflow.sweeping import sweep
from tests.cases import child, children, next_turn, settle, sign_step
from tests.regulation.office import CLOSED, REFUSED, Moment


@pytest.mark.regulation("14a", "7(3)①c")
def test_a_late_case_has_one_reminder_and_the_office_alone_issues_it(at: Callable[[str], Moment]) -> None:
    moment = at("qa")
    world = moment.world
    world.clock.pass_(days=6)  # the Monday after three days were over
    sweep(world.office)
    sweep(world.office)
    slip = Moment(world, child(world, moment.case, "reminder-slip"))
    assert (slip.turn.step.id, slip.turn.claim.role) == ("demand", "gm_office")
    for person in ("sun_yue", "li_wen"):
        with pytest.raises(REFUSED):
            slip.try_to_sign(person, "demand")
    issued = Moment(world, sign_step(world, slip.case))
    assert issued.turn.claim.role == "dept:qa"
    assert issued.reading.values["case_no"] == moment.case.number


@pytest.mark.regulation("14a")
def test_what_is_in_time_is_not_reminded_of(at: Callable[[str], Moment]) -> None:
    moment = at("qa")
    sweep(moment.world.office)
    assert list(children(moment.world, moment.case)) == []
    with pytest.raises(NotOpenable):
        open_document(moment.world.office, moment.world.person("zhao_min"), "reminder-slip", moment.case.id)


@pytest.mark.regulation("14b")
def test_a_closed_case_is_reviewed_though_nothing_was_late(at: Callable[[str], Moment]) -> None:
    moment = at(CLOSED)
    review = Moment(moment.world, child(moment.world, moment.case, "timeliness-review"))
    assert review.turn.claim.role == "gm_office"
    with pytest.raises(REFUSED):
        review.try_to_sign("li_wen", "review")
    assert review.gaps("conclusion") == {"conclusion"}
    done = sign_step(moment.world, review.case)
    assert (done.state, Moment(moment.world, done).reading.values["late_count"]) == ("finished", 0)
    with pytest.raises(NotOpenable):
        open_document(moment.world.office, moment.world.person("zhao_min"), "inquiry-slip", done.id)


@pytest.mark.regulation("14c", "14d")
def test_the_unit_that_was_late_says_why_before_its_inquiry_ends(at: Callable[[str], Moment]) -> None:
    moment = at("decide")
    world = moment.world
    world.clock.pass_(days=5)
    case = sign_step(world, moment.case)
    settle(world)
    review = sign_step(world, child(world, case, "timeliness-review"))
    settle(world)
    assert [document.form for document in children(world, review)] == []
    slip = sign_step(world, open_document(world.office, world.person("zhao_min"), "inquiry-slip", review.id))
    asked = Moment(world, slip)
    assert asked.gaps("late_reason", "prevention") == {"late_reason", "prevention"}
    for person in ("li_wen", "zhao_min"):
        with pytest.raises(REFUSED):
            asked.try_to_sign(person, "answer")
    answered = sign_step(world, slip, by="tang_ying")
    turn = next_turn(world, answered)
    assert turn is not None
    assert turn.claim.role == "person:sun_yue"
    assert sign_step(world, answered).state == "finished"
