"""Filled over: what is filled or signed after others have signed may hide the page, or show beside its own box.

A letter's author can lay an empty box over the words that others sign; whoever fills it or signs in it last puts other
words there. And what is drawn in a box may show elsewhere: in a box that keeps upright while its page is turned, or
because a program (PDFium) draws letters that were pressed together at their full size, beyond every frame. So the page
is drawn before and after.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from forms_service.pdf.pdfium import Box, hidden, strays
from forms_service.signing.blanking import without_drawings
from forms_service.signing.crossrefs import inflate
from forms_service.signing.field_changes import changed_fields
from forms_service.signing.form_view import FormView
from forms_service.signing.frames import drawings_of, is_touched
from forms_service.signing.page_tree import Sheet, sheets
from forms_service.signing.rectangles import rectangle
from forms_service.signing.revisions import History, reached
from forms_service.signing.syntax import Malformed, PdfValue, Ref, Stream

_MOST_LOOKS = 60  # each draws a page up to five times
# Dots a point. Letters without a width PDFium draws in dots: they stand elsewhere the more a page is enlarged.
_ENLARGED = (0.25, 1.0, 2.0)
_BESIDE = "的栏位之外也变了样，请看一看。"
_LETTERS = re.compile(rb"(?<![A-Za-z])BT(?![A-Za-z])")


@dataclass(frozen=True, slots=True)
class _Look:
    """A page on which a save drew: the boxes of fields that it filled, by name, and all annotations that it drew.

    `stamps` are those among them that stand for signatures and have letters in them.
    """

    revision: int
    sheet: Sheet
    filled: tuple[tuple[str, Box], ...]
    drawn: tuple[int, ...]
    stamps: tuple[int, ...]


def covered_by_filling(history: History, forms: tuple[FormView, ...]) -> Iterator[str]:
    """Tell of what was filled or signed after the first of these and hides the page, or shows beside its box."""
    looks = list(islice(_looks(history, forms), _MOST_LOOKS + 1))
    for look in looks[:_MOST_LOOKS]:
        yield from _hides(history, look)
        yield from _strays(history, look)
    if len(looks) > _MOST_LOOKS:
        yield f"填写与签章超过 {_MOST_LOOKS} 处，没有逐一看过有没有盖住页面上原有的内容。"


def strayed_stamps(history: History, forms: tuple[FormView, ...]) -> Iterator[str]:
    """Tell of stamps with letters that show beside their boxes; our own stamps have none, and are not looked at."""
    for look in islice((look for look in _looks(history, forms) if look.stamps), _MOST_LOOKS):
        yield from _stamps_stray(history, look)


def _hides(history: History, look: _Look) -> Iterator[str]:
    if not look.filled:
        return
    told = hidden(*_files(history, look.revision), look.sheet.place, [box for _, box in look.filled])
    for name in dict.fromkeys(name for (name, _), hides in zip(look.filled, told, strict=True) if hides):
        yield f"栏位「{name}」填写或签章之后，盖住了第 {look.sheet.place + 1} 页上原有的内容，请看一看。"


def _strays(history: History, look: _Look) -> Iterator[str]:
    """Tell of what changed on a page outside all boxes, and of stamps that show in other boxes, too."""
    if look.drawn != look.stamps and strays(
        *_files(history, look.revision), look.sheet.place, _places(history, look, look.drawn)
    ):
        yield f"第 {look.revision + 1} 次保存之后，第 {look.sheet.place + 1} 页{_BESIDE}"
    yield from _stamps_stray(history, look)


def _stamps_stray(history: History, look: _Look) -> Iterator[str]:
    """Draw the page with stamps and without: outside their boxes nothing may differ."""
    if not look.stamps:
        return
    found = (history.dictionary(Ref(number, 0), look.revision) for number in look.stamps)
    drawings = {number for stamp in found for number, _ in drawings_of(history, look.revision, stamp)}
    bare, (_, whole) = without_drawings(history, look.revision, drawings), _files(history, look.revision)
    boxes = _places(history, look, look.stamps)
    if any(strays(bare, whole, look.sheet.place, boxes, dots) for dots in _ENLARGED):
        yield f"第 {look.revision + 1} 次保存所签的章，在第 {look.sheet.place + 1} 页{_BESIDE}"


def _places(history: History, look: _Look, annotations: tuple[int, ...]) -> list[Box]:
    found = (rectangle(history, history.dictionary(Ref(n, 0), look.revision), look.revision) for n in annotations)
    return [box for box in found if box is not None]


def _files(history: History, revision: int) -> tuple[bytes, bytes]:
    before, after = (history.data[: history.revisions[one].end] for one in (revision - 1, revision))
    return before, after


def _looks(history: History, forms: tuple[FormView, ...]) -> Iterator[_Look]:
    """Give each page on which a save after the first of these revisions drew anything."""
    for before, after in pairwise(forms):
        revision = after.revision
        signed = {n for field in after.fields.values() if field.is_signature for n in field.widgets}
        names = [name for name in changed_fields(before, after) if name in before.fields]
        for sheet in sheets(history, revision):
            listed = set(sheet.annotations)
            drawn = tuple(number for number in sorted(listed) if is_touched(history, revision, Ref(number, 0)))
            if drawn:
                filled = tuple((name, box) for name in names for box in _boxes(history, after, listed, name))
                stamps = tuple(n for n in drawn if n in signed and _writes(history, revision, n))
                yield _Look(revision, sheet, filled, drawn, stamps)


def _boxes(history: History, form: FormView, listed: set[int], name: str) -> Iterator[Box]:
    """Give the boxes of a field on a page that draw something."""
    field = form.fields.get(name)
    for number in sorted(set(field.widgets) & listed) if field else ():
        widget = history.dictionary(Ref(number, 0), form.revision)
        box = rectangle(history, widget, form.revision)
        if box is not None and "/AP" in widget:
            yield box


def _writes(history: History, revision: int, annotation: int) -> bool:
    """Say whether an annotation's drawings have letters in them, or what may be such."""
    look: PdfValue = history.dictionary(Ref(annotation, 0), revision).get("/AP")
    found = (history.value(number, revision) for number in reached(history, revision, look))
    return any(_has_letters(value) for value in found if isinstance(value, Stream))


def _has_letters(drawing: Stream) -> bool:
    try:
        return _LETTERS.search(inflate(drawing)) is not None
    except Malformed:
        return True
