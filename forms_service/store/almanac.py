"""The almanac: which days are worked in the countries of a firm's calendar, taken from the holidays library.

calendar = make_calendar(organisation.calendar)
"""

import datetime as dt
from collections.abc import Sequence

import holidays

from forms_service.domain.calendars import ONE_DAY, Calendar
from forms_service.domain.errors import BadConfiguration
from forms_service.domain.people import CalendarRules

_FRIDAY = 4


def make_calendar(rules: CalendarRules) -> Calendar:
    """Make the firm's calendar; a day is worked if it is worked in each of its countries, its own days go before.

    Raises BadConfiguration for a year whose shifted workdays are not known and that is not marked as an assumption.
    """
    books = [holidays.country_holidays(country, years=rules.years) for country in rules.countries]
    for book in books:
        _require_arranged(rules, book)
    worked = {day for year in rules.years for day in _days_of(year) if _is_worked(day, books)}
    return Calendar(
        years=frozenset(rules.years),
        workdays=frozenset(worked - set(rules.extra_holidays) | set(rules.extra_workdays)),
        day_mode=rules.day_mode,
        roll_forward=rules.roll_forward,
        first_day_counts=rules.first_day_counts,
    )


def _days_of(year: int) -> Sequence[dt.date]:
    first = dt.date(year, 1, 1)
    return [first + n * ONE_DAY for n in range((dt.date(year + 1, 1, 1) - first).days)]


def _is_worked(day: dt.date, books: Sequence[holidays.HolidayBase]) -> bool:
    return all(book.is_working_day(day) for book in books) if books else day.weekday() <= _FRIDAY


def _require_arranged(rules: CalendarRules, book: holidays.HolidayBase) -> None:
    """Refuse to take a year for known in which China will yet shift workdays, unless the firm says it assumes so."""
    if book.country != "CN":
        return
    assumed = {mark.value for mark in rules.marks if mark.name == "years"}
    own = {day.year for day in rules.extra_workdays}
    for year in rules.years:
        if year not in book.special_public_holidays and year not in own and str(year) not in assumed:
            raise BadConfiguration(
                f"calendar.yaml 的 years 有 {year} 年，可是节假日库里没有当年的放假调休安排。请把当年的补班日写进 "
                f"extra_workdays、放假日写进 extra_holidays；尚未公布的，写成 {{value: {year}, source: assumption}}。"
            )
