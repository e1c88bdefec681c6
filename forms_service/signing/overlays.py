"""Overlays in files that are not ours: what a later save laid on a page, and whether it lies over anything.

A signature box, or an annotation that a certification allows, must not hide what earlier signers saw. PDFium draws the
page as it was before; what came is held against it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from forms_service.pdf.pdfium import Box, lies_under
from forms_service.signing.evidence import Evidence
from forms_service.signing.form_view import FieldView
from forms_service.signing.page_tree import Sheet, sheets
from forms_service.signing.rectangles import overlap, rectangle
from forms_service.signing.syntax import PdfDict, Ref, same

_NEW_WORDS = frozenset({"/FreeText", "/Redact", "/Watermark"})  # these read like the page's own content
_DRAWN_BY_THE_READER = frozenset({"/Popup", "/Link", "/Text"})


@dataclass(frozen=True, slots=True)
class _Laid:
    """An annotation that a revision laid on a page, or changed there."""

    revision: int
    sheet: Sheet
    number: int
    dictionary: PdfDict
    is_new: bool
    box: Box


def overlay_faults(evidence: Evidence) -> tuple[tuple[bool, str], ...]:
    """Tell what lies over something (True) and what merely came where it may (False), each in words."""
    first = evidence.certified
    if first is None or first == evidence.history.last:
        return ()
    return tuple(found for laid in _laid(evidence, first) for found in _judge(evidence, laid))


def _laid(evidence: Evidence, first: int) -> Iterator[_Laid]:
    history = evidence.history
    for before, after in pairwise(range(first, history.last + 1)):
        if not _touched(evidence, after):
            continue
        were = sheets(history, before)
        for sheet in sheets(history, after):
            old = frozenset(were[sheet.place].annotations) if sheet.place < len(were) else frozenset()
            for number in dict.fromkeys(sheet.annotations):
                dictionary = history.dictionary(Ref(number, 0), after)
                box = rectangle(history, dictionary, after)
                changed = number not in old or not same(history.dictionary(Ref(number, 0), before), dictionary)
                if changed and box is not None:
                    yield _Laid(after, sheet, number, dictionary, number not in old, box)


def _touched(evidence: Evidence, revision: int) -> bool:
    """Say whether a revision wrote an annotation or a list of them."""
    written = (value for _, value in evidence.history.written(revision))
    return any(isinstance(v, tuple) or (isinstance(v, dict) and ("/Rect" in v or "/Annots" in v)) for v in written)


def _judge(evidence: Evidence, laid: _Laid) -> Iterator[tuple[bool, str]]:
    form = evidence.forms[laid.revision]
    name = next((f.name for f in form.fields.values() if laid.number in (f.number, *f.widgets)), None)
    if name is not None and not laid.is_new:
        return  # a field's own changes are held to its value
    words = f"第 {laid.revision + 1} 次保存在第 {laid.sheet.place + 1} 页加上或改了{_what(name)}"
    if name is None:
        yield laid.dictionary.get("/Subtype") in _NEW_WORDS, f"{words}；签章允许加批注，请看一看。"
        if laid.dictionary.get("/Subtype") in _DRAWN_BY_THE_READER and "/AP" not in laid.dictionary:
            return
    if name is not None and "/AP" not in laid.dictionary:
        return
    covered = _covered(evidence, laid, name)
    if covered is not None:
        yield not (covered.is_signature and name is not None), f"{words}，盖住了「{covered.name}」。"
    before = evidence.history.data[: evidence.history.revisions[laid.revision - 1].end]
    under = lies_under(before, laid.sheet.place, laid.box)
    if under == "text" or (under == "ink" and name is None and laid.is_new):
        yield True, f"{words}，盖住了页面上原有的内容。"
    elif under and name is not None:
        yield False, f"{words}，下面有线条或图，请看一看有没有遮住什么。"
    elif name is not None and _certified(evidence, laid.revision):
        yield False, f"{words}；签发时没有这一栏，请看一看。"


def _what(name: str | None) -> str:
    return f"签章栏「{name}」" if name is not None else "批注"


def _certified(evidence: Evidence, revision: int) -> bool:
    return any(found.revision < revision and found.transform("/DocMDP") is not None for found in evidence.found)


def _covered(evidence: Evidence, laid: _Laid, name: str | None) -> FieldView | None:
    """Find another field that was there before and now lies under it, one that can be filled first."""
    found: FieldView | None = None
    history, before = evidence.history, laid.revision - 1
    for field in evidence.forms[before].fields.values():
        for number in field.widgets:
            if field.name != name and number in laid.sheet.annotations and number != laid.number:
                box = rectangle(history, history.dictionary(Ref(number, 0), before), before)
                if box is not None and overlap(box, laid.box) and (found is None or found.is_signature):
                    found = field
    return found
