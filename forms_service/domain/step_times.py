"""Step times: what each step of a document was allowed, what it took, and by how much it was late (§10(2), §14).

They are counted from the ledger, so that anyone can count them again. Nothing pauses a time.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from forms_service.domain.document import Document
from forms_service.domain.events import Data, Event, LedgerRow
from forms_service.domain.spec import FormSpec, Step
from forms_service.domain.workdays import Reckoning, counts_workdays

SIGNINGS = frozenset({"signed", "returned", "rejected", "refused"})
_TURNS = SIGNINGS | {"opened", "withdrawn"}
OPENED_AT, DUE_AT = "step_opened_at", "due_at"


@dataclass(frozen=True, slots=True)
class StepTime:
    """One stay of a document at a step. `ended_at` is None and `person` "" while it stands there.

    `department` is an id, "" for a customer; `allowed` and `used` are days, counted as the step's time is.
    """

    step: Step
    round: int
    department: str
    person: str
    opened_at: dt.datetime
    due_at: dt.datetime | None
    ended_at: dt.datetime | None
    allowed: Decimal | None
    used: int
    days_late: int


@dataclass(frozen=True, slots=True)
class Stay:
    """When a step opened, was due and ended, as the event of its signature keeps it."""

    step: str
    round: int
    person: str
    opened_at: dt.datetime
    due_at: dt.datetime | None
    ended_at: dt.datetime | None


def time_of_step(document: Document) -> Data:
    """Write what a signature's event keeps of the time of the step that it ends."""
    due_at = document.due_at.isoformat() if document.due_at else None
    return {OPENED_AT: document.step_opened_at.isoformat(), DUE_AT: due_at}


def stays(rows: Sequence[LedgerRow]) -> Iterator[Stay]:
    """List the stays that ended with a signature, in order; one from before events kept times opened with the last."""
    turned_at = None
    for row in rows:
        event = row.event
        if event.kind in SIGNINGS:
            yield _stay(event, turned_at or event.at)
        if event.kind in _TURNS:
            turned_at = event.at


def step_times(
    spec: FormSpec,
    document: Document,
    rows: Sequence[LedgerRow],
    waiting: Sequence[str],
    now: dt.datetime,
    firm: Reckoning,
) -> tuple[StepTime, ...]:
    """Count the time of every step that was signed, and of the one at hand for each department in `waiting`.

    `waiting` are the departments of those who may sign now ("" for a customer).
    """
    done = [_time(spec, stay, _department(stay.person, firm), now, firm) for stay in stays(rows)]
    if document.step is None:
        return tuple(done)
    here = Stay(document.step, document.round, "", document.step_opened_at, document.due_at, None)
    return (*done, *(_time(spec, here, department, now, firm) for department in dict.fromkeys(waiting)))


def _stay(event: Event, turned_at: dt.datetime) -> Stay:
    data = event.data
    opened_at, due_at = data.get(OPENED_AT), data.get(DUE_AT)
    return Stay(
        step=str(data["step"]),
        round=int(data["round"] or 1),
        person=str(data.get("on_behalf_of") or event.actor),
        opened_at=dt.datetime.fromisoformat(str(opened_at)) if opened_at else turned_at,
        due_at=dt.datetime.fromisoformat(str(due_at)) if due_at else None,
        ended_at=event.at,
    )


def _department(person_id: str, firm: Reckoning) -> str:
    person = firm.organisation.person(person_id)
    return person.department if person else ""


def _time(spec: FormSpec, stay: Stay, department: str, now: dt.datetime, firm: Reckoning) -> StepTime:
    step, until, due = spec.step(stay.step), stay.ended_at or now, stay.due_at
    workdays = counts_workdays(step.within, firm.calendar)
    return StepTime(
        step=step,
        round=stay.round,
        department=department,
        person=stay.person,
        opened_at=stay.opened_at,
        due_at=due,
        ended_at=stay.ended_at,
        allowed=firm.days_between(stay.opened_at, due, workdays=workdays) if due else None,
        used=firm.calendar.count(firm.day(stay.opened_at), firm.day(until), workdays=workdays),
        days_late=firm.days_late(due, until, workdays=workdays) if due else 0,
    )
