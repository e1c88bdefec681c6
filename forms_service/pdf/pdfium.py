"""PDFium, the program inside Chromium: a second reading of a PDF, by other hands than ours or pyHanko's.

PDFium keeps global state and must not be entered by two threads: `PDFIUM` is held around every use of it.
"""

import contextlib
import ctypes
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pypdfium2 as pdfium
from pypdfium2 import raw

PDFIUM = threading.Lock()
VERSION = str(pdfium.PDFIUM_INFO)
_LONGEST = 4 * 1024 * 1024
_PAPER = 250
_IS_DARK, _IS_PAPER = bytes(n < 160 for n in range(256)), bytes(n >= _PAPER for n in range(256))
_SPECKS = 8
_MOST_DOTS = 16_000_000

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points, as a page counts them."""


@dataclass(frozen=True, slots=True)
class SecondReading:
    """What PDFium sees: how many pages, and what each field on them holds, signature boxes left out."""

    pages: int
    printed: Mapping[str, str | bool]


def read_by_pdfium(data: bytes) -> SecondReading:
    """Read a PDF's pages and fields with PDFium; raises ValueError when it cannot open the file."""
    with _opened(data) as document:
        document.init_forms()
        forms = document.formenv
        printed: dict[str, str | bool] = {}
        for number in range(len(document)) if forms else ():
            for name, value in _fields_on(document[number], forms):
                printed[name] = value or printed.get(name, value)  # one of several boxes may hold the tick
        return SecondReading(len(document), printed)


def page_texts(data: bytes) -> tuple[str, ...]:
    """Read the text of each page, annotations left out; raises ValueError when PDFium cannot open it."""
    with _opened(data) as document:
        return tuple(_text_of(document, number) for number in range(len(document)))


def text_shown(data: bytes, page: int, box: Box) -> str:
    """Read the text that a page shows within a box, annotations and fields included. Raises ValueError."""
    with _opened(data) as document:
        sheet = document[page]
        raw.FPDFPage_Flatten(sheet, raw.FLAT_NORMALDISPLAY)
        sheet.close()  # what was flattened is read only from the page opened anew
        return _text_of(document, page, box)


def lies_under(data: bytes, page: int, box: Box) -> Literal["", "ink", "text"]:
    """Say what a page has within a box, a hair's breadth from its edges left out: text, other ink, or nothing.

    Raises ValueError when PDFium cannot open the file.
    """
    left, bottom, right, top = box
    inner = (left + 1, bottom + 1, right - 1, top - 1)
    if inner[0] >= inner[2] or inner[1] >= inner[3]:
        return ""
    with _opened(data) as document:
        if _text_of(document, page, inner).strip():
            return "text"
        sheet = document[page]
        try:
            return "ink" if _has_ink(sheet, inner) else ""
        finally:
            sheet.close()


def hidden(before: bytes, after: bytes, page: int, boxes: Sequence[Box]) -> tuple[bool, ...]:
    """Say for each box whether what a page itself had there, and showed, is no longer shown with all that lies on it.

    Raises ValueError when PDFium cannot open one of the files.
    """
    own = _seen_within(before, page, boxes, bare=True)
    pairs = zip(own, _seen_within(before, page, boxes), _seen_within(after, page, boxes), strict=True)
    return tuple(_gone(*dots) > _SPECKS for dots in pairs)


def _gone(own: bytes, was: bytes, now: bytes) -> int:
    """Count the dots that were dark, on the page itself too, and are paper now."""
    masks = (own.translate(_IS_DARK), was.translate(_IS_DARK), now.translate(_IS_PAPER))
    one, other, third = (int.from_bytes(mask) for mask in masks)
    return (one & other & third).bit_count()


@contextlib.contextmanager
def _opened(data: bytes) -> Iterator[pdfium.PdfDocument]:
    with PDFIUM:
        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as error:
            raise ValueError("PDFium cannot open the file") from error
        try:
            yield document
        except pdfium.PdfiumError as error:
            raise ValueError("PDFium cannot open a page") from error
        finally:
            document.close()


def _text_of(document: pdfium.PdfDocument, number: int, box: Box | None = None) -> str:
    """Read the text of a page, or of a part of it; each thing is closed in its turn, before the document is."""
    page = document[number]
    text = page.get_textpage()
    try:
        return str(text.get_text_bounded(*(box or ())))
    finally:
        text.close()
        page.close()


def _seen_within(data: bytes, number: int, boxes: Sequence[Box], *, bare: bool = False) -> list[bytes]:
    """Draw a page as a viewer does, or without anything that lies on it, and give the dots within boxes; black is 0."""
    with _opened(data) as document:
        document.init_forms()
        page = document[number]
        try:
            across, up = page.get_size()
            scale = min(2.0, (_MOST_DOTS / max(across * up, 1)) ** 0.5)
            bitmap = page.render(scale=scale, grayscale=True, draw_annots=not bare, may_draw_forms=not bare)
            return [b"".join(_dots(page, bitmap, box)) for box in boxes]
        finally:
            page.close()


def _has_ink(page: pdfium.PdfPage, box: Box) -> bool:
    """Draw the page at a point a dot and look for anything darker than paper within the box."""
    bitmap = page.render(scale=1, grayscale=True)
    return any(min(line, default=_PAPER) < _PAPER for line in _dots(page, bitmap, box))


def _dots(page: pdfium.PdfPage, bitmap: pdfium.PdfBitmap, box: Box) -> Iterator[bytes]:
    """Give the dots of a drawn page within a box, row by row."""
    corners = [_to_dots(page, bitmap.width, bitmap.height, x, y) for x, y in (box[:2], box[2:])]
    (x0, x1), (y0, y1) = (sorted(pair) for pair in zip(*corners, strict=True))
    rows = range(max(y0, 0), min(y1 + 1, bitmap.height))
    dots = bytes(bitmap.buffer)
    return (dots[row * bitmap.stride + max(x0, 0) : row * bitmap.stride + min(x1 + 1, bitmap.width)] for row in rows)


def _to_dots(page: pdfium.PdfPage, width: int, height: int, x: float, y: float) -> tuple[int, int]:
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, across, down)
    return across.value, down.value


def _fields_on(page: pdfium.PdfPage, forms: pdfium.PdfFormEnv) -> Iterator[tuple[str, str | bool]]:
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        box = raw.FPDFPage_GetAnnot(page, index)
        if not box:
            continue
        try:
            kind = raw.FPDFAnnot_GetFormFieldType(forms, box)
            if kind in (raw.FPDF_FORMFIELD_UNKNOWN, -1, raw.FPDF_FORMFIELD_SIGNATURE):
                continue
            name = _text(raw.FPDFAnnot_GetFormFieldName, forms, box)
            ticked = kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON)
            value = bool(raw.FPDFAnnot_IsChecked(forms, box)) if ticked else _text(_VALUE, forms, box)
            yield name, value
        finally:
            raw.FPDFPage_CloseAnnot(box)


_VALUE = raw.FPDFAnnot_GetFormFieldValue


def _text(ask: Callable[..., int], forms: pdfium.PdfFormEnv, box: object) -> str:
    """Ask for a text twice: how long it is, then what it is (UTF-16LE, ended by a zero)."""
    size = ask(forms, box, None, 0)
    if not 2 <= size <= _LONGEST:
        return ""
    buffer = ctypes.create_string_buffer(size)
    ask(forms, box, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le")
