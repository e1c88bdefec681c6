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
from forms_service.signing.revisions import History, refs_in
from forms_service.signing.syntax import Malformed, PdfDict, PdfValue, Ref, Stream

_KEEPS_ITS_WAY = 0b1_1000  # flags NoZoom and NoRotate of ISO 32000-2, table 167
_WAYS = ("/N", "/D", "/R")

Said = tuple[bool, str]
"""What is wrong (True), or cannot be told (False), in words."""


def frame_faults(history: History, forms: tuple[FormView, ...]) -> Iterator[Said]:
    """Tell of what was drawn, or came to be shown, without a frame in any revision after the first of these."""
    for form in forms[1:]:
        revision = form.revision
        for sheet in sheets(history, revision) if _touched(history, revision) else ():
            for item in history.array(sheet.dictionary.get("/Annots"), revision):
                for sure, words in _judge(history, revision, item):
                    what = _name(form, item)
                    yield sure, f"第 {revision + 1} 次保存时，第 {sheet.place + 1} 页的{what}{words}。"


def is_touched(history: History, revision: int, annotation: PdfValue) -> bool:
    """Say whether a revision wrote an annotation that draws something, or one of its drawings."""
    written, look = history.revisions[revision].numbers, history.dictionary(annotation, revision).get("/AP")
    own = not isinstance(annotation, Ref) or annotation.number in written
    return look is not None and (own or not way_of(history, revision, look).isdisjoint(written))


def way_of(history: History, revision: int, look: PdfValue) -> set[int]:
    """Number the objects that lead from an annotation to its drawings: its looks, the states of each, the drawings."""
    found = set(refs_in(look))
    for _ in range(2):
        inner = [value for number in found if isinstance(value := history.value(number, revision), dict)]
        found.update(number for value in inner for number in refs_in(value))
    return found


def drawings_of(history: History, revision: int, annotation: PdfDict) -> Iterator[tuple[int, Stream]]:
    """Yield every drawing of an annotation, of all its states, with its object's number."""
    looks = history.dictionary(annotation.get("/AP"), revision)
    for way in _WAYS:
        states = history.resolve(looks.get(way), revision)
        for leaf in states.values() if isinstance(states, dict) else (looks.get(way),):
            drawing = history.resolve(leaf, revision)
            if isinstance(drawing, Stream) and isinstance(leaf, Ref):
                yield leaf.number, drawing


def is_blank(drawing: Stream) -> bool:
    """Say whether a drawing has nothing but blanks and comments in it. Raises Malformed for an odd packing."""
    return not any(line.strip() and not line.lstrip().startswith(b"%") for line in inflate(drawing).splitlines())


def _touched(history: History, revision: int) -> bool:
    """Say whether a revision wrote a drawing, or something that may show one."""
    written = (value for _, value in history.written(revision))
    return any(isinstance(v, Stream | tuple) or (isinstance(v, dict) and _may_show(v)) for v in written)


def _may_show(value: PdfDict) -> bool:
    return bool({"/AP", "/Rect", "/Annots", *_WAYS} & value.keys()) or any(isinstance(v, Ref) for v in value.values())


def _name(form: FormView, annotation: PdfValue) -> str:
    number = annotation.number if isinstance(annotation, Ref) else None
    owners = (field.name for field in form.fields.values() if number in field.widgets)
    name = next(owners, None)
    return "批注" if name is None else f"栏位「{name}」"


def _judge(history: History, revision: int, annotation: PdfValue) -> Iterator[Said]:
    if not is_touched(history, revision, annotation):
        return
    written, found = history.revisions[revision].numbers, history.dictionary(annotation, revision)
    drawings = tuple(drawings_of(history, revision, found))
    bare = [number for number, drawing in drawings if _is_loose(history, revision, drawing)]
    if bare:
        new = any(number in written for number in bare)
        yield new, "画的东西没有写明画在多大的框里（/BBox），有的程序会把它画满整页"
    flags = found.get("/F", 0)
    if isinstance(flags, int) and flags & _KEEPS_ITS_WAY and any(not _seems_blank(drawing) for _, drawing in drawings):
        yield False, "不随页面转动或缩放，会压到别的地方，请看一看"


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
