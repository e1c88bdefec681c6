"""What a document was given when it was opened: what its parent or a report fixed, and nobody may type otherwise."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from forms_service.domain.cells import split_key
from forms_service.domain.expression import Kind
from forms_service.domain.people import Organisation
from forms_service.domain.sheet import read_sheet
from forms_service.domain.spec import FormSpec, Step
from forms_service.domain.values import Single

PERIOD = "period"
CASE_DUE = "case_due"
STATES = ("open", "finished", "rejected", "refused", "void")
PARENT_NAMES: Mapping[str, Kind] = MappingProxyType(
    {
        "no": "text",
        "state": "text",
        "title": "text",
        "form": "text",
        "opened_on": "date",
        "ended_on": "date",
        "sha256": "text",
        "opened_by": "text",
        "step_name": "text",
        "step_department": "text",
        "step_person": "text",
        "step_opened_on": "date",
        "step_due_on": "date",
        "days_late": "number",
        "nth": "number",
    }
)
"""What every form's document is known by under an alias, beside its own fields: `complaint.no`, `complaint.state`."""

_READERS: Mapping[Kind, Callable[[str], Single]] = MappingProxyType(
    {
        "number": Decimal,
        "money": Decimal,
        "text": str,
        "date": dt.date.fromisoformat,
        "boolean": lambda text: text == "yes",
    }
)


@dataclass(frozen=True, slots=True)
class Named:
    """A name under the parent's alias (`complaint.allowance_amount`), its kind, and its value as plain text.

    Numbers are written without separators, days as ISO, truths as `yes` or `no`; "" is a blank.
    """

    name: str
    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Given:
    """What was given: `answers` fix fields of the first step, keyed as typed (field id or `lines.1.qty`).

    None is blank, but a table's own id may be: it says that the table has no other rows than the given ones, if any.
    `names` are what expressions may read.
    """

    answers: tuple[tuple[str, str], ...] = ()
    names: tuple[Named, ...] = ()

    def known(self) -> Mapping[str, Single]:
        """Return the names with their values, blanks as None."""
        return {named.name: _READERS[named.kind](named.text) if named.text else None for named in self.names}


NOTHING = Given()


def values_given(spec: FormSpec, given: Given, org: Organisation) -> Mapping[str, Single]:
    """Read the single fields that what was given fixes, by field id."""
    fixed = dict(given.answers)
    values = read_sheet(spec, spec.steps[0], fixed, org).values if fixed else {}
    return {name: value for name, value in values.items() if name in fixed and not isinstance(value, tuple)}


def given_over(spec: FormSpec, step: Step, given: Given, typed: Mapping[str, str]) -> Mapping[str, str]:
    """Lay what was given over what the first step typed: nobody may type otherwise. Later steps stay as typed.

    A table with given cells has no rows but the given ones, and of their columns those alone are free that no given
    row fixes.
    """
    if step.id != spec.steps[0].id:
        return typed
    fixed = dict(given.answers)
    cells = [cell for cell in map(split_key, fixed) if cell is not None]
    rows = {(table, row) for table, row, _ in cells}
    tables, columns = {table for table, _ in rows} | fixed.keys(), {(table, column) for table, _, column in cells}

    def is_free(key: str) -> bool:
        cell = split_key(key)
        if cell is None or cell[0] not in tables:
            return key not in fixed
        return cell[:2] in rows and (cell[0], cell[2]) not in columns

    return {**{key: text for key, text in typed.items() if is_free(key)}, **fixed}


def write_plain(value: Single) -> str:
    """Write a value as `Named.text` keeps it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, dt.date) else str(value)
