"""§2–§5: what the regulation is about, what is a complaint and what is none, and that no step is left out."""

import datetime as dt
import re
from collections.abc import Callable, Mapping

import pytest

from forms_service.domain.errors import WrongState
from forms_service.domain.numbering import parse_pattern
from forms_service.workflow.opening import openable_forms
from tests.forms.desk import shelf
from tests.regulation.office import CLOSED, REFUSED, Moment
from tests.regulation.table import duties

DAY = dt.date(2026, 11, 24)
DUTIES = {duty.clause: duty for duty in duties()}


@pytest.mark.regulation("2")
@pytest.mark.parametrize(
    ("matter", "name"),
    [
        ("编号", "customer-complaint"),
        ("处理", "customer-complaint"),
        ("追踪改善", "improvement"),
        ("成品退货", "goods-return"),
        ("期限", "stage_days"),
        ("核决权限", "complaint_authority"),
        ("逾期反应", "reminder-slip"),
    ],
)
def test_each_matter_of_the_regulation_has_its_form_or_policy_in_force(
    way: Mapping[str, Moment], matter: str, name: str
) -> None:
    office = way[CLOSED].world.office
    forms = {approval.form for approval in office.rulebook.forms(office.now())}
    assert name in forms | {policy.id for policy in office.policies(office.now())}
    assert (matter in DUTIES["2"].words, name in DUTIES["2"].where) == (True, True)


@pytest.mark.regulation("3a")
def test_a_complaint_is_one_form_and_no_other_takes_a_number_of_its_series() -> None:
    first = {spec.form: parse_pattern(spec.number).write(DAY, 1) for spec in shelf().values()}
    assert [form for form, number in first.items() if re.fullmatch(r"\d+", number)] == ["customer-complaint"]


@pytest.mark.regulation("3a", "3c", "6a")
def test_sales_opens_complaints_and_every_unit_opens_abnormalities(way: Mapping[str, Moment]) -> None:
    office = way[CLOSED].world.office
    one_each = {person.department: person for person in office.organisation.people}
    offered = {unit: {form.form for form in openable_forms(office, who)} for unit, who in one_each.items()}
    assert [unit for unit, forms in offered.items() if "customer-complaint" in forms] == ["sales"]
    assert [unit for unit, forms in offered.items() if "abnormality" not in forms] == []
    assert len(offered) == len(office.organisation.departments)


@pytest.mark.regulation("4")
def test_a_case_closes_with_the_signature_of_every_step_in_order(way: Mapping[str, Moment]) -> None:
    closed = way[CLOSED]
    assert closed.case.state == "finished"
    assert [signature.step for signature in closed.case.signatures] == [step.id for step in closed.reading.spec.steps]


@pytest.mark.regulation("4", "7(3)②", "9(3)h")
def test_no_step_is_signed_before_the_ones_that_come_first(way: Mapping[str, Moment]) -> None:
    signers = {signature.step: signature.person for signature in way[CLOSED].case.signatures}
    order = [*signers]
    for place, moment in enumerate(way.values()):
        at_hand = {turn.step.id for turn in moment.reading.turns}
        for later in {*order[place + 1 : place + 4], order[-1]} - at_hand:
            with pytest.raises((*REFUSED, WrongState)):
                moment.try_to_sign(signers[later], later)
        assert moment.stored.head == moment.case.head


@pytest.mark.regulation("4")
def test_a_case_cannot_be_closed_by_any_other_decision(way: Mapping[str, Moment]) -> None:
    for step in way[CLOSED].reading.spec.steps:
        assert (step.may_reject, step.may_refuse) == (False, False), step.id


@pytest.mark.regulation("5a")
def test_neither_the_report_nor_the_finding_leaves_the_class_open(at: Callable[[str], Moment]) -> None:
    assert at("open").gaps("class_reported") == {"class_reported"}
    assert at("qa").gaps("class_found") == {"class_found"}


@pytest.mark.regulation("5b")
def test_the_class_that_the_cause_shows_stands_beside_the_one_reported(way: Mapping[str, Moment]) -> None:
    values = way[CLOSED].reading.values
    assert (values["class_reported"], values["class_found"]) == ("human", "quality")
    assert way["qa"].reading.values["class_found"] is None
