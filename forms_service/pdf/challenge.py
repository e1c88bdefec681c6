"""Challenges: a sheet of one page with an empty box, to be signed by a person in a program of their own.

It says in words whom it is for, what signing it means and what not; its random number makes it the only one.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from forms_service.pdf.fonts import Fonts
from forms_service.pdf.typeset import break_lines

BOX = "signature"
_TITLE = "证书登记书"
_MEANING = (
    "签这一张，只为证明我持有所用证书的私钥，请公司按它的指纹（SHA-256）登记在我名下。登记之后，"
    "用这张证书签的单据就是我签的。签这一张本身不表示同意任何单据，也不作别的用途。"
)
_HOW = (
    "用您自己的签章程序打开这个 PDF（如 Acrobat、福昕、Okular）。",
    "在下面的框里，用要登记的证书签章。不要填写、批注、打印或另外转存。",
    "把保存好的文件，在有效期内上传到「我的密钥」。",
)
_LEFT, _RIGHT, _LABEL = 72.0, A4[0] - 72.0, 150.0
_INK, _SOFT, _RULE = (0.10, 0.10, 0.12), (0.42, 0.41, 0.38), (0.24, 0.23, 0.21)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet says: the firm, the person's name and id, its number, and when it was made and ends, in words."""

    firm: str
    name: str
    person: str
    department: str
    nonce: str
    made: str
    until: str


def draw_challenge(sheet: Sheet, fonts: Fonts) -> bytes:
    """Draw a sheet with its empty signature box, as a file of one revision."""
    drawn = io.BytesIO()
    canvas = Canvas(drawn, pagesize=A4, invariant=True, initialFontName=fonts.regular.name)
    canvas.setTitle(f"{_TITLE} {sheet.name}")
    canvas.setAuthor(sheet.firm)
    box = _Pen(canvas, fonts).write(sheet)
    canvas.showPage()
    canvas.save()
    writer = copy_into_new_writer(PdfFileReader(drawn))
    append_signature_field(writer, SigFieldSpec(BOX, box=box))
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


@dataclass(slots=True)
class _Pen:
    """Writes down the page; `y` is where the next line's head is."""

    canvas: Canvas
    fonts: Fonts
    y: float = A4[1] - 72.0

    def write(self, sheet: Sheet) -> tuple[int, int, int, int]:
        """Write the page; returns the place of the signature box."""
        self._line(_LEFT, sheet.firm, 11, _SOFT)
        self._line(_LEFT, _TITLE, 22, _INK, bold=True)
        self.y -= 10
        self._paragraph(_LEFT, _MEANING, 11)
        self.y -= 8
        for label, text in _rows(sheet):
            self._row(label, text)
        self.y -= 12
        for number, text in enumerate(_HOW, 1):
            self._line(_LEFT, f"{number}.", 11, _SOFT, advance=False)
            self._paragraph(_LEFT + 18, text, 11)
        self.y -= 8
        self._line(_LEFT, "签在这个框里：", 11, _INK, bold=True)
        left, top = round(_LEFT), round(self.y)
        box = (left, top - 96, left + 240, top)
        self.canvas.setStrokeColorRGB(*_RULE)
        self.canvas.rect(box[0], box[1], box[2] - box[0], box[3] - box[1], stroke=1, fill=0)
        return box

    def _row(self, label: str, text: str) -> None:
        self.canvas.setStrokeColorRGB(*_RULE)
        self.canvas.setLineWidth(0.4)
        self.canvas.line(_LEFT, self.y + 2, _RIGHT, self.y + 2)
        self._line(_LEFT, label, 11, _SOFT, advance=False)
        self._line(_LABEL, text, 11, _INK)
        self.y -= 3

    def _paragraph(self, x: float, text: str, size: float) -> None:
        for line in break_lines(text, _RIGHT - x, size, self.fonts.regular):
            self._line(x, line, size, _INK)

    def _line(
        self,
        x: float,
        text: str,
        size: float,
        colour: tuple[float, float, float],
        *,
        bold: bool = False,
        advance: bool = True,
    ) -> None:
        face = self.fonts.strong(text) if bold else self.fonts.regular
        self.canvas.setFont(face.name, size)
        self.canvas.setFillColorRGB(*colour)
        self.canvas.drawString(x, self.y - size * 1.1, text)
        if advance:
            self.y -= size * 1.7


def _rows(sheet: Sheet) -> Iterator[tuple[str, str]]:
    yield "姓名", f"{sheet.name}（{sheet.person}）"
    if sheet.department:
        yield "部门", sheet.department
    yield "登记书编号", sheet.nonce
    yield "制作时间", sheet.made
    yield "有效期至", f"{sheet.until}，只能用一次"
