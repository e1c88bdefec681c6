"""Cells: one printed cell of the grid — its frame, its label on a tint, and its box or its boxes to tick."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from forms_service.domain.errors import ProblemsFound
from forms_service.domain.problem import Problem
from forms_service.domain.spec import Cell, Field, FormSpec
from forms_service.domain.widgets import NUMBER, OPENED_ON, options_of
from forms_service.pdf.box import Align
from forms_service.pdf.drawing import Frame, Mark, Place
from forms_service.pdf.fonts import Face, Fonts
from forms_service.pdf.labels import fits_comfortably, note, set_label

UNIT = 29.0
VALUE_SIZE = 9.5
_LABEL = 57.0
_WIDE_LABEL = 76.0
_STRIP = 12.0
_TICK = 9.0
_OPTION_SIZES = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5)
_OPTION_LINE = 14.0
_RIGHT = frozenset({"money", "decimal", "integer", "percent"})
_SYSTEM = {"no": (NUMBER, "编号"), "opened_on": (OPENED_ON, "开立日期")}


@dataclass(slots=True)
class CellDrawing:
    """What a cell prints, and its boxes: place, type size and alignment by widget name, in reading order."""

    marks: list[Mark] = field(default_factory=list)
    boxes: dict[str, tuple[Place, float, Align]] = field(default_factory=dict)

    def add(self, other: "CellDrawing") -> None:
        """Take over all that another drawing holds."""
        self.marks += other.marks
        self.boxes |= other.boxes


def draw_cell(spec: FormSpec, cell: Cell, place: Place, fonts: Fonts) -> CellDrawing:
    """Draw a field's or a system cell in its place; raises ProblemsFound for words that do not fit."""
    if cell.of in _SYSTEM:
        name, label = _SYSTEM[cell.of]
        drawing, inside = _frame(label, place, fonts, cell.of)
        drawing.boxes[name] = (inset(inside), VALUE_SIZE, "left")
        return drawing
    shown = spec.field(cell.of)
    drawing, inside = _frame(shown.label.zh_hans, place, fonts, shown.id)
    if shown.kind in ("choice", "yesno"):
        drawing.add(_draw_options(shown, inside, fonts.regular))
    else:
        drawing.boxes[shown.id] = (inset(inside), VALUE_SIZE, alignment(shown))
    return drawing


def alignment(shown: Field) -> Align:
    """Say how a field's values stand in their cell: numbers to the right."""
    return "right" if shown.kind in _RIGHT else "left"


def inset(place: Place) -> Place:
    """Return the part of a place that its ruled lines leave free."""
    x0, y0, x1, y1 = place
    return (x0 + 1, y0 + 1, x1 - 1, y1 - 1)


def _frame(label: str, place: Place, fonts: Fonts, where: str) -> tuple[CellDrawing, Place]:
    """Rule a cell with its label at the left, or on top of a narrow one; return what is left for the value."""
    x0, y0, x1, y1 = place
    if x1 - x0 < 1.8 * _LABEL:
        head, inside, lines = (x0, y1 - _STRIP, x1, y1), (x0, y0, x1, y1 - _STRIP), 1
    else:
        split = x0 + _label_width(label, x1 - x0, fonts.regular)
        head, inside, lines = (x0, y0, split, y1), (split, y0, x1, y1), 3
    size = 7.0 if lines == 1 else 8.5
    words = set_label(label, head, fonts, where, size=size, lines=lines)
    return CellDrawing([Frame(*head, fill="tint"), Frame(*place), *words]), inside


def _label_width(label: str, wide: float, face: Face) -> float:
    roomy = wide >= 4 * _LABEL and not fits_comfortably(label, _LABEL, face)
    return _WIDE_LABEL if roomy else _LABEL


def _draw_options(shown: Field, place: Place, face: Face) -> CellDrawing:
    """Set the boxes to tick in as few lines as they need, at the largest size at which all of them stand."""
    x0, y0, x1, y1 = place
    options = options_of(shown)
    for size in _OPTION_SIZES:
        lines = list(_break_options(options, x1 - x0 - 6, size, face))
        if len(lines) * _OPTION_LINE <= y1 - y0 and all(_width(line, size, face) <= x1 - x0 - 6 for line in lines):
            return _place_options(shown, lines, place, size, face)
    words = " / ".join(label for _, label in options)
    raise ProblemsFound((Problem(shown.id, "label_too_long", f"选项「{words}」在一格里放不下。请加宽或加高这一格。"),))


def _break_options(
    options: tuple[tuple[str, str], ...], width: float, size: float, face: Face
) -> Iterator[list[tuple[str, str]]]:
    line: list[tuple[str, str]] = []
    for option in options:
        if line and _width([*line, option], size, face) > width:
            yield line
            line = []
        line.append(option)
    yield line


def _width(line: list[tuple[str, str]], size: float, face: Face) -> float:
    return sum(_advance(label, size, face) for _, label in line) - 10


def _advance(label: str, size: float, face: Face) -> float:
    return _TICK + 3 + face.width(label, size) + 10


def _place_options(
    shown: Field, lines: list[list[tuple[str, str]]], place: Place, size: float, face: Face
) -> CellDrawing:
    x0, y0, _, y1 = place
    drawing, ordinal = CellDrawing(), 0
    middle = (y0 + y1) / 2 + _OPTION_LINE * (len(lines) - 1) / 2
    for line in lines:
        x = x0 + 4
        for option, label in line:
            ordinal += 1
            square = (x, middle - _TICK / 2, x + _TICK, middle + _TICK / 2)
            drawing.marks += [Frame(*square, rule=0.8), note(x + _TICK + 3, middle, label, size)]
            drawing.boxes[f"{shown.id}_{ordinal:02}_{option}"] = (square, VALUE_SIZE, "left")
            x += _advance(label, size, face)
        middle -= _OPTION_LINE
    return drawing
