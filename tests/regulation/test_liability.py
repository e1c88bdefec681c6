"""§9(6): who is liable, what it cost, whether improvement is tracked, and what penalty follows a decision."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest

from forms_service.domain.assumptions import list_assumptions
from forms_service.domain.errors import NotOpenable, ProblemsFound
from forms_service.domain.values import Values
from forms_service.store.documents import Search
from forms_service.workflow.opening import open_document
from forms_service.workflow.reading import read
from forms_service.workflow.scheduling import schedule_pending
from tests.cases import go_on, sign_step
from tests.regulation.office import CLOSED, Moment

DECEMBER = dt.datetime(2026, 12, 1, 1, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def notice(way: Mapping[str, Moment], tmp_path_factory: pytest.TempPathFactory) -> Values:
    """What stands in a penalty notice that was signed after the meeting, by somebody who typed another decision."""
    moment = way[CLOSED].taken(tmp_path_factory.mktemp("december") / "office")
    world = moment.world
    world.clock.at = DECEMBER
    schedule_pending(world.office)
    with world.office.database.read() as tx:
        (statistics,) = tx.documents.find(Search(form="monthly-statistics"))
    assert go_on(world, statistics).state == "finished"
    opened = open_document(world.office, world.person("zhao_min"), "reward-penalty", moment.case.id)
    signed = sign_step(world, opened, loss_amount="1.00", approved_kind="none", approved_person="吴刚")
    return read(world.office, signed).values


@pytest.mark.regulation("7(3)⑥a", "9(6)a", "9(6)b", "9(6)c")
def test_the_review_leaves_nothing_undecided(at: Callable[[str], Moment]) -> None:
    asked = ("ours", "negligence", "track", "origin_unit", "review_opinion")
    assert at("review").gaps(*asked) >= {*asked}


@pytest.mark.regulation("9(6)b")
def test_our_own_fault_is_not_signed_without_a_way_to_handle_it(at: Callable[[str], Moment]) -> None:
    assert at("review").gaps("handling_method") == {"handling_method"}


@pytest.mark.regulation("9(6)d")
def test_negligence_is_not_put_under_tracking(at: Callable[[str], Moment]) -> None:
    moment = at("review")
    with pytest.raises(ProblemsFound, match="人为疏忽免列案追踪"):
        sign_step(moment.world, moment.case, negligence="yes", track="yes")
    assert sign_step(moment.world, moment.case, negligence="yes", track="no").step == "propose"


@pytest.mark.regulation("9(6)e")
def test_the_liable_units_loss_adds_its_kinds_by_rules_that_are_marked_as_our_own(way: Mapping[str, Moment]) -> None:
    closed = way[CLOSED]
    assert closed.reading.values["loss_amount"] == Decimal("14200.00")  # 9,000 allowed, 5,200 lost on what came back
    office = closed.world.office
    assert "loss" in {assumed.of for assumed in list_assumptions(office.organisation, office.today(office.now()))}


@pytest.mark.regulation("9(6)f", "9(6)g")
def test_loss_and_penalty_stand_in_what_a_superior_decides_on(way: Mapping[str, Moment]) -> None:
    before, closed = way["decide"].reading.values, way[CLOSED].case
    assert (before["loss_amount"], before["penalty_kind"], before["penalty_person"]) == (14200, "bonus", "冯强")
    signers = {signature.step: signature.person for signature in closed.signatures}
    assert (signers["digest"], signers["decide"]) == ("zhao_min", "lin_guo")


@pytest.mark.regulation("9(6)g")
def test_no_penalty_is_drawn_up_before_the_decision(way: Mapping[str, Moment]) -> None:
    world, case = way["decide"].world, way["decide"].case
    with pytest.raises(NotOpenable, match="已结案"):
        open_document(world.office, world.person("zhao_min"), "reward-penalty", case.id)


@pytest.mark.regulation("9(6)g")
def test_a_notice_says_what_was_decided_whatever_is_typed(notice: Values) -> None:
    decided = ("loss_amount", "approved_kind", "approved_person")
    assert [notice[name] for name in decided] == [14200, "bonus", "冯强"]


@pytest.mark.regulation("9(6)h")
def test_a_deduction_goes_by_base_points_to_half_the_bonus_and_the_rest_is_carried_on(notice: Values) -> None:
    rows = notice["people"]
    assert isinstance(rows, tuple)
    deducted = [str(rows[0][name]) for name in ("deduction", "cap", "due", "carried")]
    assert (str(notice["share"]), deducted) == ("8520.00", ["852.00", "500.00", "500.00", "352.00"])
