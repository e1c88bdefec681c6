"""Form view: the fields of a form as they stood after one revision, read from the catalog down.

Fields by their full names, each with its own object, what it inherits, and its value as text or tick.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from forms_service.signing.revisions import History
from forms_service.signing.syntax import Malformed, Name, PdfDict, PdfValue, Ref, Stream

_INHERITED = ("/FT", "/V", "/DV", "/Ff", "/DA", "/Q", "/MaxLen")
_DEEPEST = 20
_UTF_16 = {b"\xfe\xff": "utf-16-be", b"\xff\xfe": "utf-16-le"}
LANGUAGE = re.compile(r"\x1b[A-Za-z]{2}(?:[A-Za-z]{2})?\x1b")
_MOST_FIELDS = 20_000
# Characters of PDFDocEncoding that are not Latin-1's (ISO 32000-2, annex D.3).
_PDF_DOC = {
    **dict(zip(range(0x18, 0x20), "˘ˇˆ˙˝˛˚˜", strict=True)),
    **dict(zip(range(0x80, 0x9F), "•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž", strict=True)),
    0xA0: "€",
}


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field: its object's number (None when it has none of its own), its dictionary with what it inherits, and the
    objects of its widgets, its own included. `own` is its dictionary as written.
    """  # noqa: D205

    name: str
    number: int | None
    dictionary: PdfDict
    widgets: tuple[int, ...]
    own: PdfDict

    def is_still(self, own: PdfDict) -> bool:
        """Say whether what is now written for the field is the very object it was read from, and says all by itself."""
        return own is self.own and isinstance(own.get("/T"), bytes) and "/Kids" not in own

    @property
    def is_signature(self) -> bool:
        """Say whether it is a signature box."""
        return self.dictionary.get("/FT") == "/Sig"

    @property
    def value(self) -> PdfValue:
        """What is stored in it, as stored."""
        return self.dictionary.get("/V")


@dataclass(frozen=True, slots=True)
class FormView:
    """All fields of a revision, in order, and the form's own dictionary."""

    revision: int
    form: PdfDict
    fields: Mapping[str, FieldView]

    def printed(self, history: History) -> Mapping[str, str | bool]:
        """Read every field that is no signature box: its text, or whether its box is ticked."""
        return {name: read_text(field, history, self.revision) for name, field in self.fields.items()
                if not field.is_signature}  # fmt: skip


def read_printed(data: bytes) -> Mapping[str, str | bool]:
    """Read what every field of a document holds as of its last save, signature boxes left out. Raises Malformed."""
    history = History(data)
    return view_form(history, history.last).printed(history)


def view_form(history: History, revision: int, before: FormView | None = None) -> FormView:
    """Read the form as of a revision; a file without one has no fields. Raises Malformed.

    With the view of an earlier revision, a field whose object was not written since is that view's own.
    """
    form = history.dictionary(history.root(revision).get("/AcroForm"), revision)
    known = {field.number: field for field in before.fields.values()} if before else {}
    fields: dict[str, FieldView] = {}
    for field in _top(history, revision, form.get("/Fields"), known):
        if field.name in fields:
            raise Malformed(f"有两个栏位都叫「{field.name}」")
        fields[field.name] = field
        if len(fields) > _MOST_FIELDS:
            raise Malformed(f"栏位超过 {_MOST_FIELDS} 个")
    return FormView(revision, form, fields)


def read_text(field: FieldView, history: History, revision: int) -> str | bool:
    """Read a field's value: a button's as ticked or not, any other as text ("" for none)."""
    value = history.resolve(field.value, revision)
    if field.dictionary.get("/FT") == "/Btn":
        return isinstance(value, Name) and value != "/Off"
    if isinstance(value, Stream):
        return decode_text(value.raw)
    return decode_text(value) if isinstance(value, bytes) else ""


def decode_text(data: bytes) -> str:
    """Decode a text string: UTF-16 or UTF-8 by its mark, else PDFDocEncoding (ISO 32000-2, 7.9.2.2).

    UTF-16 is read in either order, as all programs do, and what names a language in it is left out.
    """
    if data[:2] in _UTF_16:
        whole = data[2:] if len(data) % 2 == 0 else data[2:-1]
        return LANGUAGE.sub("", whole.decode(_UTF_16[data[:2]], "replace"))
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8", "replace")
    return data.decode("latin-1").translate(_PDF_DOC)


def _top(
    history: History, revision: int, fields: PdfValue, known: Mapping[int | None, FieldView]
) -> Iterator[FieldView]:
    for item in history.array(fields, revision):
        earlier = known.get(item.number) if isinstance(item, Ref) else None
        if earlier is not None and earlier.is_still(history.dictionary(item, revision)):
            yield earlier
        else:
            yield from _walk(history, revision, (item,), "", {}, 0)


def _walk(
    history: History, revision: int, fields: PdfValue, prefix: str, inherited: PdfDict, depth: int
) -> Iterator[FieldView]:
    if depth > _DEEPEST:
        raise Malformed("栏位的层次太深，或连成了圈")
    for item in history.array(fields, revision):
        own = history.dictionary(item, revision)
        title = history.resolve(own.get("/T"), revision)
        partial = decode_text(title) if isinstance(title, bytes) else ""
        name = ".".join(part for part in (prefix, partial) if part)
        merged = {**inherited, **own}
        number = item.number if isinstance(item, Ref) else None
        kids = history.array(own.get("/Kids"), revision)
        if any("/T" in history.dictionary(kid, revision) for kid in kids):
            passed = {key: merged[key] for key in _INHERITED if key in merged}
            yield from _walk(history, revision, kids, name, passed, depth + 1)
            continue
        widgets = [kid.number for kid in kids if isinstance(kid, Ref)] or ([number] if number is not None else [])
        yield FieldView(name, number, merged, tuple(widgets), own)
