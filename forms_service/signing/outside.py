"""Signatures made outside: in a program of the signer's own, with a certificate that they registered or a customer's.

Such a signature states nothing of itself. Its document is told by the issue record, its step by its box, its person by
its certificate; who that was, in what part and when it came in, the seal vouches for, or the store where it is at hand.
Its cells are filled by us in a revision before it that bears no signature; it covers that revision with all the rest.
"""

from collections.abc import Iterator
from dataclasses import replace

from cryptography import x509

from forms_service.domain.record import IssueRecord, OutsideSignature, RecordedStep, SignatureFacts
from forms_service.signing import oids
from forms_service.signing.certificates import key_may_sign
from forms_service.signing.evidence import Evidence, Signing, prefix_digests
from forms_service.signing.pins import is_witness, parties_of, pin_doubts, pin_faults, pinned_facts
from forms_service.signing.verdict import TimeSource

NOTE = "在公司之外的程序里签的，用的是本人登记过的证书；由公司收存，时间是收到的时间。"
PINNED = "在公司之外的程序里签的；签章人是谁，是信任名单说的。"
CUSTOMERS = "客户在自己的程序里、用自己单位的证书签的；由公司收存，时间是收到的时间。"
UNKNOWN = "在公司之外的程序里签的；签章人是谁，这里没有谁作证。"


def vouch(evidence: Evidence) -> Evidence:
    """Give each signature made outside the facts that the seal or the store vouches for, and the time it came in."""
    record = evidence.record
    if record is None:
        return evidence
    signings = tuple(_vouched(evidence, record, s) if _states_nothing(s) else s for s in evidence.signings)
    return replace(evidence, signings=signings)


def filled_for(evidence: Evidence, revision: int) -> Signing | None:
    """Return the signature made outside for which a revision without one only fills the cells, just before it."""
    if any(found.revision == revision for found in evidence.found):
        return None
    return next((s for s in evidence.signings if s.outside and s.revision == revision + 1), None)


def outside_faults(evidence: Evidence, signing: Signing) -> Iterator[str]:
    """Check a signature made outside: somebody vouches for it where that may be, its certificate was good then."""
    label = evidence.label(signing.found.field)
    container = signing.container
    if signing.step is None or container is None:
        yield f"「{label}」没有声明是为哪张单据、哪一步签的。"
        return
    if signing.facts is None and signing.holder is not None and signing.traced.anchor is not None:
        yield f"「{label}」用的是本公司发的证书，却没有声明是为哪张单据、哪一步签的。"
    if signing.facts is None and (evidence.seal is not None or evidence.expected is not None):
        witness = "公司的封印" if evidence.seal is not None else "台账"
        yield f"「{label}」是在外面的程序里签的，{witness}却没有为这张证书（{container.fingerprint[:12]}…）作证。"
    yield from pin_faults(evidence, signing)
    yield from _party_faults(evidence, signing, signing.step)
    if not _is_for_signing(container.certificate):
        yield f"「{label}」的证书不是用来签章的。"
    elif signing.time and not key_may_sign(container.certificate, signing.time):
        yield f"「{label}」的证书在签章收到时不在有效期内。"


def _party_faults(evidence: Evidence, signing: Signing, step: RecordedStep) -> Iterator[str]:
    """Hold a customer's own certificate to the customer, and nobody else's to the customer's step."""
    label, found = evidence.label(signing.found.field), _witness(evidence, signing)
    if found is None:
        return
    if found.person.startswith("contact:") is not step.external:
        yield f"「{label}」的签章人 {found.person} {'不是客户' if step.external else '是客户'}，这一步却不是这样定的。"
    parties = parties_of(evidence, signing)
    if step.external and parties and found.department not in parties:
        yield f"「{label}」的证书在信任名单里是 {min(parties)} 的，却为 {found.department} 签。"


def outside_doubts(evidence: Evidence) -> Iterator[str]:
    """Say of each signature made outside what nobody who could vouch for it says here."""
    for signing in evidence.signings:
        if signing.outside and signing.facts is None:
            label = evidence.label(signing.found.field)
            yield f"「{label}」是在外面的程序里签的，还没有封印为证；签章人是谁，这里无从核实。"
        yield from pin_doubts(evidence, signing)


def outside_note(evidence: Evidence, signing: Signing) -> str:
    """Say in a sentence where a signature was made, and on whose word it is somebody's."""
    if signing.facts is None:
        return UNKNOWN
    if is_witness(evidence):
        return PINNED
    return CUSTOMERS if signing.step is not None and signing.step.external else NOTE


def witness_faults(evidence: Evidence, seal: Signing) -> Iterator[str]:
    """Hold that a seal vouches for the signatures made outside that are there, and for no others."""
    vouched = seal.facts.outside if seal.facts else ()
    there = [signing.part for signing in evidence.signings if signing.outside and signing.facts]
    if sorted(one.step for one in vouched) != sorted(there):
        yield "封印为之作证的外面的签章，与文件里的对不上。"


def _states_nothing(signing: Signing) -> bool:
    container = signing.container
    return signing.step is not None and container is not None and oids.FACTS not in container.attributes


def _vouched(evidence: Evidence, record: IssueRecord, signing: Signing) -> Signing:
    found = _witness(evidence, signing)
    facts = _facts(evidence, record, signing, found) if found else pinned_facts(evidence, record, signing)
    if signing.time_source == "timestamp":
        return replace(signing, outside=True, facts=facts)
    source: TimeSource = "receipt" if found else "claim"
    received = found.received_at if found else None
    return replace(signing, outside=True, facts=facts, time=received, time_source=source, time_fault="")


def _witness(evidence: Evidence, signing: Signing) -> OutsideSignature | None:
    """Find who vouches for the very bytes: the seal first, which a file carries with it, else the store."""
    seal, container = evidence.seal, signing.container
    vouched = (
        *(seal.facts.outside if seal is not None and seal.facts else ()),
        *(evidence.expected.outside if evidence.expected else ()),
    )
    heads = prefix_digests(evidence.history, signing.revision) if vouched else frozenset[str]()
    fingerprint = container.fingerprint if container else ""
    return next(
        (o for o in vouched if (o.step, o.certificate) == (signing.part, fingerprint) and o.head in heads), None
    )


def _facts(evidence: Evidence, record: IssueRecord, signing: Signing, found: OutsideSignature) -> SignatureFacts:
    cell = next((field.name for field in record.fields if field.of == f"opinion.{found.step}"), "")
    return SignatureFacts(
        document_id=record.document_id,
        step=found.step,
        round=found.round,
        person=found.person,
        role=found.role,
        decision=found.decision,
        opinion=str(evidence.printed(signing.revision).get(cell, "")),
        policy=found.policy,
        identified_by=found.identified_by,
        opinions=found.opinions,
        shown_sha256=found.shown_sha256,
        code_sent_at=found.code_sent_at,
        code_given_at=found.code_given_at,
    )


def _is_for_signing(certificate: x509.Certificate) -> bool:
    """Say whether a certificate, where it limits its key at all, lets it sign."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    except ValueError:
        return False
    return usage.digital_signature or usage.content_commitment
