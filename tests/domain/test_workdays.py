"""Due dates: the opening day is not counted, the last day counts to its end in the firm's zone."""

import datetime as dt

from forms_service.domain.spec import Within
from forms_service.domain.workdays import days_left, due_at

SHANGHAI = "Asia/Shanghai"
FRIDAY_EVENING = dt.datetime(2026, 11, 27, 15, 30, tzinfo=dt.UTC)  # 23:30 in Shanghai


def _weekday(day: dt.date) -> bool:
    return day.weekday() < 5


def test_two_workdays_from_friday_end_on_tuesday_at_midnight() -> None:
    due = due_at(FRIDAY_EVENING, Within(2, workdays=True), _weekday, SHANGHAI)
    assert due == dt.datetime(2026, 12, 1, 15, 59, 59, tzinfo=dt.UTC)


def test_calendar_days_count_the_weekend() -> None:
    due = due_at(FRIDAY_EVENING, Within(2, workdays=False), _weekday, SHANGHAI)
    assert due == dt.datetime(2026, 11, 29, 15, 59, 59, tzinfo=dt.UTC)


def test_the_day_is_the_firms_not_utcs() -> None:
    after_midnight = dt.datetime(2026, 11, 27, 16, 30, tzinfo=dt.UTC)  # Saturday 00:30 in Shanghai
    due = due_at(after_midnight, Within(1, workdays=False), _weekday, SHANGHAI)
    assert due == dt.datetime(2026, 11, 29, 15, 59, 59, tzinfo=dt.UTC)


def test_days_left_turn_negative_when_late() -> None:
    due = dt.datetime(2026, 12, 1, 15, 59, 59, tzinfo=dt.UTC)
    assert [days_left(due, due + dt.timedelta(days=n), SHANGHAI) for n in (-1, 0, 1)] == [1, 0, -1]
