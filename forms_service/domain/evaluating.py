"""Evaluating: what an expression gives for a document's values. Decimal only, exact to sixty digits.

Blanks, the one rule: what is not known is not guessed.
- A missing name is None; arithmetic, comparison and `each` functions with a None give None.
- `and`, `or` decide where the known part decides (`no and blank` is no), else give None.
- `sum`, `min`, `max`, `all`, `any` over a column skip blank cells, for printed forms have more rows than are used:
  the sum of no cell is 0, `all` of none is yes, `any` of none is no, `min` and `max` of none are None.
- `filled(x)` asks whether there is a value, and is never None.
A check that gives None is not violated: what must be filled is said by `required`, once, not again by every check that
reads it. A condition (`when`, `show_when`) holds only when it gives yes.
"""

import contextlib
import datetime as dt
import decimal
import functools
import operator
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal

from forms_service.domain import tree as nodes
from forms_service.domain.errors import FormsError
from forms_service.domain.expression import Expression
from forms_service.domain.functions import FUNCTIONS
from forms_service.domain.money import capital
from forms_service.domain.tree import Tree
from forms_service.domain.values import Attachment, Single, Value

Rounding = Literal["half_up", "half_even"]
Column = tuple[Single, ...]
Known = Mapping[str, Value | Column]
"""What an expression may read, by name."""

ROUNDINGS: Mapping[Rounding, str] = MappingProxyType(
    {"half_up": decimal.ROUND_HALF_UP, "half_even": decimal.ROUND_HALF_EVEN}
)


_RELATIONS: Mapping[nodes.Relation, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        "==": operator.eq,
        "!=": operator.ne,
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
    }
)
_COLUMN_KINDS = frozenset({"numbers", "texts", "dates", "booleans"})


class EvaluationError(FormsError):
    """Say that an expression has no answer for these values; `code` names why.

    Codes: `division_by_zero`, `number_too_large`, `date_out_of_range`, `not_in_words`.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def evaluate(expression: Expression, scope: Known, *, rounding: Rounding = "half_up") -> Single | Column:
    """Compute an expression; numbers come back as Decimal, a column as a tuple with one value a row.

    `scope` is keyed like the names that the expression was read with; `lines.amount` may also be left in the rows of
    `lines`. `today` must be there when it is read (RuntimeError). Raises EvaluationError, in words for the clerk.
    """
    with _in_words_for_the_clerk():
        evaluator = _Evaluator(scope, rounding)
        if expression.kind in _COLUMN_KINDS:
            return evaluator.column(expression.tree)
        return evaluator.value(expression.tree, None)


def broken_rows(expression: Expression, scope: Known, *, rounding: Rounding = "half_up") -> tuple[tuple[str, int], ...]:
    """Name the rows, as (table, index from 0), that break a rule about every row.

    Such rules are `all(…)` and `not any(…)`, also joined by `and`. Empty for a rule of another shape, and for one that
    no row breaks.
    """
    with _in_words_for_the_clerk():
        evaluator = _Evaluator(scope, rounding)
        found = dict.fromkeys(
            (name.root, index)
            for condition, breaking in _row_conditions(expression.tree)
            for index, holds in enumerate(evaluator.column(condition))
            if holds is breaking
            for name in _own_names(condition)
            if evaluator.is_column(name)
        )
    return tuple(found)


@contextlib.contextmanager
def _in_words_for_the_clerk() -> Iterator[None]:
    """Turn what the decimal context cannot hold into a message for the clerk."""
    try:
        yield
    except decimal.DecimalException as error:
        raise EvaluationError("number_too_large", "数字太大或太小，算不出来。请检查填写的数字。") from error


def _row_conditions(tree: Tree) -> Iterator[tuple[Tree, bool]]:
    """Yield the conditions that a rule puts on every row, with the answer that breaks each."""
    match tree:
        case nodes.Connection(word="and", parts=parts):
            for part in parts:
                yield from _row_conditions(part)
        case nodes.Call(function="all", arguments=(condition,)):
            yield condition, False
        case nodes.Inversion(of=nodes.Call(function="any", arguments=(condition,))):
            yield condition, True


class _Evaluator:
    """Computes trees in one scope; its decimal context is its own, so no thread's settings matter.

    A column is computed row by row, so that `if`, `and` and `or` spare a row what they spare a single value.
    """

    def __init__(self, scope: Known, rounding: Rounding) -> None:
        self._scope = scope
        traps = [decimal.InvalidOperation, decimal.Overflow]
        self._decimal = decimal.Context(prec=60, rounding=ROUNDINGS[rounding], Emin=-99, Emax=99, traps=traps)

    def column(self, tree: Tree) -> Column:
        """Compute a tree that gives a column, one value for each row of the table it reads."""
        columns = [found for name in _own_names(tree) if isinstance(found := self._find(name), tuple)]
        return tuple(self.value(tree, row) for row in range(max(map(len, columns), default=0)))

    def is_column(self, name: nodes.Name) -> bool:
        """Say whether a name stands for a value in each row."""
        return isinstance(self._find(name), tuple)

    def value(self, tree: Tree, row: int | None) -> Single:
        """Compute a node, for one row where it stands in a column (rows from 0)."""
        match tree:
            case nodes.Constant(value=value):
                return value
            case nodes.Name():
                return self._read(tree, row)
            case nodes.Negative() | nodes.Inversion():
                return self._unary(tree, row)
            case nodes.Arithmetic():
                return self._arithmetic(tree, row)
            case nodes.Comparison():
                return self._comparison(tree, row)
            case nodes.Membership():
                of = self.value(tree.of, row)
                return None if of is None else (of in [c.value for c in tree.listed]) is not tree.negated
            case nodes.Connection():
                return self._connection(tree, row)
            case nodes.Choice():
                return self._choice(tree, row)
            case nodes.Call():
                return self._call(tree, row)

    def _find(self, name: nodes.Name) -> Value | Column:
        """Look a name up; a column may still stand in its table's rows."""
        if name.name in self._scope:
            return self._scope[name.name]
        if name.name == "today":
            raise RuntimeError("the scope of an expression that reads today must hold it")
        table, column = self._scope.get(name.root), name.name.partition(".")[2]
        if not column or not isinstance(table, tuple):
            return None
        return tuple(cells.get(column) for cells in table if isinstance(cells, Mapping))

    def _read(self, name: nodes.Name, row: int | None) -> Single:
        found = self._find(name)
        if isinstance(found, tuple):
            cell = None if row is None else found[row]
            return _plain(None if isinstance(cell, Mapping) else cell)
        return _plain(found)

    def _unary(self, tree: nodes.Negative | nodes.Inversion, row: int | None) -> Single:
        of = self.value(tree.of, row)
        if of is None:
            return None
        return self._decimal.minus(_number(of)) if isinstance(tree, nodes.Negative) else not of

    def _arithmetic(self, tree: nodes.Arithmetic, row: int | None) -> Single:
        left, right = self.value(tree.left, row), self.value(tree.right, row)
        if left is None or right is None:
            return None
        if isinstance(left, dt.date):
            return _move(left, _number(right) if tree.sign == "+" else _number(right).copy_negate())
        if tree.sign == "/" and right == 0:
            raise EvaluationError("division_by_zero", "除数是 0，算不出来。请检查作除数的栏位。")
        compute = {
            "+": self._decimal.add,
            "-": self._decimal.subtract,
            "*": self._decimal.multiply,
            "/": self._decimal.divide,
        }[tree.sign]
        return compute(_number(left), _number(right))

    def _comparison(self, tree: nodes.Comparison, row: int | None) -> bool | None:
        answer: bool | None = True
        left = self.value(tree.operands[0], row)
        for relation, operand in zip(tree.relations, tree.operands[1:], strict=True):
            right = self.value(operand, row)
            holds = None if left is None or right is None else _RELATIONS[relation](left, right)
            if holds is False:
                return False
            answer = answer if holds else None
            left = right
        return answer

    def _connection(self, tree: nodes.Connection, row: int | None) -> bool | None:
        decisive = tree.word == "or"
        answer: bool | None = not decisive
        for part in tree.parts:
            holds = self.value(part, row)
            if holds is decisive:
                return decisive
            answer = None if holds is None else answer
        return answer

    def _choice(self, tree: nodes.Choice, row: int | None) -> Single:
        test = self.value(tree.test, row)
        if test is None:
            return None
        return self.value(tree.then if test else tree.otherwise, row)

    def _call(self, call: nodes.Call, row: int | None) -> Single:
        if call.function == "len":
            return self._count(call.arguments[0], row)
        if _folds(call):
            return self._fold(call.function, [cell for cell in self.column(call.arguments[0]) if cell is not None])
        values = [self.value(argument, row) for argument in call.arguments]
        if call.function == "filled":
            return values[0] is not None
        if any(value is None for value in values):
            return None
        return self._apply(call.function, values)

    def _count(self, of: Tree, row: int | None) -> Decimal:
        """Count a table's rows, a column's filled cells, or a text's characters; a blank has none."""
        if isinstance(of, nodes.Name) and isinstance(found := self._find(of), tuple):
            return Decimal(sum(cell is not None for cell in found))
        if any(map(self.is_column, _own_names(of))):
            return Decimal(sum(cell is not None for cell in self.column(of)))
        return Decimal(len(str(_or_blank(self.value(of, row)))))

    def _fold(self, function: str, cells: list[Single]) -> Single:
        match function:
            case "sum":
                return functools.reduce(self._decimal.add, map(_number, cells), Decimal(0))
            case "all":
                return all(cells)
            case "any":
                return any(cells)
            case _:
                return _extreme(function, cells)

    def _apply(self, function: str, values: list[Single]) -> Single:
        match function:
            case "round":
                return self._round(_number(values[0]), _number(values[1]) if len(values) > 1 else Decimal(0))
            case "abs":
                return self._decimal.abs(_number(values[0]))
            case "days_between":
                return Decimal((_date(values[1]) - _date(values[0])).days)
            case "capital":
                return _in_words(_number(values[0]))
            case _:
                return _extreme(function, values)

    def _round(self, number: Decimal, places: Decimal) -> Decimal:
        rounded = self._decimal.quantize(number, Decimal(1).scaleb(-int(places)))
        return self._decimal.plus(rounded)  # no -0.00


def _extreme(function: str, values: list[Single]) -> Single:
    """Find the least or greatest of values of one kind; None of none."""
    choose = min if function == "min" else max
    return choose(values, key=_order, default=None)


def _order(value: Single) -> Any:
    """Return what a number or a date is ordered by: itself; kinds were judged when the expression was read."""
    return value


def _folds(call: nodes.Call) -> bool:
    use = FUNCTIONS[call.function].use
    return use == "column" or (use == "column_or_several" and len(call.arguments) == 1)


def _own_names(tree: Tree) -> Iterator[nodes.Name]:
    """Yield the names that a part reads row by row: not those that a function inside it folds or counts."""
    if isinstance(tree, nodes.Name):
        yield tree
    if isinstance(tree, nodes.Call) and (_folds(tree) or tree.function == "len"):
        return
    for child in nodes.children(tree):
        yield from _own_names(child)


def _plain(value: Single) -> Single:
    """Read a cell as expressions see it: a whole number as Decimal, an attachment as its printed text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return str(value) if isinstance(value, Attachment) else value


def _number(value: Single) -> Decimal:
    if not isinstance(value, Decimal):
        raise TypeError(f"a number was promised by the names' kinds, found {type(value).__name__}")
    return value


def _date(value: Single) -> dt.date:
    if not isinstance(value, dt.date):
        raise TypeError(f"a date was promised by the names' kinds, found {type(value).__name__}")
    return value


def _or_blank(value: Single) -> Single:
    return "" if value is None else value


def _move(day: dt.date, days: Decimal) -> dt.date:
    if days % 1:
        raise EvaluationError("date_out_of_range", f"日期只能加减整天数，现在是 {days:f} 天。请检查天数。")
    try:
        return day + dt.timedelta(days=int(days))
    except OverflowError as error:
        raise EvaluationError("date_out_of_range", f"日期加减 {days:f} 天超出日历。请检查天数。") from error


def _in_words(amount: Decimal) -> str:
    try:
        return capital(amount)
    except ValueError as error:
        raise EvaluationError("not_in_words", str(error)) from error
