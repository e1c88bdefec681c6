"""Checking: what a step typed, judged whole: read, shown or hidden, required, within bounds, calculated, checked.

Every Problem is found at once and stands in the order of the form's fields. The values returned are meant for signing
only when no Problem is an error; until then they serve to show the page again.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from forms_service.domain.calculating import calculate, defaults, work_out
from forms_service.domain.cells import RowNumbers, cell_key, row_number, split_key, title
from forms_service.domain.context import Context, gather
from forms_service.domain.evaluating import Column, EvaluationError, Known, evaluate
from forms_service.domain.expression import Expression
from forms_service.domain.problem import Problem
from forms_service.domain.rules import check_rules
from forms_service.domain.sheet import read_sheet
from forms_service.domain.spec import Field, FormSpec, Step
from forms_service.domain.values import Single, TableRow, Values, print_value
from forms_service.domain.widgets import fields_of_lock, lock_of

__all__ = ["Context", "calculate", "check_values", "defaults"]


def check_values(
    spec: FormSpec, step: Step, raw: Mapping[str, str], before: Values, ctx: Context
) -> tuple[Values, tuple[Problem, ...]]:
    """Judge what a step typed; returns the values of all fields after it, and every Problem.

    `raw` is keyed by field id or `lines.1.qty`; `before` are the values that earlier steps signed, and what they locked
    is neither typed again nor calculated again.
    """
    sheet = read_sheet(spec, step, raw, ctx.organisation)
    entered = {field.id: before.get(field.id) for field in spec.fields} | dict(sheet.values)
    values, unsolved = work_out(spec, entered, ctx, kept=_locked_before(spec, step), numbers=sheet.numbers)
    unread = frozenset(str(problem.where) for problem in sheet.problems)
    judged = tuple(_Judgement(spec, step, values, ctx, sheet.numbers, unread).problems())
    found = (*sheet.problems, *judged, *unsolved)
    faulty = {problem.where for problem in found}  # a check says nothing new of a cell that has to be mended anyhow
    broken = [p for p in check_rules(spec, step, values, ctx, sheet.numbers) if p.where not in faulty]
    return values, _in_page_order(spec, (*found, *broken))


def _locked_before(spec: FormSpec, step: Step) -> frozenset[str]:
    here = spec.step_index(step.id)
    return frozenset(field.id for field in spec.fields if spec.step_index(lock_of(spec, field)) < here)


def _in_page_order(spec: FormSpec, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Sort Problems by field, row and column; what belongs to no field comes last."""
    names = [name for field in spec.fields for name in (field.id, *(f"{field.id}.{c.id}" for c in field.columns))]
    order = {name: position for position, name in enumerate(names)}

    def key(problem: Problem) -> tuple[int, int, int]:
        root, number, column = split_key(str(problem.where)) or (str(problem.where), 0, "")
        return order.get(root, len(order)), number, order.get(f"{root}.{column}", -1)

    return tuple(sorted(problems, key=key))


_Side = Literal["min", "max"]
_BOUND_WORDS: Mapping[tuple[str, _Side], tuple[str, str, str]] = MappingProxyType(
    {
        ("number", "min"): ("小于", "大的数", "too_small"),
        ("number", "max"): ("大于", "小的数", "too_large"),
        ("date", "min"): ("早于", "晚的日期", "too_early"),
        ("date", "max"): ("晚于", "早的日期", "too_late"),
    }
)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A field, or a row's cell, with its value and its names for programs and for people."""

    field: Field
    value: Single
    where: str
    subject: str


@dataclass(frozen=True, slots=True)
class _Judgement:
    """The rules that stand at a field itself, applied to the fields that one step locks."""

    spec: FormSpec
    step: Step
    values: Values
    ctx: Context
    numbers: RowNumbers
    unread: frozenset[str]

    def problems(self) -> Iterator[Problem]:
        locked = fields_of_lock(self.spec, self.step.id)
        for field in self.spec.fields:
            if field.id not in locked:
                continue
            try:
                yield from tuple(self._field(field))
            except EvaluationError as error:
                yield Problem(field.id, error.code, f"{title(field)}的条件或上下限：{error}")

    def _field(self, field: Field) -> Iterator[Problem]:
        known, value = gather(self.values, self.ctx), self.values.get(field.id)
        if field.kind == "table":
            return self._table(field, value if isinstance(value, tuple) else (), known)
        if isinstance(value, tuple):
            raise TypeError(f"{field.id} is no table")
        return self._cell(_Cell(field, value, field.id, title(field)), known)

    def _table(self, table: Field, rows: tuple[TableRow, ...], known: Known) -> Iterator[Problem]:
        shown = self._is_shown(table, known)
        least = max(table.min_rows, 1 if table.required else 0) if shown else 0
        if rows and not shown:
            yield _hidden_but_filled(table.id, title(table))
        if len(rows) < least:
            found = f"现在填了 {len(rows)} 行" if rows else "现在一行也没有填"
            yield Problem(table.id, "too_few_rows", f"{title(table)}至少要填 {least} 行，{found}。请补填。")
        for index, row in enumerate(rows):
            yield from self._row(table, row, row_number(self.numbers, table.id, index))

    def _row(self, table: Field, row: TableRow, number: int) -> Iterator[Problem]:
        known = gather(self.values, self.ctx, row)
        for column in table.columns:
            where, subject = cell_key(table.id, number, column.id), title(column, table, number)
            yield from self._cell(_Cell(column, row.get(column.id), where, subject), known)

    def _cell(self, cell: _Cell, known: Known) -> Iterator[Problem]:
        if cell.where in self.unread:
            return
        field = cell.field
        if not self._is_shown(field, known):
            if cell.value is not None and field.calc is None:
                yield _hidden_but_filled(cell.where, cell.subject)
        elif cell.value is not None:
            yield from self._beyond_bounds(cell, known)
        elif field.required and field.calc is None:
            yield Problem(cell.where, "required", f"{cell.subject}必须填写，现在是空白。请{_act(field)}。")

    def _beyond_bounds(self, cell: _Cell, known: Known) -> Iterator[Problem]:
        """Compare a number or a day with its bounds; a bound that is blank bounds nothing."""
        bounds: tuple[tuple[_Side, Expression | None], ...] = (("min", cell.field.minimum), ("max", cell.field.maximum))
        for side, expression in bounds:
            bound = None if expression is None else self._compute(expression, known)
            if not isinstance(bound, tuple) and _is_beyond(side, cell.value, bound):
                yield _out_of_bounds(cell, side, bound)

    def _is_shown(self, field: Field, known: Known) -> bool:
        """Say whether a field is asked for: where its condition does not give yes, it is not."""
        return field.show_when is None or self._compute(field.show_when, known) is True

    def _compute(self, expression: Expression, known: Known) -> Single | Column:
        return evaluate(expression, known, rounding=self.spec.rounding)


def _is_beyond(side: _Side, value: Single, bound: Single) -> bool:
    """Say whether a number or a day lies outside a bound of its own sort; a number is Decimal or int, never a yes."""
    if isinstance(value, bool) or isinstance(bound, bool):
        return False
    if isinstance(value, Decimal | int) and isinstance(bound, Decimal | int):
        return value < bound if side == "min" else value > bound
    if isinstance(value, dt.date) and isinstance(bound, dt.date):
        return value < bound if side == "min" else value > bound
    return False


def _out_of_bounds(cell: _Cell, side: _Side, bound: Single) -> Problem:
    field = cell.field
    word, way, code = _BOUND_WORDS["date" if field.kind == "date" else "number", side]
    found, expected = print_value(field, cell.value), print_value(field, bound)
    advice = "请检查算出它的栏位" if field.calc is not None else f"请改成 {expected} 或更{way}"
    return Problem(cell.where, code, f"{cell.subject}不能{word} {expected}，现在是 {found}。{advice}。")


def _hidden_but_filled(where: str, subject: str) -> Problem:
    return Problem(where, "must_be_empty", f"按现在的填写，{subject}不用填，却填了内容。请清空它，或检查前面的选择。")


def _act(field: Field) -> str:
    """Say what a person does to such a field."""
    return {"choice": "选一项", "yesno": "选是或否", "attachment": "上传文件"}.get(field.kind, "填写")
