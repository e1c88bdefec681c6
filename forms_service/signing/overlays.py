"""Overlays: what a later save laid on a page, and whether it lies over anything.

A signature box that comes after others have signed, or an annotation that a certification allows, must not hide what
earlier signers saw. A box that nobody signed is a picture on the page that no signature speaks for; one that lies over
a field puts other words in the place of what was signed. In a document of ours only the box of a timestamp comes later;
whoever gets a timestamp could draw in it, so it has no size. In files that are not ours PDFium draws the page as it was
before; what came is held against it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from forms_service.pdf.pdfium import Box, Lying, lie_under
from forms_service.signing.comparison import Comparison
from forms_service.signing.form_view import FieldView, FormView
from forms_service.signing.frames import is_blank
from forms_service.signing.page_tree import Sheet, sheets
from forms_service.signing.rectangles import overlap, rectangle
from forms_service.signing.revisions import History
from forms_service.signing.signatures import SignatureFound
from forms_service.signing.syntax import PdfDict, PdfValue, Ref, Stream, same

_NEW_WORDS = frozenset({"/FreeText", "/Redact", "/Watermark"})  # these read like the page's own content
_DRAWN_BY_THE_READER = frozenset({"/Popup", "/Link", "/Text"})


@dataclass(frozen=True, slots=True)
class _Laid:
    """An annotation that a revision laid on a page, or changed there; `number` is None for no object of its own.

    `name` is that of the field whose box it is. A field's own changes are held to its value, not here.
    """

    revision: int
    sheet: Sheet
    number: int | None
    dictionary: PdfDict
    is_new: bool
    box: Box
    name: str | None

    @property
    def key(self) -> tuple[int, int]:
        """The revision and the place of the page."""
        return self.revision, self.sheet.place


def overlay_faults(
    history: History, forms: tuple[FormView, ...], found: tuple[SignatureFound, ...], first: int
) -> tuple[tuple[bool, str], ...]:
    """Tell what lies over something (True) and what merely came where it may (False), each in words.

    `first` is the revision that the first signature signs.
    """
    laid = tuple(_laid(history, forms, first))
    under = _look_under(history, tuple(one for one in laid if one.name is None or "/AP" in one.dictionary))
    return tuple(
        told for one in laid for told in _judge(history, forms, found, one, under.get(one.key, {}).get(one.box, ""))
    )


def _owner(form: FormView, number: int | None) -> str | None:
    """Name the field whose box an object is, None for an annotation."""
    owners = (field.name for field in form.fields.values() if number in (field.number, *field.widgets))
    return None if number is None else next(owners, None)


def _look_under(history: History, laid: tuple[_Laid, ...]) -> dict[tuple[int, int], dict[Box, Lying]]:
    """Look what the pages had, before each save, where it laid something: once a page, whatever was laid there."""
    boxes: dict[tuple[int, int], list[Box]] = {}
    for one in laid:
        boxes.setdefault(one.key, []).append(one.box)
    found: dict[tuple[int, int], dict[Box, Lying]] = {}
    for (revision, place), there in boxes.items():
        before = history.data[: history.revisions[revision - 1].end]
        found[revision, place] = dict(zip(there, lie_under(before, place, there), strict=True))
    return found


def _laid(history: History, forms: tuple[FormView, ...], first: int) -> Iterator[_Laid]:
    for before, after in pairwise(range(first, history.last + 1)):
        if not _touched(history, after):
            continue
        were = sheets(history, before)
        for sheet in sheets(history, after):
            old = _listed(history, were[sheet.place], before) if sheet.place < len(were) else ()
            yield from _laid_on(history, sheet, old, forms[after])


def _listed(history: History, sheet: Sheet, revision: int) -> tuple[PdfValue, ...]:
    return history.array(sheet.dictionary.get("/Annots"), revision)


def _laid_on(history: History, sheet: Sheet, old: tuple[PdfValue, ...], form: FormView) -> Iterator[_Laid]:
    """Yield what came to a page or changed on it, what is written into its list itself included."""
    after = form.revision
    refs, direct = {item for item in old if isinstance(item, Ref)}, [item for item in old if isinstance(item, dict)]
    for item in _listed(history, sheet, after):
        dictionary = history.dictionary(item, after)
        if isinstance(item, Ref):
            is_new, was = item not in refs, history.dictionary(item, after - 1)
        else:
            is_new, was = not any(same(item, one) for one in direct), dictionary
        box = rectangle(history, dictionary, after)
        if box is not None and (is_new or not same(was, dictionary)):
            number = item.number if isinstance(item, Ref) else None
            name = _owner(form, number)
            if is_new or name is None:
                yield _Laid(after, sheet, number, dictionary, is_new, box, name)


def _touched(history: History, revision: int) -> bool:
    """Say whether a revision wrote an annotation or a list of them."""
    written = (value for _, value in history.written(revision))
    return any(isinstance(v, tuple) or (isinstance(v, dict) and ("/Rect" in v or "/Annots" in v)) for v in written)


def _judge(
    history: History, forms: tuple[FormView, ...], found: tuple[SignatureFound, ...], laid: _Laid, under: Lying
) -> Iterator[tuple[bool, str]]:
    name = laid.name
    words = f"第 {laid.revision + 1} 次保存在第 {laid.sheet.place + 1} 页加上或改了{_what(name)}"
    if name is None:
        yield laid.dictionary.get("/Subtype") in _NEW_WORDS, f"{words}；签章允许加批注，请看一看。"
        if laid.dictionary.get("/Subtype") in _DRAWN_BY_THE_READER and "/AP" not in laid.dictionary:
            return
    if name is not None and "/AP" not in laid.dictionary:
        return
    covered = _covered(history, forms[laid.revision - 1], laid, name)
    if covered is not None:
        yield not (covered.is_signature and name is not None), f"{words}，盖住了「{covered.name}」。"
    if under == "text" or (under == "ink" and name is None and laid.is_new):
        yield True, f"{words}，盖住了页面上原有的内容。"
    elif under and name is not None:
        yield False, f"{words}，下面有线条或图，请看一看有没有遮住什么。"
    elif name is not None and _certified(found, laid.revision):
        yield False, f"{words}；签发时没有这一栏，请看一看。"


def _what(name: str | None) -> str:
    return f"签章栏「{name}」" if name is not None else "批注"


def _certified(found: tuple[SignatureFound, ...], revision: int) -> bool:
    return any(one.revision < revision and one.transform("/DocMDP") is not None for one in found)


def _covered(history: History, form: FormView, laid: _Laid, name: str | None) -> FieldView | None:
    """Find another field that was there before and now lies under it, one that can be filled first."""
    found: FieldView | None = None
    before, listed = laid.revision - 1, set(laid.sheet.annotations) - {laid.number}
    for field in form.fields.values():
        for number in field.widgets:
            if field.name != name and number in listed:
                box = rectangle(history, history.dictionary(Ref(number, 0), before), before)
                if box is not None and overlap(box, laid.box) and (found is None or found.is_signature):
                    found = field
    return found


def box_fault(pair: Comparison, box: FieldView) -> str | None:
    """Say what is wrong with a new signature box, None when nothing is. Raises Malformed.

    On a document of ours nothing may come but a timestamp, which is seen nowhere (ISO 32000-2, 12.8.5).
    """
    for mine in _widgets(pair, box):
        if not pair.allowance.foreign and not _is_nowhere(pair, mine):
            return "是后加的，却在页面上占了地方"
        if (box.value is None or not pair.allowance.foreign) and _draws(pair, mine):
            return "是后加的，却画了东西" if box.value is not None else "是没有签的签章栏，却画了东西"
        for field in pair.before.fields.values():
            if not field.is_signature and any(_lie_together(pair, mine, other) for other in _widgets(pair, field)):
                return f"盖在栏位「{field.name}」上面"
    return None


def _is_nowhere(pair: Comparison, widget: PdfDict) -> bool:
    """Say whether a box has no size: in our documents only a timestamp's box may come, and there is nothing to see."""
    corners = pair.history.array(widget.get("/Rect"), pair.after.revision)
    sides = [pair.history.resolve(side, pair.after.revision) for side in corners]
    return len(sides) == 4 and (same(sides[0], sides[2]) or same(sides[1], sides[3]))


def _widgets(pair: Comparison, field: FieldView) -> Iterator[PdfDict]:
    numbers = field.widgets or (() if field.number is None else (field.number,))
    for number in numbers:
        value = pair.history.value(number, pair.after.revision)
        if isinstance(value, dict):
            yield value


def _draws(pair: Comparison, widget: PdfDict) -> bool:
    """Say whether a box has an appearance with anything but blanks and comments in it, whatever its size.

    Even what is drawn in no room at all, some programs show.
    """
    drawn = pair.history.dictionary(widget.get("/AP"), pair.after.revision)
    normal = pair.history.resolve(drawn.get("/N"), pair.after.revision)
    if not isinstance(normal, Stream):
        return normal is not None
    return not is_blank(normal)


def _lie_together(pair: Comparison, one: PdfDict, other: PdfDict) -> bool:
    """Say whether two boxes lie over each other; a box that does not name its page lies on every one."""
    pages = {page for page in (one.get("/P"), other.get("/P")) if page is not None}
    a, b = (rectangle(pair.history, box, pair.after.revision) for box in (one, other))
    return len(pages) < 2 and a is not None and b is not None and overlap(a, b)
