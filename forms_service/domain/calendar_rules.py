"""Reading `calendar.yaml`: what the firm says of its calendar; each value may say where it comes from.

countries: [CN]                     # holidays and shifted workdays; with two countries a day is worked if it is in both
years: [2026, {value: 2027, source: assumption, note: 调休尚未公布}]
extra_holidays: [2026-12-31]
extra_workdays: []
day_mode: calendar                  # how the days of policies and of a whole case are counted: calendar | workdays
roll_forward: no                    # yes: an end that falls on a day off moves to the next workday
first_day_counts: no                # yes: the day on which a time begins is its first
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from forms_service.domain.entries import Entries, read_entries
from forms_service.domain.faults import Faults
from forms_service.domain.literals import read_date
from forms_service.domain.marks import read_marked
from forms_service.domain.node import Node, Scalar
from forms_service.domain.people import CalendarRules, Country, DayMode, Mark

KEYS = ("countries", "years", "extra_holidays", "extra_workdays", "day_mode", "roll_forward", "first_day_counts")
COUNTRIES: tuple[Country, ...] = ("CN", "TW")
DAY_MODES: tuple[DayMode, ...] = ("calendar", "workdays")
YES_NO = ("yes", "no")
EARLIEST_YEAR, LATEST_YEAR = 2000, 2100

_Read = TypeVar("_Read")
_Word = TypeVar("_Word", bound=str)


def parse_calendar(node: Node | None, faults: Faults) -> CalendarRules:
    """Read `calendar.yaml`; a firm without one has a calendar that covers no year."""
    entries = None if node is None else read_entries(node, faults, KEYS)
    if entries is None:
        return CalendarRules()
    marks: list[Mark] = []
    rules = CalendarRules(
        countries=_read_list(entries, "countries", marks, lambda s: _word("countries", s, COUNTRIES, faults)),
        years=_read_list(entries, "years", marks, lambda s: _year(s, faults)),
        extra_holidays=_read_list(entries, "extra_holidays", marks, lambda s: read_date(s, faults)),
        extra_workdays=_read_list(entries, "extra_workdays", marks, lambda s: read_date(s, faults)),
        day_mode=_read_one(entries, "day_mode", marks, DAY_MODES) or "calendar",
        roll_forward=_read_one(entries, "roll_forward", marks, YES_NO) == "yes",
        first_day_counts=_read_one(entries, "first_day_counts", marks, YES_NO) == "yes",
    )
    _check(rules, entries)
    return replace(rules, marks=tuple(marks))


def _read_list(
    entries: Entries, key: str, marks: list[Mark], read: Callable[[Scalar], _Read | None]
) -> tuple[_Read, ...]:
    found: list[_Read] = []
    for item in entries.items(key):
        scalar, mark = read_marked(key, item, entries.faults)
        value = None if scalar is None else read(scalar)
        marks += [mark] if mark is not None else []
        if value is not None and scalar is not None and value in found:
            entries.faults.add(
                scalar.place,
                "duplicate",
                f"「{scalar.text}」写了两次，请删去一个。",
                f"'{scalar.text}' is written twice",
            )
        elif value is not None:
            found.append(value)
    return tuple(found)


def _read_one(entries: Entries, key: str, marks: list[Mark], words: tuple[_Word, ...]) -> _Word | None:
    node = entries.node(key)
    scalar, mark = (None, None) if node is None else read_marked(key, node, entries.faults)
    marks += [mark] if mark is not None else []
    return None if scalar is None else _word(key, scalar, words, entries.faults)


def _word(key: str, scalar: Scalar, words: tuple[_Word, ...], faults: Faults) -> _Word | None:
    found = next((word for word in words if word == scalar.text), None)
    if found is None:
        faults.add_unknown(scalar.place, "unknown_word", (f"「{key}」写法", f"'{key}'"), scalar.text, words)
    return found


def _year(scalar: Scalar, faults: Faults) -> int | None:
    if scalar.text.isdecimal() and EARLIEST_YEAR <= int(scalar.text) <= LATEST_YEAR:
        return int(scalar.text)
    faults.add(
        scalar.place,
        "bad_year",
        f"「{scalar.text}」不是年份，应是 {EARLIEST_YEAR} 到 {LATEST_YEAR} 之间的四位数。",
        f"'{scalar.text}' is no year from {EARLIEST_YEAR} to {LATEST_YEAR}",
    )
    return None


def _check(rules: CalendarRules, entries: Entries) -> None:
    """Hold that extra days lie in covered years, and that no day is both worked and off."""
    if not rules.years:
        entries.faults.add(entries.place, "no_years", "没有写 years，日历不知道管哪几年。", "no years are covered")
    for key, days in (("extra_holidays", rules.extra_holidays), ("extra_workdays", rules.extra_workdays)):
        for day in days:
            if day.year not in rules.years:
                chinese = f"{day} 不在 years 写的年份里，请补上 {day.year} 或删去这一天。"
                entries.refuse_key(key, "day_not_covered", chinese, f"{day} lies in no covered year")
    for day in set(rules.extra_holidays) & set(rules.extra_workdays):
        chinese = f"{day} 既写在 extra_holidays 又写在 extra_workdays，请删去一处。"
        entries.refuse_key("extra_workdays", "day_twice", chinese, f"{day} is both worked and off")
