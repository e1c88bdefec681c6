"""A week's leave: who may sign for whom, as the bytes, the ledger and the verifier have it."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from forms_service.domain.delegation import Delegation
from forms_service.domain.document import Document
from forms_service.domain.errors import NotFound, NotYours, ProblemsFound, WrongState
from forms_service.domain.events import Event
from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import verify
from forms_service.workflow.auditing import principal_of, verify_file
from forms_service.workflow.delegating import Proposal, delegate, revoke
from forms_service.workflow.opening import open_document
from forms_service.workflow.reading import find, read
from tests.joint_form import ASKED, forge, joint_world
from tests.world import World

TODAY = dt.date(2026, 11, 24)
WEEK = Proposal("yuan_li", "feng_qiang", TODAY, TODAY + dt.timedelta(days=6), "出差")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return joint_world(tmp_path / "office")


def _delegated(world: World, by: str = "yuan_li", **changes: object) -> Delegation:
    proposal = replace(WEEK, **changes)  # type: ignore[arg-type]  # a test's own changes
    return delegate(world.office, world.person(by), proposal)


def _at_review(world: World, **changes: str) -> Document:
    document = open_document(world.office, world.person("li_wen"), "memorandum")
    document = world.sign(document, "li_wen", raw={**ASKED, "unit": "", **changes})
    for step, person in (("joint_1", "sun_yue"), ("joint_2", "gao_yuan")):
        document = world.sign(document, person, step=step)
    return document


def _sign_for(world: World, document: Document, person: str = "feng_qiang", principal: str = "yuan_li") -> Document:
    return world.sign(document, person, on_behalf_of=principal)


def _faults(verdict: Verdict) -> list[str]:
    return [check.detail for check in verdict.checks if check.result == "fail"]


def _notes(world: World, person: str) -> list[str]:
    with world.office.database.read() as tx:
        return [note.words for note in tx.notes.of(person)]


def test_a_delegate_signs_for_the_principal_and_everything_says_so(world: World) -> None:
    made = _delegated(world)
    document = _sign_for(world, _at_review(world))
    signature = document.signatures[-1]
    assert (signature.person, signature.on_behalf_of, signature.role) == ("feng_qiang", "yuan_li", "经理（代 袁立新）")
    with world.office.database.read() as tx:
        event = tx.ledger.of(document.id)[-1].event
    assert (event.data["on_behalf_of"], event.data["delegation"]) == ("yuan_li", made.id)
    verdict = verify_file(world.office, world.office.blobs.get(document.head))
    assert _faults(verdict) == []
    assert verdict.signatures[-1].role == "经理（代 袁立新）"


def test_the_principal_is_told_what_was_signed_for_them(world: World) -> None:
    _delegated(world)
    document = _sign_for(world, _at_review(world))
    assert _notes(world, "yuan_li")[0] == f"{document.number}「核阅」由冯强签章同意，是代您签的。"


def test_without_a_ledger_the_verdict_leaves_the_delegation_open(world: World) -> None:
    _delegated(world)
    office = world.office
    data = office.blobs.get(_sign_for(world, _at_review(world)).head)
    offline = verify(data, office.trust, None, office.now(), office.fonts)
    assert any("代签的人当时有没有受委托" in words for words in offline.not_checked_here)


def test_a_delegation_holds_on_the_firms_days(world: World) -> None:
    _delegated(world, starts_on=dt.date(2026, 11, 25), ends_on=dt.date(2026, 11, 25))
    document = _at_review(world)
    world.clock.at = dt.datetime(2026, 11, 24, 15, 59, 30, tzinfo=dt.UTC)  # 23:59:30 in Shanghai
    with pytest.raises(NotFound):
        _sign_for(world, document)
    world.clock.at = dt.datetime(2026, 11, 25, 15, 59, 30, tzinfo=dt.UTC)
    find(world.office, world.person("feng_qiang"), document.id)
    world.clock.at = dt.datetime(2026, 11, 25, 16, 0, 0, tzinfo=dt.UTC)
    with pytest.raises(NotFound):
        _sign_for(world, document)


def test_a_revoked_delegation_holds_no_more(world: World) -> None:
    made, document = _delegated(world), _at_review(world)
    revoke(world.office, world.person("yuan_li"), made.id)
    with pytest.raises(NotFound):
        _sign_for(world, document)
    with pytest.raises(WrongState, match="已经撤销"):
        revoke(world.office, world.person("yuan_li"), made.id)
    assert "撤销了代理" in _notes(world, "feng_qiang")[0]


def test_a_delegates_own_delegate_cannot_act(world: World) -> None:
    _delegated(world)
    _delegated(world, by="feng_qiang", principal="feng_qiang", delegate="deng_kai")
    with pytest.raises(NotFound):
        _sign_for(world, _at_review(world), person="deng_kai")


def test_what_was_signed_for_the_principal_bars_the_principal_and_the_delegate(world: World) -> None:
    _delegated(world, by="wu_gang", principal="wu_gang", delegate="lin_guo")
    document = _at_review(world, amount="20000")
    document = world.sign(document, "yuan_li")
    document = world.sign(document, "lin_guo", on_behalf_of="wu_gang")
    document = world.sign(document, "wang_jian")  # the manager above, for the one below signed it
    assert document.step == "decide"
    with pytest.raises(NotYours, match="已经签过"):
        world.sign(document, "lin_guo")


def test_a_cap_refuses_what_is_above_it(world: World) -> None:
    _delegated(world, by="lin_guo", principal="lin_guo", delegate="su_ting", cap=Decimal(6000))
    within, above = (_at_decide(world, amount) for amount in ("6000", "6000.01"))
    assert _sign_for(world, within, "su_ting", "lin_guo").state == "finished"
    with pytest.raises(NotYours):
        _sign_for(world, above, "su_ting", "lin_guo")


def _at_decide(world: World, amount: str) -> Document:
    document = _at_review(world, amount=amount)
    for person in ("yuan_li", "wu_gang"):
        document = world.sign(document, person)
    return world.sign(document, "lin_guo")


def test_only_the_principal_and_the_overseers_delegate_and_revoke(world: World) -> None:
    with pytest.raises(NotYours):
        _delegated(world, by="sun_yue")
    made = _delegated(world, by="zhao_min")
    assert made.made_by == "zhao_min"
    assert _notes(world, "yuan_li") == [f"赵敏替您委托冯强代理：全部单据，{TODAY} 至 2026-11-30。"]
    with pytest.raises(NotYours):
        revoke(world.office, world.person("feng_qiang"), made.id)
    revoke(world.office, world.person("su_ting"), made.id)


def test_an_overseer_cannot_take_an_absent_persons_work_for_themselves(world: World) -> None:
    with pytest.raises(ProblemsFound, match="委托给自己"):
        _delegated(world, by="zhao_min", delegate="zhao_min")


def test_a_form_that_does_not_exist_is_refused(world: World) -> None:
    with pytest.raises(ProblemsFound, match="没有这种表单"):
        _delegated(world, form="nothing")


def test_the_ledger_knows_of_each_delegation_and_its_end(world: World) -> None:
    made = _delegated(world, cap=Decimal("500.00"), form="memorandum")
    revoke(world.office, world.person("yuan_li"), made.id)
    with world.office.database.read() as tx:
        told = {r.event.kind: r.event for r in tx.ledger.of("") if r.event.data.get("delegation") == made.id}
    assert set(told) == {"delegated", "delegation_revoked"}
    assert (told["delegated"].data["cap"], told["delegated"].data["form"]) == ("500.00", "memorandum")


def test_a_delegation_that_the_ledger_does_not_have_is_refused(world: World) -> None:
    forged = forge(world, _at_review(world), "review", "feng_qiang", on_behalf_of="yuan_li")
    assert any("台账" in fault for fault in _faults(verify_file(world.office, forged)))


@pytest.mark.parametrize("days", [-1, 7])
def test_a_signature_outside_the_days_that_the_ledger_has_is_refused(world: World, days: int) -> None:
    made = _delegated(world)
    signed = _sign_for(world, _at_review(world))
    with world.office.database.read() as tx:
        told, rows = tx.ledger.of(""), tx.ledger.of(signed.id)
    event = rows[-1].event
    moved = replace(event, at=event.at + dt.timedelta(days=days))
    assert principal_of(world.office, event, told, form="memorandum") == made.principal
    assert principal_of(world.office, moved, told, form="memorandum") == ""


def test_a_signature_beyond_the_form_or_the_cap_that_the_ledger_has_is_refused(world: World) -> None:
    made = _delegated(world, form="memorandum", cap=Decimal(5000))
    signed = _sign_for(world, _at_review(world))
    with world.office.database.read() as tx:
        told, event = tx.ledger.of(""), tx.ledger.of(signed.id)[-1].event

    def decided(policy: str) -> Event:
        return replace(event, data={**event.data, "policy": policy})

    assert principal_of(world.office, event, told, form="sales-allowance") == ""
    assert principal_of(world.office, decided("limits@ab#1=5000.00"), told, form="memorandum") == made.principal
    assert principal_of(world.office, decided("limits@ab#1=5000.01"), told, form="memorandum") == ""


def test_a_delegate_opens_nothing_for_the_principal(world: World) -> None:
    _delegated(world, by="li_wen", principal="li_wen")
    with pytest.raises(NotYours):
        open_document(world.office, world.person("feng_qiang"), "memorandum")


def test_a_delegate_signs_the_first_step_that_the_principal_opened(world: World) -> None:
    _delegated(world, by="li_wen", principal="li_wen")
    document = open_document(world.office, world.person("li_wen"), "memorandum")
    signed = world.sign(document, "feng_qiang", raw=ASKED, on_behalf_of="li_wen")
    assert (signed.opened_by, signed.signatures[-1].on_behalf_of) == ("li_wen", "li_wen")


def test_a_delegate_does_not_see_what_is_not_the_principals_turn(world: World) -> None:
    _delegated(world)
    document = open_document(world.office, world.person("li_wen"), "memorandum")
    with pytest.raises(NotFound):
        find(world.office, world.person("feng_qiang"), document.id)
    assert read(world.office, document).claim is not None
