"""Literals: ids, numbers, amounts, days and addresses as a person may write them in a data file, and nothing looser.

`5000` and `5000.50` are amounts; `5e3`, `.5`, `5_000` and `5,000` are not: two writings of one number are two chances
to misread it.
"""

import datetime as dt
import re
from decimal import Decimal

from forms_service.domain.faults import Faults
from forms_service.domain.money import Money
from forms_service.domain.node import Scalar

MONEY_PLACES = 2
EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[A-Za-z]{2,}")

_ID = re.compile(r"[a-z][a-z0-9_]*")
_PLAIN = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_MEANT_AS_NUMBER = re.compile(r"[-+]?(\.[0-9]|[0-9])[0-9_.,eExXoO+-]*%?|[-+]?\.(inf|nan)", re.IGNORECASE)


def read_id(scalar: Scalar | None, faults: Faults) -> str | None:
    """Read an id: lower-case letters, digits and underscores, a letter first."""
    if scalar is None or _ID.fullmatch(scalar.text):
        return None if scalar is None else scalar.text
    faults.add(
        scalar.place,
        "bad_id",
        f"「{scalar.text}」不能作代号，代号只用小写字母、数字和下划线，以字母开头。",
        f"'{scalar.text}' is no id: lower-case letters, digits and underscores, a letter first",
    )
    return None


def read_shaped(key: str, scalar: Scalar | None, pattern: re.Pattern[str], example: str, faults: Faults) -> str | None:
    """Read a text of a fixed shape, such as an address; `example` shows how it is written."""
    if scalar is None or pattern.fullmatch(scalar.text):
        return None if scalar is None else scalar.text
    faults.add(
        scalar.place,
        "bad_form",
        f"「{key}」写的是「{scalar.text}」，应写成 {example} 这样。",
        f"'{key}' is '{scalar.text}', expected something like {example}",
    )
    return None


def read_date(scalar: Scalar | None, faults: Faults) -> dt.date | None:
    """Read a day written as `2026-01-01`."""
    if scalar is None:
        return None
    try:
        day = dt.date.fromisoformat(scalar.text)
    except ValueError:
        day = None
    if day is not None and day.isoformat() == scalar.text:
        return day
    faults.add(
        scalar.place,
        "bad_date",
        f"「{scalar.text}」不是日期，应写成 2026-01-01 这样。",
        f"'{scalar.text}' is no date, expected YYYY-MM-DD",
    )
    return None


def read_money(scalar: Scalar | None, faults: Faults) -> Money | None:
    """Read an amount: plain digits with at most two places."""
    return None if scalar is None else read_number(scalar, MONEY_PLACES, faults)


def read_number(scalar: Scalar, places: int | None, faults: Faults) -> Decimal | None:
    """Read a number with at most so many places (None: any)."""
    if not _PLAIN.fullmatch(scalar.text):
        faults.add(
            scalar.place,
            "number_form",
            f"数字「{scalar.text}」应只用数字和一个小数点，如 5000 或 5000.50，不用指数、千分号和空格。",
            f"number '{scalar.text}' must be plain digits with one point: no exponent, no separators",
        )
        return None
    found = len(scalar.text.partition(".")[2])
    if places is not None and found > places:
        faults.add(
            scalar.place,
            "too_many_places",
            f"数字「{scalar.text}」有 {found} 位小数，这里最多 {places} 位。",
            f"number '{scalar.text}' has {found} places, at most {places} here",
        )
        return None
    return Decimal(scalar.text)


def meant_as_number(text: str) -> bool:
    """Say whether a text was meant as a number, well written or not."""
    return _MEANT_AS_NUMBER.fullmatch(text) is not None


def number_of(text: str) -> Decimal | None:
    """Return the number or the percent (as its fraction) that a text plainly is, or None for any other text."""
    digits = text.removesuffix("%")
    if not _PLAIN.fullmatch(digits):
        return None
    return Decimal(digits) / 100 if text.endswith("%") else Decimal(digits)
