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
from PIL import Image, ImageChops
from pypdfium2 import raw

PDFIUM = threading.Lock()
VERSION = str(pdfium.PDFIUM_INFO)
_LONGEST = 4 * 1024 * 1024
_PAPER = 250
_IS_DARK, _IS_PAPER = bytes(n < 160 for n in range(256)), bytes(n >= _PAPER for n in range(256))
_SPECKS = 8
_IS_OTHER = [grey > 48 for grey in range(256)]
_DOTS_A_POINT, _MOST_DOTS = 2.0, 3000
_RIM_PT = 2.0
_MOST_OBJECTS, _MOST_COVERS, _CORNERS, _OPAQUE, _HOLES = 20_000, 200, 5, 200, 0.1

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


@dataclass(frozen=True, slots=True)
class Face:
    """What a page shows within a box: the text that PDFium reads there, and the greys of its dots, 0 being black.

    Of the dots those near the edges are left out, where a border may be.
    """

    text: str
    dots: bytes


def faces(data: bytes, page: int, boxes: Sequence[Box]) -> tuple[Face, ...]:
    """Look at what a page shows within some boxes, annotations and fields included. Raises ValueError."""
    with _opened(data) as document:
        sheet = document[page]
        raw.FPDFPage_Flatten(sheet, raw.FLAT_NORMALDISPLAY)
        sheet.close()  # what was flattened is read only from the page opened anew
        return _faces_of(document, page, boxes)


def papers(data: bytes, page: int, boxes: Sequence[Box]) -> tuple[Face, ...]:
    """Look at what a page shows within some boxes without its annotations. Raises ValueError."""
    with _opened(data) as document:
        return _faces_of(document, page, boxes)


Lying = Literal["", "ink", "text"]


def lie_under(data: bytes, page: int, boxes: Sequence[Box]) -> tuple[Lying, ...]:
    """Say what a page has within each box, a hair's breadth from its edges left out: text, other ink, or nothing.

    Raises ValueError when PDFium cannot open the file.
    """
    inner = [(left + 1, bottom + 1, right - 1, top - 1) for left, bottom, right, top in boxes]
    with _opened(data) as document:
        texts, dots = _texts_of(document, page, inner), _dots_of(document, page, inner, bare=False)
    return tuple(_lying(*parts) for parts in zip(inner, texts, dots, strict=True))


def _lying(box: Box, text: str, dots: bytes) -> Lying:
    if box[0] >= box[2] or box[1] >= box[3]:
        return ""
    if text.strip():
        return "text"
    return "ink" if min(dots, default=_PAPER) < _PAPER else ""


def hidden(before: bytes, after: bytes, page: int, boxes: Sequence[Box]) -> tuple[bool, ...]:
    """Say for each box whether what a page itself had there, and showed, is no longer shown with all that lies on it.

    Raises ValueError when PDFium cannot open one of the files.
    """
    own = _seen_within(before, page, boxes, bare=True)
    pairs = zip(own, _seen_within(before, page, boxes), _seen_within(after, page, boxes), strict=True)
    return tuple(_gone(*dots) > _SPECKS for dots in pairs)


def strays(before: bytes, after: bytes, page: int, boxes: Sequence[Box], dots: float = 1.0) -> bool:
    """Say whether a page shows anything otherwise outside some boxes than it did, with all that lies on it.

    It is drawn at so many dots a point. Raises ValueError when PDFium cannot open one of the files.
    """
    was, now = (_seen_around(data, page, boxes, dots) for data in (before, after))
    if was.size != now.size:
        return True
    other = ImageChops.difference(was, now).point(_IS_OTHER)
    return other.histogram()[1] > _SPECKS


def _gone(own: bytes, was: bytes, now: bytes) -> int:
    """Count the dots that were dark, on the page itself too, and are paper now."""
    masks = (own.translate(_IS_DARK), was.translate(_IS_DARK), now.translate(_IS_PAPER))
    one, other, third = (int.from_bytes(mask) for mask in masks)
    return (one & other & third).bit_count()


def buried_words(data: bytes) -> tuple[tuple[int, str], ...]:
    """Find the words that a page draws and then covers whole with a picture or a filled rectangle, page by page.

    Words laid down in no ink, as for searching in a scan, are none. Raises ValueError when PDFium cannot open it.
    """
    with _opened(data) as document:
        return tuple((page, words) for page in range(len(document)) for words in _buried_on(document, page))


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
    return _texts_of(document, number, [box])[0]


def _texts_of(document: pdfium.PdfDocument, number: int, boxes: Sequence[Box | None]) -> tuple[str, ...]:
    """Read the text of a page, or of parts of it; each thing is closed in its turn, before the document is."""
    page = document[number]
    text = page.get_textpage()
    try:
        return tuple(str(text.get_text_bounded(*(box or ()))) for box in boxes)
    finally:
        text.close()
        page.close()


def _seen_within(data: bytes, number: int, boxes: Sequence[Box], *, bare: bool = False) -> tuple[bytes, ...]:
    """Draw a page as a viewer does, or without anything that lies on it, and give the dots within boxes; black is 0."""
    with _opened(data) as document:
        document.init_forms()
        return _dots_of(document, number, boxes, bare=bare)


def _seen_around(data: bytes, number: int, boxes: Sequence[Box], dots: float) -> Image.Image:
    """Draw a page as a viewer does, and blot out some boxes with a rim around them."""
    with _opened(data) as document:
        document.init_forms()
        page = document[number]
        try:
            bitmap = _draw(page, dots, bare=False)
            seen: Image.Image = bitmap.to_pil().copy()
            for left, bottom, right, top in boxes:
                box = (left - _RIM_PT, bottom - _RIM_PT, right + _RIM_PT, top + _RIM_PT)
                (x0, x1), (y0, y1) = _dots_between(page, bitmap, box)
                seen.paste(0, (x0, y0, x1 + 1, y1 + 1))
            return seen
        finally:
            page.close()


def _faces_of(document: pdfium.PdfDocument, page: int, boxes: Sequence[Box]) -> tuple[Face, ...]:
    texts = _texts_of(document, page, boxes)
    dots = _dots_of(document, page, [_inner(box) for box in boxes], bare=True)
    return tuple(Face(text, seen) for text, seen in zip(texts, dots, strict=True))


def _dots_of(document: pdfium.PdfDocument, number: int, boxes: Sequence[Box], *, bare: bool) -> tuple[bytes, ...]:
    """Draw a page in grey, with or without its annotations, and cut some boxes out of it."""
    page = document[number]
    try:
        bitmap = _draw(page, _DOTS_A_POINT, bare=bare)
        return tuple(_cut(page, bitmap, box) for box in boxes)
    finally:
        page.close()


def _draw(page: pdfium.PdfPage, dots: float, *, bare: bool) -> pdfium.PdfBitmap:
    scale = min(dots, _MOST_DOTS / max(page.get_size()))
    return page.render(scale=scale, grayscale=True, draw_annots=not bare, may_draw_forms=not bare)


def _buried_on(document: pdfium.PdfDocument, number: int) -> Iterator[str]:
    page = document[number]
    text = page.get_textpage()
    try:
        objects = list(page.get_objects(max_depth=1))[:_MOST_OBJECTS]
        covers = [(turn, one) for turn, one in enumerate(objects) if _covers(one)][-_MOST_COVERS:]
        around = {turn: one.get_bounds() for turn, one in covers}
        opaque: dict[int, bool] = {}  # a picture is unpacked once, and only if it lies over words
        for turn, one in enumerate(objects) if covers else ():
            if one.type == raw.FPDF_PAGEOBJ_TEXT and _is_seen(one):
                box = one.get_bounds()
                over = [later for later in around if later > turn and _within(box, around[later])]
                opaque |= {later: _is_opaque(document, page, objects[later]) for later in over if later not in opaque}
                if any(opaque[later] for later in over):
                    yield from filter(str.strip, (_text_in(text, one),))
    finally:
        text.close()
        page.close()


def _within(one: Box, other: Box) -> bool:
    return other[0] <= one[0] and other[1] <= one[1] and other[2] >= one[2] and other[3] >= one[3]


def _covers(one: pdfium.PdfObject) -> bool:
    """Say whether a thing on a page is a picture, or a rectangle that is filled."""
    if one.type == raw.FPDF_PAGEOBJ_IMAGE:
        return True
    if one.type != raw.FPDF_PAGEOBJ_PATH:
        return False
    mode, stroked = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(one, mode, stroked)
    return int(raw.FPDFPath_CountSegments(one)) <= _CORNERS and mode.value != int(raw.FPDF_FILLMODE_NONE)


def _is_opaque(document: pdfium.PdfDocument, page: pdfium.PdfPage, one: pdfium.PdfObject) -> bool:
    """Say whether next to nothing shows through a thing; a picture may have holes, or be one great hole."""
    if raw.FPDFPageObj_HasTransparency(one) or (one.type == raw.FPDF_PAGEOBJ_PATH and _opacity(one) < _OPAQUE):
        return False
    if one.type == raw.FPDF_PAGEOBJ_PATH:
        return True
    handle = raw.FPDFImageObj_GetRenderedBitmap(document, page, one)
    if not handle:
        return True
    bitmap = pdfium.PdfBitmap.from_raw(handle)
    try:
        if bitmap.format != raw.FPDFBitmap_BGRA:
            return True
        alphas = bytes(bitmap.buffer)[3::4]
        return sum(alpha < _OPAQUE for alpha in alphas) < len(alphas) * _HOLES
    finally:
        bitmap.close()


def _is_seen(one: pdfium.PdfObject) -> bool:
    mode = raw.FPDFTextObj_GetTextRenderMode(one)
    return mode not in (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP) and _opacity(one) > 0


def _opacity(one: pdfium.PdfObject) -> int:
    red, green, blue, opacity = (ctypes.c_uint() for _ in range(4))
    raw.FPDFPageObj_GetFillColor(one, red, green, blue, opacity)
    return opacity.value


def _text_in(text: pdfium.PdfTextPage, one: pdfium.PdfObject) -> str:
    size = raw.FPDFTextObj_GetText(one, text, None, 0)
    if not 2 <= size <= _LONGEST:
        return ""
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFTextObj_GetText(one, text, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")


def _inner(box: Box) -> Box:
    left, bottom, right, top = box
    rim = min(_RIM_PT, (right - left) / 4, (top - bottom) / 4)
    return left + rim, bottom + rim, right - rim, top - rim


def _cut(page: pdfium.PdfPage, bitmap: pdfium.PdfBitmap, box: Box) -> bytes:
    (x0, x1), (y0, y1) = _dots_between(page, bitmap, box)
    left, right = (min(max(x, 0), bitmap.width) for x in (x0, x1 + 1))
    dots, rows = memoryview(bitmap.buffer).cast("B"), range(max(y0, 0), min(y1 + 1, bitmap.height))
    return b"".join(bytes(dots[row * bitmap.stride + left : row * bitmap.stride + right]) for row in rows)


def _dots_between(page: pdfium.PdfPage, bitmap: pdfium.PdfBitmap, box: Box) -> tuple[list[int], list[int]]:
    """Find a box in a drawing: its first and last column, its first and last row."""
    corners = [_to_dots(page, bitmap.width, bitmap.height, x, y) for x, y in (box[:2], box[2:])]
    across, down = (sorted(pair) for pair in zip(*corners, strict=True))
    return across, down


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
