"""The firm's calendar: what `calendar.yaml` may say, and that no day outside its years is ever guessed."""

import datetime as dt
from dataclasses import replace

import pytest

from forms_service.domain.calendar_rules import parse_calendar
from forms_service.domain.calendars import Calendar, CalendarGap
from forms_service.domain.errors import BadConfiguration
from forms_service.domain.faults import Faults
from forms_service.domain.people import CalendarRules
from forms_service.store.almanac import make_calendar
from forms_service.store.yaml_text import read_document


def _read(text: str) -> tuple[CalendarRules, list[str]]:
    faults = Faults()
    node, problems = read_document(text.encode(), "calendar.yaml")
    assert not problems
    rules = parse_calendar(node, faults)
    return rules, [problem.code for problem in faults.in_order()]


def _calendar(text: str) -> Calendar:
    rules, codes = _read(text)
    assert codes == []
    return make_calendar(rules)


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_a_calendar_says_what_it_says_and_where_from() -> None:
    rules, codes = _read(
        "countries: [CN]\nyears: [2026, {value: 2027, source: assumption, note: 未公布}]\n"
        "extra_workdays: [2026-11-28]\nday_mode: {value: workdays, source: practice}\nroll_forward: yes\n"
    )
    assert codes == []
    assert (rules.countries, rules.years, rules.day_mode) == (("CN",), (2026, 2027), "workdays")
    assert (rules.roll_forward, rules.first_day_counts) == (True, False)
    assert [(mark.name, mark.value, mark.source) for mark in rules.marks] == [
        ("years", "2027", "assumption"),
        ("day_mode", "workdays", "practice"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("countries: [JP]\nyears: [2026]", "unknown_word"),
        ("years: [26]", "bad_year"),
        ("years: [二〇二六]", "bad_year"),
        ("years: [2026, 2026]", "duplicate"),
        ("countries: [CN]", "no_years"),
        ("years: [2026]\nextra_holidays: [2027-01-02]", "day_not_covered"),
        ("years: [2026]\nextra_holidays: [2026-11-28]\nextra_workdays: [2026-11-28]", "day_twice"),
        ("years: [2026]\nextra_holidays: [2026-02-30]", "bad_date"),
        ("years: [2026]\nday_mode: business", "unknown_word"),
        ("years: [2026]\nroll_forward: {value: maybe, source: law}", "unknown_word"),
        ("years: [2026]\nholidays: []", "unknown_key"),
    ],
)
def test_a_fault_of_the_calendar_is_told(text: str, code: str) -> None:
    assert code in _read(text)[1]


def test_a_firm_without_a_calendar_knows_of_no_day() -> None:
    calendar = make_calendar(parse_calendar(None, Faults()))
    with pytest.raises(CalendarGap, match="没有任何一年"):
        calendar.is_workday(_day("2026-11-27"))


def test_a_day_of_a_year_that_is_not_covered_is_an_error_that_says_what_to_do() -> None:
    calendar = _calendar("countries: [CN]\nyears: [2026]")
    with pytest.raises(CalendarGap, match="years 补上 2027"):
        calendar.advance(_day("2026-12-31"), 1, workdays=True)


def test_calendar_days_need_no_holidays() -> None:
    assert _calendar("years: [2026]").advance(_day("2026-12-31"), 15, workdays=False) == _day("2027-01-15")


def test_china_shifts_its_workdays() -> None:
    calendar = _calendar("countries: [CN]\nyears: [2026]")
    worked = {text: calendar.is_workday(_day(text)) for text in ("2026-10-10", "2026-10-07", "2026-10-11")}
    assert worked == {"2026-10-10": True, "2026-10-07": False, "2026-10-11": False}


def test_taiwan_has_its_own_holidays() -> None:
    calendar = _calendar("countries: [TW]\nyears: [2026]")
    worked = {text: calendar.is_workday(_day(text)) for text in ("2026-10-09", "2026-10-05", "2026-10-10")}
    assert worked == {"2026-10-09": False, "2026-10-05": True, "2026-10-10": False}


def test_with_two_countries_a_day_is_worked_if_it_is_in_both() -> None:
    calendar = _calendar("countries: [CN, TW]\nyears: [2026]")
    assert not any(calendar.is_workday(_day(text)) for text in ("2026-10-10", "2026-10-05", "2026-10-09"))


def test_without_a_country_the_week_has_five_days() -> None:
    calendar = _calendar("years: [2026]")
    assert [calendar.is_workday(_day(f"2026-11-{day}")) for day in range(23, 30)] == [True] * 5 + [False] * 2


def test_the_firms_own_days_go_before_the_countries() -> None:
    calendar = _calendar("countries: [CN]\nyears: [2026]\nextra_holidays: [2026-11-27]\nextra_workdays: [2026-11-28]")
    assert not calendar.is_workday(_day("2026-11-27"))
    assert calendar.is_workday(_day("2026-11-28"))


def test_a_year_whose_shifts_are_not_known_must_be_marked_as_assumed() -> None:
    with pytest.raises(BadConfiguration, match="2027 年"):
        _calendar("countries: [CN]\nyears: [2026, 2027]")
    assert _calendar("countries: [CN]\nyears: [2026, 2027]\nextra_workdays: [2027-01-03]").is_workday(
        _day("2027-01-03")
    )


def test_counting_goes_back_as_well() -> None:
    calendar = _calendar("countries: [CN]\nyears: [2026]")
    monday = _day("2026-11-30")
    assert calendar.advance(monday, -1, workdays=True) == _day("2026-11-27")
    assert calendar.advance(monday, -1, workdays=False) == _day("2026-11-29")


def test_a_count_leaves_out_its_first_day() -> None:
    calendar = _calendar("countries: [CN]\nyears: [2026]")
    friday, tuesday = _day("2026-11-27"), _day("2026-12-01")
    assert calendar.count(friday, tuesday, workdays=False) == 4
    assert calendar.count(friday, tuesday, workdays=True) == 2
    assert calendar.count(tuesday, friday, workdays=True) == 0


def test_an_end_settles_on_a_workday_only_where_the_firm_says_so() -> None:
    calendar = _calendar("countries: [CN]\nyears: [2026]")
    saturday = _day("2026-11-28")
    assert calendar.settle(saturday) == saturday
    assert replace(calendar, roll_forward=True).settle(saturday) == _day("2026-11-30")
