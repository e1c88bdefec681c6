"""Check 9 for files that are not ours: a field that changed after a signature shows what it stores, and the reverse.

Programs draw in their own ways, so nothing is drawn anew here. A drawing of the common kind is read stroke by stroke;
any other PDFium draws, and it is left to a person even if the words are right. What nobody can see is refused.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from forms_service.signing.evidence import Evidence
from forms_service.signing.finding import Finding, judge
from forms_service.signing.foreign_buttons import compare_button, is_push_button, state_fault
from forms_service.signing.form_view import FieldView, decode_text, read_text
from forms_service.signing.frames import way_of
from forms_service.signing.looking import Looker, lost_on, stands_out
from forms_service.signing.moments import PRINTS, Moment, Widget
from forms_service.signing.revisions import refs_in
from forms_service.signing.scenes import Drawn
from forms_service.signing.syntax import PdfValue, Stream, same

Said = tuple[bool, str]
"""What is wrong (True) or cannot be told (False) of a field, in words that follow its name."""

_PASSWORD = 1 << 13
_COMBO = 1 << 17
_STARS = frozenset("*●•∗")
_MOST_READ = 3000
_TAG = re.compile(r"<[^<>]*>")


def check_foreign_showing(evidence: Evidence) -> Finding:
    """Hold every field that changed after the first signature to what it stores; tell of those that never showed it."""
    if evidence.certified is None:
        return judge(())
    looker = Looker()
    found = (*_look(looker, evidence, evidence.certified), *_look_back(looker, evidence, evidence.certified))
    return judge((words for sure, words in found if sure), doubts=(words for sure, words in found if not sure))


def _look(looker: Looker, evidence: Evidence, first: int) -> Iterator[Said]:
    """Look at each field that changed, revision by revision."""
    moments = [Moment(evidence.history, form) for form in evidence.forms[first:]]
    signed = max(signature.revision for signature in evidence.found)
    for before, after in pairwise(moments):
        for name, field in after.form.fields.items():
            old = before.form.fields.get(name)
            if old is not None and not field.is_signature and _may_differ(before, old, after, field):
                for sure, words in _compare(looker, before, old, after, field, covered=after.revision <= signed):
                    yield sure, f"栏位「{name}」{words}。"


def _look_back(looker: Looker, evidence: Evidence, first: int) -> Iterator[Said]:
    """Look at the fields as the first signer saw them: one that shows other than it stores may be meant to mislead."""
    moment = Moment(evidence.history, evidence.forms[first])
    fields = [field for field in moment.form.fields.values() if not field.is_signature]
    for field in fields[:_MOST_READ]:
        if "/AA" not in field.dictionary and (words := _prepared(looker, moment, field)):
            yield False, f"栏位「{field.name}」在第一个签章之前就{words}，请看一看。"
    if len(fields) > _MOST_READ or looker.reader.is_tired:
        yield False, "栏位太多，没有逐一看签章之前画出来的样子。"


def _may_differ(before: Moment, old: FieldView, after: Moment, new: FieldView) -> bool:
    """Say whether a save wrote anything of a field: its own objects, its value, what draws it."""
    kept = old is new or same(old.dictionary, new.dictionary)
    if not kept or not same(_settled(before, old), _settled(after, new)):
        return True
    history, revision = after.history, after.revision
    led = {number for box in after.boxes(new) for number in way_of(history, revision, box.get("/AP"))}
    led.update((*new.widgets, *refs_in(new.dictionary.get("/RV"))))
    return not led.isdisjoint(history.revisions[revision].numbers)


def _compare(
    looker: Looker, before: Moment, old: FieldView, after: Moment, new: FieldView, *, covered: bool
) -> Iterator[Said]:
    was, now = (read_text(f, m.history, m.revision) for f, m in ((old, before), (new, after)))
    stored = was != now or not same(_settled(before, old), _settled(after, new))
    drawn, drawings = before.drawings(old), after.drawings(new)
    shown = drawn != drawings
    yield from _compare_other_looks(before, old, after, new)
    if new.dictionary.get("/FT") == "/Btn":
        yield from compare_button(looker, before, old, after, new, stored=stored, shown=shown)
        return
    yield from _compare_rich(old, after, new)
    yield from _compare_chosen(old, after, new)
    if len(drawings) < len(drawn) and not stored:
        yield True, f"存的是「{now}」，没有改过，画出来的样子却不见了"
    elif stored and not drawings:
        yield False, f"存的是「{now}」，没有画出来，各种程序会各画各的"
    elif stored and not shown:
        yield True, "存的内容改了，画出来的样子却没有跟着改"
    elif shown and not stored and not covered:
        yield True, "存的内容没有改，最后的签章之后画出来的样子却换过"
    elif shown:
        before_that = frozenset() if stored else frozenset(_words_drawn(looker, before, old))
        yield from _compare_drawn(looker, after, new, before_that)


def _compare_other_looks(before: Moment, old: FieldView, after: Moment, new: FieldView) -> Iterator[Said]:
    """Tell of a box that looks otherwise than it did beneath the pointer or while it is pressed."""
    for was, now in zip(before.boxes(old), after.boxes(new), strict=False):
        if not same(dict(before.other_looks(was)), dict(after.other_looks(now))):
            yield False, "另画了鼠标移上去或按下去时的样子，请看一看"


def _settled(moment: Moment, field: FieldView) -> PdfValue:
    value = moment.history.resolve(field.value, moment.revision)
    return value.raw if isinstance(value, Stream) else value


def _compare_rich(old: FieldView, after: Moment, new: FieldView) -> Iterator[Said]:
    """Hold a field's rich text (ISO 32000-2, 12.7.4.4) to its plain one; some programs draw the field anew from it."""
    rich = after.history.resolve(new.dictionary.get("/RV"), after.revision)
    text = decode_text(rich.raw if isinstance(rich, Stream) else rich) if isinstance(rich, bytes | Stream) else ""
    words = _squeeze(html.unescape(_TAG.sub("", text)))
    if not words or words in {_squeeze(value) for value in _values(after, new)}:
        return
    changed = not same(old.dictionary.get("/RV"), new.dictionary.get("/RV"))
    if changed or not same(old.value, new.value):
        yield changed, f"存的文字与存的带格式文字（/RV）不同：「{words}」"


def _compare_chosen(old: FieldView, after: Moment, new: FieldView) -> Iterator[Said]:
    """Hold the places that a list gives as chosen (/I) to what it stores; some programs go by the places."""
    places = after.history.array(new.dictionary.get("/I"), after.revision)
    unmoved = same(old.dictionary.get("/I"), new.dictionary.get("/I"))
    if not places or unmoved or new.dictionary.get("/FT") != "/Ch":
        return
    options = [{code, words} for code, words in _options(after, new)]
    value = after.history.resolve(new.value, after.revision)
    stored = [decode_text(one) for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, bytes)]
    named = [options[place] if isinstance(place, int) and 0 <= place < len(options) else set() for place in places]
    if len(named) != len(stored) or not all(value in names for value, names in zip(stored, named, strict=True)):
        said = "、".join(min(names, default="没有的一项") for names in named)
        yield True, f"存的是「{'、'.join(stored)}」，选中的序号（/I）指的却是「{said}」"


def _compare_drawn(looker: Looker, after: Moment, new: FieldView, before_that: frozenset[str]) -> Iterator[Said]:
    """Hold each box of a field that is drawn anew to its value, or to what it showed before if only that changed."""
    wanted = {_squeeze(text) for text in _values(after, new)}
    widgets = after.widgets(new)
    unseen = [reason for widget in widgets if (reason := after.unseen(widget))]
    if any(wanted) and len(unseen) == len(widgets):
        yield True, f"存的是「{min(wanted)}」，却没有人看得见：{unseen[0]}"
        return
    if any(wanted) and unseen:
        yield False, f"有几格，其中有看不见的：{unseen[0]}"
    for widget in widgets:
        if not after.unseen(widget):
            yield from _judge_drawing(looker, after, new, widget, wanted | before_that)


def _judge_drawing(
    looker: Looker, moment: Moment, field: FieldView, widget: Widget, wanted: set[str]
) -> Iterator[Said]:
    if moment.has_states(widget):
        yield True, "画了几种样子，各种程序选的不一样"
        return
    if widget.drawing is None:
        yield from [(False, "有一格没有画出来")] if any(wanted) else []
        return
    drawn = looker.reader.read(moment.history, widget.drawing, moment.revision)
    words, odd = _squeeze(drawn.words), drawn.odd or _odd_place(moment, widget)
    says = _says(field, words, wanted, moment)
    if drawn.hidden and not says and not drawn.is_lost:
        yield True, f"存的是「{min(wanted)}」，画出来却看不见：{drawn.hidden}"
    elif odd:
        yield from _judge_face(looker, moment, field, widget, wanted, odd)
    elif not says:
        yield "/AA" not in field.dictionary, _differing(field, wanted, words)
    else:
        yield from _judge_seen(looker, moment, field, widget, drawn, words)


def _says(field: FieldView, words: str, wanted: set[str], moment: Moment) -> bool:
    """Say whether what is drawn is what should be: the value, stars for a secret, the choices of a list."""
    if _flags(field) & _PASSWORD:
        return set(words) <= _STARS
    return words in wanted or (_is_list(field) and _shows_options(moment, field, words))


def _judge_seen(
    looker: Looker, moment: Moment, field: FieldView, widget: Widget, drawn: Drawn, words: str
) -> Iterator[Said]:
    """Doubt what says the right words by common strokes, and still may not be what a reader sees."""
    if drawn.hidden and words:
        yield False, f"除了看得见的字，还写了看不见的：{drawn.hidden}"
    if words and not widget.flags & PRINTS:
        yield False, "屏幕上看得见，打印时不会印出来"
    if _is_list(field) and words not in {_squeeze(text) for text in _values(moment, field)}:
        yield False, "是列表，选的是哪一项请对着画面看一看"
    for ink in dict.fromkeys(drawn.on_paper):
        paper = looker.paper(moment, widget)
        lost, pale = lost_on(paper, ink) if paper else (False, True)
        if lost or pale:
            yield lost, "字的颜色与页面的底色分不出来" if lost else "字与下面页面上的颜色不容易分清，请看一看"


def _judge_face(
    looker: Looker, moment: Moment, field: FieldView, widget: Widget, wanted: set[str], odd: str
) -> Iterator[Said]:
    """Let PDFium look at a drawing of another kind. Right words alone do not settle what a reader sees."""
    face, paper = looker.face(moment, widget), looker.paper(moment, widget)
    if face is None or paper is None:
        yield False, f"{odd}；要看的页面太多，请对着画面看一看"
        return
    words = _squeeze(face.text)
    if any(wanted) and not stands_out(face):
        yield True, f"存的是「{min(wanted)}」，画面上却什么也看不出来"
    elif _says(field, words, wanted, moment):
        yield from [(False, f"{odd}，请对着画面看一看")] if words or stands_out(face) else []
    elif words and any(text.startswith(words) for text in wanted):
        yield False, f"只看得见开头的「{words}」（{odd}），请对着画面看一看"
    elif not words or paper.text.strip():
        yield False, f"画出来的字读不出来（{odd}），请对着画面看一看"
    else:
        yield "/AA" not in field.dictionary, _differing(field, wanted, words)


def _odd_place(moment: Moment, widget: Widget) -> str:
    """Say why a drawing may not be seen as it is drawn, "" when there is no reason."""
    if {"/OC"} & widget.dictionary.keys():
        return "放在可以关掉的图层里"
    if not moment.is_framed(widget):
        return "画的框与栏位的框不一样大，或转过"
    if moment.elsewhere(widget):
        return "列在别的页上，或不止一页列着它"
    if moment.is_cut(widget):
        return "有一部分在页面之外"
    return "上面或下面压着别的东西" if moment.crowded(widget) else ""


def _differing(field: FieldView, wanted: set[str], words: str) -> str:
    if "/AA" in field.dictionary:
        return f"存的是「{min(wanted)}」，画出来的是「{words}」，由表单自带的格式决定"
    return f"存的是「{min(wanted)}」，画出来的却是「{words}」"


def _prepared(looker: Looker, moment: Moment, field: FieldView) -> str:
    """Say how a field misled before anybody signed, as far as its strokes tell; "" when it did not."""
    if field.dictionary.get("/FT") == "/Btn":
        return "" if is_push_button(field) else state_fault(moment, field)
    wanted = {_squeeze(text) for text in _values(moment, field)}
    for drawing in moment.drawings(field):
        drawn = looker.reader.read(moment.history, drawing, moment.revision)
        words = _squeeze(drawn.words)
        if not drawn.odd and not _says(field, words, wanted, moment):
            return f"写了字又看不见：{drawn.hidden}" if drawn.hidden else _differing(field, wanted, words)
    return ""


def _words_drawn(looker: Looker, moment: Moment, field: FieldView) -> Iterator[str]:
    """Yield what a field showed by common strokes; a format of the form's own may keep it from being the value."""
    for drawing in moment.drawings(field):
        drawn = looker.reader.read(moment.history, drawing, moment.revision)
        if drawn.words and not drawn.odd and not drawn.hidden:
            yield _squeeze(drawn.words)


def _values(moment: Moment, field: FieldView) -> Iterator[str]:
    """Yield what may be shown for a value: itself, and for a choice the words that stand for it."""
    value = read_text(field, moment.history, moment.revision)
    yield str(value)
    for code, words in _options(moment, field):
        if code == value:
            yield words


def _options(moment: Moment, field: FieldView) -> Iterator[tuple[str, str]]:
    """Yield a choice's options: what is stored for each, and what is shown (ISO 32000-2, 12.7.5.4)."""
    for option in moment.history.array(field.dictionary.get("/Opt"), moment.revision):
        found = moment.history.resolve(option, moment.revision)
        pair = found if isinstance(found, tuple) else (found, found)
        parts = [decode_text(part) for part in (moment.history.resolve(p, moment.revision) for p in pair)
                 if isinstance(part, bytes)]  # fmt: skip
        if len(parts) == 2:
            yield parts[0], parts[1]


def _shows_options(moment: Moment, field: FieldView, words: str) -> bool:
    """Say whether what is shown is some of a list's options, one after another."""
    ends = [0]
    for _, shown in _options(moment, field):
        ends.append(ends[-1] + len(_squeeze(shown)))
    whole = "".join(_squeeze(shown) for _, shown in _options(moment, field))
    kept = set(ends)
    return bool(words) and any(start + len(words) in kept and whole.startswith(words, start) for start in ends)


def _is_list(field: FieldView) -> bool:
    return field.dictionary.get("/FT") == "/Ch" and not _flags(field) & _COMBO


def _flags(field: FieldView) -> int:
    found = field.dictionary.get("/Ff", 0)
    return found if isinstance(found, int) else 0


def _squeeze(text: str) -> str:
    return "".join(
        c for c in unicodedata.normalize("NFKC", text) if not c.isspace() and unicodedata.category(c) != "Cc"
    )
