"""Delegating (代理): somebody's work given to a colleague for some days, and taken back; the ledger knows of both.

Whoever is away may have it made by the 总经理室; never by somebody for themselves.
"""

import datetime as dt
from dataclasses import dataclass

from forms_service.domain.delegation import Delegation, check_delegation
from forms_service.domain.errors import NotYours, ProblemsFound
from forms_service.domain.events import Data, Event
from forms_service.domain.money import Money
from forms_service.domain.people import Person
from forms_service.domain.problem import Problem
from forms_service.domain.routing import OVERSEER_ROLES
from forms_service.workflow.noting import note
from forms_service.workflow.office import Office


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is asked for: whose work goes to whom, on which form ("" for all), up to which amount, on which days."""

    principal: str
    delegate: str
    starts_on: dt.date
    ends_on: dt.date
    reason: str
    form: str = ""
    cap: Money | None = None


def delegate(office: Office, person: Person, proposal: Proposal) -> Delegation:
    """Make a delegation, in force by its dates. Raises NotYours, ProblemsFound."""
    at = office.now()
    if proposal.principal != person.id and not oversees(person):
        raise NotYours("只能委托自己的事。同事不在时，请总经理室代为办理。")
    made = Delegation(
        id=office.token(),
        principal=proposal.principal,
        delegate=proposal.delegate,
        form=proposal.form,
        cap=proposal.cap,
        starts_on=proposal.starts_on,
        ends_on=proposal.ends_on,
        reason=proposal.reason.strip(),
        made_by=person.id,
        made_at=at,
    )
    problems = (*check_delegation(made, office.organisation, office.today(at)), *_check_form(office, made.form))
    if problems:
        raise ProblemsFound(problems)
    with office.database.write() as tx:
        tx.delegations.add(made)
        tx.ledger.append(Event(at, "delegated", "", person.id, _event_data(made)))
        note(tx, [made.delegate], None, f"{_name(office, made.principal)}委托您代理：{describe(office, made)}。", at)
        if made.made_by != made.principal:
            words = f"{person.name}替您委托{_name(office, made.delegate)}代理：{describe(office, made)}。"
            note(tx, [made.principal], None, words, at)
    return made


def revoke(office: Office, person: Person, delegation_id: str) -> None:
    """Take a delegation back at once; by the principal or the overseers. Raises NotFound, NotYours, WrongState."""
    at = office.now()
    with office.database.write() as tx:
        found = tx.delegations.get(delegation_id)
        if person.id != found.principal and not oversees(person):
            raise NotYours("委托由委托人自己或总经理室撤销。")
        tx.delegations.revoke(delegation_id, person.id, at)
        data = {"delegation": found.id, "principal": found.principal, "delegate": found.delegate}
        tx.ledger.append(Event(at, "delegation_revoked", "", person.id, data))
        others = [who for who in (found.delegate, found.principal) if who != person.id]
        note(tx, others, None, f"{person.name}撤销了代理：{describe(office, found)}。", at)


def oversees(person: Person) -> bool:
    """Say whether somebody may make and revoke delegations for those who are away."""
    return bool(OVERSEER_ROLES & set(person.roles))


def describe(office: Office, delegation: Delegation) -> str:
    """Write what a delegation is about: form, amount and days."""
    form = f"《{form_title(office, delegation.form)}》" if delegation.form else "全部单据"
    cap = f"，金额不超过 {delegation.cap:,.2f}" if delegation.cap is not None else ""
    return f"{form}{cap}，{delegation.starts_on} 至 {delegation.ends_on}"


def form_title(office: Office, form: str) -> str:
    """Return the title of a form's version in force; its id where there is none."""
    in_force = next((found for found in office.rulebook.forms() if found.form == form), None)
    return office.printery.form(in_force.sha256).spec.title.zh_hans if in_force else form


def _check_form(office: Office, form: str) -> tuple[Problem, ...]:
    known = {"", *(found.form for found in office.rulebook.forms())}
    return () if form in known else (Problem("form", "not_listed", "没有这种表单。请从清单中选。"),)


def _name(office: Office, person_id: str) -> str:
    return office.require_person(person_id).name


def _event_data(made: Delegation) -> Data:
    return {
        "delegation": made.id,
        "principal": made.principal,
        "delegate": made.delegate,
        "form": made.form,
        "cap": None if made.cap is None else str(made.cap),
        "starts_on": made.starts_on.isoformat(),
        "ends_on": made.ends_on.isoformat(),
        "reason": made.reason,
    }
