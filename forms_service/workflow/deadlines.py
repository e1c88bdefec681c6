"""Deadlines: by when a step and a whole document are due, by the firm's calendar and the policies of the day."""

import datetime as dt
from dataclasses import replace

from forms_service.domain.context import gather
from forms_service.domain.document import Document
from forms_service.domain.evaluating import evaluate
from forms_service.domain.given import PERIOD, Given
from forms_service.domain.policies import settings_in_force
from forms_service.domain.spec import FormSpec, Step
from forms_service.domain.values import Values
from forms_service.domain.workdays import Allowed, allowed, due_at, end_of_day, require_days
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading, context, known

LONGER_THAN_A_MONTH = dt.timedelta(days=31)


def step_due(office: Office, spec: FormSpec, document: Document, values: Values) -> dt.datetime | None:
    """Return when the step at hand is due; where the form gives it no time, when the whole document is.

    Days of a policy are those in force on the day the step opened. Raises CalendarGap, BadConfiguration.
    """
    within = spec.step(document.step).within if document.step else None
    if within is None:
        return document.case_due_at if document.step else None
    if within.until is not None:
        day = evaluate(within.until, known(office, document, values), rounding=spec.rounding)
        return end_of_day(day, office.organisation.firm.timezone) if isinstance(day, dt.date) else document.case_due_at
    opened_at = document.step_opened_at
    settings = settings_in_force(office.rulebook.organisation(opened_at), office.today(opened_at))
    return _due(office, opened_at, allowed(within, str(values.get(within.by, "")), settings, office.calendar))


def with_case_due(office: Office, reading: Reading, step: Step, at: dt.datetime) -> Document:
    """Return the document as signing a step at an instant makes it due as a whole, if that step starts its time.

    The days are worked out from what stood before the step. A time once begun goes on: neither a return nor a second
    signing starts it anew. Raises CalendarGap, BadConfiguration.
    """
    document, due = reading.document, reading.spec.due
    if due is None or due.start != step.id or document.case_due_at is not None:
        return document
    names = gather(reading.values, context(office, document, at, reading.values))
    days = require_days("due", evaluate(due.days, names, rounding=reading.spec.rounding))
    return replace(document, case_due_at=_due(office, at, Allowed(days, office.calendar.counts_workdays)))


def monthly_due(office: Office, spec: FormSpec, given: Given) -> dt.datetime | None:
    """Return when a form for a month is due: at the end of its due day in the month after; None for any other form."""
    period = given.known().get(PERIOD) if spec.opens_every else None
    if spec.opens_every is None or not period:
        return None
    day = month_after(str(period)).replace(day=spec.opens_every.due_day)
    return end_of_day(office.calendar.settle(day), office.organisation.firm.timezone)


def month_after(period: str) -> dt.date:
    """Return the first day of the month after a month (`2026-11`)."""
    first = dt.date.fromisoformat(f"{period}-01")
    return (first + LONGER_THAN_A_MONTH).replace(day=1)


def _due(office: Office, opened_at: dt.datetime, time: Allowed) -> dt.datetime:
    return due_at(opened_at, time, office.calendar, office.organisation.firm.timezone)
