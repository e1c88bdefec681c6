"""Due dates: days counted from the day after a step opens, to the end of the last one, in the firm's time zone."""

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

from forms_service.domain.spec import Within

IsWorkday = Callable[[dt.date], bool]


def due_at(opened_at: dt.datetime, within: Within, is_workday: IsWorkday, timezone: str) -> dt.datetime:
    """Return the last instant (aware UTC) of the day on which a step is due; the opening day itself is not counted."""
    zone = ZoneInfo(timezone)
    day = opened_at.astimezone(zone).date()
    left = within.days
    while left:
        day += dt.timedelta(days=1)
        if not within.workdays or is_workday(day):
            left -= 1
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, tzinfo=zone)
    return (midnight - dt.timedelta(seconds=1)).astimezone(dt.UTC)


def days_left(due: dt.datetime, at: dt.datetime, timezone: str) -> int:
    """Count the calendar days from today to the due day; 0 is due today, negative is late."""
    zone = ZoneInfo(timezone)
    return (due.astimezone(zone).date() - at.astimezone(zone).date()).days
