"""Coverings: whether something that lies on a page hides the page's own words (the shadow attacks hide and replace).

What was there before anybody signed is told: its author may have prepared to take it off. What comes to hide words, or
ceases to, after somebody signed is refused, though it be a field that may be filled. PDFium looks.
"""

from collections.abc import Iterator
from itertools import pairwise

from forms_service.pdf.pdfium import Face, buried_words
from forms_service.signing.field_changes import changed_fields
from forms_service.signing.form_view import FormView
from forms_service.signing.looking import Looker
from forms_service.signing.moments import INVISIBLE, Moment, Widget
from forms_service.signing.page_tree import count_pages
from forms_service.signing.revisions import History
from forms_service.signing.syntax import Malformed, Ref

_FEWEST_LETTERS = 2  # a stray dot or bracket beneath a box says nothing
_DARK = 64  # greys darker than the paper: a letter's dots
_BLACK, _WHITE = 80, 200  # far enough apart for a page that PDFium draws a hair's breadth aside
_STILL_SEEN = 0.25  # of a letter's darkness
_MAY_GO = 0.02  # of its dots: words painted over with others in the same place differ in a digit only
_MAY_HAVE_GONE = 0.3  # before anybody signed: a line through words, or a marker that is not quite clear, hides none
_MOST_DOTS = 50_000
_MOST_SEARCHED = 30

Said = tuple[bool, str]


def covering_faults(history: History, forms: tuple[FormView, ...], first: int) -> Iterator[Said]:
    """Tell what hides words of the page: since the first signature (True), or from before it (False)."""
    looker, moments = Looker(), [Moment(history, form) for form in forms[first:]]
    yield from _prepared(looker, moments[0])
    yield from _buried(history, first)
    for before, after in pairwise(moments):
        for name in changed_fields(before.form, after.form):
            old, new = before.form.fields.get(name), after.form.fields.get(name)
            if old is not None and new is not None and not new.is_signature:
                for was, now in zip(before.widgets(old), after.widgets(new), strict=False):
                    yield from _compare(looker, before, was, after, now, name)


def _prepared(looker: Looker, moment: Moment) -> Iterator[Said]:
    """Tell what hid words before anybody signed. What the first signer's own box covers, the signer saw."""
    fields = {number: field for field in moment.form.fields.values() for number in (*field.widgets, field.number)}
    for sheet in moment.sheets:
        for number in sheet.annotations:
            field = fields.get(number)
            box = moment.history.dictionary(Ref(number, 0), moment.revision)
            flags = box.get("/F", 0)
            hidden = isinstance(flags, int) and flags & INVISIBLE
            if hidden or moment.drawing(box) is None or (field is not None and field.is_signature):
                continue
            words = _hidden_words(looker, moment, moment.lying(number, box), _MAY_HAVE_GONE)
            if words:
                what = f"栏位「{field.name}」" if field is not None else "批注"
                yield False, f"第一个签章之前，第 {sheet.place + 1} 页的{what}就盖住了页面上的字「{words}」，请看一看。"


def _compare(looker: Looker, before: Moment, was: Widget, after: Moment, now: Widget, name: str) -> Iterator[Said]:
    if was.drawing == now.drawing:
        return
    hid, hides = _hidden_words(looker, before, was), _hidden_words(looker, after, now)
    if bool(hid) != bool(hides):
        done = f"盖住了页面上的字「{hides}」" if hides else f"不再盖住页面上的字「{hid}」"
        yield True, f"第 {after.revision + 1} 次保存时，栏位「{name}」换了样子，{done}。"


def _hidden_words(looker: Looker, moment: Moment, widget: Widget, may_go: float = _MAY_GO) -> str:
    """Give the words of the page that a box hides, "" for none or where nobody can look."""
    if widget.page is None or widget.place is None or widget.drawing is None:
        return ""
    paper = looker.paper(moment, widget)
    if paper is None or sum(char.isalnum() for char in paper.text) < _FEWEST_LETTERS:
        return ""
    face = looker.face(moment, widget)
    return "" if face is None or _shows_through(paper, face, may_go) else " ".join(paper.text.split())[:40]


def _shows_through(paper: Face, face: Face, may_go: float) -> bool:
    """Say whether the dark dots of a paper are dark still, and can be told from the rest of it."""
    if not paper.dots or len(paper.dots) != len(face.dots):
        return True
    step = len(paper.dots) // _MOST_DOTS + 1
    before, after = paper.dots[::step], face.dots[::step]
    ground = max(set(before), key=before.count)
    letters = [place for place, grey in enumerate(before) if ground - grey > _DARK]
    around = [place for place, grey in enumerate(before) if abs(ground - grey) < _DARK / 4]
    if not letters or not around:
        return True
    gone = sum(before[place] <= _BLACK and after[place] >= _WHITE for place in letters)
    was, now = (_mean(dots, around) - _mean(dots, letters) for dots in (before, after))
    return gone <= may_go * len(letters) and now >= _STILL_SEEN * was


def _mean(dots: bytes, places: list[int]) -> float:
    return sum(dots[place] for place in places) / len(places)


def _buried(history: History, first: int) -> Iterator[Said]:
    """Tell of words that the page itself draws and then covers with a picture or a block."""
    if count_pages(history, first) > _MOST_SEARCHED:
        return
    try:
        found = buried_words(history.data[: history.revisions[first].end])
    except ValueError as error:
        raise Malformed("PDFium 打不开签章时的版本", check=10) from error
    for page, words in found:
        yield False, f"第 {page + 1} 页上的字「{words[:40]}」画好以后，又被图或色块盖住，请看一看。"
