"""Delegations: what I gave, what I was given, and a new one."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from forms_service.domain.characters import half_width
from forms_service.domain.delegation import Delegation
from forms_service.domain.errors import ProblemsFound
from forms_service.domain.people import Person
from forms_service.domain.problem import Problem
from forms_service.web import desk
from forms_service.web.auth import the_office, the_person
from forms_service.web.faults import status_of
from forms_service.web.forms import DelegationForm, plain_text
from forms_service.web.names import actor_name, department_name
from forms_service.web.pages.beside import Choice
from forms_service.web.pages.delegations import DelegationRow, DelegationsPage
from forms_service.web.pages.frame import Fault
from forms_service.web.words import Tone, moment
from forms_service.workflow.delegating import Proposal, delegate, describe, oversees, revoke
from forms_service.workflow.office import Office

blueprint = Blueprint("delegations", __name__, url_prefix="/delegations")

_DONE = {"made": "委托做好了，到开始那天自动生效。", "ended": "委托已撤销，即刻失效。"}


@blueprint.get("")
def show() -> str:
    """Show what the person gave and was given, and the form for a new one."""
    return _page(the_office(), the_person(), DelegationForm())


@blueprint.post("")
def make() -> Response | tuple[str, int]:
    """Make a delegation of one's own work, or of somebody's who is away."""
    office, person, form = the_office(), the_person(), DelegationForm(request.form)
    try:
        delegate(office, person, _proposal(person, form))
    except ProblemsFound as stop:
        return _page(office, person, form, stop.problems), status_of(stop)[0]
    return redirect("/delegations?done=made", 303)


@blueprint.post("/<delegation_id>/end")
def end(delegation_id: str) -> Response:
    """Take a delegation back at once."""
    revoke(the_office(), the_person(), delegation_id)
    return redirect("/delegations?done=ended", 303)


def _proposal(person: Person, form: DelegationForm) -> Proposal:
    """Read what was typed; raises ProblemsFound for a day or an amount that is none."""
    problems: list[Problem] = []
    starts_on, ends_on = (_day(form[name].data, name, problems) for name in ("starts_on", "ends_on"))
    cap = _amount(form.cap.data, problems)
    if problems or starts_on is None or ends_on is None:
        raise ProblemsFound(tuple(problems))
    return Proposal(
        principal=form.principal.data or person.id,
        delegate=form.delegate.data or "",
        starts_on=starts_on,
        ends_on=ends_on,
        reason=plain_text(form.reason.data),
        form=form.form.data or "",
        cap=cap,
    )


def _day(text: str | None, where: str, problems: list[Problem]) -> dt.date | None:
    try:
        return dt.date.fromisoformat((text or "").strip())
    except ValueError:
        problems.append(Problem(where, "not_a_date", "请选日期，如 2026-11-24。"))
        return None


def _amount(text: str | None, problems: list[Problem]) -> Decimal | None:
    plain = half_width(text or "").replace(",", "").strip()
    try:
        amount = Decimal(plain) if plain else None
    except InvalidOperation:
        amount = Decimal("NaN")
    if amount is not None and not amount.is_finite():
        problems.append(Problem("cap", "not_a_number", "金额上限应填数字，如 20,000.00；不设上限就留空。"))
        return None
    return amount


def _page(office: Office, person: Person, form: DelegationForm, problems: tuple[Problem, ...] = ()) -> str:
    found = desk.delegations_of(office, person)
    received = [d for d in found if d.delegate == person.id]
    now = [d for d in found if d.principal == person.id and d.in_force(office.today(office.now()))]
    names = "、".join(actor_name(office.organisation, d.delegate) for d in now)
    page = DelegationsPage(
        sentence=f"现在由{names}代理您的签核" if now else "您的签核现在没有人代理",
        given=_rows(office, person, (d for d in found if d.principal == person.id)),
        received=_rows(office, person, received),
        made=_rows(office, person, (d for d in found if person.id not in (d.principal, d.delegate))),
        principals=_people(office, person) if oversees(person) else (),
        delegates=_people(office, person),
        forms=tuple(Choice(form, title) for form, title in desk.form_titles(office)),
        faults=tuple(Fault(str(problem.where), problem.message) for problem in problems),
        done=_DONE.get(request.args.get("done", ""), ""),
    )
    return render_template("delegations.html", page=_with_choices(page, form), form=form)


def _with_choices(page: DelegationsPage, form: DelegationForm) -> DelegationsPage:
    """Tick what was chosen before."""

    def ticked(choices: tuple[Choice, ...], chosen: str | None) -> tuple[Choice, ...]:
        return tuple(replace(choice, ticked=choice.id == chosen) for choice in choices)

    return replace(
        page,
        principals=ticked(page.principals, form.principal.data),
        delegates=ticked(page.delegates, form.delegate.data),
        forms=ticked(page.forms, form.form.data),
    )


def _people(office: Office, person: Person) -> tuple[Choice, ...]:
    org = office.organisation
    others = (other for other in org.people if other.id != person.id)
    return tuple(Choice(o.id, f"{o.name}（{department_name(org, o.department)}）") for o in others)


def _rows(office: Office, person: Person, found: Iterable[Delegation]) -> tuple[DelegationRow, ...]:
    return tuple(_row(office, person, delegation) for delegation in reversed(list(found)))


def _row(office: Office, person: Person, delegation: Delegation) -> DelegationRow:
    said, tone = _state(delegation, office.today(office.now()))
    org = office.organisation
    by = "" if delegation.made_by == delegation.principal else f"，由{actor_name(org, delegation.made_by)}代办"
    return DelegationRow(
        id=delegation.id,
        principal=actor_name(org, delegation.principal),
        delegate=actor_name(org, delegation.delegate),
        about=describe(office, delegation),
        reason=delegation.reason,
        state=said,
        tone=tone,
        made=f"{moment(office.local(delegation.made_at))}{by}",
        may_end=said in ("生效中", "未开始") and (person.id == delegation.principal or oversees(person)),
    )


def _state(delegation: Delegation, today: dt.date) -> tuple[str, Tone]:
    if delegation.revoked_at is not None:
        return "已撤销", "soft"
    if delegation.in_force(today):
        return "生效中", "good"
    return ("未开始", "calm") if today < delegation.starts_on else ("已结束", "soft")
