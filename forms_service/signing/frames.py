"""Frames: what is laid on a page after somebody signed is drawn within its box, in whatever program it is opened.

A drawing says within which frame it is drawn (/BBox, ISO 32000-2, 8.10.2); programs fit that into the box. One that
says it not, PDFium (the program inside Chromium) draws at its own size, over the whole page if it likes, though the box
be small or nowhere. A box that does not turn or grow with its page (NoRotate, NoZoom) lies elsewhere than it says.
"""

import math
from collections.abc import Iterator

from forms_service.signing.crossrefs import inflate
from forms_service.signing.form_view import FormView
from forms_service.signing.page_tree import sheets
from forms_service.signing.revisions import History
from forms_service.signing.syntax import Malformed, PdfDict, PdfValue, Ref, Stream

_KEEPS_ITS_WAY = 0b1_1000  # flags NoZoom and NoRotate of ISO 32000-2, table 167
_WAYS = ("/N", "/D", "/R")

Said = tuple[bool, str]
"""What is wrong (True), or cannot be told (False), in words."""


def frame_faults(history: History, forms: tuple[FormView, ...], first: int) -> Iterator[Said]:
    """Tell of what was drawn, or came to be shown, without a frame since the first signature."""
    for revision in range(first + 1, history.last + 1):
        if _touched(history, revision):
            names = {number: field.name for field in forms[revision].fields.values() for number in field.widgets}
            for sheet in sheets(history, revision):
                for item in history.array(sheet.dictionary.get("/Annots"), revision):
                    number = item.number if isinstance(item, Ref) else None
                    what = f"栏位「{names[number]}」" if number in names else "批注"
                    for sure, words in _judge(history, revision, item):
                        yield sure, f"第 {revision + 1} 次保存时，第 {sheet.place + 1} 页的{what}{words}。"


def is_blank(drawing: Stream) -> bool:
    """Say whether a drawing has nothing but blanks and comments in it. Raises Malformed for an odd packing."""
    return not any(line.strip() and not line.lstrip().startswith(b"%") for line in inflate(drawing).splitlines())


def _touched(history: History, revision: int) -> bool:
    """Say whether a revision wrote a drawing, or something that may show one."""
    written = (value for _, value in history.written(revision))
    return any(isinstance(v, Stream | tuple) or (isinstance(v, dict) and _may_show(v)) for v in written)


def _may_show(value: PdfDict) -> bool:
    return bool({"/AP", "/Rect", "/Annots", *_WAYS} & value.keys()) or any(isinstance(v, Ref) for v in value.values())


def _judge(history: History, revision: int, annotation: PdfValue) -> Iterator[Said]:
    written = history.revisions[revision].numbers
    found = history.dictionary(annotation, revision)
    drawings = tuple(_drawings(history, revision, found))
    way = {number for numbers, _ in drawings for number in numbers}
    if isinstance(annotation, Ref) and not ({annotation.number} | way) & written:
        return
    bare = [numbers[-1] for numbers, drawing in drawings if _is_loose(history, revision, drawing)]
    if bare:
        new = any(number in written for number in bare)
        yield new, "画的东西没有写明画在多大的框里（/BBox），有的程序会把它画满整页"
    flags = found.get("/F", 0)
    if isinstance(flags, int) and flags & _KEEPS_ITS_WAY and any(not _seems_blank(drawing) for _, drawing in drawings):
        yield False, "不随页面转动或缩放，会压到别的地方，请看一看"


def _drawings(history: History, revision: int, annotation: PdfDict) -> Iterator[tuple[tuple[int, ...], Stream]]:
    """Yield every drawing of an annotation, of all its states, with the objects that lead to it, its own last."""
    for way in _WAYS:
        outer = annotation.get("/AP")
        inner = history.dictionary(outer, revision).get(way)
        states = history.resolve(inner, revision)
        leaves = states.values() if isinstance(states, dict) else (inner,)
        for leaf in leaves:
            drawing = history.resolve(leaf, revision)
            if isinstance(drawing, Stream) and isinstance(leaf, Ref):
                yield tuple(one.number for one in (outer, inner, leaf) if isinstance(one, Ref)), drawing


def _is_loose(history: History, revision: int, drawing: Stream) -> bool:
    """Say whether a drawing is drawn in no frame, and draws something."""
    corners = [history.resolve(n, revision) for n in history.array(drawing.dictionary.get("/BBox"), revision)]
    framed = len(corners) == 4 and all(isinstance(n, int | float) and math.isfinite(n) for n in corners)
    return not framed and not _seems_blank(drawing)


def _seems_blank(drawing: Stream) -> bool:
    try:
        return is_blank(drawing)
    except Malformed:
        return False
