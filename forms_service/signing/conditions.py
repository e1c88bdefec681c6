"""Conditions: whether a step's `when` holds on the values that stand in the PDF, from the issue record alone.

No spec and no organisation is needed: the record keeps each field's type, and the expression tools of the domain do the
rest, as the workflow does it when it decides who is next.
"""

from collections.abc import Mapping

from forms_service.domain.evaluating import evaluate
from forms_service.domain.expression import Kind, parse_expression
from forms_service.domain.given import Given, Named
from forms_service.domain.problem import Place
from forms_service.domain.record import IssueRecord, RecordedField
from forms_service.domain.scope import KINDS, OPENED_ON
from forms_service.domain.spec import Field, FieldKind, Label
from forms_service.domain.values import Single, Value, read_value

Printed = Mapping[str, str | bool]

_NOWHERE = Place("", 1, 1)
_COLUMNS: Mapping[Kind, Kind] = {
    "number": "numbers",
    "money": "numbers",
    "text": "texts",
    "date": "dates",
    "boolean": "booleans",
}


def holds(source: str, record: IssueRecord, printed: Printed) -> bool:
    """Say whether a condition gives yes. Raises FormsError, ValueError or KeyError when it cannot be worked out."""
    expression = parse_expression(source, _NOWHERE, _names(record), expect=frozenset({"boolean"}))
    return evaluate(expression, _values(record, printed)) is True


def _names(record: IssueRecord) -> Mapping[str, Kind]:
    names: dict[str, Kind] = {OPENED_ON: "date", **{named.name: named.kind for named in _given(record).names}}
    for field in _spec_fields(record):
        kind = KINDS[_type(field)]
        if field.column is None:
            names[field.of] = kind
        else:
            names[field.of] = "rows"
            names[f"{field.of}.{field.column}"] = _COLUMNS[kind]
    return names


def _values(record: IssueRecord, printed: Printed) -> Mapping[str, Value]:
    values: dict[str, Value] = dict(_given(record).known())
    tables: dict[str, dict[int, dict[str, Single]]] = {}
    for field in _spec_fields(record):
        if field.row is not None and field.column is not None:
            tables.setdefault(field.of, {}).setdefault(field.row, {})[field.column] = _read(field, printed)
        elif field.option is None:
            values[field.of] = _read(field, printed)
        elif printed.get(field.name):
            values[field.of] = field.option == "yes" if _type(field) == "yesno" else field.option
        else:
            values.setdefault(field.of, None)
    used = {table: [row for _, row in sorted(rows.items())] for table, rows in tables.items()}
    return {**values, **{table: tuple(row for row in rows if any(row.values())) for table, rows in used.items()}}


def _given(record: IssueRecord) -> Given:
    return Given(names=tuple(Named(n.name, n.kind, n.text) for n in record.given))  # type: ignore[arg-type]  # certified


def _spec_fields(record: IssueRecord) -> tuple[RecordedField, ...]:
    return tuple(field for field in record.fields if field.type)


def _read(field: RecordedField, printed: Printed) -> Single:
    known = Field(field.of, Label(field.label), _type(field), _NOWHERE)
    return read_value(known, str(printed.get(field.name, "")))


def _type(field: RecordedField) -> FieldKind:
    return field.type  # type: ignore[return-value]  # the firm certified it; KINDS refuses any other word
