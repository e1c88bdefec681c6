"""The letterhead: what stands at the head and the foot of every page of a form."""

from forms_service.domain.spec import FormSpec
from forms_service.domain.widgets import COPY_LABEL, DOCUMENT_ID, ISSUE_SIGNATURE, SEAL_SIGNATURE
from forms_service.pdf.box import Square
from forms_service.pdf.cells import CellDrawing
from forms_service.pdf.drawing import FirmName, Frame, Line, Text
from forms_service.pdf.fonts import Fonts
from forms_service.pdf.labels import note, set_label

MARGIN = 36.0
HEAD = 84.0
FOOT = 66.0
_QR = 52.0
_LOW = 30.0
_SPREAD = 5.0
_TITLE = 21.0
_CORNER = 132.0
_SEAL = (190.0, 54.0)


def draw_head(spec: FormSpec, width: float, height: float, fonts: Fonts, *, first: bool) -> CellDrawing:
    """Draw the firm's name, the title over its double line, the clause, and on the first page the copy's label."""
    drawing = CellDrawing()
    middle, top = width / 2, height - MARGIN
    title = spec.title.zh_hans
    face = fonts.strong(title)
    size = min(_TITLE, (width - 2 * MARGIN - 2 * _CORNER) / (face.width(title, 1) + 0.3 * len(title)))
    size = max(size, 12.0)
    half = (face.width(title, size) + _SPREAD * len(title)) / 2 + 8
    drawing.marks += [
        FirmName(middle, top - 12, 12.5),
        Text(middle, top - 40, title, size, bold=face is fonts.bold, align="center", spread=_SPREAD),
        Line(middle - half, top - 49, middle + half, top - 49, 0.9),
        Line(middle - half, top - 51.4, middle + half, top - 51.4, 0.4),
        note(middle, top - 62, f"依据：{spec.source}", 7.5, shade="soft", align="center"),
    ]
    if first:
        drawing.add(_draw_corners(width, top, fonts))
    else:
        drawing.marks.append(note(width - MARGIN, top - 8, "（续页）", 8, shade="soft", align="right"))
    return drawing


def draw_foot(spec: FormSpec, width: float, number: int, count: int) -> CellDrawing:
    """Draw what stands beside the QR code, and on the first page the document's id and the place of the firm's seal."""
    left, right = MARGIN + _QR + 8, width - MARGIN
    drawing = CellDrawing(
        [
            note(left, _LOW + 43, "扫码查验真伪；签章后的任何改动都查得出来。", 7, shade="soft"),
            note(left, _LOW + 31, f"{spec.form} 第 {spec.version} 版", 7, shade="soft"),
            note(left, _LOW + 19, "文件识别码", 7, shade="soft"),
            note(width / 2, _LOW - 8, f"第 {number} 页　共 {count} 页", 8, shade="ink", align="center"),
        ]
    )
    if number == 1:
        wide, tall = _SEAL
        drawing.boxes[DOCUMENT_ID] = ((left - 2, _LOW + 1, left + 160, _LOW + 13), 8.0, "left")
        drawing.marks.append(note(right - wide, _LOW + tall + 4, "公司封印（分发各联时加盖）", 6.5, shade="soft"))
        drawing.boxes[SEAL_SIGNATURE] = ((right - wide, _LOW - 4, right, _LOW + tall - 4), 9.0, "left")
    return drawing


def qr_square(page: int) -> Square:
    """Return the QR code's place at the foot of a page."""
    return Square(page, MARGIN, _LOW - 2, _QR)


def _draw_corners(width: float, top: float, fonts: Fonts) -> CellDrawing:
    """Leave the left corner to the firm's issue signature and rule the copy's label into the right one."""
    right = width - MARGIN
    cell = (right - _CORNER, top - 20, right, top)
    head = (cell[0], cell[1], cell[0] + 28, cell[3])
    drawing = CellDrawing([Frame(*head, fill="tint"), Frame(*cell, rule=0.8)])
    drawing.marks += set_label("联别", head, fonts, "copy_label", size=8.0, lines=1)
    drawing.boxes[ISSUE_SIGNATURE] = ((MARGIN, top - 60, MARGIN + _CORNER, top), 9.0, "left")
    drawing.boxes[COPY_LABEL] = ((head[2] + 1, cell[1] + 1, cell[2] - 1, cell[3] - 1), 9.5, "center")
    return drawing
