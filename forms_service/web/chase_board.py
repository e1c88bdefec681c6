"""The chase board: from the open documents and the ledger to the page of who has used how many days."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from forms_service.domain.document import Document
from forms_service.domain.lateness import days_late, limit_of
from forms_service.domain.people import Person
from forms_service.domain.spec import FormSpec
from forms_service.domain.step_times import StepTime, step_times
from forms_service.domain.workdays import counts_workdays, write_days
from forms_service.store.documents import Search
from forms_service.web.names import department_name
from forms_service.web.pages.chasing import ChasedRow, ChasingPage, DepartmentDays
from forms_service.web.words import day, due
from forms_service.workflow.chasing import slip_of
from forms_service.workflow.office import Office

LIST_LIMIT = 100
CUSTOMER = "客户"
_OPEN = Search(states=("open",), timed=True)


@dataclass(frozen=True, slots=True)
class Chased:
    """An open document that has a time: its steps' times so far, who may act, by how many days it is late, its slip."""

    document: Document
    spec: FormSpec
    times: tuple[StepTime, ...]
    holders: tuple[Person, ...]
    late: int
    slip: Document | None


def chasing_page(office: Office) -> ChasingPage:
    """Put together the page for the overseers, who may see every document."""
    now = office.now()
    with office.database.read() as tx:
        total = tx.documents.count(_OPEN)
        documents = tx.documents.find(_OPEN, order="due", limit=LIST_LIMIT)
    found = sorted(_chased(office, documents, now), key=_limit)
    departments = _departments(office, found)
    names = tuple(department_name(office.organisation, d) if d else CUSTOMER for d in departments)
    return ChasingPage(
        headline=_headline(sum(1 for each in found if each.late), total),
        departments=names,
        rows=tuple(_row(office, each, departments, now) for each in found),
        more=total - len(found),
    )


def _chased(office: Office, documents: Sequence[Document], now: dt.datetime) -> list[Chased]:
    ids = [document.id for document in documents]
    with office.database.read() as tx:
        events, desks = tx.registered.events(ids), tx.registered.desks(ids)
        following = tx.registered.following(ids)
    firm, people = office.reckoning, {p.id: p for p in office.organisation.people}

    def chased(document: Document) -> Chased:
        spec = office.printery.form(document.spec_sha256).spec
        holders = tuple(people[p] for p in desks.get(document.id, ()) if p in people)
        waiting = tuple(person.department for person in holders) or ("",)
        times = step_times(spec, document, events.get(document.id, ()), waiting, now, firm)
        slip = _standing(following.get(document.id, ()), slip_of(spec))
        return Chased(document, spec, times, holders, days_late(spec, document, now, firm), slip)

    return [chased(document) for document in documents]


def _standing(children: Sequence[Document], form: str) -> Document | None:
    return next((child for child in reversed(children) if child.form == form and child.state == "open"), None)


def _limit(chased: Chased) -> dt.datetime:
    return limit_of(chased.document) or chased.document.opened_at


def _departments(office: Office, found: Sequence[Chased]) -> tuple[str, ...]:
    """Name the departments that have or had any of the documents, in the organisation's order, a customer last."""
    met = {time.department for chased in found for time in chased.times}
    known = [department.id for department in office.organisation.departments if department.id in met]
    return (*known, *sorted(met - {"", *known}), *({""} & met))


def _headline(late: int, total: int) -> str:
    if not total:
        return "没有在办的限期单据"
    return f"{late} 件逾期" if late else f"{total} 件在办，没有逾期"


def _row(office: Office, chased: Chased, departments: Sequence[str], now: dt.datetime) -> ChasedRow:
    document, spec = chased.document, chased.spec
    limit, case = limit_of(document), document.case_due_at
    names = "、".join(person.name for person in chased.holders[:3])
    overdue = case is not None and now > case
    return ChasedRow(
        href=f"/documents/{document.id}",
        number=document.number,
        title=spec.title.zh_hans,
        customer=document.subject,
        step=spec.step(str(document.step)).name,
        holder=names or document.subject or CUSTOMER,
        due=due(office.local(document.step_opened_at), office.local(limit) if limit else None, office.local(now)),
        case_due=day(office.local(case)) if case else "",
        tone="late" if overdue else "calm",
        days=tuple(_days(office, chased, department) for department in departments),
        slip=chased.slip.number if chased.slip else "",
        slip_href=f"/documents/{chased.slip.id}" if chased.slip else "",
        draw_up_action=f"/chasing/{document.id}/slip" if chased.late and slip_of(spec) and not chased.slip else "",
    )


def _days(office: Office, chased: Chased, department: str) -> DepartmentDays | None:
    times = [time for time in chased.times if time.department == department]
    if not times:
        return None
    limits = [time.allowed for time in times if time.allowed is not None]
    used, late = sum(time.used for time in times), sum(time.days_late for time in times)
    workdays = any(counts_workdays(time.step.within, office.calendar) for time in times if time.days_late)
    return DepartmentDays(
        used=f"{used} / {_plain(sum(limits, Decimal(0)))}" if limits else str(used),
        late=f"逾期 {write_days(late, workdays=workdays)}" if late else "",
        here=any(time.ended_at is None for time in times),
    )


def _plain(days: Decimal) -> str:
    return f"{days.normalize():f}"
