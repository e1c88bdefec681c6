"""Check 9: what is shown is what is stored, for every field in every revision that touched it.

`pdf.showing` draws the appearance anew from the stored value. Here its question is put for each field of our own
reading of the file, and what could hide a drawing that is itself right is refused: layers, groups, hidden boxes.
"""

from collections.abc import Iterator

from pyhanko.pdf_utils import generic

from forms_service.pdf.fonts import Fonts
from forms_service.pdf.showing import shows
from forms_service.signing.evidence import Evidence
from forms_service.signing.field_changes import changed_fields
from forms_service.signing.finding import Finding, judge, not_checked
from forms_service.signing.foreign_showing import check_foreign_showing
from forms_service.signing.form_view import FieldView, FormView
from forms_service.signing.revisions import History
from forms_service.signing.syntax import Malformed, Name, PdfDict, PdfValue, Ref, Stream

_FORM_KEYS = frozenset({"/Type", "/Subtype", "/BBox", "/Resources", "/Length", "/Filter", "/FormType"})
_HIDDEN = 0b10_0010  # flags Hidden and NoView of ISO 32000-2, table 167
_DEEPEST = 40


def check_shown_is_stored(evidence: Evidence) -> Finding:
    """Check 9: every field's appearance is the one that its value makes, in every revision."""
    if not evidence.is_ours:
        return check_foreign_showing(evidence)
    if evidence.record is None or evidence.certified is None:
        return not_checked("没有签发记录，此项不查。")
    return judge(_faults(evidence, evidence.certified))


def faults_of_revision(
    history: History, before: FormView | None, after: FormView, fonts: Fonts
) -> Iterator[tuple[str, str]]:
    """Yield the fields that a revision touched and that do not show what they store, each with what was found.

    Without a revision before it, every field is looked at.
    """
    names = changed_fields(before, after) if before else tuple(after.fields)
    converter = _Converter(history, after.revision)
    for name in names:
        field = after.fields.get(name)
        if field is not None and not field.is_signature:
            fault = _fault(field, converter, fonts)
            if fault is not None:
                yield name, fault


def _faults(evidence: Evidence, certified: int) -> Iterator[str]:
    history, forms = evidence.history, evidence.forms
    for revision in range(certified, len(forms)):
        before = forms[revision - 1] if revision > certified else None
        for name, fault in faults_of_revision(history, before, forms[revision], evidence.fonts):
            yield f"栏位「{evidence.label(name)}」{fault}。"


def _fault(field: FieldView, converter: "_Converter", fonts: Fonts) -> str | None:
    if field.widgets != (field.number,):
        return "不是一栏一格"
    flags = field.dictionary.get("/F", 0)
    if isinstance(flags, int) and flags & _HIDDEN:
        return "被藏起来了"
    odd = _odd_form(field, converter)
    return odd or shows(converter.dictionary(field.dictionary), fonts)


def _odd_form(field: FieldView, converter: "_Converter") -> str | None:
    """Say what could make a right drawing look otherwise, if there is anything."""
    for form in converter.forms(field.dictionary):
        if form.dictionary.keys() - _FORM_KEYS:
            return "画出来的样子带有多余的设定"
    return None


class _Converter:
    """Turns what our parser read into what `pdf.showing` reads, each object once."""

    def __init__(self, history: History, revision: int) -> None:
        self._history = history
        self._revision = revision
        self._made: dict[int, generic.PdfObject] = {}

    def dictionary(self, value: PdfDict) -> generic.DictionaryObject:
        """Convert a field's dictionary, without its ways back to the page and to its parent."""
        kept = {key: item for key, item in value.items() if key not in ("/P", "/Parent")}
        made = self._convert(kept, 0)
        if not isinstance(made, generic.DictionaryObject):
            raise TypeError("a dictionary converts to a dictionary")
        return made

    def forms(self, field: PdfDict) -> Iterator[Stream]:
        """Yield the normal appearances of a field, one for each state."""
        normal = self._follow(self._follow_dict(field.get("/AP")).get("/N"))
        states = normal.values() if isinstance(normal, dict) else (normal,)
        for state in states:
            form = self._follow(state)
            if isinstance(form, Stream):
                yield form

    def _follow(self, value: PdfValue) -> PdfValue:
        return self._history.resolve(value, self._revision)

    def _follow_dict(self, value: PdfValue) -> PdfDict:
        return self._history.dictionary(value, self._revision)

    def _convert(self, value: PdfValue, depth: int) -> generic.PdfObject:
        if depth > _DEEPEST:
            raise Malformed("栏位画出来的样子层次太深", check=9)
        if isinstance(value, Ref):
            if value.number not in self._made:
                self._made[value.number] = self._convert(self._follow(value), depth + 1)
            return self._made[value.number]
        if isinstance(value, Stream):
            return generic.StreamObject(self._pairs(value.dictionary, depth), encoded_data=value.raw)
        if isinstance(value, dict):
            return generic.DictionaryObject(self._pairs(value, depth))
        if isinstance(value, tuple):
            return generic.ArrayObject([self._convert(item, depth + 1) for item in value])
        return _scalar(value)

    def _pairs(self, value: PdfDict, depth: int) -> dict[generic.NameObject, generic.PdfObject]:
        return {generic.NameObject(key): self._convert(item, depth + 1) for key, item in value.items()}


def _scalar(value: PdfValue) -> generic.PdfObject:
    if value is None:
        return generic.NullObject()
    if isinstance(value, bool):
        return generic.BooleanObject(value)
    if isinstance(value, int):
        return generic.NumberObject(value)
    if isinstance(value, float):
        return generic.FloatObject(value)
    if isinstance(value, Name):
        return generic.NameObject(value)
    if isinstance(value, bytes):
        return generic.pdf_string(value)
    raise TypeError(type(value).__name__)
