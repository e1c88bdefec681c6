"""Reporting: what the verdict says of each signature, and of what cannot be known from the file alone."""

from collections.abc import Iterator
from itertools import chain, pairwise

from cryptography import x509

from forms_service.signing.change_checks import held_by
from forms_service.signing.copy_checks import sealed_copy
from forms_service.signing.evidence import Evidence, Signing
from forms_service.signing.field_changes import changed_fields
from forms_service.signing.foreign import unvouched
from forms_service.signing.outside import outside_note
from forms_service.signing.paper import paper_digest
from forms_service.signing.revocation_checks import is_open, level_of, revocation_words
from forms_service.signing.verdict import SignatureReport


def report_signatures(evidence: Evidence) -> tuple[SignatureReport, ...]:
    """Say of each signature who, when, in what part, over which contents, and what came after. Judges nothing."""
    forms = evidence.forms
    changed = [changed_fields(before, after) for before, after in pairwise(forms)]
    return tuple(_report(evidence, signing, changed[signing.revision :]) for signing in evidence.signings)


def not_checked_here(evidence: Evidence) -> tuple[str, ...]:
    """List in Chinese what these checks could not know."""
    return tuple(_open_questions(evidence))


def _report(evidence: Evidence, signing: Signing, changed: list[tuple[str, ...]]) -> SignatureReport:
    facts, container = signing.facts, signing.container
    certificate = container.certificate if container else None
    return SignatureReport(
        field=signing.found.field,
        signer=signer_of(signing),
        person_id=facts.person if facts else "",
        role=facts.role if facts else "",
        step=signing.part or (facts.step if facts else ""),
        decision=facts.decision if facts else "",
        opinion=facts.opinion if facts else "",
        certificate=container.fingerprint if container else "",
        time=signing.time,
        time_source=signing.time_source,
        covers=_covers(evidence, signing),
        changed_after=tuple(_in_order(evidence, frozenset(chain.from_iterable(changed)))),
        note=_note(evidence, signing),
        outside=signing.outside,
        revision=signing.revision + 1,
        on_behalf_of=(facts.on_behalf_of or "") if facts else "",
        certificate_subject=certificate.subject.rfc4514_string() if certificate else "",
        issuer=certificate.issuer.rfc4514_string() if certificate else "",
        serial=f"{certificate.serial_number:x}" if certificate else "",
        valid_from=certificate.not_valid_before_utc if certificate else None,
        valid_until=certificate.not_valid_after_utc if certificate else None,
        revocation=revocation_words(evidence, signing),
        level=level_of(evidence, signing),
    )


def _note(evidence: Evidence, signing: Signing) -> str:
    """Say what a signature is not, where a reader could take it for that, and where it was made."""
    if signing.outside:
        return outside_note(evidence, signing)
    if paper_digest(signing) is None or signing.facts is None:
        return ""
    did = "签章" if signing.facts.decision == "accept" else "表示不接受"
    keeper = signing.holder.name if signing.holder else signing.facts.person
    return f"客户在纸本{did}；扫描件由{keeper}收存，不是客户的电子签章。"


def signer_of(signing: Signing) -> str:
    """Name a signer as the certificate does: person and organisation, or the whole of a name that has no person."""
    if signing.holder is not None:
        return _together(signing.holder.name, signing.holder.organisation)
    if signing.container is None:
        return ""
    subject = signing.container.certificate.subject
    named = [
        subject.get_attributes_for_oid(part) for part in (x509.NameOID.COMMON_NAME, x509.NameOID.ORGANIZATION_NAME)
    ]
    return _together(*(str(part[0].value) for part in named if part)) or subject.rfc4514_string()


def _together(*parts: str) -> str:
    return " ".join(dict.fromkeys(part for part in parts if part))


def _in_order(evidence: Evidence, names: frozenset[str]) -> Iterator[str]:
    """Name fields in the order of the form, by the reader's words."""
    known = (name for name in evidence.labels if name in names)
    return (evidence.label(name) for name in (*known, *sorted(names - evidence.labels.keys())))


def _covers(evidence: Evidence, signing: Signing) -> dict[str, str]:
    """Give what stood in the fields that a signature locks; one on a file that is not ours covers all there were."""
    printed = evidence.printed(signing.revision)
    held = held_by(evidence, signing) if evidence.is_ours else frozenset(printed)
    return {evidence.label(name): as_words(value) for name, value in printed.items() if name in held}


def as_words(value: str | bool) -> str:
    """Write a field's content in words: a tick as 「是」, none as nothing."""
    if isinstance(value, bool):
        return "是" if value else ""
    return value


def foreign_signers(evidence: Evidence) -> tuple[str, ...]:
    """Say of each signer of a file that is not ours, whom nothing vouches for, why that is so."""
    return tuple(
        f"{signer_of(signing)}：{reason}。"
        for signing, reason in (() if evidence.is_ours else unvouched(evidence))
        if signing.container is not None
    )


def _claimed_times(evidence: Evidence) -> dict[str, list[str]]:
    """Name the signatures whose time nothing proves, by why that is so."""
    found: dict[str, list[str]] = {}
    for signing in evidence.signings:
        if signing.time_source == "claim":
            found.setdefault(_why_claimed(signing), []).append(evidence.label(signing.found.field))
    return found


def _why_claimed(signing: Signing) -> str:
    if signing.time_unproven:
        return "时间戳是谁盖的查不出来"
    return "时间戳不符" if signing.time_fault else "没有时间戳"


def _open_questions(evidence: Evidence) -> Iterator[str]:
    for why, labels in _claimed_times(evidence).items():
        yield f"{'、'.join(labels)}：{why}，签章时间只是签章人自称。"
    open_ends = [evidence.label(s.found.field) for s in evidence.signings if is_open(evidence, s)]
    if open_ends:
        yield f"{'、'.join(open_ends)}：证书在签章时是否已被撤销。"
    yield from filter(None, (_note(evidence, signing) for signing in evidence.signings if not signing.outside))
    copy = sealed_copy(evidence)
    if copy is not None and copy.after and evidence.record is not None:
        cut = next((step.name for step in evidence.record.steps if step.id == copy.after), copy.after)
        yield f"「{copy.label}」在「{cut}」签后先行裁出；其后各步的签核不在这一份里。"
    if evidence.record is None:
        yield from foreign_signers(evidence)
        yield "签章人是谁、有没有权限：不是本系统签发的文件，须由人判断。"
        return
    if not evidence.is_held_to_us:
        yield "签章人与公司的名字都只是证书自己写的：没有信任文件，核对不了。"
    if evidence.expected is None:
        delegated = [evidence.label(s.found.field) for s in evidence.signings if s.facts and s.facts.on_behalf_of]
        if delegated:
            yield f"{'、'.join(delegated)}：代签的人当时有没有受委托。"
        yield "签章人当时是否担任该职务、在核决权限之内。"
        yield "这张单据后来是否作废、被新单取代。"
        yield "这张单据是否已经入账。"
