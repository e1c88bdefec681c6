"""Changes: what a revision altered, compared with the revision before it, and which of it no rule allows.

Linear: every revision is compared with its predecessor only, and only what it wrote is looked at. What a rule of this
module does not explain is refused; there is no list of what is forbidden.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from forms_service.signing.crossrefs import inflate
from forms_service.signing.form_view import FieldView, FormView, read_text
from forms_service.signing.places import words_for
from forms_service.signing.revisions import History, refs_in
from forms_service.signing.syntax import PdfDict, PdfValue, Ref, Stream, same

FIELDS, PAGES, CONTENT = 8, 10, 5
"""The numbers of the checks that a change may fail."""

_FILLING = frozenset({"/V", "/AP", "/AS"})
_SIGNING = frozenset({"/V", "/AP"})
_INFO_KEYS = frozenset({"/Producer", "/ModDate"})
_ROOT_KEYS = frozenset({"/Extensions", "/DSS"})
_FORM_KEYS = frozenset({"/SigFlags"})
_SECTION_KEYS = frozenset(
    {"/Size", "/Prev", "/ID", "/Type", "/W", "/Index", "/Filter", "/DecodeParms", "/Length"}
)  # fmt: skip
_PASSING = re.compile(rb"""((?:xmp:ModifyDate|xmp:MetadataDate|pdf:Producer)(?:=["']|>))[^"'<>&]{0,200}""")
_ACTIONS = frozenset({"/A", "/AA"})
_PERMISSIONS = frozenset({"/Lock", "/SV"})


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one revision may do: fill these fields, sign this box, add these signature boxes.

    `may_lock` lets the box get its /Lock as it signs. `foreign` is for files that are not ours, whose programs note
    more in a field than we do, and keep its boxes apart from it.
    """

    fields: frozenset[str] = frozenset()
    signature: str | None = None
    new_boxes: frozenset[str] = frozenset()
    may_lock: bool = False
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A change that no rule allows: the check it fails, the revision, the field if it is one's, and what was found."""

    check: int
    revision: int
    field: str
    words: str


def forbidden_changes(history: History, before: FormView, after: FormView, allowance: Allowance) -> tuple[Change, ...]:
    """List what a revision changed and was not allowed to. Raises Malformed where it cannot be read."""
    comparison = _Comparison(history, before, after, allowance)
    found = (
        *comparison.trailer(),
        *comparison.catalog(),
        *comparison.form(),
        *comparison.fields(),
        *comparison.remarks(),
        *comparison.description(),
        *comparison.rest(),
    )
    return tuple(Change(check, after.revision, field, words) for check, field, words in dict.fromkeys(found))


def changed_fields(before: FormView, after: FormView) -> tuple[str, ...]:
    """Name the fields whose own objects differ between two revisions, new and lost ones included."""
    names = dict.fromkeys((*before.fields, *after.fields))
    return tuple(n for n in names if not _same_field(before.fields.get(n), after.fields.get(n)))


def _same_field(one: FieldView | None, other: FieldView | None) -> bool:
    return one is not None and other is not None and same(one.dictionary, other.dictionary)


Found = tuple[int, str, str]
"""The check, the field's name or "", and what was found."""


class _Comparison:
    """One comparison; `explained` gathers the objects that a rule accounts for."""

    def __init__(self, history: History, before: FormView, after: FormView, allowance: Allowance) -> None:
        self.history = history
        self.before = before
        self.after = after
        self.allowance = allowance
        self.old = history.revisions[before.revision]
        self.new = history.revisions[after.revision]
        self.explained: set[int] = set()

    def trailer(self) -> Iterator[Found]:
        """Hold the trailer to its root, its first id and its other entries."""
        old, new = self.old.trailer, self.new.trailer
        for key in sorted((old.keys() | new.keys()) - _SECTION_KEYS):
            if not same(old.get(key), new.get(key)):
                yield PAGES, "", f"文件尾的 {key} 改了"
        ids = old.get("/ID"), new.get("/ID")
        if all(isinstance(pair, tuple) and pair for pair in ids) and ids[0][0] != ids[1][0]:  # type: ignore[index]  # both are tuples
            yield PAGES, "", "文件的识别码改了"

    def catalog(self) -> Iterator[Found]:
        """Hold the catalog to what it was, but for extensions and validation data."""
        root = self.new.trailer.get("/Root")
        old, new = self.history.root(self.before.revision), self.history.root(self.after.revision)
        self._explain(root)
        for key in _differing(old, new) - _ROOT_KEYS:
            if key != "/AcroForm" or not self._form_is_direct(old, new):
                yield _located(words_for(("/Root", key)))
        if not same(old.get("/DSS"), new.get("/DSS")) or "/DSS" in new:
            self._explain_new(new.get("/DSS"))
            self._explain(new.get("/DSS"))

    def form(self) -> Iterator[Found]:
        """Hold the form dictionary to what it was, but for the flag that says there are signatures."""
        self._explain(self.history.root(self.after.revision).get("/AcroForm"))
        old, new = self.before.form, self.after.form
        for key in _differing(old, new) - _FORM_KEYS:
            if key == "/Fields" and self.allowance.new_boxes and self._appended(old.get(key), new.get(key)):
                self._explain(new.get(key))
            elif key == "/Fields":
                yield FIELDS, "", "表单的栏位清单改了"
            elif key == "/DR":
                yield PAGES, "", "表单的公用字体改了"
            else:
                yield PAGES, "", f"表单的 {key} 改了"

    def fields(self) -> Iterator[Found]:
        """Compare every field; only those of the allowance may differ, and only in how they are filled or signed."""
        for name in dict.fromkeys((*self.before.fields, *self.after.fields)):
            old, new = self.before.fields.get(name), self.after.fields.get(name)
            if old is None or new is None:
                yield from self._came_or_went(name, new)
            elif old.number != new.number or old.widgets != new.widgets:
                yield FIELDS, name, "换成了另一个对象"
            elif not same(old.dictionary, new.dictionary):
                yield from self._field(old, new)
            yield from self._widgets(name, new)

    def remarks(self) -> Iterator[Found]:
        """Let the document's own particulars change by who wrote it last and when."""
        info = self.new.trailer.get("/Info")
        self._explain(info)
        old = self.history.dictionary(self.old.trailer.get("/Info"), self.before.revision)
        new = self.history.dictionary(info, self.after.revision)
        for key in _differing(old, new) - _INFO_KEYS:
            yield PAGES, "", f"文件说明里的 {key} 改了"

    def description(self) -> Iterator[Found]:
        """Let the XMP description change by the same two particulars."""
        reference = self.history.root(self.after.revision).get("/Metadata")
        if not isinstance(reference, Ref) or reference.number not in self.new.numbers:
            return
        self._explain_number(reference.number)
        old, new = (self.history.value(reference.number, view.revision) for view in (self.before, self.after))
        if not isinstance(old, Stream) or not isinstance(new, Stream) or _essence(old) != _essence(new):
            yield PAGES, "", "文件说明（XMP）改了"

    def rest(self) -> Iterator[Found]:
        """Account for every other object that the revision wrote: unchanged, or refused by where it stands."""
        containers = {entry.where for entry in self.new.written.values() if entry.kind == "s"}
        for number in sorted(self.new.numbers - self.explained - containers):
            if self.new.written[number].kind == "f":
                if number in self.old.known and self.old.known[number].kind != "f":
                    yield self._where(number, self.before.revision)
                continue
            entry = self.old.known.get(number)
            known = entry is not None and entry.kind != "f"
            old, new = self.history.value(number, self.before.revision), self.history.value(number, self.after.revision)
            if known and (same(old, new) or self._page_took_boxes(old, new)):
                continue
            yield self._where(number, self.after.revision)

    def _where(self, number: int, revision: int) -> Found:
        return _located(words_for(path_to(self.history, revision, number)))

    def _field(self, old: FieldView, new: FieldView) -> Iterator[Found]:
        self._explain_number(new.number)
        allowed = self._allowed_keys(old, new)
        for key in sorted(_differing(old.dictionary, new.dictionary) - allowed):
            yield self._say(key, old, new)
        if "/AP" in allowed:
            self._explain_new(new.dictionary.get("/AP"))
        if "/V" in allowed and new.is_signature:
            self._explain_new(new.dictionary.get("/V"))
        if "/Lock" in allowed:
            self._explain_new(new.dictionary.get("/Lock"))

    def _allowed_keys(self, old: FieldView, new: FieldView) -> frozenset[str]:
        if old.is_signature:
            if new.name != self.allowance.signature or old.value is not None:
                return frozenset()
            locks = self.allowance.may_lock and "/Lock" not in old.dictionary
            return _SIGNING | ({"/Lock"} if locks else set())
        if new.name not in self.allowance.fields:
            return frozenset()
        return _FILLING | ({"/M", "/MK", "/BS"} if self.allowance.foreign else set())

    def _say(self, key: str, old: FieldView, new: FieldView) -> Found:
        if key == "/V" and not new.is_signature:
            was, now = (
                _shown(read_text(field, self.history, view.revision))
                for field, view in ((old, self.before), (new, self.after))
            )
            return FIELDS, new.name, f"的内容从「{was}」改成了「{now}」"
        if key == "/AP":
            return FIELDS, new.name, "画出来的样子被换过"
        if key in _ACTIONS:
            return CONTENT, new.name, "加上了动作"
        if key in _PERMISSIONS:
            return PAGES, new.name, f"的锁定范围（{key}）改了"
        return FIELDS, new.name, f"的属性 {key} 改了"

    def _came_or_went(self, name: str, new: FieldView | None) -> Iterator[Found]:
        if new is None:
            yield FIELDS, name, "不见了"
        elif name in self.allowance.new_boxes and new.is_signature:
            self._explain_number(new.number)
            for key in ("/V", "/AP", "/Lock"):
                self._explain_new(new.dictionary.get(key))
        else:
            yield FIELDS, name, "是后加的"

    def _widgets(self, name: str, new: FieldView | None) -> Iterator[Found]:
        """Compare the boxes of a field that stand apart from it: only files that are not ours have such."""
        for number in new.widgets if new else ():
            if new is None or number == new.number or number not in self.new.numbers:
                continue
            self._explain_number(number)
            one, other = (self.history.value(number, view.revision) for view in (self.before, self.after))
            old, now = (value if isinstance(value, dict) else {} for value in (one, other))
            mine = self.allowance.foreign and name in {*self.allowance.fields, self.allowance.signature}
            if _differing(old, now) - (_FILLING if mine else frozenset()) and one is not None:
                yield FIELDS, name, "的样子被换过"
            self._explain_new(now.get("/AP"))

    def _page_took_boxes(self, old: PdfValue, new: PdfValue) -> bool:
        """Say whether a page, or its list of annotations, only took up the new signature boxes that may come."""
        if not self.allowance.new_boxes:
            return False
        if isinstance(old, tuple) and isinstance(new, tuple):
            return self._appended(old, new)
        if not isinstance(old, dict) or not isinstance(new, dict) or old.get("/Type") != "/Page":
            return False
        return _differing(old, new) == {"/Annots"} and self._appended(old.get("/Annots"), new.get("/Annots"))

    def _appended(self, old: PdfValue, new: PdfValue) -> bool:
        was = self.history.array(old, self.before.revision)
        now = self.history.array(new, self.after.revision)
        added_fields = [f for name in self.allowance.new_boxes if (f := self.after.fields.get(name)) and f.is_signature]
        boxes = {number for field in added_fields for number in (field.number, *field.widgets)}
        added = now[len(was) :]
        return same(was, now[: len(was)]) and all(isinstance(ref, Ref) and ref.number in boxes for ref in added)

    def _form_is_direct(self, old: PdfDict, new: PdfDict) -> bool:
        return isinstance(old.get("/AcroForm"), dict) and isinstance(new.get("/AcroForm"), dict)

    def _explain(self, value: PdfValue) -> None:
        if isinstance(value, Ref):
            self._explain_number(value.number)

    def _explain_number(self, number: int | None) -> None:
        if number is not None:
            self.explained.add(number)

    def _explain_new(self, value: PdfValue) -> None:
        """Account for the objects that an allowed value brings along: new ones only, never an overwritten one."""
        open_ends = list(refs_in(value))
        while open_ends:
            number = open_ends.pop()
            if number in self.explained or number in self.old.known or number not in self.new.written:
                continue
            self.explained.add(number)
            open_ends.extend(refs_in(self.history.value(number, self.after.revision)))


def path_to(history: History, revision: int, number: int) -> tuple[str, ...] | None:
    """Find a shortest way from the trailer to an object, as the keys on it; None when nothing leads there."""
    seen: set[int] = set()
    level: list[tuple[tuple[str, ...], PdfValue]] = [
        ((key,), history.revisions[revision].trailer.get(key)) for key in ("/Root", "/Info")
    ]
    while level:
        following: list[tuple[tuple[str, ...], PdfValue]] = []
        for path, value in level:
            for step, target in _references(path, value):
                if target.number == number:
                    return step
                if target.number not in seen:
                    seen.add(target.number)
                    following.append((step, history.value(target.number, revision)))
        level = following
    return None


def _references(path: tuple[str, ...], value: PdfValue) -> Iterator[tuple[tuple[str, ...], Ref]]:
    if isinstance(value, Ref):
        yield path, value
    elif isinstance(value, tuple):
        for item in value:
            yield from _references(path, item)
    else:
        for key, item in _entries(value).items():
            yield from _references((*path, key), item)


def _essence(description: Stream) -> tuple[PdfValue, bytes]:
    """Take an XMP description without the date of its last change and the program that made it."""
    return description.dictionary.get("/Subtype"), _PASSING.sub(rb"\1", inflate(description))


def _located(place: tuple[int, str]) -> Found:
    check, words = place
    return check, "", words


def _entries(value: PdfValue) -> PdfDict:
    if isinstance(value, dict):
        return value
    return getattr(value, "dictionary", {})


def _differing(old: PdfDict, new: PdfDict) -> set[str]:
    return {key for key in old.keys() | new.keys() if not same(old.get(key), new.get(key))}


def _shown(value: str | bool) -> str:
    if isinstance(value, bool):
        return "勾选" if value else "未勾选"
    return value if len(value) <= 40 else f"{value[:40]}…"
