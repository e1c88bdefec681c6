"""Layout: from a spec's rows to marks and boxes on pages; pure, in points.

Rows stay whole, a heading is never the last on its page, every page repeats the form's head, and each AcroForm field
gets exactly one box.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from forms_service.domain.errors import ProblemsFound
from forms_service.domain.problem import Problem
from forms_service.domain.spec import FormSpec, Row
from forms_service.domain.widgets import COPY_LABEL, DOCUMENT_ID, ISSUE_SIGNATURE, SEAL_SIGNATURE, Widget, widgets
from forms_service.pdf.box import Align, Box, Square
from forms_service.pdf.cells import CellDrawing, draw_cell, row_height
from forms_service.pdf.drawing import FirmName, Frame, Mark, Text
from forms_service.pdf.fonts import Fonts

PAPERS = {"A4 portrait": (595.28, 841.89), "A4 landscape": (841.89, 595.28)}
MARGIN = 34.0
HEAD = 88.0
FOOT = 62.0
HEADING = 18.0
OUTLINE = 1.3
QR = 50.0


@dataclass(frozen=True, slots=True)
class Layout:
    """A form laid out. `boxes` holds every widget's box by name; `qr` the QR code's place on each page."""

    spec: FormSpec
    widgets: tuple[Widget, ...]
    width: float
    height: float
    pages: tuple[tuple[Mark, ...], ...]
    boxes: Mapping[str, Box]
    qr: tuple[Square, ...]


def lay_out(spec: FormSpec, fonts: Fonts) -> Layout:
    """Lay a form out on as many pages as it needs.

    Raises ProblemsFound for a label that its cell cannot hold and for a row that no page can.
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
        """Begin a page with the form's head."""
        self.pages.append([])
        top, middle = self.height - MARGIN, self.width / 2
        title = self.spec.title.zh_hans
        self._mark(
            FirmName(middle, top - 14, 12),
            Text(middle, top - 42, title, 21, bold=True, align="center", spread=5),
            Text(middle, top - 60, f"依据：{self.spec.source}", 7.5, align="center", shade="soft"),
            Frame(self.width - MARGIN - 132, top - 20, self.width - MARGIN, top, 0.8),
        )
        if len(self.pages) == 1:
            self._box(
                COPY_LABEL, (self.width - MARGIN - 130, top - 19, self.width - MARGIN - 2, top - 1), 9.5, "center"
            )
            self._box(ISSUE_SIGNATURE, (MARGIN, top - 62, MARGIN + 128, top), 9, "left")
        self.y = top - HEAD

    def place(self, row: Row, following: Row | None) -> None:
        """Put a row below the last one, on a new page where it or what its heading leads does not fit."""
        tall = self._height(row)
        needed = tall + (self._height(following) if row.heading is not None and following is not None else 0)
        self._check_height(row, needed)
        if self.y - needed < MARGIN + FOOT:
            self._outline()
            self.turn()
        if row.heading is not None:
            self._heading(row.heading)
        else:
            self._cells(row, tall)
        self.y -= tall

    def finish(self) -> Layout:
        """Print each page's foot and hand the pages over."""
        self._outline()
        squares = tuple(Square(number, MARGIN, MARGIN - 6, QR) for number in range(len(self.pages)))
        for number, page in enumerate(self.pages, 1):
            page.extend(self._foot(number))
        return Layout(
            self.spec,
            tuple(self.named.values()),
            self.width,
            self.height,
            tuple(tuple(page) for page in self.pages),
            self._in_reading_order(),
            squares,
        )

    def _foot(self, number: int) -> tuple[Mark, ...]:
        left, low = MARGIN + QR + 6, MARGIN - 6
        version = f"{self.spec.form} 第{self.spec.version}版"
        if number == 1:
            self._place_box(0, DOCUMENT_ID, (left, low + 4, left + 150, low + 17), 7.5, "left")
            right = self.width - MARGIN
            self._place_box(0, SEAL_SIGNATURE, (right - 176, low - 2, right, low + 54), 9, "left")
        return (
            Text(left, low + 40, "扫码查验真伪；签章后任何改动都会显示。", 7, shade="soft"),
            Text(left, low + 30, f"{version}　第 {number} 页 / 共 {len(self.pages)} 页", 7, shade="soft"),
            Text(left, low + 20, "文件识别码", 6, shade="soft"),
        )

    def _check_height(self, row: Row, needed: float) -> None:
        room = self.height - 2 * MARGIN - HEAD - FOOT
        if needed > room:
            where = row.heading or "、".join(cell.of for cell in row.cells)
            say = f"「{where}」这一行连同标题高 {needed:.0f} 点，一页只有 {room:.0f} 点。请减少格高或明细行数。"
            raise ProblemsFound((Problem("layout", "row_too_tall", say),))

    def _outline(self) -> None:
        """Rule a bold line around the page's grid, as printed office forms have it."""
        self._mark(Frame(MARGIN, self.y, self.width - MARGIN, self.height - MARGIN - HEAD, OUTLINE))

    def _heading(self, words: str) -> None:
        left, right = MARGIN, self.width - MARGIN
        self._mark(
            Frame(left, self.y - HEADING, right, self.y, 0.6, "tint"),
            Text(left + 5, self.y - 12.8, words, 9.5, bold=True),
        )

    def _cells(self, row: Row, tall: float) -> None:
        twelfth = (self.width - 2 * MARGIN) / 12
        x = MARGIN
        for cell in row.cells:
            place = (x, self.y - tall, x + cell.span * twelfth, self.y)
            self._take(draw_cell(self.spec, cell, place, self.fonts))
            x += cell.span * twelfth

    def _take(self, drawing: CellDrawing) -> None:
        self._mark(*drawing.marks)
        for name, (place, size, align) in drawing.boxes.items():
            self._box(name, place, size, align)

    def _height(self, row: Row) -> float:
        return HEADING if row.heading is not None else row_height(self.spec, row)

    def _mark(self, *marks: Mark) -> None:
        self.pages[-1].extend(marks)

    def _box(self, name: str, place: tuple[float, float, float, float], size: float, align: Align) -> None:
        self._place_box(len(self.pages) - 1, name, place, size, align)

    def _place_box(
        self, page: int, name: str, place: tuple[float, float, float, float], size: float, align: Align
    ) -> None:
        x0, y0, x1, y1 = (round(edge, 2) for edge in place)
        self.boxes[name] = Box(name, page, x0, y0, x1, y1, self.named[name].kind, size, align)

    def _in_reading_order(self) -> dict[str, Box]:
        ordered = sorted(self.boxes.values(), key=lambda box: (box.page, -round(box.y1), box.x0))
        return {box.name: box for box in ordered}
