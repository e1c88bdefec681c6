"""Rules: a spec's `checks` tried on a document's values, and what they say filled in.

A check is tried by each step that fills something it reads, directly or through a calculation: it could not be mended
by any other. A check over a table's rows (`all(…)`, `not any(…)`, joined by `and`) names each row that breaks it.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from forms_service.domain.cells import RowNumbers, cell_key, row_number
from forms_service.domain.context import Context, gather
from forms_service.domain.evaluating import Column, EvaluationError, broken_rows, evaluate
from forms_service.domain.problem import Problem
from forms_service.domain.spec import Check, Field, FormSpec, Step
from forms_service.domain.values import Single, Value, Values, print_value

BLANK = "（空白）"
_BRACES = re.compile(r"\{([a-z][a-z0-9_.]*)\}")


def check_rules(spec: FormSpec, step: Step, values: Values, ctx: Context, numbers: RowNumbers) -> tuple[Problem, ...]:
    """List every broken check that the step could mend; warnings carry their level."""
    due = (check for check in spec.checks if _is_due(spec, step, check))
    return tuple(problem for check in due for problem in _Trial(spec, step, check, values, ctx, numbers).problems())


def fields_read(spec: FormSpec, names: frozenset[str]) -> frozenset[str]:
    """Name the fields that names lead to, and through calculations all that those read."""
    own = {field.id for field in spec.fields}
    found: set[str] = set()
    waiting = {name.partition(".")[0] for name in names} & own
    while waiting:
        field_id = waiting.pop()
        found.add(field_id)
        field = spec.field(field_id)
        calcs = [f.calc for f in (field, *field.columns) if f.calc is not None]
        waiting |= {root for calc in calcs for root in calc.roots} & own - found
    return frozenset(found)


def _is_due(spec: FormSpec, step: Step, check: Check) -> bool:
    read = fields_read(spec, check.rule.roots)
    return not read or not read.isdisjoint(step.fills)


@dataclass(frozen=True, slots=True)
class _Trial:
    """One check tried on one document's values."""

    spec: FormSpec
    step: Step
    check: Check
    values: Values
    ctx: Context
    numbers: RowNumbers

    def problems(self) -> Iterator[Problem]:
        scope = gather(self.values, self.ctx)
        try:
            if evaluate(self.check.rule, scope, rounding=self.spec.rounding) is not False:
                return
            rows = broken_rows(self.check.rule, scope, rounding=self.spec.rounding)
        except EvaluationError as error:
            yield Problem(self._mark(), error.code, f"核对「{self._say(None)}」时：{error}")
            return
        if not rows:
            yield self._problem(self._mark(), self._say(None))
        for table, index in rows:
            yield self._row_problem(table, index)

    def _row_problem(self, table: str, index: int) -> Problem:
        number = row_number(self.numbers, table, index)
        said, dot, rest = self._say((table, index)).partition("。")
        return self._problem(self._row_mark(table, number), f"{said}（第 {number} 行）{dot}{rest}")

    def _problem(self, where: str, message: str) -> Problem:
        return Problem(where, "check", message, self.check.level)

    def _mark(self) -> str:
        """Choose the field shown as faulty: the one marked, else the first that the step fills and the rule reads."""
        if self.check.mark is not None:
            return self.check.mark.partition(".")[0]
        read = fields_read(self.spec, self.check.rule.roots)
        return next((field_id for field_id in self.step.fills if field_id in read), "")

    def _row_mark(self, table: str, number: int) -> str:
        """Choose the row's cell shown as faulty: the column marked, else the first that can be filled and is read."""
        marked, _, column = (self.check.mark or table).partition(".")
        if marked != table:
            return self._mark()
        read = self.check.rule.names
        columns = [c.id for c in self.spec.field(table).columns if c.calc is None and f"{table}.{c.id}" in read]
        return cell_key(table, number, column or columns[0]) if column or columns else table

    def _say(self, row: tuple[str, int] | None) -> str:
        return _BRACES.sub(lambda found: self._printed(found[1], row) or found[0], self.check.say)

    def _printed(self, name: str, row: tuple[str, int] | None) -> str | None:
        """Print what a name in braces stands for; None for a name that the form does not have."""
        root, _, column_id = name.partition(".")
        field = next((field for field in self.spec.fields if field.id == root), None)
        if field is None:
            return _print_plain(gather(self.values, self.ctx).get(name))
        if field.kind != "table":
            value = self.values.get(root)
            return None if isinstance(value, tuple) else _print(field, value)
        column = next((column for column in field.columns if column.id == column_id), None)
        return None if column is None else self._print_column(root, column, row)

    def _print_column(self, table: str, column: Field, row: tuple[str, int] | None) -> str:
        """Print the cell of the row spoken of, or else the whole column."""
        rows = self.values.get(table)
        cells = [cells.get(column.id) for cells in rows] if isinstance(rows, tuple) else []
        if row is not None and row[0] == table:
            return _print(column, cells[row[1]])
        return "、".join(_print(column, cell) for cell in cells if cell is not None) or BLANK


def _print(field: Field, value: Single) -> str:
    """Print a value for a person: as its cell shows it, a choice by its label."""
    if isinstance(value, bool):
        return "是" if value else "否"
    label = next((option.label.zh_hans for option in field.options if option.id == value), None)
    return label or print_value(field, value) or BLANK


def _print_plain(value: Value | Column) -> str | None:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, dt.date) else value if isinstance(value, str) else None
