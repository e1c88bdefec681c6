"""§8, §9(3): the office numbers a complaint when it accepts it, by year, month and running number, and registers it."""

from collections.abc import Callable, Mapping

import pytest

from forms_service.store.registered import Wanted
from forms_service.workflow.registering import all_entries
from tests.cases import sign_step
from tests.regulation.office import CLOSED, Moment


@pytest.mark.regulation("8(1)", "9(3)a")
def test_the_first_complaint_of_november_2026_is_261101(way: Mapping[str, Moment]) -> None:
    assert [way[step].case.number[:4] for step in ("open", "countersign", "register")] == ["未编号-"] * 3
    assert [way[step].case.number for step in ("qa", CLOSED)] == ["261101", "261101"]


@pytest.mark.regulation("8(2)")
def test_the_running_number_begins_anew_with_the_month_of_the_acceptance(at: Callable[[str], Moment]) -> None:
    moment = at("register")
    moment.world.clock.pass_(days=7)  # from 24 November to 1 December
    assert sign_step(moment.world, moment.case).number == "261201"


@pytest.mark.regulation("9(3)a", "9(3)b", "7(3)①a")
def test_accepting_numbers_and_registers_in_one_act(way: Mapping[str, Moment]) -> None:
    wanted = Wanted("customer-complaint")
    counted = {step: all_entries(way[step].world.office, wanted).total for step in ("register", "qa")}
    assert counted == {"register": 0, "qa": 1}
    accepted = way["qa"].case.signed("register")
    assert accepted is not None
    assert (accepted.role, way["qa"].case.numbered_at) == ("总经理室承办", accepted.signed_at)
