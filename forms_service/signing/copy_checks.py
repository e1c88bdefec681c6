"""Check 15: a sealed copy is the one that it says, cut where the record says, and sealed by the firm."""

import hashlib
from collections.abc import Iterator

from forms_service.domain.copies import is_told_late
from forms_service.domain.record import IssueRecord, RecordedCopy
from forms_service.domain.widgets import SEAL
from forms_service.signing.evidence import Evidence, Signing
from forms_service.signing.expected import ExpectedCopy
from forms_service.signing.finding import Finding, fail, judge, not_checked
from forms_service.signing.issue_checks import FOREIGN, GOES_ON, document_number
from forms_service.signing.outside import witness_faults
from forms_service.signing.signers import nobody_known, signed_as


def check_copy_sealed(evidence: Evidence) -> Finding:
    """Check 15: the copy's label, number, department and seal agree with the record, and with the store if at hand."""
    if evidence.record is None:
        return not_checked(FOREIGN)
    expected = evidence.expected
    if evidence.seal is None:
        if expected and expected.copy:
            return fail(f"台账记的是第 {expected.copy.no} 联，这份文件却没有封印。")
        return not_checked("这份文件还没有封印成联，不是定本。")
    faults = (*_seal_faults(evidence, evidence.seal), *_label_faults(evidence))
    return judge(faults, f"{copy_label(evidence)}，封印完好。", nobody_known(evidence))


def copy_label(evidence: Evidence) -> str:
    """Read the copy label of a sealed copy, "" for any other file."""
    if evidence.record is None or evidence.seal is None:
        return ""
    return str(evidence.printed(evidence.seal.revision).get(evidence.record.copy_label_field, ""))


def sealed_copy(evidence: Evidence) -> RecordedCopy | None:
    """Return the copy that a seal was put on, None when there is none or its label is unknown."""
    label = copy_label(evidence)
    copies = evidence.record.copies if evidence.record and label else ()
    return next((copy for copy in copies if copy.label == label), None)


def steps_due(evidence: Evidence, record: IssueRecord) -> int:
    """Count the steps that a sealed copy must hold: all, or up to the one at which it is cut early."""
    copy = sealed_copy(evidence)
    if copy is None or not copy.after:
        return len(record.steps)
    return next((n for n, step in enumerate(record.steps, 1) if step.id == copy.after), len(record.steps))


def _seal_faults(evidence: Evidence, seal: Signing) -> Iterator[str]:
    yield from signed_as(evidence, seal, "firm")
    facts, record = seal.facts, evidence.record
    if facts is None or (facts.step, facts.decision) != (SEAL, "seal"):
        yield "公司的封印没有声明自己是封印。"
    elif record is None or facts.document_id != record.document_id:
        yield "封印是为另一张单据盖的。"
    last = evidence.steps[-1] if evidence.steps else None
    if last is None or last.facts is None or last.facts.decision not in GOES_ON:
        yield "签核没有全部同意，却盖了封印。"
    yield from witness_faults(evidence, seal)
    if not document_number(evidence):
        yield "单据还没有编号，却盖了封印。"
    if record is not None and last is not None and last.step is not None:
        later = record.steps.index(last.step) >= steps_due(evidence, record)
        if later:
            yield f"「{last.step.name}」签在这一联裁出之后，这一联里不该有。"


def _is_that(wanted: RecordedCopy, expected: ExpectedCopy) -> bool:
    """Say whether the ledger means this copy; a department that only the document tells is the ledger's word."""
    return wanted.no == expected.no and (wanted.department == expected.department or is_told_late(wanted.department))


def _label_faults(evidence: Evidence) -> Iterator[str]:
    label, wanted = copy_label(evidence), sealed_copy(evidence)
    if wanted is None:
        yield f"联别「{label}」不在签发记录所列的联里。"
        return
    expected = evidence.expected
    if expected and expected.copy and not _is_that(wanted, expected.copy):
        yield f"台账记的是第 {expected.copy.no} 联，这份却是「{label}」。"
    if expected and expected.sha256:
        found = hashlib.sha256(evidence.history.data).hexdigest()
        if found != expected.sha256:
            yield "文件与存档的那一份不是同一串字节（SHA-256 不同）。"
