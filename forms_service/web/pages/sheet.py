"""The form's grid as the screen shows it: the printed rows, with the cells that a step fills open for writing.

One grid draws the page, the PDF and this, so that screen and paper are recognised as one thing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest
from types import MappingProxyType
from typing import Literal

from forms_service.domain.cells import cell_key, split_key
from forms_service.domain.spec import Cell, Field, FieldKind, FormSpec, Row, Step
from forms_service.domain.values import Single, TableRow, Values, print_value
from forms_service.domain.widgets import lock_of, options_of

CellKind = Literal["value", "options", "input", "calc"]

FIGURES = frozenset({"integer", "decimal", "money", "percent"})
_SPARE_ROWS = 1
_FIRST_ROWS = 3
_SHORT_CELL = 4
_SIGN = "sign."
_HELP: Mapping[FieldKind, str] = MappingProxyType({"date": "年-月-日，如 2026-10-28"})


@dataclass(frozen=True, slots=True)
class Option:
    """A box of a choice."""

    words: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A ruled cell. `name` is what its answer and its faults are keyed by; `span` its width in twelfths."""

    name: str
    label: str
    span: int
    kind: CellKind
    text: str = ""
    figure: bool = False
    tall: bool = False
    options: tuple[Option, ...] = ()
    help: str = ""
    required: bool = False
    half: bool = False


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A row of a table, numbered from 1."""

    number: int
    cells: tuple[SheetCell, ...]


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A table. `spare` lines are printed too, but nobody has written on them yet: they are folded away."""

    name: str
    label: str
    titles: tuple[SheetCell, ...]
    lines: tuple[SheetLine, ...]
    spare: tuple[SheetLine, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class SheetBlock:
    """What stands in the grid next: a heading, a cell or a table; exactly one is set."""

    heading: str = ""
    cell: SheetCell | None = None
    table: SheetTable | None = None


@dataclass(frozen=True, slots=True)
class _Sheet:
    spec: FormSpec
    values: Values
    step: Step | None
    typed: Mapping[str, str]
    system: Mapping[str, tuple[str, str]]
    seals: Mapping[str, str]
    fixed: frozenset[str]

    def blocks(self) -> Iterator[SheetBlock]:
        """Yield the rows' cells; at a step only rows that hold a cell of its own, and headings that head one."""
        heading: str | None = None
        for row in self.spec.layout.rows:
            heading = row.heading or heading
            if row.heading is not None or not self._is_shown(row):
                continue
            if heading is not None:
                yield SheetBlock(heading=heading)
                heading = None
            for cell in row.cells:
                yield from self._signatures(cell) if cell.of.startswith(_SIGN) else (self.block(cell),)

    def _is_shown(self, row: Row) -> bool:
        if self.step is None:
            return True
        own = {field.id for field in self.spec.fields if self._fills(field) or self._works_out(field)}
        return any(cell.of in own for cell in row.cells)

    def _signatures(self, cell: Cell) -> Iterator[SheetBlock]:
        """Yield a step's signature cell; a 会签 has one for each member, which share its width."""
        steps = self.spec.boxes(cell.of.removeprefix(_SIGN))
        for number, step in enumerate(steps):
            span = cell.span * (number + 1) // len(steps) - cell.span * number // len(steps)
            own = replace(cell, of=_SIGN + step.id, span=max(span, 1))
            yield SheetBlock(cell=_plain(own, step.sign, self.seals.get(step.id, "尚未签章")))

    def block(self, cell: Cell) -> SheetBlock:
        if cell.of in self.system:
            return SheetBlock(cell=_plain(cell, *self.system[cell.of]))
        field = self.spec.field(cell.of)
        value = self.values.get(field.id)
        if field.kind == "table":
            return SheetBlock(table=self.table(field, value if isinstance(value, tuple) else ()))
        return SheetBlock(cell=self.cell(field, None if isinstance(value, tuple) else value, cell))

    def cell(self, field: Field, value: Single, place: Cell) -> SheetCell:
        return SheetCell(
            name=field.id,
            label=field.label.zh_hans,
            span=place.span,
            kind=_kind(field, fills=self._asks(field, field.id), works_out=self._works_out(field)),
            text=_words(field, value),
            figure=field.kind in FIGURES,
            tall=place.height > 1,
            options=_options(field, value),
            help=field.help or _HELP.get(field.kind, ""),
            required=field.required and field.show_when is None,
            half=place.span <= _SHORT_CELL,
        )

    def table(self, table: Field, rows: tuple[TableRow, ...]) -> SheetTable:
        fills = self._fills(table)
        numbered = self._numbered(table, rows)
        last = max(numbered, default=0)
        open_rows = fills and not self._is_given(table)
        shown = min(max(last + _SPARE_ROWS, _FIRST_ROWS), table.max_rows) if open_rows else last
        every = table.max_rows if open_rows else shown
        lines = tuple(self._line(table, number, numbered.get(number, {})) for number in range(1, every + 1))
        widths = self._widths(table)
        titles = tuple(SheetCell(c.id, c.label.zh_hans, widths[c.id], "value") for c in table.columns)
        return SheetTable(table.id, table.label.zh_hans, titles, lines[:shown], lines[shown:], table.max_rows)

    def _line(self, table: Field, number: int, row: TableRow) -> SheetLine:
        fills, widths = self._fills(table), self._widths(table)
        cells = (
            SheetCell(
                name=cell_key(table.id, number, column.id),
                label=column.label.zh_hans,
                span=widths[column.id],
                kind=_kind(
                    column,
                    fills=self._asks(table, cell_key(table.id, number, column.id)),
                    works_out=fills and column.calc is not None,
                ),
                text=print_value(column, row.get(column.id)),
                figure=column.kind in FIGURES,
                required=column.required,
            )
            for column in table.columns
        )
        return SheetLine(number, tuple(cells))

    def _numbered(self, table: Field, rows: tuple[TableRow, ...]) -> Mapping[int, TableRow]:
        """Give each row the number that it was typed under; rows that nobody typed here are numbered in order."""
        keys = (split_key(key) for key, text in self.typed.items() if text.strip())
        typed = sorted({key[1] for key in keys if key and key[0] == table.id})
        numbers = typed if typed and self._fills(table) else range(1, len(rows) + 1)
        blank: TableRow = {}
        return {number: row for number, row in zip_longest(numbers, rows, fillvalue=blank) if isinstance(number, int)}

    def _fills(self, field: Field) -> bool:
        return self.step is not None and field.id in self.step.fills

    def _asks(self, field: Field, name: str) -> bool:
        """Say whether a cell is the step's to write: what the document was given is not."""
        return self._fills(field) and name not in self.fixed

    def _is_given(self, table: Field) -> bool:
        """Say whether a table has the rows that it was given and no others."""
        return any(name == table.id or name.startswith(f"{table.id}.") for name in self.fixed)

    def _works_out(self, field: Field) -> bool:
        return self.step is not None and field.calc is not None and lock_of(self.spec, field) == self.step.id

    def _widths(self, table: Field) -> Mapping[str, int]:
        return next(dict(t.spans) for t in self.spec.layout.tables if t.table == table.id)


def lay_sheet(
    spec: FormSpec,
    values: Values,
    system: Mapping[str, tuple[str, str]],
    *,
    step: Step | None = None,
    typed: Mapping[str, str] | None = None,
    seals: Mapping[str, str] | None = None,
    fixed: frozenset[str] = frozenset(),
) -> tuple[SheetBlock, ...]:
    """Lay a form's values on its grid, in print order.

    With `step`, the cells that it fills are open and show what was `typed`; its calculated cells are marked. `system`
    gives label and text of `no` and `opened_on`; `seals`, by step id, the text of the signature cells. `fixed` names
    the cells of the step that the document was given: they are shown and not asked.
    """
    return tuple(_Sheet(spec, values, step, typed or {}, system, seals or {}, fixed).blocks())


def answer_names(blocks: tuple[SheetBlock, ...]) -> frozenset[str]:
    """Name every cell and table that a fault can point at on the page."""
    cells = {block.cell.name for block in blocks if block.cell}
    tables = [block.table for block in blocks if block.table]
    lines = {cell.name for table in tables for line in (*table.lines, *table.spare) for cell in line.cells}
    return frozenset(cells | lines | {table.name for table in tables})


def _kind(field: Field, *, fills: bool, works_out: bool) -> CellKind:
    if works_out:
        return "calc"
    if fills:
        return "input"
    return "options" if field.kind in ("choice", "yesno") else "value"


def _words(field: Field, value: Single) -> str:
    """Write a value as its cell shows it; a worked-out yes or no has no boxes here and is written out."""
    text = print_value(field, value)
    return dict(options_of(field)).get(text, text) if field.kind == "yesno" else text


def _plain(cell: Cell, label: str, text: str) -> SheetCell:
    return SheetCell(cell.of, label, cell.span, "value", text, half=cell.span <= _SHORT_CELL)


def _options(field: Field, value: Single) -> tuple[Option, ...]:
    if field.kind not in ("choice", "yesno"):
        return ()
    chosen = print_value(field, value)
    return tuple(Option(words, option == chosen) for option, words in options_of(field))
