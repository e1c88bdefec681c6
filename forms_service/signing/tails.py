"""What follows the last signature of a file that is not ours: validation data, late filling, or an alteration.

The last signature does not cover it; a document timestamp may, which anybody can get and which signs nothing. Whether
its changes are such as the signatures allow, check 8 and 10 say. What may stand there and be believed all the same is
what proves itself: certificates, revocation lists and answers (ISO 32000-2, 12.8.4; ETSI EN 319 142-1, 5.4.2), and
which program wrote them when.
"""

from collections.abc import Iterator

from asn1crypto import parser

from forms_service.signing.crossrefs import inflate
from forms_service.signing.evidence import Evidence
from forms_service.signing.field_changes import changed_fields
from forms_service.signing.finding import Finding, judge
from forms_service.signing.form_view import read_text
from forms_service.signing.particulars import LONGEST, PASSING, SEEN, changed_particulars, particulars
from forms_service.signing.revisions import History, reached
from forms_service.signing.signatures import SignatureFound
from forms_service.signing.syntax import Malformed, PdfDict, PdfValue, Ref, Stream, same

_STORE_KEYS = frozenset({"/Type", "/Certs", "/OCSPs", "/CRLs", "/VRI"})
_RELATED_KEYS = frozenset({"/Type", "/Cert", "/OCSP", "/CRL", "/TU", "/TS"})
_LISTS = ("/Certs", "/OCSPs", "/CRLs", "/Cert", "/OCSP", "/CRL")
_SEQUENCE = 0x30


def judge_tail(evidence: Evidence, last: SignatureFound) -> Finding:
    """Pass a tail of validation data alone; leave late filling to a person; fail what alters or cannot be told."""
    return judge(_faults(evidence, last), doubts=_doubts(evidence, last))


def _faults(evidence: Evidence, last: SignatureFound) -> Iterator[str]:
    history, ranges = evidence.history, last.byte_range
    end, size = (ranges[2] + ranges[3] if ranges else 0), len(history.data)
    if not history.blank(history.revisions[-1].end, size) or history.revisions[-1].end != size:
        yield "文件最后的「%%EOF」后面还有别的内容。请取回签完时的文件。"
    if any(change.revision > last.revision for change in evidence.changes):
        yield f"最后的签章只覆盖到第 {end} 字节，文件却有 {size} 字节：签完之后又加了内容。请取回签完时的文件。"
    for name in _filled(evidence, last):
        before, after = (evidence.forms[revision].fields.get(name) for revision in (last.revision, history.last))
        if before is None or after is None:
            yield f"最后的签章之后，栏位「{name}」增减了。"
        elif was := read_text(before, history, last.revision):
            now = read_text(after, history, history.last)
            if was != now:
                yield f"签完之后，栏位「{name}」的内容从「{was}」改成了「{now}」。请取回签完时的文件。"


def _doubts(evidence: Evidence, last: SignatureFound) -> Iterator[str]:
    filled, stamped = _filled(evidence, last), {found.revision for found in evidence.found if found.is_timestamp}
    for name in filled:
        yield f"栏位「{name}」是最后的签章之后才填的，没有任何签章覆盖它。"
    yield from _otherwise_said(evidence.history, last.revision)
    for revision in range(last.revision + 1, evidence.history.last + 1):
        yield from (
            f"最后的签章之后，第 {revision + 1} 次保存{words}。" for words in _beyond(evidence.history, revision)
        )
        if not filled and revision not in stamped and not _validates(evidence.history, revision):
            yield f"最后的签章之后又存过一次（第 {revision + 1} 次保存），既没有签章，也没有加验证资料。"


def _filled(evidence: Evidence, last: SignatureFound) -> tuple[str, ...]:
    stamps = {found.field for found in evidence.found if found.is_timestamp}
    changed = changed_fields(evidence.forms[last.revision], evidence.forms[-1])
    return tuple(name for name in changed if name not in stamps)


def _otherwise_said(history: History, since: int) -> Iterator[str]:
    """Tell what the file says of itself since the last signature, but for the program and the date, kept short."""
    changed = changed_particulars(history, since, history.last)
    now = particulars(history, history.last)
    said = [key for key in changed if key not in PASSING or len(now.get(key, "")) > LONGEST]
    names = dict.fromkeys(SEEN.get(key, key.rpartition("}")[2]) for key in said)
    if names:
        yield f"文件说明（{'、'.join(names)}）在最后的签章之后改过，没有任何签章覆盖它。"


def _validates(history: History, revision: int) -> bool:
    """Say whether a revision added validation data."""
    store = history.root(revision).get("/DSS")
    grown = set(reached(history, revision, store)) & history.revisions[revision].numbers
    return store is not None and (bool(grown) or not same(history.root(revision - 1).get("/DSS"), store))


def _beyond(history: History, revision: int) -> Iterator[str]:
    """Say what a revision wrote besides validation data."""
    if _unused(history, revision):
        yield "留下了没有用到的对象"
    if history.strangers(revision):
        yield "夹带了不属于任何对象的内容"
    store = history.dictionary(history.root(revision).get("/DSS"), revision)
    related = history.dictionary(store.get("/VRI"), revision)
    parts = [history.dictionary(part, revision) for part in related.values()]
    if store.keys() - _STORE_KEYS or any(part.keys() - _RELATED_KEYS for part in parts):
        yield "的验证资料里有不认得的项目"
    if any(not _is_one_structure(stream) for stream in _new_streams(history, revision, store, parts)):
        yield "的验证资料里有不是证书、撤销清单或应答的内容"


def _new_streams(history: History, revision: int, store: PdfDict, parts: list[PdfDict]) -> Iterator[Stream]:
    written = history.revisions[revision].numbers
    for item in (item for part in (store, *parts) for key in _LISTS for item in history.array(part.get(key), revision)):
        found = history.resolve(item, revision)
        if isinstance(item, Ref) and item.number in written and isinstance(found, Stream):
            yield found


def _is_one_structure(stream: Stream) -> bool:
    """Say whether a stream holds one DER structure and not a byte more: a certificate, a list, an answer."""
    try:
        data = inflate(stream)
        return data[:1] == bytes([_SEQUENCE]) and parser.peek(data) == len(data)
    except (Malformed, ValueError):
        return False


def _unused(history: History, revision: int) -> bool:
    """Say whether a revision wrote objects that nothing leads to, those left out that only hold others.

    Programs that gather validation data leave lists of it behind; these show nothing, wherever they may be hung.
    """
    of = history.revisions[revision]
    holding = {entry.where for entry in of.written.values() if entry.kind == "s"}
    holding |= {section.stream for section in of.sections if section.stream is not None}
    made = {number for number in of.numbers if of.written[number].kind != "f"} - holding
    left = made - set(reached(history, revision, dict(of.trailer))) if made else set()
    return any(not _only_lists(history.value(number, revision)) for number in left)


def _only_lists(value: PdfValue) -> bool:
    if isinstance(value, tuple):
        return all(isinstance(item, Ref) for item in value)
    return isinstance(value, dict) and (value.keys() <= _STORE_KEYS or value.keys() <= _RELATED_KEYS)
