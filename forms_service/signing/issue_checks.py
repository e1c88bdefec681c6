"""Check 4: the firm issued the document, and what it fixed then stands in the bytes."""

import hashlib
from collections.abc import Iterator, Mapping

from forms_service.domain.record import SPEC_NAME, IssueRecord, RecordedField
from forms_service.domain.widgets import DOCUMENT_ID, ISSUE, NUMBER, OPENED_ON, SEAL
from forms_service.signing.evidence import Evidence, prefix_digests
from forms_service.signing.finding import Finding, fail, judge, not_checked
from forms_service.signing.signers import nobody_known, signed_as

FOREIGN = "不是本系统签发的文件，没有签发记录可对。"
GOES_ON = frozenset({"approve", "accept"})
"""The decisions after which a document goes on to its next step."""


def check_issued_by_firm(evidence: Evidence) -> Finding:
    """Check 4: the first signature is the firm's certification, and the issue record is whole and agrees with it."""
    if not evidence.is_ours:
        return not_checked(FOREIGN)
    if evidence.record is None:
        return fail(f"{evidence.record_fault or '文件里没有公司的签发记录'}。")
    record = evidence.record
    faults = (
        *_certifying_faults(evidence),
        *_record_faults(evidence, record),
        *_answer_faults(evidence, record),
        *_store_faults(evidence),
    )
    return judge(faults, f"由{record.firm}签发，{_number_words(evidence)}。", nobody_known(evidence))


def document_number(evidence: Evidence) -> str:
    """Return the document's number: as issued, or as the step that drew it printed and locked it; "" for a draft."""
    if evidence.record is None:
        return ""
    return evidence.record.number or str(evidence.printed(evidence.history.last).get(NUMBER, ""))


def _certifying_faults(evidence: Evidence) -> Iterator[str]:
    first = evidence.signings[0] if evidence.signings else None
    if first is None or first.part != ISSUE or evidence.found[0] is not first.found:
        yield "第一个签章不是公司的签发。"
        return
    yield from signed_as(evidence, first, "firm")
    facts = first.facts
    if facts is None or (facts.step, facts.decision) != (ISSUE, "issue"):
        yield "公司的签发没有声明自己是签发。"
    if sum(signing.part == ISSUE for signing in evidence.signings) > 1:
        yield "公司的签发不止一个。"


def _record_faults(evidence: Evidence, record: IssueRecord) -> Iterator[str]:
    if hashlib.sha256(evidence.spec_source).hexdigest() != record.spec_sha256:
        yield f"附在里面的表单规格（{SPEC_NAME}）与签发记录写的摘要不符。"
    printed = evidence.printed(evidence.certified or 0)
    system = {NUMBER: record.number, OPENED_ON: record.opened_on, DOCUMENT_ID: record.document_id}
    for name, text in system.items():
        if printed.get(name) != text:
            yield f"「{evidence.label(name)}」印的是「{printed.get(name)}」，签发记录是「{text}」。"
    if bool(record.number) == bool(record.number_at):
        yield "签发记录没有说清编号是签发时编的，还是由哪一步编。"
    recorded = {field.name for field in record.fields}
    if recorded != set(evidence.forms[evidence.certified or 0].fields) or len(recorded) != len(record.fields):
        yield "表单的栏位与签发记录列的不一致。"
    if not _locks_agree(record):
        yield "签发记录里，栏位与锁定的步骤对不上。"
    early = [name for name, value in printed.items() if value and name not in record.issue_lock]
    if early:
        yield f"签发时「{evidence.label(early[0])}」就已经有内容。"


def _locks_agree(record: IssueRecord) -> bool:
    """Say whether every printed field stands in exactly the lock that the record gives it."""
    locks = {ISSUE: record.issue_lock, SEAL: (record.copy_label_field,), **{s.id: s.lock for s in record.steps}}
    due: dict[str, set[str]] = {lock: set() for lock in locks}
    if NUMBER not in locks.get(record.number_at or ISSUE, ()):
        return False
    for field in record.fields:
        if field.kind != "signature":
            due.setdefault(field.locked_by, set()).add(field.name)
    return {lock: set(names) for lock, names in locks.items()} == due


def _answer_faults(evidence: Evidence, record: IssueRecord) -> Iterator[str]:
    """Hold what the first step filled to what the firm fixed when it issued the document."""
    first = next((s for s in evidence.steps if s.part == record.steps[0].id), None)
    if first is None or first.facts is None or first.facts.decision not in GOES_ON:
        return
    printed, fixed = evidence.printed(first.revision), dict(record.answers)
    for field in record.fields:
        wanted = _fixed_content(field, fixed)
        if wanted is not None and printed.get(field.name) != wanted:
            yield f"「{field.label}」应是签发时定下的「{wanted}」，填的却不是。"
    unknown = fixed.keys() - {name for field in record.fields for name in (field.of, _key(field))}
    if unknown:
        yield f"签发记录定了「{min(unknown)}」的内容，单据上却没有这一栏。"


def _key(field: RecordedField) -> str:
    return field.of if field.row is None else f"{field.of}.{field.row}.{field.column}"


def _fixed_content(field: RecordedField, fixed: Mapping[str, str]) -> str | bool | None:
    """Return what a cell must hold by the firm's word, None where the signer may choose it.

    A table with given cells has no rows but the given ones.
    """
    key = _key(field)
    if key in fixed:
        return fixed[key] if field.option is None else fixed[key] == field.option
    row = f"{field.of}.{field.row}."
    given = field.row is not None and any(name == field.of or name.startswith(f"{field.of}.") for name in fixed)
    return "" if given and not any(name.startswith(row) for name in fixed) else None


def _store_faults(evidence: Evidence) -> Iterator[str]:
    expected, record = evidence.expected, evidence.record
    if expected is None or record is None:
        return
    number = document_number(evidence)
    if record.document_id != expected.document_id:
        yield f"这是单据 {number}（识别码 {record.document_id}），不是要找的那一张。"
    elif expected.number is not None and number and number != expected.number:
        yield f"编号是 {number}，台账编给这张单据的是 {expected.number or '（尚未编号）'}。"
    stored = [s for s in evidence.signings if s.part != SEAL]
    for signing in stored:
        if not prefix_digests(evidence.history, signing.revision) & expected.heads:
            yield f"到「{evidence.label(signing.found.field)}」为止的内容，与公司存档的不是同一份。"
            return


def _number_words(evidence: Evidence) -> str:
    number = document_number(evidence)
    return f"编号 {number}" if number else "还没有编号"
