"""Due dates: the opening day is not counted, the last day counts to its end in the firm's zone, a half to noon."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from forms_service.domain.calendars import Calendar
from forms_service.domain.course import Within
from forms_service.domain.errors import BadConfiguration
from forms_service.domain.people import CalendarRules, Mark
from forms_service.domain.problem import Place
from forms_service.domain.workdays import Allowed, Reckoning, allowed, due_at
from forms_service.store.almanac import make_calendar
from tests.domain.small_form import FIRM

SHANGHAI = "Asia/Shanghai"
FRIDAY_EVENING = dt.datetime(2026, 11, 27, 15, 30, tzinfo=dt.UTC)  # 23:30 in Shanghai
_ASSUMED = tuple(Mark("years", year, "assumption", "", Place("calendar.yaml", 1, 1)) for year in ("2027", "2028"))
CHINA = make_calendar(CalendarRules(("CN",), (2025, 2026, 2027, 2028), marks=_ASSUMED))


def _at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(SHANGHAI))


def _due(opened: dt.datetime, days: str, calendar: Calendar = CHINA, *, workdays: bool = False) -> str:
    due = due_at(opened, Allowed(Decimal(days), workdays), calendar, SHANGHAI)
    return f"{due.astimezone(ZoneInfo(SHANGHAI)):%Y-%m-%d %H:%M:%S}"


def test_two_workdays_from_friday_end_on_tuesday_at_midnight() -> None:
    assert _due(FRIDAY_EVENING, "2", workdays=True) == "2026-12-01 23:59:59"


def test_calendar_days_count_the_weekend() -> None:
    assert _due(FRIDAY_EVENING, "2") == "2026-11-29 23:59:59"


def test_a_due_instant_is_kept_in_utc() -> None:
    due = due_at(FRIDAY_EVENING, Allowed(Decimal(2), workdays=False), CHINA, SHANGHAI)
    assert due == dt.datetime(2026, 11, 29, 15, 59, 59, tzinfo=dt.UTC)
    assert due.tzinfo is dt.UTC


@pytest.mark.parametrize(("days", "due"), [("15", "2026-11-17 23:59:59"), ("20", "2026-11-22 23:59:59")])
def test_a_case_accepted_on_the_second_is_due_fifteen_or_twenty_days_on(days: str, due: str) -> None:
    assert _due(_at("2026-11-02 10:00"), days) == due


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        ("2026-11-27 23:59:59", "2026-11-28 23:59:59"),
        ("2026-11-28 00:00:00", "2026-11-29 23:59:59"),
    ],
)
def test_midnight_in_the_firms_zone_begins_the_next_day(opened: str, due: str) -> None:
    assert _due(_at(opened), "1") == due


def test_another_zone_has_another_midnight() -> None:
    opened = dt.datetime(2026, 11, 27, 16, 30, tzinfo=dt.UTC)  # Saturday in Shanghai, Friday in London
    london = due_at(opened, Allowed(Decimal(1), workdays=False), CHINA, "Europe/London")
    assert london == dt.datetime(2026, 11, 28, 23, 59, 59, tzinfo=dt.UTC)


def test_the_days_on_which_clocks_change_have_their_own_length() -> None:
    opened = dt.datetime(2026, 10, 24, 9, tzinfo=ZoneInfo("Europe/London"))
    due = due_at(opened, Allowed(Decimal(1), workdays=False), CHINA, "Europe/London")
    assert due == dt.datetime(2026, 10, 25, 23, 59, 59, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("opened", "days", "due"),
    [
        ("2026-11-24 08:00", "0.5", "2026-11-25 11:59:59"),
        ("2026-11-24 18:00", "0.5", "2026-11-25 11:59:59"),
        ("2026-11-24 08:00", "1.5", "2026-11-26 11:59:59"),
        ("2026-11-24 08:00", "1", "2026-11-25 23:59:59"),
        ("2026-11-24 08:00", "0", "2026-11-24 23:59:59"),
    ],
)
def test_a_half_reaches_to_noon_of_the_next_counted_day(opened: str, days: str, due: str) -> None:
    assert _due(_at(opened), days) == due


def test_a_half_workday_from_friday_ends_on_monday_at_noon() -> None:
    assert _due(FRIDAY_EVENING, "0.5", workdays=True) == "2026-11-30 11:59:59"


def test_a_leap_day_is_a_day() -> None:
    assert [_due(_at(f"{year}-02-28 09:00"), "1") for year in (2027, 2028)] == [
        "2027-03-01 23:59:59",
        "2028-02-29 23:59:59",
    ]


def test_fifteen_days_over_the_years_end() -> None:
    assert _due(_at("2026-12-25 09:00"), "15") == "2027-01-09 23:59:59"


def test_workdays_over_the_years_end_leave_out_new_year() -> None:
    assert _due(_at("2026-12-31 09:00"), "1", workdays=True) == "2027-01-04 23:59:59"


def test_a_holiday_is_left_out_and_a_shifted_workday_counts() -> None:
    assert _due(_at("2026-09-30 09:00"), "1", workdays=True) == "2026-10-08 23:59:59"
    assert _due(_at("2026-10-09 09:00"), "1", workdays=True) == "2026-10-10 23:59:59"  # a Saturday that is worked


def test_an_end_on_a_day_off_stays_or_moves_as_the_firm_has_it() -> None:
    moving = replace(CHINA, roll_forward=True)
    assert _due(_at("2026-11-26 09:00"), "2") == "2026-11-28 23:59:59"
    assert _due(_at("2026-11-26 09:00"), "2", moving) == "2026-11-30 23:59:59"
    assert _due(_at("2026-11-26 09:00"), "1.5", moving) == "2026-11-30 11:59:59"


def test_a_firm_may_count_the_first_day() -> None:
    counting = replace(CHINA, first_day_counts=True)
    assert _due(_at("2026-11-02 10:00"), "15", counting) == "2026-11-16 23:59:59"


@pytest.mark.parametrize(("hour", "due"), [("08:00", "2026-11-24 11:59:59"), ("13:00", "2026-11-24 23:59:59")])
def test_a_noon_that_is_past_is_no_end(hour: str, due: str) -> None:
    assert _due(_at(f"2026-11-24 {hour}"), "0.5", replace(CHINA, first_day_counts=True)) == due


def test_a_policys_days_are_counted_as_the_firm_counts() -> None:
    step, settings = Within(0, workdays=False, setting="qa_days"), {"qa_days": Decimal("0.5")}
    assert allowed(step, "", settings, CHINA) == Allowed(Decimal("0.5"), workdays=False)
    assert allowed(step, "", settings, replace(CHINA, day_mode="workdays")) == Allowed(Decimal("0.5"), workdays=True)


def test_days_written_in_the_form_are_counted_as_written() -> None:
    assert allowed(Within(2, workdays=True), "", {}, CHINA) == Allowed(Decimal(2), workdays=True)


@pytest.mark.parametrize("value", [None, "三天", Decimal("0.25"), Decimal(-1)])
def test_a_setting_that_is_no_number_of_days_is_refused(value: Decimal | str | None) -> None:
    settings = {} if value is None else {"qa_days": value}
    with pytest.raises(BadConfiguration, match="qa_days"):
        allowed(Within(0, workdays=False, setting="qa_days"), "", settings, CHINA)


def test_a_policys_days_may_depend_on_a_choice() -> None:
    step = Within(0, workdays=False, setting="talk_days", by="region")
    settings = {"talk_days_domestic": Decimal(1), "talk_days_abroad": Decimal(6)}
    found = [allowed(step, region, settings, CHINA).days for region in ("domestic", "abroad")]
    assert found == [Decimal(1), Decimal(6)]


@pytest.mark.parametrize("days", ["0.5", "1", "1.5", "3"])
@pytest.mark.parametrize("counting", [False, True])
def test_the_days_that_a_due_date_gave_are_counted_back(days: str, counting: bool) -> None:
    firm = Reckoning(FIRM, replace(CHINA, first_day_counts=counting))
    due = firm.due(_at("2026-11-24 09:00"), Allowed(Decimal(days), workdays=False))
    assert firm.days_between(_at("2026-11-24 09:00"), due, workdays=False) == Decimal(days)
