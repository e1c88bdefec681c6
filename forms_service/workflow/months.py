"""Months: the cases of a register that were closed in a month, as its statistics count them."""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

from forms_service.domain.document import Document
from forms_service.domain.errors import NotFound
from forms_service.domain.facts import list_facts, show_fact
from forms_service.domain.given import PERIOD
from forms_service.domain.registers import Monthly, Register
from forms_service.domain.statistics import ClosedCase
from forms_service.domain.workdays import Reckoning, start_of_day
from forms_service.store.documents import Search
from forms_service.store.registered import Wanted
from forms_service.workflow.office import Office
from forms_service.workflow.registering import Entry, all_entries

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
UNNAMED = "（无）"


@dataclass(frozen=True, slots=True)
class Span:
    """A month as two instants: its beginning, and the next one's."""

    start: dt.datetime
    before: dt.datetime


def month_span(office: Office, period: str) -> Span:
    """Return the month that `2026-11` names, in the firm's zone; raises NotFound for what names none."""
    found = _MONTH.fullmatch(period)
    if found is None:
        raise NotFound(f"「{period}」不是月份，应写成 2026-11 这样。")
    first, zone = dt.date(int(found[1]), int(found[2]), 1), office.organisation.firm.timezone
    following = (first + dt.timedelta(days=31)).replace(day=1)
    return Span(start_of_day(first, zone), start_of_day(following, zone))


def closed_in(register: Register, span: Span) -> Wanted:
    """Say what is wanted of a register for the statistics of a month: what was finished in it."""
    return Wanted(register.form, ended_from=span.start, ended_before=span.before, states=("finished",))


def closed_cases(office: Office, register: Register, monthly: Monthly, period: str) -> tuple[ClosedCase, ...]:
    """List the cases of a register that were closed in a month, by number."""
    rows = all_entries(office, closed_in(register, month_span(office, period))).rows
    firm = office.reckoning
    return tuple(_case(entry, monthly, firm) for entry in reversed(rows))


def count_accepted(office: Office, register: Register, period: str) -> int:
    """Count what was numbered in a month, whatever became of it."""
    span = month_span(office, period)
    wanted = Wanted(register.form, numbered_from=span.start, numbered_before=span.before)
    with office.database.read() as tx:
        return tx.registered.find(wanted, limit=0).total


def statistics_of(office: Office, monthly: Monthly, period: str) -> Document | None:
    """Return the document in which a month's statistics are signed, None while there is none."""
    if not monthly.report:
        return None
    with office.database.read() as tx:
        drawn_up = tx.documents.find(Search(form=monthly.report, states=("open", "finished")))
    return next((document for document in drawn_up if document.given.known().get(PERIOD) == period), None)


def _case(entry: Entry, monthly: Monthly, firm: Reckoning) -> ClosedCase:
    document, facts = entry.document, entry.facts
    accepted, ended = document.numbered_at or document.opened_at, document.ended_at or document.step_opened_at
    workdays = firm.calendar.counts_workdays
    due = document.case_due_at
    return ClosedCase(
        document_id=document.id,
        number=document.number,
        customer=facts.get(monthly.customer, UNNAMED),
        kind=facts.get(monthly.kind, UNNAMED),
        kind_words=_shown(entry, monthly.kind),
        unit=facts.get(monthly.unit, UNNAMED),
        quantity=Decimal(facts.get(monthly.quantity, "0")),
        loss=Decimal(facts.get(monthly.loss, "0")),
        days=firm.calendar.count(firm.day(accepted), firm.day(ended), workdays=workdays),
        late_days=firm.days_late(due, ended, workdays=workdays) if due else 0,
        measure=facts.get(monthly.measure, ""),
        result="；".join(list_facts(entry.spec, facts, monthly.result)),
        unfinished=tuple(d.number for d in entry.following if d.form == monthly.follow and d.state == "open"),
    )


def _shown(entry: Entry, name: str) -> str:
    text = entry.facts.get(name, "")
    return show_fact(entry.spec.field(name), text) if text else UNNAMED
