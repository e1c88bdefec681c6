"""What follows the last signature of a file that is not ours: validation data, late filling, or an alteration.

The last signature does not cover it; a document timestamp may, which anybody can get and which signs nothing. Whether
its changes are such as the signatures allow, check 8 and 10 say.
"""

from collections.abc import Iterator

from forms_service.signing.changes import says_more
from forms_service.signing.comparison import differing
from forms_service.signing.evidence import Evidence
from forms_service.signing.field_changes import changed_fields
from forms_service.signing.finding import Finding, judge
from forms_service.signing.form_view import read_text
from forms_service.signing.signatures import SignatureFound


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
    for name in _filled(evidence, last):
        yield f"栏位「{name}」是最后的签章之后才填的，没有任何签章覆盖它。"
    if not _filled(evidence, last) and _particulars_changed(evidence, last):
        yield "文件说明（标题、作者等）在最后的签章之后改过，没有任何签章覆盖它。"


def _filled(evidence: Evidence, last: SignatureFound) -> tuple[str, ...]:
    stamps = {found.field for found in evidence.found if found.is_timestamp}
    changed = changed_fields(evidence.forms[last.revision], evidence.forms[-1])
    return tuple(name for name in changed if name not in stamps)


def _particulars_changed(evidence: Evidence, last: SignatureFound) -> bool:
    """Say whether anything but validation data and timestamps was written after the last signature."""
    history, stamped = evidence.history, {found.revision for found in evidence.found if found.is_timestamp}
    later = (revision.index for revision in history.revisions[last.revision + 1 :])
    return any(
        (history.root(index).get("/DSS") is None and index not in stamped)
        or _info(evidence, index)
        or _redescribed(evidence, index)
        for index in later
    )


def _redescribed(evidence: Evidence, revision: int) -> bool:
    """Say whether the description (XMP) tells more than before, beyond when and by what program the file was saved."""
    history = evidence.history
    was, now = (history.resolve(history.root(index).get("/Metadata"), index) for index in (revision - 1, revision))
    return says_more(was, now)


def _info(evidence: Evidence, revision: int) -> bool:
    history = evidence.history
    was, now = (
        history.dictionary(history.revisions[index].trailer.get("/Info"), index) for index in (revision - 1, revision)
    )
    return bool(differing(was, now) - {"/Producer", "/ModDate"})
