"""Check 9 for files that are not ours: a field that changed after a signature shows what it stores, and the reverse.

Programs draw in their own ways, so nothing is drawn anew here: the text that a changed field shows is read, in a simple
way from the drawing itself and else by PDFium, and held against the value. What cannot be read is for a person.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from forms_service.pdf.pdfium import text_shown
from forms_service.signing.crossrefs import inflate
from forms_service.signing.evidence import Evidence
from forms_service.signing.finding import Finding, judge
from forms_service.signing.form_view import FieldView, FormView, decode_text, read_text
from forms_service.signing.page_tree import sheets
from forms_service.signing.rectangles import rectangle
from forms_service.signing.revisions import History
from forms_service.signing.syntax import Malformed, Name, PdfDict, PdfValue, Ref, Stream, same

_STRING = re.compile(rb"\(((?:[^()\\]|\\.)*+)\)|<([0-9A-Fa-f\s]*+)>(?!>)", re.DOTALL)
_ESCAPED = re.compile(rb"\\([()\\])")
_PASSWORD = 1 << 13
_PUSH_BUTTON = 1 << 16
_UNMOVED = (1, 0, 0, 1, 0, 0)
_SLACK = 2.0


@dataclass(frozen=True, slots=True)
class _Moment:
    """A form as of one revision, in its file."""

    history: History
    form: FormView

    @property
    def revision(self) -> int:
        return self.form.revision

    def boxes(self, field: FieldView) -> tuple[PdfDict, ...]:
        """Return the dictionaries of a field's boxes, its own first."""
        others = (self.history.dictionary(Ref(number, 0), self.revision) for number in field.widgets)
        return tuple(others) or (field.dictionary,)

    def drawings(self, field: FieldView) -> tuple[Stream, ...]:
        """Return what a field's boxes show now: one drawing each, by their states."""
        return tuple(d for box in self.boxes(field) if (d := self._drawing(box)) is not None)

    def framed(self, field: FieldView) -> bool:
        """Say whether each drawing of a field fills its box corner to corner, neither moved, shrunk nor cut off."""
        drawn = ((box, drawing) for box in self.boxes(field) if (drawing := self._drawing(box)) is not None)
        return all(self._fills(box, drawing.dictionary) for box, drawing in drawn)

    def _fills(self, box: PdfDict, form: PdfDict) -> bool:
        place = rectangle(self.history, box, self.revision)
        frame = rectangle(self.history, {"/Rect": form.get("/BBox")}, self.revision)
        moved = form.get("/Matrix") is not None and not same(form["/Matrix"], _UNMOVED)
        if place is None or frame is None or moved:
            return False
        sizes = zip(frame, (0, 0, place[2] - place[0], place[3] - place[1]), strict=True)
        return all(abs(one - other) <= _SLACK for one, other in sizes)

    def states(self, field: FieldView) -> frozenset[str]:
        """Name the states that a button's boxes are in."""
        return frozenset(str(box.get("/AS", "/Off")) for box in self.boxes(field)) - {"/Off"}

    def _drawing(self, box: PdfDict) -> Stream | None:
        normal = self.history.resolve(self.history.dictionary(box.get("/AP"), self.revision).get("/N"), self.revision)
        if isinstance(normal, dict):
            normal = self.history.resolve(normal.get(str(box.get("/AS", "/Off"))), self.revision)
        return normal if isinstance(normal, Stream) else None


def check_foreign_showing(evidence: Evidence) -> Finding:
    """Hold every field that changed after the first signature to what it stores."""
    if evidence.certified is None:
        return judge(())
    found = tuple(_look(evidence, evidence.certified))
    return judge((words for sure, words in found if sure), doubts=(words for sure, words in found if not sure))


def _look(evidence: Evidence, first: int) -> Iterator[tuple[bool, str]]:
    """Yield what is wrong (True) or cannot be told (False) of each field, revision by revision."""
    moments = [_Moment(evidence.history, form) for form in evidence.forms[first:]]
    signed = max(signature.revision for signature in evidence.found)
    for before, after in pairwise(moments):
        for name, field in after.form.fields.items():
            old = before.form.fields.get(name)
            if old is not None and not field.is_signature:
                for sure, words in _compare(before, old, after, field, covered=after.revision <= signed):
                    yield sure, f"栏位「{name}」{words}。"


def _compare(
    before: _Moment, old: FieldView, after: _Moment, new: FieldView, *, covered: bool
) -> Iterator[tuple[bool, str]]:
    was, now = (read_text(f, m.history, m.revision) for f, m in ((old, before), (new, after)))
    stored = was != now or not same(_settled(before, old), _settled(after, new))
    drawn, drawings = before.drawings(old), after.drawings(new)
    shown = drawn != drawings
    if new.dictionary.get("/FT") == "/Btn":
        yield from _compare_button(after, new, stored=stored, shown=shown)
    elif len(drawings) < len(drawn) and not stored:
        yield True, f"存的是「{now}」，没有改过，画出来的样子却不见了"
    elif stored and not drawings:
        yield False, f"存的是「{now}」，没有画出来，各种程序会各画各的"
    elif stored and not shown:
        yield True, "存的内容改了，画出来的样子却没有跟着改"
    elif shown and not stored and not covered:
        yield True, "存的内容没有改，最后的签章之后画出来的样子却换过"
    elif shown:
        yield from _compare_drawn(before, old, after, new, stored=stored)


def _settled(moment: _Moment, field: FieldView) -> PdfValue:
    value = moment.history.resolve(field.value, moment.revision)
    return value.raw if isinstance(value, Stream) else value


def _compare_button(after: _Moment, new: FieldView, *, stored: bool, shown: bool) -> Iterator[tuple[bool, str]]:
    flags = new.dictionary.get("/Ff", 0)
    if isinstance(flags, int) and flags & _PUSH_BUTTON:
        if stored or shown:
            yield True, "是按钮，样子却换过"
        return
    value = after.history.resolve(new.value, after.revision)
    stands = frozenset({str(value)} if isinstance(value, Name) and value != "/Off" else ())
    if (stored or shown) and after.states(new) != stands:
        yield True, f"存的是 {'、'.join(stands) or '未选'}，画出来的是 {'、'.join(after.states(new)) or '未选'}"
    elif shown and not stored:
        yield True, "存的内容没变，画出来的样子却换过"


def _compare_drawn(
    before: _Moment, old: FieldView, after: _Moment, new: FieldView, *, stored: bool
) -> Iterator[tuple[bool, str]]:
    flags = new.dictionary.get("/Ff", 0)
    if isinstance(flags, int) and flags & _PASSWORD:
        return
    wanted = {_squeeze(text) for text in _values(after, new)}
    drawn = [_simple_text(drawing) for drawing in after.drawings(new)]
    if all(text in wanted for text in drawn) and after.framed(new):
        return
    seen = _seen(after, new)
    if seen and all(text in wanted for text in seen):
        return
    if not stored and seen and seen == _seen(before, old):
        return
    if not any(seen) and any(wanted) and any(drawn):
        yield False, "画出来的字读不出来，请对着画面看一看"
    elif "/AA" in new.dictionary:
        yield False, f"存的是「{min(wanted)}」，画出来的是「{''.join(seen)}」，由表单自带的格式决定"
    else:
        yield True, f"存的是「{min(wanted)}」，画出来的却是「{''.join(seen)}」"


def _values(moment: _Moment, field: FieldView) -> Iterator[str]:
    """Yield what may be shown for a value: itself, and for a choice the words that stand for it."""
    value = read_text(field, moment.history, moment.revision)
    yield str(value)
    for option in moment.history.array(field.dictionary.get("/Opt"), moment.revision):
        pair = moment.history.array(option, moment.revision)
        if len(pair) == 2 and all(isinstance(part, bytes) for part in pair):
            code, words = (decode_text(part) for part in pair if isinstance(part, bytes))
            if code == value:
                yield words


def _seen(moment: _Moment, field: FieldView) -> list[str]:
    """Let PDFium read what each box of a field shows."""
    file = moment.history.data[: moment.history.revisions[moment.revision].end]
    found = []
    for sheet in sheets(moment.history, moment.revision):
        for number in field.widgets:
            box = rectangle(moment.history, moment.history.dictionary(Ref(number, 0), moment.revision), moment.revision)
            if number in sheet.annotations and box is not None:
                try:
                    found.append(_squeeze(text_shown(file, sheet.place, box)))
                except ValueError as error:
                    raise Malformed("PDFium 打不开签章时的版本", check=9) from error
    return found


def _simple_text(drawing: Stream) -> str:
    """Read the strings of a drawing as plain text; a drawing in a font of its own numbers gives nonsense, no more."""
    try:
        content = inflate(drawing)
    except Malformed:
        return ""
    parts = (_string(match) for match in _STRING.finditer(content))
    return _squeeze("".join(decode_text(part) for part in parts))


def _string(match: re.Match[bytes]) -> bytes:
    if match[1] is not None:
        return _ESCAPED.sub(rb"\1", match[1])
    digits = b"".join(match[2].split())
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())


def _squeeze(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text) if not c.isspace() and c != "\x00")
