"""Cells: how a field, or a cell of a table's row, is named to a program (`lines.2.qty`) and to a person.

Blank rows between filled ones are closed up in the values; a person is told the row's number as it was typed.
"""

import re
from collections.abc import Mapping

from forms_service.domain.spec import Field

RowNumbers = Mapping[str, tuple[int, ...]]
"""For each table just typed: the typed number, from 1, of each row that was kept, in order."""

_KEY = re.compile(r"(?P<table>[a-z][a-z0-9_]*)\.(?P<row>[1-9][0-9]{0,2})\.(?P<column>[a-z][a-z0-9_]*)")


def row_number(numbers: RowNumbers, table: str, index: int) -> int:
    """Return the number to show for a row of the values, counted from 0."""
    typed = numbers.get(table)
    return index + 1 if typed is None else typed[index]


def cell_key(table: str, number: int, column: str) -> str:
    """Write a cell's name: `lines.2.qty`."""
    return f"{table}.{number}.{column}"


def split_key(key: str) -> tuple[str, int, str] | None:
    """Take a cell's name apart into table, row number and column; None for a field's name."""
    found = _KEY.fullmatch(key)
    return (found["table"], int(found["row"]), found["column"]) if found else None


def title(field: Field, table: Field | None = None, number: int | None = None) -> str:
    """Name a field, or a row's cell, as the page does: `「折让明细」第 2 行「数量」`."""
    own = f"「{field.label.zh_hans}」"
    return own if table is None else f"「{table.label.zh_hans}」第 {number} 行{own}"
