"""Sheet: what one step typed, cell by cell, read into values; every cell that cannot be read is named.

A row with nothing in it is no row: blank rows between filled ones are closed up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from forms_service.domain.answers import AnswerFault, read_answer
from forms_service.domain.cells import RowNumbers, cell_key, split_key, title
from forms_service.domain.people import Organisation
from forms_service.domain.problem import Problem
from forms_service.domain.spec import Field, FormSpec, Step
from forms_service.domain.values import Single, TableRow, Value, Values


@dataclass(frozen=True, slots=True)
class Sheet:
    """The values of the fields that a step fills, the typed numbers of the rows kept, and what could not be read."""

    values: Values
    numbers: RowNumbers
    problems: tuple[Problem, ...]


def read_sheet(spec: FormSpec, step: Step, raw: Mapping[str, str], org: Organisation) -> Sheet:
    """Read a step's cells; `raw` is keyed by field id or `lines.1.qty`, and what is missing in it is blank.

    A key that is not the step's to fill is a Problem, unless its text is blank, which says nothing.
    """
    fields = tuple(spec.field(field_id) for field_id in step.fills)
    typed = {key: text for key, text in raw.items() if text.strip()}
    reading = _Reading(org, typed, [])
    values: dict[str, Value] = {}
    numbers: dict[str, tuple[int, ...]] = {}
    for field in fields:
        if field.kind == "table":
            numbers[field.id] = tuple(sorted({number for number, _ in _cells_of(field, typed)}))
            values[field.id] = tuple(reading.row(field, number) for number in numbers[field.id])
        else:
            values[field.id] = reading.cell(field, field.id, title(field))
    return Sheet(values, numbers, (*reading.problems, *_unowned(spec, fields, typed)))


@dataclass(frozen=True, slots=True)
class _Reading:
    org: Organisation
    typed: Mapping[str, str]
    problems: list[Problem]

    def row(self, table: Field, number: int) -> TableRow:
        return {
            column.id: self.cell(column, cell_key(table.id, number, column.id), title(column, table, number))
            for column in table.columns
        }

    def cell(self, field: Field, key: str, subject: str) -> Single:
        """Read one cell; a calculated one is never typed (`_unowned` names it where it is)."""
        if field.calc is not None:
            return None
        try:
            return read_answer(field, self.typed.get(key, ""), self.org)
        except AnswerFault as fault:
            self.problems.append(Problem(key, fault.code, f"{subject}{fault}"))
            return None


def _cells_of(table: Field, typed: Mapping[str, str]) -> Iterable[tuple[int, str]]:
    """Find the filled cells of a table's printed rows: row number and column."""
    columns = {column.id for column in table.columns if column.calc is None}
    for key in typed:
        found = split_key(key)
        if found and found[0] == table.id and found[1] <= table.max_rows and found[2] in columns:
            yield found[1:]


def _unowned(spec: FormSpec, fields: tuple[Field, ...], typed: Mapping[str, str]) -> Iterable[Problem]:
    """Name what was typed into a cell that the step does not fill."""
    tables = {field.id: field for field in fields if field.kind == "table"}
    owned = {field.id for field in fields if field.kind != "table"}
    owned |= {cell_key(t.id, number, column) for t in tables.values() for number, column in _cells_of(t, typed)}
    for key in sorted(set(typed) - owned):
        found = split_key(key)
        if found and found[0] in tables and found[1] > tables[found[0]].max_rows:
            yield _beyond(tables[found[0]], key, found[1])
        else:
            yield Problem(key, "unowned_field", f"「{_label(spec, key)}」不由这一步填写，却填了内容。请清空它。")


def _beyond(table: Field, key: str, number: int) -> Problem:
    message = f"{title(table)}只印 {table.max_rows} 行，第 {number} 行印不下。请删掉，或另开一张单。"
    return Problem(key, "too_many_rows", message)


def _label(spec: FormSpec, key: str) -> str:
    root = key.partition(".")[0]
    return next((field.label.zh_hans for field in spec.fields if field.id == root), key[:30])
