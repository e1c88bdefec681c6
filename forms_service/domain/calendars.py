"""The firm's calendar: which days are worked in the years that it covers, and how days are counted.

It is made from `calendar.yaml` (see `calendar_rules`) and the countries' holidays, once, in wiring. A day outside the
covered years is an error, never a guess.
"""

import datetime as dt
from dataclasses import dataclass, field

from forms_service.domain.errors import FormsError
from forms_service.domain.people import DayMode

ONE_DAY = dt.timedelta(days=1)


class CalendarGap(FormsError):
    """Refuse to say whether a day is worked that the firm's calendar does not cover."""

    code = "calendar_gap"


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days that are worked in the covered years, and how days are counted."""

    years: frozenset[int]
    workdays: frozenset[dt.date] = field(repr=False)
    day_mode: DayMode = "calendar"
    roll_forward: bool = False
    first_day_counts: bool = False

    @property
    def counts_workdays(self) -> bool:
        """Say whether days are workdays where nothing else is said."""
        return self.day_mode == "workdays"

    def is_workday(self, day: dt.date) -> bool:
        """Say whether a day is worked; raises CalendarGap for a day of a year that is not covered."""
        if day.year not in self.years:
            covered = "、".join(str(year) for year in sorted(self.years)) or "没有任何一年"
            raise CalendarGap(
                f"公司日历没有 {day.year} 年，不知道 {day} 上不上班；日历里有的是：{covered}。"
                f"请总经理室在 calendar.yaml 的 years 补上 {day.year}，并核对当年的放假与调休。"
            )
        return day in self.workdays

    def advance(self, day: dt.date, count: int, *, workdays: bool) -> dt.date:
        """Return the day on which the count is full, counting from the day after; a negative count goes back."""
        step, left = (ONE_DAY, count) if count >= 0 else (-ONE_DAY, -count)
        while left:
            day += step
            left -= not workdays or self.is_workday(day)
        return day

    def next_workday(self, day: dt.date) -> dt.date:
        """Return the day itself if it is worked, else the first one after it that is."""
        while not self.is_workday(day):
            day += ONE_DAY
        return day

    def settle(self, day: dt.date) -> dt.date:
        """Return where a time that ends on a day ends by the firm's rule for days off."""
        return self.next_workday(day) if self.roll_forward else day

    def count(self, start: dt.date, end: dt.date, *, workdays: bool) -> int:
        """Count the days after `start` up to and with `end`; 0 where `end` is not after it."""
        days = (end - start).days
        if not workdays:
            return max(days, 0)
        return sum(self.is_workday(start + n * ONE_DAY) for n in range(1, days + 1))
