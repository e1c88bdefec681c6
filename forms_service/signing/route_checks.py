"""Checks 4, 11 and 15: the firm issued the document, the right people signed it in order, the copy is sealed."""

import hashlib
from collections.abc import Iterator

from forms_service.domain.errors import FormsError
from forms_service.domain.record import SPEC_NAME, IssueRecord, RecordedStep
from forms_service.domain.widgets import DOCUMENT_ID, ISSUE, NUMBER, OPENED_ON, SEAL
from forms_service.signing.certificates import HolderKind, key_may_sign
from forms_service.signing.conditions import holds
from forms_service.signing.evidence import Evidence, Signing, prefix_digests
from forms_service.signing.finding import Finding, fail, judge, not_checked

FOREIGN = "不是本系统签发的文件，没有签发记录可对。"
_GOES_ON = frozenset({"approve", "accept"})
_KIND_WORDS = {"firm": "公司", "person": "本公司人员", "contact": "客户联系人", "timestamp": "时间戳机构"}


def check_issued_by_firm(evidence: Evidence) -> Finding:
    """Check 4: the first signature is the firm's certification, and the issue record is whole and agrees with it."""
    if not evidence.is_ours:
        return not_checked(FOREIGN)
    if evidence.record is None:
        return fail(f"{evidence.record_fault or '文件里没有公司的签发记录'}。")
    faults = (*_certifying_faults(evidence), *_record_faults(evidence, evidence.record), *_store_faults(evidence))
    return judge(faults, f"由{evidence.record.firm}签发，编号 {evidence.record.number}。")


def check_route_signed(evidence: Evidence) -> Finding:
    """Check 11: each step that the record requires is signed, in order, by the person whose certificate it is."""
    if evidence.record is None:
        return not_checked(FOREIGN)
    faults = (*_order_faults(evidence), *_missing_faults(evidence, evidence.record), *_signer_faults(evidence))
    names = "、".join(f"{s.step.name}" for s in evidence.steps if s.step)
    return judge(faults, f"已依次签核：{names}。" if names else "签发之后还没有人签核。")


def check_copy_sealed(evidence: Evidence) -> Finding:
    """Check 15: the copy's label, number, department and seal agree with the record, and with the store if at hand."""
    if evidence.record is None:
        return not_checked(FOREIGN)
    expected = evidence.expected
    if evidence.seal is None:
        if expected and expected.copy:
            return fail(f"台账记的是第 {expected.copy.no} 联，这份文件却没有封印。")
        return not_checked("这份文件还没有封印成联，不是定本。")
    faults = (*_seal_faults(evidence, evidence.seal), *_label_faults(evidence, evidence.record))
    return judge(faults, f"{copy_label(evidence)}，封印完好。")


def copy_label(evidence: Evidence) -> str:
    """Read the copy label of a sealed copy, "" for any other file."""
    if evidence.record is None or evidence.seal is None:
        return ""
    return str(evidence.printed(evidence.seal.revision).get(evidence.record.copy_label_field, ""))


def copy_number(evidence: Evidence) -> int | None:
    """Return the number of the copy that a seal was put on, None when there is none or its label is unknown."""
    label = copy_label(evidence)
    copies = evidence.record.copies if evidence.record and label else ()
    return next((copy.no for copy in copies if copy.label == label), None)


def _certifying_faults(evidence: Evidence) -> Iterator[str]:
    first = evidence.signings[0] if evidence.signings else None
    if first is None or first.part != ISSUE or evidence.found[0] is not first.found:
        yield "第一个签章不是公司的签发。"
        return
    yield from _signed_as(evidence, first, "firm")
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
    for field in record.fields:
        if field.kind != "signature":
            due.setdefault(field.locked_by, set()).add(field.name)
    return {lock: set(names) for lock, names in locks.items()} == due


def _store_faults(evidence: Evidence) -> Iterator[str]:
    expected, record = evidence.expected, evidence.record
    if expected is None or record is None:
        return
    if record.document_id != expected.document_id:
        yield f"这是单据 {record.number}（识别码 {record.document_id}），不是要找的那一张。"
    stored = [s for s in evidence.signings if s.part != SEAL]
    for signing in stored:
        if not prefix_digests(evidence.history, signing.revision) & expected.heads:
            yield f"到「{evidence.label(signing.found.field)}」为止的内容，与公司存档的不是同一份。"
            return


def _order_faults(evidence: Evidence) -> Iterator[str]:
    record = evidence.record
    order = [step.id for step in record.steps] if record else []
    latest, latest_round = -1, 1
    for place, signing in enumerate(evidence.signings[1:], 1):
        label = evidence.label(signing.found.field)
        if signing.part == "":
            yield f"「{label}」不是这张单据该有的签章。"
        if signing.part in order:
            if order.index(signing.part) <= latest:
                yield f"「{label}」没有按流程的次序签。"
            latest = order.index(signing.part)
            last = place == len(evidence.signings) - 1
            if signing.facts and signing.facts.decision not in _GOES_ON and not last:
                yield f"「{label}」已经退回或不同意，后面却还有人签。"
            if signing.facts and signing.facts.round < latest_round:
                yield f"「{label}」的轮次比前面的早。"
            latest_round = signing.facts.round if signing.facts else latest_round
        if signing.part == SEAL and place != len(evidence.signings) - 1:
            yield "封印之后又有人签章。"


def _missing_faults(evidence: Evidence, record: IssueRecord) -> Iterator[str]:
    """Find the steps that were passed over without leave; what a skipped step would fill stays empty."""
    signed = {signing.part: signing for signing in evidence.steps}
    reached = [place for place, step in enumerate(record.steps) if step.id in signed]
    end = len(record.steps) if evidence.seal else (max(reached) + 1 if reached else 0)
    final = evidence.printed(evidence.history.last)
    before = evidence.certified or 0
    for step in record.steps[:end]:
        if step.id in signed:
            before = signed[step.id].revision
            continue
        if _is_due(evidence, step, before):
            yield f"缺少「{step.name}」的签章。"
        filled = [name for name in step.lock if final.get(name)]
        if filled:
            yield f"「{step.name}」没有签，它的「{evidence.label(filled[0])}」却有内容。"


def _is_due(evidence: Evidence, step: RecordedStep, revision: int) -> bool:
    if step.when is None or evidence.record is None:
        return True
    try:
        return holds(step.when, evidence.record, evidence.printed(revision))
    except (FormsError, ValueError, KeyError):
        return True


def _signer_faults(evidence: Evidence) -> Iterator[str]:
    people: dict[str, str] = {}
    for signing in evidence.steps:
        if signing.step is None:
            continue
        yield from _signed_as(evidence, signing, "contact" if signing.step.external else "person")
        yield from _identity_faults(evidence, signing)
        person = signing.facts.person if signing.facts else ""
        clash = next((step for step in signing.step.not_same_as if people.get(step) == person), None)
        if clash is not None:
            yield f"「{signing.step.name}」与「{_step_name(evidence, clash)}」是同一个人签的，流程不允许。"
        people[signing.part] = person


def _signed_as(evidence: Evidence, signing: Signing, kind: HolderKind) -> Iterator[str]:
    """Check the certificate behind a signature: its kind by policy, its anchor, and that it was valid then."""
    label = evidence.label(signing.found.field)
    holder = signing.holder
    if signing.container is None:
        yield f"「{label}」：{signing.fault}。"
        return
    if signing.traced.anchor is None:
        yield f"「{label}」的签章人「{_signer(signing)}」不可信：{signing.traced.reason}。"
    elif signing.traced.anchor != evidence.signings[0].traced.anchor:
        yield f"「{label}」的证书与公司签发用的不是出自同一个根。"
    if holder is None or holder.kind != kind:
        found = _KIND_WORDS[holder.kind] if holder else "来历不明"
        yield f"「{label}」应由{_KIND_WORDS[kind]}的证书签章，这张是{found}的。"
    moments = [moment for moment in (signing.time, evidence.at if signing.time_source == "claim" else None) if moment]
    if signing.traced.anchor and not all(signing.traced.valid_at(moment) for moment in moments):
        yield f"「{label}」的证书在签章时（或现在）不在有效期内，也没有时间戳可证明签章时有效。"
    elif signing.time and not key_may_sign(signing.container.certificate, signing.time):
        yield f"「{label}」的密钥在签章时已过了可以签章的时限。"


def _identity_faults(evidence: Evidence, signing: Signing) -> Iterator[str]:
    facts, holder, record, expected = signing.facts, signing.holder, evidence.record, evidence.expected
    label = evidence.label(signing.found.field)
    if facts is None or record is None:
        yield f"「{label}」没有声明是为哪张单据、哪一步签的。"
        return
    if facts.document_id != record.document_id:
        yield f"「{label}」是为另一张单据签的。"
    if facts.step != signing.part:
        yield f"「{label}」是为另一步（{_step_name(evidence, facts.step)}）签的。"
    external = facts.person.startswith("contact:")
    if holder and holder.kind == "person" and facts.person != holder.person_id:
        yield f"「{label}」声明的签章人是 {facts.person}，证书却是 {holder.person_id}（{holder.name}）的。"
    if holder and (holder.kind == "contact") != external:
        yield f"「{label}」声明的签章人与证书的种类不符。"
    known = expected.signature(facts.step, facts.round) if expected else None
    if expected and (known is None or (known.person, known.certificate) != (facts.person, _fingerprint(signing))):
        yield f"「{label}」的签章人或证书与台账所记的不同。"


def _seal_faults(evidence: Evidence, seal: Signing) -> Iterator[str]:
    yield from _signed_as(evidence, seal, "firm")
    facts, record = seal.facts, evidence.record
    if facts is None or (facts.step, facts.decision) != (SEAL, "seal"):
        yield "公司的封印没有声明自己是封印。"
    elif record is None or facts.document_id != record.document_id:
        yield "封印是为另一张单据盖的。"
    last = evidence.steps[-1] if evidence.steps else None
    if last is None or last.facts is None or last.facts.decision not in _GOES_ON:
        yield "签核没有全部同意，却盖了封印。"


def _label_faults(evidence: Evidence, record: IssueRecord) -> Iterator[str]:
    label, number = copy_label(evidence), copy_number(evidence)
    if number is None:
        yield f"联别「{label}」不在签发记录所列的联里。"
        return
    expected = evidence.expected
    wanted = next(copy for copy in record.copies if copy.no == number)
    if expected and expected.copy and (expected.copy.no, expected.copy.department) != (number, wanted.department):
        yield f"台账记的是第 {expected.copy.no} 联，这份却是「{label}」。"
    if expected and expected.sha256:
        found = hashlib.sha256(evidence.history.data).hexdigest()
        if found != expected.sha256:
            yield "文件与存档的那一份不是同一串字节（SHA-256 不同）。"


def _step_name(evidence: Evidence, step_id: str) -> str:
    steps = evidence.record.steps if evidence.record else ()
    return next((step.name for step in steps if step.id == step_id), step_id)


def _signer(signing: Signing) -> str:
    if signing.holder:
        return signing.holder.name
    return signing.container.certificate.subject.rfc4514_string() if signing.container else ""


def _fingerprint(signing: Signing) -> str:
    return signing.container.fingerprint if signing.container else ""
