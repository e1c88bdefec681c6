"""Checks 8 and 10: each step changed its own fields and nothing else; pages and permissions stayed as issued."""

from collections.abc import Iterator

from forms_service.domain.widgets import ISSUE, SEAL
from forms_service.signing.changes import Change, forbidden_changes
from forms_service.signing.comparison import CONTENT, FIELDS, PAGES, Allowance
from forms_service.signing.coverings import covering_faults
from forms_service.signing.evidence import Evidence, Signing
from forms_service.signing.filled_over import covered_by_filling, strayed_stamps
from forms_service.signing.finding import Finding, judge
from forms_service.signing.form_view import decode_text
from forms_service.signing.frames import frame_faults
from forms_service.signing.outside import filled_for
from forms_service.signing.overlays import overlay_faults
from forms_service.signing.particulars import SEEN, changed_particulars
from forms_service.signing.signatures import SignatureFound
from forms_service.signing.syntax import PdfDict, PdfValue, Ref

NO_CHANGES = 1
"""The DocMDP permission that allows nothing after."""

ANNOTATING = 3
"""The DocMDP permission that lets annotations come and change besides."""

FORM_FILLING = 2
"""The DocMDP permission that lets fields be filled and signatures added, and nothing else."""


def find_changes(evidence: Evidence) -> tuple[Change, ...]:
    """Compare every revision after the certified one with the one before it. Raises Malformed."""
    if evidence.certified is None:
        return ()
    return tuple(
        change
        for revision in range(evidence.certified + 1, len(evidence.forms))
        for change in forbidden_changes(
            evidence.history,
            evidence.forms[revision - 1],
            evidence.forms[revision],
            allowance_of(evidence, revision),
        )
    )


def allowance_of(evidence: Evidence, revision: int) -> Allowance:
    """Say what a revision may do, by who signed it."""
    if evidence.record is None:
        return _foreign_allowance(evidence, revision)
    signing = filled_for(evidence, revision) or next((s for s in evidence.signings if s.revision == revision), None)
    if signing is None:
        stamps = (s.field for s in evidence.found if s.revision == revision and s.is_timestamp)
        return Allowance(new_boxes=frozenset(stamps))
    earlier = (s for s in evidence.signings if s.revision < revision)
    locked = {name for s in earlier for name in held_by(evidence, s)}
    fields = due_lock(evidence, signing) - locked
    if signing.outside:  # its cells are filled in one revision, its box is signed in the next
        fills = revision < signing.revision
        return Allowance(fields, outside=True) if fills else Allowance(signature=signing.found.field, outside=True)
    return Allowance(fields, signing.found.field, may_lock=signing.part == SEAL)


def held_by(evidence: Evidence, signing: Signing) -> frozenset[str]:
    """Name what a signature locks; one made outside mostly names nothing, and holds what its step does all the same."""
    return (
        due_lock(evidence, signing)
        if signing.outside
        else read_lock(signing.found.transform("/FieldMDP")) or frozenset()
    )


def due_lock(evidence: Evidence, signing: Signing) -> frozenset[str]:
    """Name what a signature must lock: a step what the record says, the seal the copy label and all that is unused."""
    record = evidence.record
    if record is None:
        return frozenset()
    if signing.step is not None:
        return frozenset(signing.step.lock)
    if signing.part == SEAL:
        used = {s.part for s in evidence.steps if s.revision < signing.revision} | {ISSUE, SEAL}
        return frozenset({record.copy_label_field, *(f.name for f in record.fields if f.locked_by not in used)})
    return frozenset(record.issue_lock if signing.part == ISSUE else ())


def check_only_own_fields(evidence: Evidence) -> Finding:
    """Check 8: between two revisions only the fields of the step that signed may change."""
    return judge(_say(evidence, FIELDS))


def check_nothing_laid_over(evidence: Evidence) -> Finding:
    """Check 10: pages, annotations, fonts, permissions and locks stay as the firm issued them."""
    faults = (*_say(evidence, PAGES), *_say(evidence, CONTENT), *_lock_faults(evidence))
    if faults or evidence.certified is None:
        return judge(faults)
    found, since = (evidence.history, evidence.forms), (evidence.history, evidence.forms[evidence.certified :])
    framed = tuple(frame_faults(*since))
    if evidence.is_ours:
        return judge((*(words for _, words in framed), *strayed_stamps(*since)))
    laid = (
        *framed,
        *_titles_changed(evidence, evidence.certified),
        *overlay_faults(*found, evidence.found, evidence.certified),
        *covering_faults(*found, evidence.certified),
    )
    doubts = (*(words for over, words in laid if not over), *covered_by_filling(*since))
    return judge((words for over, words in laid if over), doubts=doubts)


def _titles_changed(evidence: Evidence, first: int) -> Iterator[tuple[bool, str]]:
    """Tell what a reader is shown of a file's particulars otherwise than the first signer was."""
    for revision in range(first + 1, evidence.history.last + 1):
        names = (SEEN.get(key) for key in changed_particulars(evidence.history, revision - 1, revision))
        said = "、".join(dict.fromkeys(name for name in names if name is not None))
        if said:
            yield False, f"第 {revision + 1} 次保存改了文件说明里的{said}，请看一看。"


def _say(evidence: Evidence, check: int) -> Iterator[str]:
    yield from _forbidding(evidence, max((c.revision for c in evidence.changes if c.check == check), default=0))
    for change in evidence.changes:
        if change.check == check:
            field = f"栏位「{evidence.label(change.field)}」" if change.field else ""
            yield f"{_author(evidence, change.revision)}时，{field}{change.words}。"


def _forbidding(evidence: Evidence, changed: int) -> Iterator[str]:
    """Name the signature of a file that is not ours before a change which let nothing at all be changed."""
    for signature in evidence.found if evidence.record is None else ():
        if _permission(evidence, signature) == NO_CHANGES and signature.revision < changed:
            yield f"「{evidence.label(signature.field)}」签的时候写明此后什么都不许再改（DocMDP 1）。"
            return


def _author(evidence: Evidence, revision: int) -> str:
    signing = next((s for s in evidence.signings if s.revision == revision), None)
    if signing is None:
        return f"第 {revision + 1} 次保存（没有签章）"
    return f"「{evidence.label(signing.found.field)}」签章"


def _lock_faults(evidence: Evidence) -> Iterator[str]:
    if evidence.record is None:
        return
    for place, signing in enumerate(evidence.signings):
        label = evidence.label(signing.found.field)
        certifies = signing.found.transform("/DocMDP")
        if place == 0 and (certifies is None or certifies.get("/P") != FORM_FILLING):
            yield f"公司签发（{label}）没有限定只许填写与签章（DocMDP 2）。"
        if place > 0 and certifies is not None:
            yield f"「{label}」自称是签发（DocMDP），只有公司的第一个签章可以。"
        if not _locks_its_own(evidence, signing):
            yield f"「{label}」锁定的栏位与签发记录所定的不同。"
    yield from _permission_faults(evidence)


def _permission_faults(evidence: Evidence) -> Iterator[str]:
    first = evidence.found[0]
    permissions = evidence.history.dictionary(
        evidence.history.root(evidence.history.last).get("/Perms"), evidence.history.last
    )
    named = permissions.get("/DocMDP")
    if permissions.keys() != {"/DocMDP"} or not isinstance(named, Ref) or named.number != first.number:
        yield "文件的权限（/Perms）没有指向公司的签发。"


def _locks_its_own(evidence: Evidence, signing: Signing) -> bool:
    """Say whether a signature locks what it must; one made outside may also leave it to us and lock nothing."""
    parameters = signing.found.transform("/FieldMDP")
    return read_lock(parameters) == due_lock(evidence, signing) or (signing.outside and parameters is None)


def read_lock(parameters: PdfDict | None) -> frozenset[str] | None:
    """Read the names from FieldMDP parameters; None for anything but a list of fields to include."""
    fields = parameters.get("/Fields") if parameters else None
    if parameters is None or parameters.get("/Action") != "/Include" or not isinstance(fields, tuple):
        return None
    names = [name.decode("ascii", "replace") for name in fields if isinstance(name, bytes)]
    return frozenset(names) if len(names) == len(fields) else None


def _foreign_allowance(evidence: Evidence, revision: int) -> Allowance:
    """Let a foreign file be filled and signed in the fields that no earlier signature locked."""
    before = evidence.forms[revision - 1]
    earlier = [signature for signature in evidence.found if signature.revision < revision]
    signed = next((s for s in evidence.found if s.revision == revision), None)
    fields = frozenset(before.fields)
    added = frozenset(evidence.forms[revision].fields) - fields
    permission = min((_permission(evidence, signature) for signature in earlier), default=FORM_FILLING)
    if permission == NO_CHANGES:
        stamp = signed.field if signed and signed.is_timestamp else None
        return Allowance(signature=stamp, new_boxes=added & {stamp}, foreign=True)
    locked: set[str] = set()
    for signature in earlier:
        locked |= _locked_names(signature, frozenset(before.fields))
    name = signed.field if signed else None
    return Allowance(fields - locked, name, added, foreign=True, annotations=permission == ANNOTATING)


def _permission(evidence: Evidence, signature: SignatureFound) -> int:
    """Say what a signature allows after it: its DocMDP, and the level of its box's lock (ISO 32000-2, 12.7.5.5).

    A signature that certifies nothing allows what level 2 allows; among several signatures the strictest holds.
    """
    parameters = signature.transform("/DocMDP")
    field = evidence.forms[signature.revision].fields.get(signature.field)
    lock = evidence.history.dictionary(field.dictionary.get("/Lock") if field else None, signature.revision)
    stated = (*([parameters.get("/P", FORM_FILLING)] if parameters is not None else []), lock.get("/P"))
    levels = [_level(p) for p in stated if p is not None]
    certifies_freely = parameters is not None and ANNOTATING in levels
    return min(levels) if levels and (certifies_freely or min(levels) < ANNOTATING) else FORM_FILLING


def _level(stated: PdfValue) -> int:
    """Read a level of permission; what is none of the three allows nothing, for programs differ on it."""
    known = isinstance(stated, int | float) and stated in (NO_CHANGES, FORM_FILLING, ANNOTATING)
    return int(stated) if known and isinstance(stated, int | float) else NO_CHANGES


def _locked_names(signature: SignatureFound, names: frozenset[str]) -> set[str]:
    parameters = signature.transform("/FieldMDP") or {}
    if parameters.get("/Action") == "/All":
        return set(names)
    listed = parameters.get("/Fields", ())
    given = [decode_text(n) for n in listed if isinstance(n, bytes)] if isinstance(listed, tuple) else []
    held = {name for name in names if any(name == g or name.startswith(f"{g}.") for g in given)}
    return held if parameters.get("/Action") == "/Include" else set(names) - held if parameters else set()
