"""Calculating: the fields that nobody fills, and the values that a step's page begins with.

A calculated value is settled to what its field prints (money to 分) in the spec's rounding mode, so that the printed
text is the value. What has no answer (a division by zero) is left blank and named in a Problem.
"""

import decimal
import graphlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from forms_service.domain.cells import RowNumbers, cell_key, row_number, title
from forms_service.domain.context import Context, gather
from forms_service.domain.evaluating import ROUNDINGS, Column, EvaluationError, Known, Rounding, evaluate
from forms_service.domain.expression import Expression
from forms_service.domain.money import LARGEST
from forms_service.domain.problem import Problem
from forms_service.domain.spec import Field, FormSpec, Step
from forms_service.domain.values import Single, TableRow, Value, Values, places_of

_CONTEXT = decimal.Context(prec=60)
_NOTHING_BEFORE: Values = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Formula:
    """A calculated field, or a calculated column of a table."""

    table: Field | None
    field: Field
    calc: Expression

    @property
    def name(self) -> str:
        """Return the name that other expressions read it by."""
        return self.field.id if self.table is None else f"{self.table.id}.{self.field.id}"


def calculate(spec: FormSpec, values: Values, ctx: Context) -> Values:
    """Compute every calculated field and column; what has no answer is None."""
    return work_out(spec, values, ctx, kept=frozenset(), numbers={})[0]


def work_out(
    spec: FormSpec, values: Values, ctx: Context, *, kept: frozenset[str], numbers: RowNumbers
) -> tuple[Values, tuple[Problem, ...]]:
    """Compute what is calculated, and name what has no answer.

    `kept` are the fields that are locked already: their values stand, whatever the policy of today would make of them.
    """
    workings = _Workings(spec, dict(values), ctx, numbers, [])
    for formula in formulas(spec):
        if formula.table is None and formula.field.id not in kept:
            workings.work_out_field(formula)
        elif formula.table is not None and formula.table.id not in kept:
            workings.work_out_column(formula, formula.table)
    return workings.found, tuple(workings.problems)


def defaults(spec: FormSpec, step: Step, ctx: Context, before: Values = _NOTHING_BEFORE) -> Values:
    """Compute the values that a step's page begins with; a default may read what earlier steps filled.

    Raises EvaluationError where a default has no answer.
    """
    scope = gather(before, ctx)
    return {
        field.id: settle(field, evaluate(field.default, scope, rounding=spec.rounding), spec.rounding)
        for field in map(spec.field, step.fills)
        if field.default is not None
    }


def formulas(spec: FormSpec) -> tuple[Formula, ...]:
    """List what a form calculates, each after what it reads.

    Raises graphlib.CycleError for a circle, which the spec's reader does not let through.
    """
    known = {formula.name: formula for formula in _formulas(spec)}
    reads = {name: {f for f in _names_read(formula) if f in known} for name, formula in known.items()}
    return tuple(known[name] for name in graphlib.TopologicalSorter(reads).static_order())


def settle(field: Field, value: Single | Column, rounding: Rounding) -> Single:
    """Bring a computed value to what its field holds and prints; raises EvaluationError for a number too large."""
    if isinstance(value, tuple):
        raise TypeError(f"{field.id} is given a column")
    if not isinstance(value, Decimal):
        return value or None if isinstance(value, str) else value
    if abs(value) > LARGEST:
        raise EvaluationError("number_too_large", f"得数超过 {LARGEST:,}，印不下。请检查填写的数字。")
    exact = value.quantize(Decimal(1).scaleb(-places_of(field)), ROUNDINGS[rounding], _CONTEXT)
    if field.kind == "integer":
        return int(exact)
    return (value if value == exact else exact) + 0  # no -0


@dataclass(frozen=True, slots=True)
class _Workings:
    """The sheet on which one document's formulas are worked out, one after another."""

    spec: FormSpec
    found: dict[str, Value]
    ctx: Context
    numbers: RowNumbers
    problems: list[Problem]

    def work_out_field(self, formula: Formula) -> None:
        scope = gather(self.found, self.ctx)
        self.found[formula.field.id] = self._answer(formula, scope, formula.field.id, title(formula.field))

    def work_out_column(self, formula: Formula, table: Field) -> None:
        rows = self.found.get(table.id)
        if isinstance(rows, tuple):
            self.found[table.id] = tuple(self._with_cell(formula, table, *numbered) for numbered in enumerate(rows))

    def _with_cell(self, formula: Formula, table: Field, index: int, row: TableRow) -> TableRow:
        number = row_number(self.numbers, table.id, index)
        where, subject = cell_key(table.id, number, formula.field.id), title(formula.field, table, number)
        return {**row, formula.field.id: self._answer(formula, gather(self.found, self.ctx, row), where, subject)}

    def _answer(self, formula: Formula, scope: Known, where: str, subject: str) -> Single:
        try:
            answer = evaluate(formula.calc, scope, rounding=self.spec.rounding)
            return settle(formula.field, answer, self.spec.rounding)
        except EvaluationError as error:
            self.problems.append(Problem(where, error.code, f"{subject}算不出来：{error}"))
            return None


def _formulas(spec: FormSpec) -> Iterator[Formula]:
    for field in spec.fields:
        if field.calc is not None:
            yield Formula(None, field, field.calc)
        yield from (Formula(field, column, column.calc) for column in field.columns if column.calc is not None)


def _names_read(formula: Formula) -> frozenset[str]:
    """Name what a formula reads as other formulas are named: in a table's row its own columns come before all else."""
    own = {column.id for column in formula.table.columns} if formula.table else set()
    prefix = f"{formula.table.id}." if formula.table else ""
    return frozenset(prefix + name if name in own else name for name in formula.calc.names)
