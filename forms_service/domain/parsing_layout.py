"""Reading the printed page: rows of cells `field width xheight` joined by `|`, each row adding up to twelve.

- = 一、基本资料
- customer 8 | buyer_tax_id 4
- reason 12 x3
- lines 12: item 6 | qty 2 | amount 4      # a table: its row, then the widths of its columns
"""

import re
from collections.abc import Iterator, Mapping
from typing import Literal

from forms_service.domain.entries import Entries, as_scalar, inside, note_shape
from forms_service.domain.faults import Faults, nearest
from forms_service.domain.node import Mapping as MappingNode
from forms_service.domain.node import Node, Scalar
from forms_service.domain.problem import Place
from forms_service.domain.spec import Cell, Field, PrintLayout, Row, TableWidths

KEYS = ("paper", "columns", "rows")
PAPERS: tuple[Literal["A4 portrait", "A4 landscape"], ...] = ("A4 portrait", "A4 landscape")
SYSTEM_CELLS = ("no", "opened_on")
GRID = 12
TALLEST = 20

_HEADING = re.compile(r"= *(?P<text>.*\S)")
_CELL = re.compile(r"(?P<of>\S+) +(?P<span>[1-9][0-9]?)(?: +x(?P<height>[1-9][0-9]?))?")


def read_layout(entries: Entries, fields: Mapping[str, Field]) -> PrintLayout:
    """Read the page; what stands on it is judged later, against the whole form."""
    columns = entries.whole("columns", required=True)
    if columns is not None and columns != GRID:
        entries.refuse_key("columns", "bad_grid", f"版面固定分 {GRID} 格。", f"the grid has {GRID} columns")
    reader = _LayoutReader(entries.faults, fields)
    rows = tuple(row for row in map(reader.row, entries.items("rows", required=True)) if row is not None)
    paper = entries.word("paper", PAPERS, required=True) or PAPERS[0]
    return PrintLayout(paper, rows, tuple(reader.tables))


class _LayoutReader:
    """Reads row after row and gathers the widths of tables on the way."""

    def __init__(self, faults: Faults, fields: Mapping[str, Field]) -> None:
        self._faults = faults
        self._fields = fields
        self.tables: list[TableWidths] = []

    def row(self, node: Node) -> Row | None:
        if isinstance(node, MappingNode):
            return self._table_row(node)
        scalar = as_scalar(node, self._faults)
        if scalar is None:
            return None
        heading = _HEADING.fullmatch(scalar.text)
        if heading is not None:
            return Row(heading["text"], (), scalar.place)
        cells = self._cells(scalar)
        for cell in cells:
            field = self._fields.get(cell.of)
            if field is not None and field.kind == "table":
                self._note_no_widths(cell)
        return Row(None, cells, scalar.place)

    def _table_row(self, node: MappingNode) -> Row | None:
        """Read `lines 12: item 6 | ...`, which YAML takes for a mapping of one key."""
        if len(node.pairs) != 1:
            note_shape(node, Scalar, self._faults)
            return None
        key, value = node.pairs[0]
        widths = as_scalar(value, self._faults)
        cells = self._cells(key)
        table = self._fields.get(cells[0].of)
        if widths is not None and table is not None and table.kind == "table":
            self._read_widths(table, widths)
        elif table is not None:
            self._faults.add(
                value.place,
                "widths_of_no_table",
                f"「{table.id}」不是表格，冒号后面的栏宽请删去。",
                f"'{table.id}' is no table and has no column widths",
            )
        return Row(None, cells, key.place)

    def _note_no_widths(self, cell: Cell) -> None:
        self._faults.add(
            cell.place,
            "table_without_widths",
            f"表格「{cell.of}」要写各栏的宽度，如「{cell.of} 12: 栏 6 | 栏 6」。",
            f"write the widths of the columns of '{cell.of}'",
        )

    def _cells(self, scalar: Scalar) -> tuple[Cell, ...]:
        """Read the cells of a row, whose widths must add up to the grid."""
        cells = tuple(self._cell(text, place) for text, place in _pieces(scalar))
        width = sum(cell.span for cell in cells)
        if width != GRID and all(cell.span for cell in cells):
            self._faults.add(
                scalar.place,
                "row_width",
                f"这一行各格宽度加起来是 {width}，应是 {GRID}。",
                f"the widths of this row add up to {width}, expected {GRID}",
            )
        return cells

    def _cell(self, text: str, place: Place) -> Cell:
        """Read one cell; a faulty one has no width."""
        match = _CELL.fullmatch(text)
        if match is None or int(match["height"] or 1) > TALLEST:
            self._faults.add(
                place,
                "bad_cell",
                f"「{text}」应写成「栏位 宽度」或「栏位 宽度 x高度」，如 reason 12 x3。",
                f"'{text}' should read FIELD WIDTH or FIELD WIDTH xHEIGHT, e.g. reason 12 x3",
            )
            return Cell(text.partition(" ")[0], 0, 1, place)
        return Cell(match["of"], int(match["span"]), int(match["height"] or 1), place)

    def _read_widths(self, table: Field, scalar: Scalar) -> None:
        columns = {column.id for column in table.columns}
        cells = self._cells(scalar)
        seen: set[str] = set()
        for cell in cells:
            if cell.of not in columns:
                self._faults.add_unknown(cell.place, "unknown_field", ("栏", "column"), cell.of, columns)
                seen |= {nearest(cell.of, columns) or cell.of}
            elif cell.of in seen:
                self._faults.add(
                    cell.place, "printed_twice", f"栏「{cell.of}」写了两次。", f"column '{cell.of}' is written twice"
                )
            seen.add(cell.of)
        for missing in (column.id for column in table.columns if column.id not in seen):
            self._faults.add(
                scalar.place,
                "not_printed",
                f"表格「{table.id}」的栏「{missing}」没有写宽度。",
                f"column '{missing}' of '{table.id}' has no width",
            )
        self.tables.append(TableWidths(table.id, tuple((cell.of, cell.span) for cell in cells)))


def _pieces(scalar: Scalar) -> Iterator[tuple[str, Place]]:
    start = 0
    for piece in scalar.text.split("|"):
        lead = len(piece) - len(piece.lstrip())
        yield piece.strip(), inside(scalar, start + lead)
        start += len(piece) + 1
