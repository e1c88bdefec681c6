"""Acting for another: who may, on what and until when; never in a chain, never past limits, never past not_same_as."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from forms_service.domain.claims import Claim
from forms_service.domain.delegation import Delegation, check_delegation
from forms_service.domain.document import Document, Signature
from forms_service.domain.errors import NotYours
from forms_service.domain.people import Person
from forms_service.domain.routing import Circumstances, claim, may_see, require_standing, require_turn
from tests.joint_form import joint_spec
from tests.world import START, demo_organisation

SPEC, ORG = joint_spec(), demo_organisation()
TODAY = dt.date(2026, 11, 24)
LEAVE = Delegation("w1", "lin_guo", "sun_yue", "", None, TODAY, TODAY, "休假", "lin_guo", START)
DOCUMENT = Document(
    "d", SPEC.form, 1, SPEC.sha256, "M2611001", "open", "review", 1, "base", "li_wen", START, START, None
)  # fmt: skip


def _person(person_id: str) -> Person:
    found = ORG.person(person_id)
    if found is None:
        raise AssertionError(person_id)
    return found


def _now(*delegations: Delegation, **known: object) -> Circumstances:
    return Circumstances(known, ORG, ORG.policies, delegations=delegations)  # type: ignore[arg-type]  # a test's own values


def _claimed(step: str, *delegations: Delegation, document: Document = DOCUMENT, **known: object) -> Claim:
    return claim(SPEC.step(step), document, _now(*delegations, **known))


def _signed(step: str, person: str, on_behalf_of: str | None = None) -> Document:
    made = Signature(step, person, "", "approve", "", "ff", START, "base", "head", 1, on_behalf_of)
    return replace(DOCUMENT, signatures=(made,))


def _deputies(claimed: Claim) -> list[tuple[str, str]]:
    return [(deputy.person.id, deputy.principal.id) for deputy in claimed.deputies]


def test_a_delegate_may_sign_for_the_principal_and_says_so() -> None:
    claimed = _claimed("review", LEAVE)
    standing = require_standing(_person("sun_yue"), SPEC.step("review"), DOCUMENT, claimed, "lin_guo")
    assert (standing.words, standing.delegation) == ("副总经理（代 林国栋）", "w1")


def test_a_delegate_does_not_sign_as_if_it_were_their_own() -> None:
    with pytest.raises(NotYours, match="只能代林国栋签"):
        require_standing(_person("sun_yue"), SPEC.step("review"), DOCUMENT, _claimed("review", LEAVE), None)


def test_nobody_acts_for_whom_they_have_no_delegation_of() -> None:
    with pytest.raises(NotYours):
        require_standing(_person("sun_yue"), SPEC.step("review"), DOCUMENT, _claimed("review", LEAVE), "yuan_li")
    with pytest.raises(NotYours):
        require_standing(_person("lin_guo"), SPEC.step("review"), DOCUMENT, _claimed("review", LEAVE), "yuan_li")


def test_the_principal_may_still_sign() -> None:
    assert require_turn(_person("lin_guo"), SPEC.step("review"), DOCUMENT, _claimed("review", LEAVE))


def test_a_delegates_delegate_cannot_act() -> None:
    passed_on = replace(LEAVE, id="w2", principal="sun_yue", delegate="tang_ying")
    assert _deputies(_claimed("review", LEAVE, passed_on)) == [("sun_yue", "lin_guo")]


def test_a_delegation_is_for_its_form() -> None:
    assert _deputies(_claimed("review", replace(LEAVE, form=SPEC.form))) == [("sun_yue", "lin_guo")]
    assert _deputies(_claimed("review", replace(LEAVE, form="sales-allowance"))) == []


def test_a_delegate_has_nothing_where_the_principal_has_nothing() -> None:
    assert _deputies(_claimed("draft", LEAVE)) == []


@pytest.mark.parametrize(
    ("amount", "may"), [("5000.01", True), ("20000.00", True), ("20000.01", False), ("50000.01", False)]
)
def test_a_delegates_limit_is_the_principals_band_and_the_cap(amount: str, may: bool) -> None:
    capped = replace(LEAVE, cap=Decimal(20000))
    assert bool(_deputies(_claimed("decide", capped, amount=Decimal(amount)))) is may


def test_an_amount_that_is_not_known_is_above_every_cap() -> None:
    general_manager = replace(LEAVE, principal="wang_jian", cap=Decimal(10**9))
    assert _deputies(_claimed("decide", general_manager, amount=None)) == []
    assert _deputies(_claimed("decide", replace(general_manager, cap=None), amount=None)) != []


def test_a_cap_is_read_by_what_the_form_books_where_no_limits_decide() -> None:
    capped = replace(LEAVE, cap=Decimal(100))
    for worth, may in ((Decimal(100), True), (Decimal("100.01"), False), (None, True)):
        now = replace(_now(capped), worth=worth)
        assert bool(claim(SPEC.step("review"), DOCUMENT, now).deputies) is may


def test_whoever_holds_the_step_anyway_signs_in_their_own_right() -> None:
    to_the_other = replace(LEAVE, delegate="yuan_li")
    assert [s.principal for s in _claimed("review", to_the_other).standings("yuan_li")] == [None]


@pytest.mark.parametrize(
    ("signer", "behalf"), [("sun_yue", None), ("lin_guo", None), ("tang_ying", "lin_guo"), ("sun_yue", "pan_yue")]
)
def test_neither_delegate_nor_principal_may_have_signed_what_bars_the_step(signer: str, behalf: str | None) -> None:
    document = _signed("draft", signer, behalf)
    with pytest.raises(NotYours, match="已经签过"):
        require_turn(_person("sun_yue"), SPEC.step("review"), document, _claimed("review", LEAVE, document=document))


@pytest.mark.parametrize(("signer", "behalf"), [("yuan_li", None), ("sun_yue", "yuan_li")])
def test_a_principal_is_barred_by_what_was_signed_for_them(signer: str, behalf: str | None) -> None:
    document = _signed("draft", signer, behalf)
    with pytest.raises(NotYours):
        require_turn(_person("yuan_li"), SPEC.step("review"), document, _claimed("review", document=document))


def test_a_delegate_barred_for_one_principal_may_still_act_for_another() -> None:
    other = replace(LEAVE, id="w2", principal="yuan_li")
    document = _signed("draft", "lin_guo")
    claimed = _claimed("review", LEAVE, other, document=document)
    free = require_turn(_person("sun_yue"), SPEC.step("review"), document, claimed)
    assert [s.principal.id for s in free if s.principal] == ["yuan_li"]


def test_one_of_two_signs_in_their_own_role() -> None:
    claimed = _claimed("review")
    assert [claimed.standings(who)[0].words for who in ("lin_guo", "yuan_li")] == ["副总经理", "经理"]


def test_a_step_handed_over_is_the_colleagues_alone() -> None:
    document = replace(DOCUMENT, step="joint_1", assignee="tang_ying")
    claimed = claim(SPEC.step("joint_1"), document, _now())
    assert [p.id for p in claimed.holders] == ["tang_ying"]
    with pytest.raises(NotYours, match="已交给唐颖办理"):
        require_turn(_person("sun_yue"), SPEC.step("joint_1"), document, claimed)
    assert claimed.concerns("sun_yue")


def test_an_assignees_delegate_acts_and_the_others_do_not() -> None:
    document = replace(DOCUMENT, step="joint_1", assignee="tang_ying")
    hers, his = replace(LEAVE, principal="tang_ying", delegate="sun_yue"), replace(LEAVE, principal="sun_yue")
    claimed = claim(SPEC.step("joint_1"), document, _now(hers, replace(his, delegate="feng_qiang")))
    assert _deputies(claimed) == [("sun_yue", "tang_ying")]


def test_the_manager_over_a_step_is_the_principals() -> None:
    document = _signed("handle", "feng_qiang", "wu_gang")
    assert [p.id for p in _claimed("confirm", document=document).people] == ["lin_guo"]


def test_a_manager_who_signed_for_their_own_staff_is_answered_for_by_the_one_above() -> None:
    document = _signed("handle", "lin_guo", "wu_gang")
    assert [p.id for p in _claimed("confirm", document=document).people] == ["wang_jian"]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"delegate": "lin_guo"}, "delegate"),
        ({"delegate": "nobody"}, "delegate"),
        ({"principal": "nobody"}, "principal"),
        ({"made_by": "sun_yue"}, "delegate"),
        ({"ends_on": dt.date(2026, 11, 23)}, "ends_on"),
        ({"starts_on": dt.date(2026, 11, 1), "ends_on": dt.date(2026, 11, 2)}, "ends_on"),
        ({"cap": Decimal(0)}, "cap"),
        ({"reason": " "}, "reason"),
        ({"reason": "长" * 201}, "reason"),
    ],
)
def test_what_is_wrong_with_a_delegation_is_said(change: dict[str, object], where: str) -> None:
    problems = check_delegation(replace(LEAVE, **change), ORG, TODAY)  # type: ignore[arg-type]  # as above
    assert [problem.where for problem in problems] == [where]


def test_a_plain_delegation_is_in_order() -> None:
    assert check_delegation(LEAVE, ORG, TODAY) == ()


@pytest.mark.parametrize(("days", "holds"), [(-1, False), (0, True), (2, True), (3, False)])
def test_it_holds_from_its_first_day_to_its_last(days: int, holds: bool) -> None:
    week = replace(LEAVE, ends_on=TODAY + dt.timedelta(days=2))
    assert week.in_force(TODAY + dt.timedelta(days=days)) is holds
    assert not replace(week, revoked_at=START).in_force(TODAY + dt.timedelta(days=days))


@pytest.mark.parametrize(
    ("person", "known", "sees"),
    [
        ("cao_yang", {"unit": "服务部"}, True),  # of the department that a field names
        ("cao_yang", {"unit": "制造部"}, False),
        ("cao_yang", {}, False),
        ("wu_gang", {"handler": "吴刚"}, True),  # the person that a field names
        ("wu_gang", {"handler": "冯强"}, False),
        ("tang_ying", {}, True),  # of a department that is a member of the 会签
        ("gao_yuan", {}, False),  # of a role that is, whose turn it is not
    ],
)
def test_what_a_field_names_may_see(person: str, known: dict[str, object], sees: bool) -> None:
    assert may_see(_person(person), DOCUMENT, SPEC, frozenset(), _now(**known)) is sees


def test_who_is_asked_sees_and_nobody_else_of_their_kind() -> None:
    asked = frozenset({"feng_qiang"})
    assert may_see(_person("feng_qiang"), DOCUMENT, SPEC, asked, _now())
    assert not may_see(_person("wu_gang"), DOCUMENT, SPEC, asked, _now())


def test_principal_and_delegate_see_what_was_signed_for_one_by_the_other() -> None:
    document = _signed("review", "feng_qiang", "yuan_li")
    for person in ("feng_qiang", "yuan_li"):
        assert may_see(_person(person), document, SPEC, frozenset(), _now())
        assert not may_see(_person(person), DOCUMENT, SPEC, frozenset(), _now())


def test_the_other_of_two_sees_what_the_first_decided() -> None:
    assert not may_see(_person("lin_guo"), DOCUMENT, SPEC, frozenset(), _now())
    assert may_see(_person("lin_guo"), _signed("review", "yuan_li"), SPEC, frozenset(), _now())
    assert not may_see(_person("wu_gang"), _signed("review", "yuan_li"), SPEC, frozenset(), _now())
