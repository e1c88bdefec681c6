"""§10: how long a case has, from its acceptance to its closing, and each unit of it."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest

from forms_service.domain.assumptions import list_assumptions
from forms_service.domain.policies import settings_in_force
from forms_service.workflow.reading import read
from tests.cases import child, settle, sign_step
from tests.regulation.office import CLOSED, Moment

BEFORE = ("open", "countersign", "register")


@pytest.mark.regulation("10(2)")
def test_every_step_has_a_last_minute_of_its_own_from_the_policy(way: Mapping[str, Moment]) -> None:
    assert all(moment.due for step, moment in way.items() if step != CLOSED)
    named = [step.within.setting if step.within else "" for step in way[CLOSED].reading.spec.steps]
    settings = settings_in_force(way["qa"].world.office.organisation, dt.date(2026, 11, 24))
    assert {*named} <= {*settings, "talk_days"}
    assert (way["qa"].due, way["plant"].due) == ("2026-11-27 23:59", "2026-11-27 23:59")
    assert (way["mgr_office"].due, way["digest"].due) == ("2026-11-26 23:59", "2026-11-26 23:59")


@pytest.mark.regulation("10(2)", "10(1)a", "10(1)b")
@pytest.mark.parametrize(("region", "days"), [("domestic", 15), ("abroad", 20)])
def test_the_units_times_fit_into_the_cases(way: Mapping[str, Moment], region: str, days: int) -> None:
    settings = settings_in_force(way["qa"].world.office.organisation, dt.date(2026, 11, 24))
    steps = way[CLOSED].reading.spec.steps
    withins = {step.joint or step.id: step.within for step in steps if step.id not in BEFORE}
    names = [f"{w.setting}_{region}" if w.by else w.setting for w in withins.values() if w]
    assert len(names) == len(withins)
    total = sum((Decimal(settings[name]) for name in names), Decimal(0))
    assert total <= days


@pytest.mark.regulation("10(2)")
def test_times_that_the_regulation_does_not_give_are_told_as_ours(way: Mapping[str, Moment]) -> None:
    office = way["qa"].world.office
    told = {each.name for each in list_assumptions(office.organisation, office.today(office.now()))}
    assert {"qa_days", "plant_days", "decide_days"} <= told
    assert not {"digest_days", "report_days"} & told


@pytest.mark.regulation("10(1)c")
def test_nothing_on_the_way_moves_the_cases_last_day(way: Mapping[str, Moment]) -> None:
    days = {moment.case.case_due_at for step, moment in way.items() if step not in BEFORE}
    assert len(days) == 1
    assert {moment.case.case_due_at for step, moment in way.items() if step in BEFORE} == {None}


@pytest.mark.regulation("10(1)c", "14b")
def test_a_case_is_late_by_the_days_until_its_closing_though_a_customer_took_them(at: Callable[[str], Moment]) -> None:
    moment = at("talk")
    world, case = moment.world, moment.case
    world.clock.pass_(days=20)
    while case.state == "open":
        case = sign_step(world, case)
    settle(world)
    review = sign_step(world, child(world, case, "timeliness-review"))
    values = read(world.office, review).values
    assert (str(values["case_due_on"]), str(values["closed_on"])) == ("2026-12-09", "2026-12-15")
    assert values["case_late_days"] == 6
