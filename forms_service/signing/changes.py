"""Changes: what a revision altered, compared with the revision before it, and which of it no rule allows.

Linear: every revision is compared with its predecessor only, and only what it wrote is looked at. What a rule of this
module or of `field_changes` does not explain is refused; there is no list of what is forbidden.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from forms_service.signing.comparison import FIELDS, PAGES, Allowance, Comparison, Found, differing
from forms_service.signing.crossrefs import inflate
from forms_service.signing.field_changes import compare_fields
from forms_service.signing.form_view import FormView
from forms_service.signing.page_changes import compare_pages, shared_fonts_kept
from forms_service.signing.parts import require_one_part
from forms_service.signing.places import words_for
from forms_service.signing.revisions import History, reached
from forms_service.signing.syntax import Malformed, PdfDict, PdfValue, Ref, Stream, same

_INFO_KEYS = frozenset({"/Producer", "/ModDate"})
_VALIDATION_LISTS = frozenset({"/Certs", "/OCSPs", "/CRLs", "/Cert", "/OCSP", "/CRL"})
_ROOT_KEYS = frozenset({"/Extensions", "/DSS"})
_FORM_KEYS = frozenset({"/SigFlags", "/Fields"})
_SECTION_KEYS = frozenset(
    {"/Size", "/Prev", "/ID", "/Type", "/W", "/Index", "/Filter", "/DecodeParms", "/Length"},
)
_LONGEST_ID = 64  # bytes: programs write a hash
_PASSING = re.compile(rb"""((?:xmp:ModifyDate|xmp:MetadataDate|pdf:Producer)(?:=["']|>))[^"'<>&]{0,200}""")
# An XMP packet (ISO 16684-1, 7.3) with nothing in it but those, after their values were taken out.
_BARE = re.compile(
    rb"""<\?xpacket begin=".{0,3}" id="\w+"\?>\s*<x:xmpmeta xmlns:x="adobe:ns:meta/"(?: x:xmptk="[\w .]*")?>\s*"""
    rb'''<rdf:RDF xmlns:rdf="[\w:/.#-]+">\s*<rdf:Description(?:\s+xmlns:\w+="[\w:/.#-]+"|\s+rdf:about=""'''
    rb"""|\s+(?:xmp:ModifyDate|xmp:MetadataDate|pdf:Producer)="")*\s*/>\s*</rdf:RDF>\s*</x:xmpmeta>\s*"""
    rb"""<\?xpacket end="[rw]"\?>\s*""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Change:
    """A change that no rule allows: the check it fails, the revision, the field if it is one's, and what was found."""

    check: int
    revision: int
    field: str
    words: str


def forbidden_changes(history: History, before: FormView, after: FormView, allowance: Allowance) -> tuple[Change, ...]:
    """List what a revision changed and was not allowed to. Raises Malformed where it cannot be read."""
    pair = Comparison(history, before, after, allowance)
    found = dict.fromkeys(one for rule in _RULES for one in rule(pair))
    return tuple(Change(check, after.revision, field, words) for check, field, words in found)


def _trailer(pair: Comparison) -> Iterator[Found]:
    """Hold the trailer to its root, its first id and its other entries; some programs give others' files a new id."""
    old, new = pair.old.trailer, pair.new.trailer
    borne = {"/Info"} if pair.allowance.foreign else set()
    for key in sorted(differing(old, new) - _SECTION_KEYS - borne):
        yield PAGES, "", f"文件尾的 {key} 改了"
    one, other = old.get("/ID"), new.get("/ID")
    if pair.allowance.foreign and other is not None and not _is_identifier(pair, other):
        yield PAGES, "", "文件的识别码不是它该有的样子"
    if pair.allowance.foreign or not isinstance(one, tuple) or not isinstance(other, tuple):
        return
    if one[:1] != other[:1]:
        yield PAGES, "", "文件的识别码改了"


def _is_identifier(pair: Comparison, value: PdfValue) -> bool:
    """Say whether a trailer's /ID is two short byte strings (ISO 32000-2, 14.4); nothing covers the second."""
    parts = [pair.history.resolve(part, pair.after.revision) for part in pair.history.array(value, pair.after.revision)]
    return len(parts) == 2 and all(isinstance(part, bytes) and len(part) <= _LONGEST_ID for part in parts)


def _catalog(pair: Comparison) -> Iterator[Found]:
    """Hold the catalog to what it was, but for extensions and validation data."""
    pair.explain_role(pair.old.trailer.get("/Root"), pair.new.trailer.get("/Root"))
    old, new = pair.roots()
    direct = isinstance(old.get("/AcroForm"), dict) and isinstance(new.get("/AcroForm"), dict)
    looked_at_elsewhere = {"/AcroForm"} if direct else set()
    if pair.allowance.foreign:
        looked_at_elsewhere |= {"/Metadata"} | ({"/Version"} if _rises(pair, old, new) else set())
        yield from _foreign_role(pair, "/Extensions")
        yield from _foreign_role(pair, "/Metadata")
    described = pair.history.resolve(new.get("/Metadata"), pair.after.revision)
    if "/Metadata" not in old and isinstance(described, Stream) and _is_bare(described):
        looked_at_elsewhere.add("/Metadata")
        pair.explain_new(new.get("/Metadata"))
    for key in sorted(differing(old, new) - _ROOT_KEYS - looked_at_elsewhere):
        yield _located(("/Root", key))


def _rises(pair: Comparison, old: PdfDict, new: PdfDict) -> bool:
    """Say whether the catalog's version is at least what it was, and what the header says."""
    header = "/" + pair.history.data[5:8].decode("latin-1")
    was, now = (str(root.get("/Version", header)) for root in (old, new))
    return now >= max(was, header) and isinstance(new.get("/Version"), str)


def _foreign_role(pair: Comparison, key: str) -> Iterator[Found]:
    """Account for what a catalog's key of little weight leads to, if nothing else led there."""
    old, new = (root.get(key) for root in pair.roots())
    pair.explain_new(new)
    if isinstance(new, Ref) and new.number in pair.new.numbers and pair.was_there(new.number):
        if pair.way_to(new.number, around=key) is not None:
            return
        pair.explained.add(new.number)
    described = pair.history.resolve(new, pair.after.revision) if key == "/Metadata" and new != old else None
    if described is not None and not (isinstance(described, Stream) and _is_described(described)):
        yield PAGES, "", "文件说明（XMP）换成了别的东西"


def _is_described(description: Stream) -> bool:
    """Say whether a description is XMP without declarations of its own, which could hide or blow up what it says."""
    try:
        text = inflate(description)
    except Malformed:
        return False
    return b"rdf:RDF" in text and b"<!DOCTYPE" not in text and b"<!ENTITY" not in text


def _validation_data(pair: Comparison) -> Iterator[Found]:
    """Let validation data grow (ISO 32000-2, 12.8.4.3), overwriting nothing that is anything else besides."""
    old, new = (root.get("/DSS") for root in pair.roots())
    if old is not None and new is None:
        yield PAGES, "", "证书的验证资料被拿掉了"
    if same(old, new) and not set(_reached(pair, old)) & pair.new.numbers:
        return
    if new is not None and not _validates(pair, new):
        yield PAGES, "", "证书的验证资料不是它该有的样子"
    for number in set(_reached(pair, new, pair.after.revision)) & pair.new.numbers:
        if not pair.was_there(number) or _only_validates(pair, number):
            pair.explained.add(number)


def _form(pair: Comparison) -> Iterator[Found]:
    """Hold the form to what it was, but for the flag that says there are signatures, and boxes that may come."""
    old_root, new_root = pair.roots()
    pair.explain_role(old_root.get("/AcroForm"), new_root.get("/AcroForm"))
    old, new = pair.before.form, pair.after.form
    borne = {"/DR"} if pair.allowance.foreign and shared_fonts_kept(pair, old.get("/DR"), new.get("/DR")) else set()
    if pair.allowance.foreign and "/DA" not in old:  # Acrobat gives a form without one its own
        borne.add("/DA")
    for key in sorted(differing(old, new) - _FORM_KEYS - borne):
        yield PAGES, "", "表单的公用字体改了" if key == "/DR" else f"表单的 {key} 改了"
    listed = pair.history.array(old.get("/Fields"), pair.before.revision)
    lists = pair.history.array(new.get("/Fields"), pair.after.revision)
    if same(listed, lists) or pair.took_boxes(listed, lists):
        pair.explain_role(old.get("/Fields"), new.get("/Fields"))
    else:
        yield FIELDS, "", "表单的栏位清单改了"


def _particulars(pair: Comparison) -> Iterator[Found]:
    """Let the document's own particulars change by who wrote it last and when."""
    old, new = pair.old.trailer.get("/Info"), pair.new.trailer.get("/Info")
    pair.explain_role(old, new)
    was = pair.history.dictionary(old, pair.before.revision)
    now = pair.history.dictionary(new, pair.after.revision)
    for key in () if pair.allowance.foreign else sorted(differing(was, now) - _INFO_KEYS):
        yield PAGES, "", f"文件说明里的 {key} 改了"


def _description(pair: Comparison) -> Iterator[Found]:
    """Let the XMP description change by the same two particulars."""
    old, new = (root.get("/Metadata") for root in pair.roots())
    if not isinstance(new, Ref) or new != old or new.number not in pair.new.numbers:
        return
    pair.explained.add(new.number)
    was, now = pair.values(new.number)
    if pair.allowance.foreign:
        if not isinstance(now, Stream) or not _is_described(now):
            yield PAGES, "", "文件说明（XMP）换成了别的东西"
        return
    if not isinstance(was, Stream) or not isinstance(now, Stream) or _essence(was) != _essence(now):
        yield PAGES, "", "文件说明（XMP）改了"


def _promised(pair: Comparison) -> Iterator[Found]:
    """Refuse an object that fills a place which something referred to already while it was empty."""
    if pair.allowance.alone:
        return
    fresh = {
        number for number in pair.new.numbers if pair.new.written[number].kind != "f" and not pair.was_there(number)
    }
    for number in sorted(fresh & pair.history.referred(pair.before.revision)):
        path = pair.way_to(number)
        if path is not None:
            yield _located(path)


def _released(pair: Comparison) -> Iterator[Found]:
    """Let what drew a field before it was filled or signed be overwritten, if it did nothing else."""
    names = {*pair.allowance.fields, pair.allowance.signature} if pair.released else ()
    fields = [field for name, field in pair.before.fields.items() if name in names]
    own = frozenset(number for field in fields for number in (field.number, *field.widgets) if number is not None)
    for number in pair.released & pair.new.numbers:
        freed = pair.new.written[number].kind == "f" and pair.later_way_to(number) is not None
        if not freed and pair.way_to(number, without=own) is None:
            pair.explained.add(number)
            pair.explain_new(pair.values(number)[1])
    for number in sorted(pair.replaced):
        path = pair.way_to(number, without=own)
        if path is not None and path[:2] not in (("/Root", "/AcroForm"), ("/Root", "/Pages")):
            yield _located(path)


def _rest(pair: Comparison) -> Iterator[Found]:
    """Account for every other object that the revision wrote: unchanged, or refused by where it stands."""
    for number in sorted(pair.new.numbers - pair.explained - _packaging(pair)):
        if not pair.was_there(number):
            path = pair.later_way_to(number)
            if pair.new.written[number].kind != "f" and (path is not None or not pair.allowance.foreign):
                yield _located(path)
        elif pair.new.written[number].kind == "f" or not pair.kept_generation(number):
            path = pair.way_to(number)
            if path is not None or not pair.allowance.foreign:
                yield _located(path)
        elif not _is_unchanged(pair, number):
            yield _located(pair.later_way_to(number))


def _validates(pair: Comparison, store: PdfValue) -> bool:
    """Say whether validation data is what it should be: lists of streams, and a dictionary of such by signature."""
    found = pair.history.resolve(store, pair.after.revision)
    if not isinstance(found, dict):
        return False
    by_signature = pair.history.resolve(found.get("/VRI", {}), pair.after.revision)
    parts = [found, *(by_signature.values() if isinstance(by_signature, dict) else [None])]
    return all(_lists_streams(pair, part) for part in parts)


def _lists_streams(pair: Comparison, part: PdfValue) -> bool:
    lists = pair.history.resolve(part, pair.after.revision)
    if not isinstance(lists, dict):
        return False
    kept = (pair.history.resolve(lists[key], pair.after.revision) for key in _VALIDATION_LISTS & lists.keys())
    settled = tuple(kept)
    streams = (
        pair.history.resolve(item, pair.after.revision) for one in settled if isinstance(one, tuple) for item in one
    )
    return all(isinstance(one, tuple) for one in settled) and all(isinstance(stream, Stream) for stream in streams)


_RULES: tuple[Callable[[Comparison], Iterator[Found]], ...] = (
    _trailer,
    _catalog,
    _validation_data,
    _form,
    compare_fields,
    _particulars,
    _description,
    _promised,
    _released,
    compare_pages,
    require_one_part,
    _rest,  # last: it accounts for what the others left
)


def _packaging(pair: Comparison) -> set[int]:
    """Number the new objects that only hold others: object streams and cross-reference streams."""
    streams = {section.stream for section in pair.new.sections if section.stream is not None}
    streams |= {entry.where for entry in pair.new.written.values() if entry.kind == "s"}
    return {number for number in streams if not pair.was_there(number)}


def _is_unchanged(pair: Comparison, number: int) -> bool:
    """Say whether an object is what it was; a list of annotations may take up boxes that may come."""
    old, new = pair.values(number)
    if same(old, new):
        return True
    grows = bool(pair.allowance.new_boxes) and isinstance(old, tuple) and isinstance(new, tuple)
    return grows and pair.took_boxes(old, new)


def _only_validates(pair: Comparison, number: int) -> bool:
    return pair.way_to(number, around="/DSS") is None


def _reached(pair: Comparison, value: PdfValue, revision: int | None = None) -> Iterator[int]:
    """Number every object that a value leads to, as of the earlier revision if none is given."""
    at = pair.before.revision if revision is None else revision
    return reached(pair.history, at, value)


def _is_bare(description: Stream) -> bool:
    """Say whether an XMP description tells only when and by what program the file was changed last."""
    return _BARE.fullmatch(_PASSING.sub(rb"\1", inflate(description))) is not None


def _essence(description: Stream) -> tuple[PdfValue, bytes]:
    """Take an XMP description without the date of its last change and the program that made it."""
    return description.dictionary.get("/Subtype"), _PASSING.sub(rb"\1", inflate(description))


def _located(path: tuple[str, ...] | None) -> Found:
    check, words = words_for(path)
    return check, "", words
