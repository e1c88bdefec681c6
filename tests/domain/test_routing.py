"""Whose turn it is: limits at their edges, nobody twice, one rule for who may see."""

from dataclasses import replace
from decimal import Decimal

import pytest

from forms_service.domain.claims import Claim
from forms_service.domain.course import Who
from forms_service.domain.document import Document, Signature
from forms_service.domain.errors import NotYours
from forms_service.domain.expression import parse_expression
from forms_service.domain.people import Person
from forms_service.domain.problem import Place
from forms_service.domain.routing import Circumstances, claim, may_see, require_turn, skipped_steps
from forms_service.domain.values import Value
from tests.world import START, allowance_spec, demo_organisation

SPEC, ORG = allowance_spec(), demo_organisation()
PLACE = Place("form.yaml", 1, 1)
AMOUNT = parse_expression("net", PLACE, {"net": "money"})
DOCUMENT = Document(
    "d", SPEC.form, 1, SPEC.sha256, "A2611001", "open", "gm", 1, "base", "li_wen", START, START, None
)  # fmt: skip


def _person(person_id: str) -> Person:
    found = ORG.person(person_id)
    if found is None:
        raise AssertionError(person_id)
    return found


def _claimed(who: Who, **known: object) -> Claim:
    step = replace(SPEC.step("gm"), who=who)
    return claim(step, DOCUMENT, Circumstances(known, ORG, ORG.policies))  # type: ignore[arg-type]  # a test's own values


@pytest.mark.parametrize(
    ("amount", "role"),
    [
        ("5000.00", "sales_manager"),
        ("5000.01", "deputy_gm"),
        ("50000.00", "deputy_gm"),
        ("50000.01", "gm"),
    ],
)
def test_a_limit_chooses_exactly_one_decider_at_its_edges(amount: str, role: str) -> None:
    found = _claimed(Who("policy", "complaint_authority", AMOUNT), net=Decimal(amount))
    assert found.role == role
    assert found.policy is not None
    assert found.policy.startswith("complaint_authority@")


def test_an_unknown_amount_goes_to_the_highest() -> None:
    assert _claimed(Who("policy", "complaint_authority", AMOUNT), net=None).role == "gm"


def test_either_of_two_may_sign() -> None:
    either = Who("any", of=(Who("role", "deputy_gm"), Who("role", "gm")))
    assert [p.id for p in _claimed(either).people] == ["lin_guo", "wang_jian"]


def test_a_makers_manager_is_found_through_the_maker() -> None:
    assert [p.id for p in _claimed(Who("manager_of", "prepare")).people] == ["chen_zhi"]


def test_a_department_is_found_by_the_name_that_stands_in_a_field_and_not_by_its_id() -> None:
    assert _claimed(Who("dept_field", "liable"), liable="plant").people == ()
    assert _claimed(Who("dept_field", "liable"), liable=None).people == ()


def test_a_person_is_found_by_the_name_that_stands_in_a_field() -> None:
    assert [p.id for p in _claimed(Who("person_field", "handler"), handler="吴刚").people] == ["wu_gang"]
    assert _claimed(Who("person_field", "handler"), handler="没有此人").people == ()


def test_a_name_that_two_share_is_nobodys() -> None:
    twice = replace(ORG, people=(*ORG.people, replace(_person("wu_gang"), id="wu_gang_2")))
    step = replace(SPEC.step("gm"), who=Who("person_field", "handler"))
    assert claim(step, DOCUMENT, Circumstances({"handler": "吴刚"}, twice, ())).people == ()


def test_what_the_office_opened_by_itself_is_whose_desk_it_was_first_signed_at() -> None:
    opened = replace(DOCUMENT, opened_by="office")
    step = replace(SPEC.step("gm"), who=Who("opened_by"))
    now = Circumstances({}, ORG, ())
    first = Signature("prepare", "zhou_hao", "业务部", "approve", "", "ff", START, "base", "head", 1)
    assert claim(step, opened, now).people == ()
    assert [p.id for p in claim(step, replace(opened, signatures=(first,)), now).people] == ["zhou_hao"]
    for_another = replace(first, on_behalf_of="li_wen")
    assert [p.id for p in claim(step, replace(opened, signatures=(for_another,)), now).people] == ["li_wen"]


def test_who_opened_the_document_before_is_asked_by_its_alias() -> None:
    step = replace(SPEC.step("gm"), who=Who("opened_by", "complaint"))
    found = claim(step, DOCUMENT, Circumstances({}, ORG, (), opener="zhou_hao"))
    assert [p.id for p in found.people] == ["zhou_hao"]
    assert claim(step, DOCUMENT, Circumstances({}, ORG, ())).people == ()


def test_a_department_named_in_a_field_is_asked() -> None:
    assert [p.id for p in _claimed(Who("dept_field", "liable"), liable="制造部").people] == ["wu_gang", "feng_qiang"]


def test_the_maker_never_approves_whatever_role_they_hold() -> None:
    made = Signature("prepare", "wang_jian", "经办", "approve", "", "ff", START, "base", "head", 1)
    gm = _person("wang_jian")
    with pytest.raises(NotYours):
        require_turn(gm, SPEC.step("gm"), replace(DOCUMENT, signatures=(made,)), Claim((gm,), "gm", "总经理"))


def test_a_condition_may_read_the_day_and_the_policy() -> None:
    names = {"today": "date", "opened_on": "date", "policy.tax_rate": "number"}
    when = parse_expression("policy.tax_rate > 0 and today == opened_on", PLACE, names)  # type: ignore[arg-type]  # kinds
    spec = replace(SPEC, steps=(SPEC.steps[0], replace(SPEC.steps[1], when=when), *SPEC.steps[2:]))
    day = START.date()
    known: dict[str, Value] = {"today": day, "opened_on": day, "policy.tax_rate": Decimal("0.05")}
    assert skipped_steps(spec, known) == frozenset()
    assert skipped_steps(spec, {**known, "policy.tax_rate": Decimal(0)}) == {"deputy_gm"}


@pytest.mark.parametrize(
    ("person", "finished", "sees"),
    [
        ("li_wen", False, True),  # opened it
        ("zhou_hao", False, True),  # of the department that fills it
        ("he_mei", False, False),  # keeps a copy, but only of what is finished
        ("he_mei", True, True),
        ("zhao_min", False, True),  # the 总经理室 oversees
        ("wu_gang", True, False),  # has nothing to do with it
    ],
)
def test_one_rule_says_who_sees_a_document(person: str, finished: bool, sees: bool) -> None:
    document = replace(DOCUMENT, state="finished" if finished else "open")
    assert may_see(_person(person), document, SPEC, frozenset(), Circumstances({}, ORG, ())) is sees
