"""The functions an expression may call: how many arguments of which kinds they take and what they give.

What they compute stands in `evaluating`; a test holds the two tables together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Plain = Literal["number", "money", "text", "date", "boolean", "rows"]

NUMERIC: frozenset[Plain] = frozenset({"number", "money"})
ORDERED: frozenset[Plain] = NUMERIC | {"date"}
_TRUTH: frozenset[Plain] = frozenset({"boolean"})
_DATE: frozenset[Plain] = frozenset({"date"})
_CELL: frozenset[Plain] = ORDERED | {"text", "boolean"}

Use = Literal["column", "each", "column_or_several", "count"]


@dataclass(frozen=True, slots=True)
class Function:
    """A function's rule. `column` folds a table's column into one value; `each` works on one value, or on a column
    cell by cell; `column_or_several` folds one column or compares several values; `count` counts.

    `gives` None means the kind of its arguments. `example` is shown where it is called wrongly.
    """  # noqa: D205

    use: Use
    takes: tuple[frozenset[Plain], ...]
    gives: Plain | None
    example: str
    least: int = 1

    @property
    def most(self) -> int:
        """Return how many arguments it takes at most."""
        return 16 if self.use == "column_or_several" else len(self.takes)

    def accepted(self, ordinal: int) -> frozenset[Plain]:
        """Return the kinds that an argument, counted from 0, may have."""
        return self.takes[min(ordinal, len(self.takes) - 1)]


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "sum": Function("column", (NUMERIC,), None, "sum(lines.amount)"),
        "all": Function("column", (_TRUTH,), "boolean", "all(lines.qty > 0)"),
        "any": Function("column", (_TRUTH,), "boolean", "any(lines.qty > 100)"),
        "min": Function("column_or_several", (ORDERED,), None, "min(net, 5000)"),
        "max": Function("column_or_several", (ORDERED,), None, "max(lines.amount)"),
        "round": Function("each", (NUMERIC, frozenset({"number"})), None, "round(net * tax_rate, 2)"),
        "abs": Function("each", (NUMERIC,), None, "abs(net)"),
        "len": Function("count", (_CELL | {"rows"},), "number", "len(lines)"),
        "filled": Function("each", (_CELL,), "boolean", "filled(reason)"),
        "days_between": Function("each", (_DATE, _DATE), "number", "days_between(shipped_on, today)", least=2),
        "capital": Function("each", (NUMERIC,), "text", "capital(grand_total)"),
    }
)
MOST_PLACES = 10
