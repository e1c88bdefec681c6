"""Lateness: when somebody is to be reminded of a step, when a slip (催办单) is due for it, and which one it is.

    look(spec.late, document, now, firm)  ->  what is due by now, and when to look again

Of the reminders that came due while nobody looked, the newest alone is still worth sending.
"""

import datetime as dt
import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from forms_service.domain.course import Late, Reminder, Within
from forms_service.domain.spec import FormSpec
from forms_service.domain.workdays import Reckoning, counts_workdays, start_of_day

PromptKind = Literal["before", "on", "every", "slip", "tell"]


@dataclass(frozen=True, slots=True, order=True)
class Prompt:
    """Something that a time calls for from an instant on.

    `ordinal` counts what repeats from 1; of what comes before the due day it is the number of days.
    """

    at: dt.datetime
    kind: PromptKind
    ordinal: int


@dataclass(frozen=True, slots=True)
class Look:
    """What is due by now, and the instant from which there is more to do; None for never."""

    due: tuple[Prompt, ...]
    again_at: dt.datetime | None


class Timed(Protocol):
    """A document as far as its times go; it has no step once it ended."""

    @property
    def step(self) -> str | None:
        """Name the step at hand."""

    @property
    def step_opened_at(self) -> dt.datetime:
        """Tell when the step at hand opened."""

    @property
    def due_at(self) -> dt.datetime | None:
        """Tell when the step at hand is due."""

    @property
    def case_due_at(self) -> dt.datetime | None:
        """Tell when the whole document is due."""


def limit_of(document: Timed) -> dt.datetime | None:
    """Return the instant after which the step at hand is late: its own, or the whole document's where that comes first.

    A step that opens when the whole document is late already still has its own time.
    """
    due, case = document.due_at, document.case_due_at
    if document.step is None or due is None or case is None:
        return (due or case) if document.step else None
    return min(due, case) if case >= document.step_opened_at else due


def days_late(spec: FormSpec, document: Timed, at: dt.datetime, firm: Reckoning) -> int:
    """Count the days by which the step at hand is late at an instant, counted as its time is; 0 in time or ended."""
    limit = limit_of(document)
    if limit is None or document.step is None:
        return 0
    return firm.days_late(limit, at, workdays=counts_workdays(spec.step(document.step).within, firm.calendar))


def look(late: Late, document: Timed, now: dt.datetime, firm: Reckoning) -> Look:
    """Work out what the step at hand calls for now, and when it will call for more. Raises CalendarGap."""
    limit = limit_of(document)
    if limit is None:
        return Look((), None)
    clock = _Clock(limit, document.step_opened_at, firm)
    kinds = (clock.reminders(late.remind), clock.slips(late) if late.slip else (), clock.tells() if late.tell else ())
    reached = [_reach(iter(prompts), now) for prompts in kinds]
    to_come = [following.at for _, following in reached if following]
    return Look(tuple(newest for newest, _ in reached if newest), min(to_come, default=None))


def _reach(prompts: Iterator[Prompt], now: dt.datetime) -> tuple[Prompt | None, Prompt | None]:
    """Return the newest prompt that is due, and the first that is not."""
    newest = None
    for prompt in prompts:
        if prompt.at > now:
            return newest, prompt
        newest = prompt
    return newest, None


@dataclass(frozen=True, slots=True)
class _Clock:
    """The prompts of one step that is late after `limit`."""

    limit: dt.datetime
    opened_at: dt.datetime
    firm: Reckoning

    def reminders(self, asked: tuple[Reminder, ...]) -> Iterator[Prompt]:
        """Yield the reminders in order: before the due day and on it, while the step was open, and after it."""
        once = (self._once(reminder) for reminder in asked if reminder.when != "every")
        repeated = (self._every(reminder) for reminder in asked if reminder.when == "every")
        return heapq.merge(sorted(prompt for prompt in once if prompt), *repeated)

    def slips(self, late: Late) -> Iterator[Prompt]:
        """Yield a slip for the first working day on which the step is late, and one more each `again`."""
        day = self._first_working_day()
        yield Prompt(max(self._start(day), self._late_since()), "slip", 1)
        yield from self._again(day, late.again) if late.again else ()

    def tells(self) -> Iterator[Prompt]:
        """Yield the one time at which somebody else is told as well."""
        yield Prompt(max(self._start(self._first_working_day()), self._late_since()), "tell", 1)

    def _once(self, reminder: Reminder) -> Prompt | None:
        due_day = self.firm.day(self.limit)
        day = self.firm.calendar.advance(due_day, -reminder.days, workdays=reminder.workdays)
        if day <= self.firm.day(self.opened_at):
            return None
        return Prompt(self._start(day), reminder.when, max(reminder.days, 1))

    def _every(self, reminder: Reminder) -> Iterator[Prompt]:
        day, ordinal = self.firm.day(max(self.limit, self.opened_at)), 0
        while True:
            day, ordinal = self.firm.calendar.advance(day, reminder.days, workdays=reminder.workdays), ordinal + 1
            yield Prompt(self._start(day), "every", ordinal)

    def _again(self, day: dt.date, again: Within) -> Iterator[Prompt]:
        ordinal, calendar = 1, self.firm.calendar
        while True:
            day = calendar.next_workday(calendar.advance(day, again.days, workdays=again.workdays))
            ordinal += 1
            yield Prompt(self._start(day), "slip", ordinal)

    def _late_since(self) -> dt.datetime:
        return max(self.limit + dt.timedelta(seconds=1), self.opened_at)

    def _first_working_day(self) -> dt.date:
        return self.firm.calendar.next_workday(self.firm.day(self._late_since()))

    def _start(self, day: dt.date) -> dt.datetime:
        return start_of_day(day, self.firm.timezone)
