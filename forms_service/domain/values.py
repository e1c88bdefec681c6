"""Values of a document's fields: what they are and how they are printed and read back.

A printed text is the record: `print_value` and `read_value` are each other's inverse for every value that
`checking.check_values` lets through, so what accounting reads from the signed bytes is what was filled.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from forms_service.domain.spec import Field


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file beside the PDF; the printed, locked cell holds its name and digest."""

    name: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.name} SHA-256 {self.sha256}"


Single = str | bool | int | Decimal | dt.date | Attachment | None
TableRow = Mapping[str, Single]
Value = Single | tuple[TableRow, ...]
Values = Mapping[str, Value]


_MOST_PLACES = 6
_PERCENT_PLACES = 4


def places_of(field: Field) -> int:
    """Return how many decimal places a field's value may have; a percent's value is a fraction, 5% being 0.05."""
    match field.kind:
        case "money":
            return 2
        case "integer":
            return 0
        case "percent":
            return (_PERCENT_PLACES if field.places is None else field.places) + 2
        case _:
            return _MOST_PLACES if field.places is None else field.places


def print_value(field: Field, value: Single) -> str:
    """Write a value as its cell shows it: money `12,000.00`, percent `5%`, dates ISO, blanks empty.

    A yesno or choice has no text of its own (its boxes are ticked); its option's id is returned.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return _print_decimal(field, value)
    return str(value)


def read_value(field: Field, text: str) -> Single:
    """Read a printed text back into the value it shows; raises ValueError if it is not such a text."""
    if text == "":
        return None
    match field.kind:
        case "yesno":
            return text == "yes"
        case "integer":
            return int(text)
        case "date":
            return dt.date.fromisoformat(text)
        case "money" | "decimal":
            return Decimal(text.replace(",", ""))
        case "percent":
            return Decimal(text.removesuffix("%")) / 100
        case "attachment":
            name, _, digest = text.rpartition(" SHA-256 ")
            return Attachment(name, digest)
        case _:
            return text


def _print_decimal(field: Field, value: Decimal) -> str:
    if field.kind == "money":
        return f"{value:,.2f}"
    if field.kind == "percent":
        return f"{(value * 100).normalize():f}%"
    if field.places is not None:
        value = round(value, field.places)
    return f"{value.normalize():f}"
