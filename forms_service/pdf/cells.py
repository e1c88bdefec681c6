"""Cells: one printed cell of the grid — its frame, its label on a tinted strip, and the boxes under it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from forms_service.domain.errors import ProblemsFound
from forms_service.domain.problem import Problem
from forms_service.domain.spec import Cell, Field, FormSpec, Row, Step
from forms_service.domain.widgets import (
    NUMBER,
    OPENED_ON,
    decision_name,
    opinion_name,
    options_of,
    sign_name,
)
from forms_service.pdf.box import Align
from forms_service.pdf.drawing import Frame, Mark, Text
from forms_service.pdf.fonts import Face, Fonts

UNIT = 30.0
STRIP = 11.0
TABLE_HEAD = 20.0
TABLE_ROW = 18.0
LABEL_SIZE = 7.5
LABEL_FLOOR = 5.5
TWO_LINES = 6.5
VALUE_SIZE = 9.5
TICK = 9.0
_DECISION = 15.0
_OPINION = 27.0
_RIGHT = frozenset({"money", "decimal", "integer", "percent"})
_SYSTEM = {"no": (NUMBER, "编号"), "opened_on": (OPENED_ON, "开立日期")}

Place = tuple[float, float, float, float]


@dataclass(slots=True)
class CellDrawing:
    """What a cell prints, and its boxes: place, type size and alignment by widget name."""

    marks: list[Mark] = field(default_factory=list)
    boxes: dict[str, tuple[Place, float, Align]] = field(default_factory=dict)


def row_height(spec: FormSpec, row: Row) -> float:
    """Return a row's height in points: its tallest cell's, a table's by its printed lines."""
    return max(_cell_height(spec, cell) for cell in row.cells)


def draw_cell(spec: FormSpec, cell: Cell, place: Place, fonts: Fonts) -> CellDrawing:
    """Draw a cell in its place; raises ProblemsFound for a label that does not fit."""
    drawing = CellDrawing([Frame(*place)])
    if cell.of.startswith("sign."):
        _draw_sign(drawing, spec, spec.step(cell.of.removeprefix("sign.")), place, fonts)
    elif cell.of in _SYSTEM:
        name, label = _SYSTEM[cell.of]
        _draw_strip(drawing, label, place, fonts.regular, cell.of)
        drawing.boxes[name] = (_under(place), VALUE_SIZE, "center")
    else:
        _draw_field(drawing, spec, spec.field(cell.of), place, fonts)
    return drawing


def _cell_height(spec: FormSpec, cell: Cell) -> float:
    shown = next((f for f in spec.fields if f.id == cell.of), None)
    if shown is not None and shown.kind == "table":
        return TABLE_HEAD + TABLE_ROW * shown.max_rows
    return UNIT * cell.height


def _draw_field(drawing: CellDrawing, spec: FormSpec, shown: Field, place: Place, fonts: Fonts) -> None:
    if shown.kind == "table":
        _draw_table(drawing, spec, shown, place, fonts)
        return
    _draw_strip(drawing, shown.label.zh_hans, place, fonts.regular, shown.id)
    if shown.kind in ("choice", "yesno"):
        _draw_options(drawing, shown, _under(place), fonts.regular)
    else:
        drawing.boxes[shown.id] = (_under(place), VALUE_SIZE, _align(shown))


def _draw_table(drawing: CellDrawing, spec: FormSpec, table: Field, place: Place, fonts: Fonts) -> None:
    x0, _, x1, top = place
    for column, left, right in _columns(spec, table, x0, x1):
        head = (left, top - TABLE_HEAD, right, top)
        drawing.marks.append(Frame(*head, fill="tint"))
        drawing.marks += _head_lines(column.label.zh_hans, head, fonts.bold, f"{table.id}.{column.id}")
        for row in range(1, table.max_rows + 1):
            low = top - TABLE_HEAD - TABLE_ROW * row
            drawing.marks.append(Frame(left, low, right, low + TABLE_ROW, 0.4))
            inside = (left + 1, low + 1, right - 1, low + TABLE_ROW - 1)
            drawing.boxes[f"{table.id}_{row:02}_{column.id}"] = (inside, VALUE_SIZE - 1, _align(column))


def _head_lines(label: str, head: Place, face: Face, where: str) -> list[Text]:
    """Write a column's heading in one line, or in two where one would shrink below comfort."""
    left, low, right, top = head
    width, half = right - left - 4, (len(label) + 1) // 2
    lines = [label] if face.width(label, TWO_LINES) <= width else [label[:half], label[half:]]
    size = min(_label_size(line, width, face, where) for line in lines)
    x, middle = (left + right) / 2, (low + top) / 2
    offsets = (0.0,) if len(lines) == 1 else (size * 0.58, -size * 0.58)
    return [
        Text(x, middle + offset - size * 0.36, line, size, bold=True, align="center")
        for line, offset in zip(lines, offsets, strict=True)
    ]


def _columns(spec: FormSpec, table: Field, x0: float, x1: float) -> Iterator[tuple[Field, float, float]]:
    widths = next((dict(t.spans) for t in spec.layout.tables if t.table == table.id), {})
    spans = [widths.get(column.id, 1) for column in table.columns]
    unit, left = (x1 - x0) / sum(spans), x0
    for column, span in zip(table.columns, spans, strict=True):
        yield column, left, left + span * unit
        left += span * unit


def _draw_options(drawing: CellDrawing, shown: Field, place: Place, face: Face) -> None:
    x0, y0, x1, y1 = place
    options = options_of(shown)
    size = _fitting_size([label for _, label in options], x1 - x0, face)
    x, middle = x0 + 3, (y0 + y1) / 2
    for ordinal, (option, label) in enumerate(options, 1):
        square = (x, middle - TICK / 2, x + TICK, middle + TICK / 2)
        drawing.marks.append(Frame(*square, rule=0.8))
        drawing.boxes[f"{shown.id}_{ordinal:02}_{option}"] = (square, VALUE_SIZE, "left")
        drawing.marks.append(Text(x + TICK + 3, middle - size * 0.36, label, size))
        x += TICK + 3 + face.width(label, size) + 9


def _fitting_size(labels: list[str], width: float, face: Face) -> float:
    """Return the size at which all options stand in one line."""
    fixed = len(labels) * (TICK + 12) + 3
    natural = sum(face.width(label, 1) for label in labels)
    size = min(8.5, (width - fixed) / natural)
    if size < LABEL_FLOOR:
        words = " / ".join(labels)
        raise ProblemsFound((Problem("layout", "label_too_long", f"选项「{words}」在一格里放不下。请加宽这一格。"),))
    return size


def _draw_sign(drawing: CellDrawing, spec: FormSpec, step: Step, place: Place, fonts: Fonts) -> None:
    x0, y0, x1, y1 = place
    _draw_strip(drawing, f"{step.sign}　{step.name}", place, fonts.regular, f"sign.{step.id}")
    top = y1 - STRIP
    if step.decides:
        drawing.marks += [
            Text(x0 + 3, top - 10.5, "决定", 6.5, shade="soft"),
            Text(x0 + 3, top - _DECISION - 9, "意见", 6.5, shade="soft"),
            Frame(x0, top - _DECISION - _OPINION, x1, top - _DECISION, 0.3),
        ]
        drawing.boxes[decision_name(spec, step)] = ((x0 + 19, top - _DECISION + 0.5, x1 - 1, top - 0.5), 8.5, "left")
        opinion = (x0 + 19, top - _DECISION - _OPINION + 0.5, x1 - 1, top - _DECISION - 0.5)
        drawing.boxes[opinion_name(spec, step)] = (opinion, 7.5, "left")
        top -= _DECISION + _OPINION
    drawing.boxes[sign_name(spec, step)] = ((x0 + 1, y0 + 1, x1 - 1, top - 1), VALUE_SIZE, "left")


def _draw_strip(drawing: CellDrawing, label: str, place: Place, face: Face, where: str) -> None:
    x0, _, x1, y1 = place
    size = _label_size(label, x1 - x0 - 6, face, where)
    drawing.marks.append(Frame(x0, y1 - STRIP, x1, y1, 0.3, "tint"))
    drawing.marks.append(Text(x0 + 3, y1 - STRIP / 2 - size * 0.36, label, size))


def _label_size(label: str, width: float, face: Face, where: str) -> float:
    size = min(LABEL_SIZE, width / max(face.width(label, 1), 0.01))
    if size < LABEL_FLOOR:
        raise ProblemsFound(
            (Problem(where, "label_too_long", f"「{label}」在印刷格里放不下。请加宽这一格或缩短文字。"),)
        )
    return size


def _under(place: Place) -> Place:
    x0, y0, x1, y1 = place
    return (x0 + 1, y0 + 1, x1 - 1, y1 - STRIP - 0.5)


def _align(shown: Field) -> Align:
    if shown.kind == "date":
        return "center"
    return "right" if shown.kind in _RIGHT else "left"
