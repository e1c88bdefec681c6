"""Layout: from a spec's rows to marks and boxes on pages; pure, in points.

Rows stay whole, a table is broken between two of its lines and repeats its headings, a heading is never the last on
its page, every page repeats the form's head, and each AcroForm field gets exactly one box.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from forms_service.domain.errors import ProblemsFound
from forms_service.domain.problem import Problem
from forms_service.domain.spec import Cell, Field, FormSpec, Row
from forms_service.domain.widgets import Widget, options_of, widgets
from forms_service.pdf.box import Box, Square
from forms_service.pdf.cells import UNIT, CellDrawing, draw_cell
from forms_service.pdf.drawing import Frame, Mark, Place
from forms_service.pdf.fonts import Fonts
from forms_service.pdf.labels import set_label
from forms_service.pdf.letterhead import FOOT, HEAD, MARGIN, draw_foot, draw_head, qr_square
from forms_service.pdf.signbox import draw_sign_box
from forms_service.pdf.tables import LINE, draw_table, table_height

PAPERS = {"A4 portrait": (595.28, 841.89), "A4 landscape": (841.89, 595.28)}
HEADING = 19.0
OUTLINE = 1.2
_LEAST_LINES = 2
_SIGN = "sign."


@dataclass(frozen=True, slots=True)
class Layout:
    """A form laid out: every widget's box by name, in tab order, and the QR code's place on each page."""

    spec: FormSpec
    widgets: tuple[Widget, ...]
    width: float
    height: float
    pages: tuple[tuple[Mark, ...], ...]
    boxes: Mapping[str, Box]
    qr: tuple[Square, ...]

    @property
    def form_order(self) -> tuple[str, ...]:
        """List the boxes' names as the AcroForm does: signatures first, so that finding one reads no other field."""
        return tuple(sorted(self.boxes, key=lambda name: self.boxes[name].kind != "signature"))

    def options(self, widget: Widget) -> Mapping[str, str]:
        """Return the labels of a choice column's options by their ids, in their order; empty for other widgets."""
        if widget.kind != "choice":
            return {}
        columns = self.spec.field(widget.of).columns
        return dict(options_of(next(column for column in columns if column.id == widget.column)))


def lay_out(spec: FormSpec, fonts: Fonts) -> Layout:
    """Lay a form out on as many pages as it needs.

    Raises ProblemsFound for words that their place cannot hold and for a row that no page can.
    """
    width, height = PAPERS[spec.layout.paper]
    sheet = _Sheet(spec, {w.name: w for w in widgets(spec)}, width, height, fonts)
    sheet.turn()
    for number, row in enumerate(spec.layout.rows):
        following = spec.layout.rows[number + 1] if number + 1 < len(spec.layout.rows) else None
        sheet.place(row, following)
    return sheet.finish()


@dataclass(slots=True)
class _Sheet:
    """The pages in the making; `y` is the lower edge of what stands on the last one."""

    spec: FormSpec
    named: dict[str, Widget]
    width: float
    height: float
    fonts: Fonts
    pages: list[list[Mark]] = field(default_factory=list)
    boxes: dict[str, Box] = field(default_factory=dict)
    y: float = 0.0

    def turn(self) -> None:
        """Close the page and begin another with the form's head."""
        if self.pages:
            self._outline()
        self.pages.append([])
        self._take(draw_head(self.spec, self.width, self.height, self.fonts, first=len(self.pages) == 1))
        self.y = self._top

    def place(self, row: Row, following: Row | None) -> None:
        """Put a row below the last one, on a new page where it or what its heading leads does not fit."""
        needed = self._least(row) + (self._least(following) if row.heading is not None and following else 0)
        self._check_height(row, needed)
        if self.y - needed < self._bottom:
            self.turn()
        table = self._table(row)
        if row.heading is not None:
            self._heading(row.heading)
        elif table is not None:
            self._lines(table)
        else:
            self._cells(row)

    def finish(self) -> Layout:
        """Print each page's foot and hand the pages over."""
        self._outline()
        for number, page in enumerate(self.pages):
            foot = draw_foot(self.spec, self.width, number + 1, len(self.pages))
            page.extend(foot.marks)
            self._take_boxes(number, foot)
        return Layout(
            self.spec,
            tuple(self.named.values()),
            self.width,
            self.height,
            tuple(tuple(page) for page in self.pages),
            {box.name: box for box in sorted(self.boxes.values(), key=lambda box: box.page)},
            tuple(qr_square(number) for number in range(len(self.pages))),
        )

    @property
    def _top(self) -> float:
        return self.height - MARGIN - HEAD

    @property
    def _bottom(self) -> float:
        return MARGIN + FOOT

    def _least(self, row: Row) -> float:
        """Return the height that a row must find on a page: all of it, but of a table only its first lines."""
        if row.heading is not None:
            return HEADING
        table = self._table(row)
        if table is not None:
            return table_height(min(_LEAST_LINES, table.max_rows))
        return max(self._cell_height(cell) for cell in row.cells)

    def _cell_height(self, cell: Cell) -> float:
        shown = self._field(cell)
        return table_height(shown.max_rows) if shown and shown.kind == "table" else UNIT * cell.height

    def _field(self, cell: Cell) -> Field | None:
        return next((f for f in self.spec.fields if f.id == cell.of), None)

    def _table(self, row: Row) -> Field | None:
        """Return the table that a row consists of; only such a row may be broken."""
        shown = self._field(row.cells[0]) if len(row.cells) == 1 else None
        return shown if shown is not None and shown.kind == "table" else None

    def _check_height(self, row: Row, needed: float) -> None:
        room = self._top - self._bottom
        if needed > room:
            where = row.heading or "、".join(cell.of for cell in row.cells)
            say = f"「{where}」这一行连同标题高 {needed:.0f} 点，一页只有 {room:.0f} 点。请减少格高或明细行数。"
            raise ProblemsFound((Problem("layout", "row_too_tall", say),))

    def _heading(self, words: str) -> None:
        place = (MARGIN, self.y - HEADING, self.width - MARGIN, self.y)
        self._mark(Frame(*place, fill="band"))
        self._mark(*set_label(words, place, self.fonts, "layout", size=9.5, bold=True, align="left", lines=1))
        self.y -= HEADING

    def _lines(self, table: Field) -> None:
        """Draw a table, on as many pages as its lines need."""
        first = 1
        while first <= table.max_rows:
            room = int((self.y - self._bottom - table_height(0)) / LINE)
            last = min(first + room - 1, table.max_rows)
            if last < min(first + _LEAST_LINES - 1, table.max_rows):
                self.turn()
                continue
            tall = table_height(last - first + 1)
            place = (MARGIN, self.y - tall, self.width - MARGIN, self.y)
            self._take(draw_table(self.spec, table, range(first, last + 1), place, self.fonts))
            self.y -= tall
            first = last + 1

    def _cells(self, row: Row) -> None:
        tall = self._least(row)
        twelfth = (self.width - 2 * MARGIN) / 12
        x = MARGIN
        for cell in row.cells:
            self._take(self._draw(cell, (x, self.y - tall, x + cell.span * twelfth, self.y)))
            x += cell.span * twelfth
        self.y -= tall

    def _draw(self, cell: Cell, place: Place) -> CellDrawing:
        if cell.of.startswith(_SIGN):
            return self._boxes(cell.of.removeprefix(_SIGN), place)
        shown = self._field(cell)
        if shown is not None and shown.kind == "table":
            return draw_table(self.spec, shown, range(1, shown.max_rows + 1), place, self.fonts)
        return draw_cell(self.spec, cell, place, self.fonts)

    def _boxes(self, name: str, place: Place) -> CellDrawing:
        """Draw a step's box; the boxes of a 会签's members stand side by side, equally wide."""
        x0, y0, x1, y1 = place
        steps, drawing = self.spec.boxes(name), CellDrawing([])
        wide = (x1 - x0) / len(steps)
        for number, step in enumerate(steps):
            left = x0 + number * wide
            drawing.add(draw_sign_box(self.spec, step, (left, y0, left + wide, y1), self.fonts))
        return drawing

    def _outline(self) -> None:
        """Rule a bold line around the page's grid, as printed office forms have it."""
        self._mark(Frame(MARGIN, self.y, self.width - MARGIN, self._top, OUTLINE))

    def _mark(self, *marks: Mark) -> None:
        self.pages[-1].extend(marks)

    def _take(self, drawing: CellDrawing) -> None:
        self._mark(*drawing.marks)
        self._take_boxes(len(self.pages) - 1, drawing)

    def _take_boxes(self, page: int, drawing: CellDrawing) -> None:
        for name, (place, size, align) in drawing.boxes.items():
            x0, y0, x1, y1 = (round(edge, 2) for edge in place)
            self.boxes[name] = Box(name, page, x0, y0, x1, y1, self.named[name].kind, size, align)
