"""Parts: an object that a later save may overwrite for the part it plays in a file must play no other part there.

A file's author can let its particulars, its catalog or a field stand among the things that a page is drawn from as
well (a shadow attack); then what looks like a new date or a filled field puts other words on the page.
"""

from collections.abc import Iterator

from forms_service.signing.comparison import PAGES, Comparison, Found
from forms_service.signing.page_tree import sheets
from forms_service.signing.syntax import PdfValue, Ref, same

_DRAWS = frozenset(
    {
        "/Contents",
        "/Resources",
        "/XObject",
        "/Font",
        "/ExtGState",
        "/ColorSpace",
        "/Pattern",
        "/Shading",
        "/Properties",
        "/CharProcs",
        "/N",
        "/R",
    }
)
"""The keys under which stands what is drawn: fields, pages and annotations never do."""
_DATA = "/Data"  # under this key a signature's reference names the catalog (ISO 32000-2, table 256)
_BETWEEN_NOTES = frozenset({"/Popup", "/Parent", "/IRT"})


def require_one_part(pair: Comparison) -> Iterator[Found]:
    """Refuse an overwritten object that was accounted for, but that something else in the file is made of as well."""
    if not pair.allowance.foreign:
        return
    due, notes, catalog = _due(pair), _notes(pair), _number(pair.old.trailer.get("/Root"))
    for number in sorted(_overwritten(pair)):
        named = pair.history.named_by(number)
        if number in due:
            elsewhere = {(holder, key) for holder, key in named - due[number] if (number, key) != (catalog, _DATA)}
        elif number in notes:
            elsewhere = {(holder, key) for holder, key in named if not _of_notes(holder, key, notes)}
        else:
            elsewhere = {(holder, key) for holder, key in named if key in _DRAWS}
        if elsewhere:
            yield PAGES, "", f"改写的对象 {number} 在文件里另有用处，改了它，别的地方也跟着变"


def _overwritten(pair: Comparison) -> Iterator[int]:
    """Number what was accounted for and is not what it was; for an overwritten drawing, the fields that it draws."""
    for number in pair.explained & pair.new.numbers - pair.released:
        if pair.was_there(number) and not same(*pair.values(number)):
            yield number
    if pair.released & pair.new.numbers:
        for field in pair.before.fields.values():
            yield from {number for number in (field.number, *field.widgets) if number is not None}


def _due(pair: Comparison) -> dict[int, frozenset[tuple[int | None, str]]]:
    """Number the parts of which a file has one each, with what alone may refer to them, and how (0 is the trailer)."""
    trailer, root = pair.old.trailer, pair.history.root(pair.before.revision)
    catalog, form = _number(trailer.get("/Root")), _number(root.get("/AcroForm"))
    parts = (
        (catalog, {(0, "/Root")}),
        (_number(trailer.get("/Info")), {(0, "/Info")}),
        (form, {(catalog, "/AcroForm")}),
        (_number(root.get("/Metadata")), {(catalog, "/Metadata")}),
        (_number(pair.before.form.get("/Fields")), {(catalog, "/Fields"), (form, "/Fields")}),
    )
    return {number: frozenset(names) for number, names in parts if number is not None}


def _notes(pair: Comparison) -> frozenset[int]:
    """Number the annotations of the pages that are no field's, where a certification lets them change."""
    if not pair.allowance.annotations:
        return frozenset()
    boxes = {number for field in pair.before.fields.values() for number in (field.number, *field.widgets)}
    listed = {number for sheet in sheets(pair.history, pair.before.revision) for number in sheet.annotations}
    return frozenset(listed - boxes)


def _of_notes(holder: int, key: str, notes: frozenset[int]) -> bool:
    """Say whether it is a list of annotations, another annotation or the structure that refers to an annotation."""
    return key in {"/Annots", "/Obj"} or (holder in notes and key in _BETWEEN_NOTES)


def _number(value: PdfValue) -> int | None:
    return value.number if isinstance(value, Ref) else None
