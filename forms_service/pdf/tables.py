"""Tables: a ruled table's column headings and its lines, some of them on one page and the rest on the next."""

from collections.abc import Iterator

from forms_service.domain.spec import Field, FormSpec
from forms_service.pdf.box import Align
from forms_service.pdf.cells import CellDrawing, alignment, inset
from forms_service.pdf.drawing import Frame, Place
from forms_service.pdf.fonts import Fonts
from forms_service.pdf.labels import set_label

HEAD = 22.0
LINE = 19.0
_SIZE = 9.0


def table_height(lines: int) -> float:
    """Return how tall a table with so many lines is, its headings included."""
    return HEAD + LINE * lines


def draw_table(spec: FormSpec, table: Field, lines: range, place: Place, fonts: Fonts) -> CellDrawing:
    """Draw the headings and some lines (from 1) of a table from the top of a place down."""
    x0, _, x1, top = place
    columns = tuple(_columns(spec, table, x0, x1))
    drawing = CellDrawing()
    for column, left, right in columns:
        head = (left, top - HEAD, right, top)
        where = f"{table.id}.{column.id}"
        words = set_label(column.label.zh_hans, head, fonts, where, size=8.0, bold=True)
        drawing.marks += [Frame(*head, fill="tint"), *words]
    for ordinal, line in enumerate(lines, 1):
        low = top - HEAD - LINE * ordinal
        for column, left, right in columns:
            drawing.marks.append(Frame(left, low, right, low + LINE, 0.4))
            box = inset((left, low, right, low + LINE))
            drawing.boxes[f"{table.id}_{line:02}_{column.id}"] = (box, _SIZE, _align(column))
    return drawing


def _align(column: Field) -> Align:
    return "center" if column.kind in ("date", "choice", "yesno") else alignment(column)


def _columns(spec: FormSpec, table: Field, x0: float, x1: float) -> Iterator[tuple[Field, float, float]]:
    widths = next((dict(t.spans) for t in spec.layout.tables if t.table == table.id), {})
    spans = [widths.get(column.id, 1) for column in table.columns]
    unit, left = (x1 - x0) / sum(spans), x0
    for column, span in zip(table.columns, spans, strict=True):
        yield column, left, left + span * unit
        left += span * unit
