"""Scheduling: forms that the office opens by itself once a month for the month before (§9(9), §12(1)).

A month is opened once, by a row that is written in the opening's own transaction; after days without a worker the
months that were missed are opened, the earliest first, back to the month in which the form came into force.
"""

import datetime as dt
from collections.abc import Iterator

from forms_service.domain.approval import Approval
from forms_service.store.database import Transaction
from forms_service.store.schedule import Scheduled
from forms_service.workflow.deadlines import month_after
from forms_service.workflow.due import do_each
from forms_service.workflow.office import Office
from forms_service.workflow.opening import open_for_office


def schedule_pending(office: Office) -> int:
    """Open every monthly form for the months that are over; returns how many. Raises SomeNotDone after the others."""
    at = office.now()
    monthly = (form for form in office.rulebook.forms(at) if office.printery.form(form.sha256).spec.opens_every)
    due = [(form.form, period) for form in monthly for period in _missing(office, form, at)]
    return do_each(due, lambda month: _open(office, *month))


def _missing(office: Office, form: Approval, at: dt.datetime) -> Iterator[str]:
    """Yield the months that are over since a form first came into force and for which it was not opened."""
    with office.database.read() as tx:
        opened = tx.schedule.periods(form.form)
    first = min(a.since for a in office.rulebook.approvals() if a.kind == "form" and a.form == form.form)
    period, this_month = _month(office, first), _month(office, at)
    while period < this_month:
        if period not in opened:
            yield period
        period = f"{month_after(period):%Y-%m}"


def _open(office: Office, form: str, period: str) -> bool:
    def once(tx: Transaction, document_id: str) -> bool:
        if period in tx.schedule.periods(form):
            return False
        tx.schedule.add(Scheduled(form, period, document_id, office.now()))
        return True

    return open_for_office(office, form, period=period, once=once) is not None


def _month(office: Office, at: dt.datetime) -> str:
    return f"{office.today(at):%Y-%m}"
