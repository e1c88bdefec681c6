"""Parts: an object that a later save may overwrite for the part it plays in a file must play no other part there.

A file's author can let its particulars, its catalog or a field stand among the things that a page is drawn from as
well (a shadow attack); then what looks like a new date or a filled field puts other words on the page.
"""

from collections.abc import Iterator

from forms_service.signing.comparison import PAGES, Comparison, Found
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
_OF_CATALOG = frozenset({"/Root", "/Data"})  # a signature's reference names it, too (ISO 32000-2, table 256)


def require_one_part(pair: Comparison) -> Iterator[Found]:
    """Refuse an overwritten object that was accounted for, but that something else in the file is made of as well."""
    if not pair.allowance.foreign:
        return
    parts = {number: keys for value, keys in _parts(pair) if (number := _number(value)) is not None}
    for number in sorted(_overwritten(pair)):
        keys, due = pair.history.keys_to(number), parts.get(number)
        if keys - due if due is not None else keys & _DRAWS:
            yield PAGES, "", f"改写的对象 {number} 在文件里另有用处，改了它，别的地方也跟着变"


def _overwritten(pair: Comparison) -> Iterator[int]:
    """Number what was accounted for and is not what it was; for an overwritten drawing, the fields that it draws."""
    for number in pair.explained & pair.new.numbers - pair.released:
        if pair.was_there(number) and not same(*pair.values(number)):
            yield number
    if pair.released & pair.new.numbers:
        for field in pair.before.fields.values():
            yield from {number for number in (field.number, *field.widgets) if number is not None}


def _parts(pair: Comparison) -> Iterator[tuple[PdfValue, frozenset[str]]]:
    """Name the parts of which a file has one each, and the keys that may lead there."""
    root = pair.history.root(pair.before.revision)
    yield pair.old.trailer.get("/Root"), _OF_CATALOG
    yield pair.old.trailer.get("/Info"), frozenset({"/Info"})
    yield root.get("/AcroForm"), frozenset({"/AcroForm"})
    yield root.get("/Metadata"), frozenset({"/Metadata"})
    yield pair.before.form.get("/Fields"), frozenset({"/Fields"})


def _number(value: PdfValue) -> int | None:
    return value.number if isinstance(value, Ref) else None
