"""Due dates: the day on which a step opens is not counted, and the last day counts to its end in the firm's time zone.

    due_at(opened_at, Allowed(Decimal("1.5"), workdays=True), calendar, "Asia/Shanghai")

A half reaches to noon: 0.5 is until 12:00 of the next counted day, 1.5 until 12:00 of the one after it. Nothing pauses
a time: what a customer takes to answer is not taken off.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from forms_service.domain.calendars import ONE_DAY, Calendar
from forms_service.domain.course import Within
from forms_service.domain.errors import BadConfiguration
from forms_service.domain.people import Organisation

NOON = dt.time(12)
_HALF = Decimal("0.5")
_LAST_SECOND = dt.timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Allowed:
    """A time allowed, in whole or half days; `workdays` says that only days which are worked count."""

    days: Decimal
    workdays: bool


def counts_workdays(within: Within | None, calendar: Calendar) -> bool:
    """Say whether a time is counted in workdays: as it is written, else as the firm counts; `until` a day in days."""
    if within is None or within.setting:
        return calendar.counts_workdays
    return within.workdays


def allowed(within: Within, chosen: str, settings: Mapping[str, Decimal | str], calendar: Calendar) -> Allowed:
    """Work out how many days a step's `within` allows by the settings in force when it opens.

    `chosen` is the option on which the setting depends (`within.by`), "" for none. Raises BadConfiguration where the
    setting is not in force, or holds no whole or half number of days.
    """
    if not within.setting:
        return as_written(within)
    name = f"{within.setting}_{chosen}" if within.by else within.setting
    days = settings.get(name)
    if days is None:
        raise BadConfiguration(f"期限「{name}」在这一天没有生效的设置。请总经理室补上写有它的政策。")
    return Allowed(require_days(name, days), calendar.counts_workdays)


def write_days(days: int, *, workdays: bool) -> str:
    """Write a count of days with its unit: `3 天`, `2 个工作日`."""
    return f"{days} {'个工作日' if workdays else '天'}"


def as_written(within: Within) -> Allowed:
    """Take the days of a time that is written out, such as `3 workdays`."""
    return Allowed(Decimal(within.days), within.workdays)


def require_days(name: str, days: object) -> Decimal:
    """Accept a number of whole or half days, or raise BadConfiguration naming where it comes from."""
    if isinstance(days, Decimal) and days >= 0 and days % _HALF == 0:
        return days
    raise BadConfiguration(f"期限「{name}」是「{days}」，应是天数，可以带半天，如 3 或 0.5。请总经理室改正。")


def due_at(opened_at: dt.datetime, time: Allowed, calendar: Calendar, timezone: str) -> dt.datetime:
    """Return the last instant (aware UTC) that is in time for what was opened at an instant.

    Raises CalendarGap where the count runs out of the years that the calendar covers.
    """
    zone = ZoneInfo(timezone)
    opened_on = opened_at.astimezone(zone).date()
    start = opened_on - ONE_DAY if calendar.first_day_counts else opened_on
    whole, half = divmod(time.days, 1)
    last = calendar.settle(calendar.advance(start, int(whole) + bool(half), workdays=time.workdays))
    noon = dt.datetime.combine(last, NOON, tzinfo=zone)
    if half and noon > opened_at:  # a noon that is past when the time begins, on a first day that counts, is no end
        return _just_before(noon)
    return end_of_day(last, timezone)


def end_of_day(day: dt.date, timezone: str) -> dt.datetime:
    """Return the last instant (aware UTC) of a day in the firm's zone."""
    return _just_before(dt.datetime.combine(day + ONE_DAY, dt.time.min, tzinfo=ZoneInfo(timezone)))


def start_of_day(day: dt.date, timezone: str) -> dt.datetime:
    """Return the first instant (aware UTC) of a day in the firm's zone."""
    return dt.datetime.combine(day, dt.time.min, tzinfo=ZoneInfo(timezone)).astimezone(dt.UTC)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How a firm reckons time: in its own zone and by its calendar."""

    organisation: Organisation
    calendar: Calendar

    @property
    def timezone(self) -> str:
        """Name the firm's zone (IANA)."""
        return self.organisation.firm.timezone

    def day(self, at: dt.datetime) -> dt.date:
        """Return the firm's day at an instant."""
        return at.astimezone(ZoneInfo(self.timezone)).date()

    def due(self, opened_at: dt.datetime, time: Allowed) -> dt.datetime:
        """Return the last instant in time; see `due_at`."""
        return due_at(opened_at, time, self.calendar, self.timezone)

    def days_between(self, opened_at: dt.datetime, due: dt.datetime, *, workdays: bool) -> Decimal:
        """Return how many days a due instant gave what opened at an instant, halves too; what `due_at` counted on."""
        opened_on, end = self.day(opened_at), due.astimezone(ZoneInfo(self.timezone)) + _LAST_SECOND
        start = opened_on - ONE_DAY if self.calendar.first_day_counts else opened_on
        days = Decimal(self.calendar.count(start, self.day(due), workdays=workdays))
        return days - _HALF if end.time() == NOON else days

    def days_late(self, due: dt.datetime, at: dt.datetime, *, workdays: bool) -> int:
        """Count the days by which an instant is past due, the one begun with it; 0 in time."""
        if at <= due:
            return 0
        return max(1, self.calendar.count(self.day(due), self.day(at), workdays=workdays))


def _just_before(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC) - _LAST_SECOND
