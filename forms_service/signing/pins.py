"""Pins: what a trust list that names people's own certificates says of a signature made outside, and what it leaves.

It says whose a certificate is, from when until when, and what part that person had then; when they signed, only the
file can tell: after the signature before, and by the time that a timestamp proves, or now.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Literal

from forms_service.domain.record import IssueRecord, RecordedStep, SignatureFacts
from forms_service.signing.evidence import Evidence, Signing
from forms_service.signing.stamps import proven_time
from forms_service.signing.trust import PinnedCertificate

Answer = Literal["yes", "no", "unknown"]

_BEGINNING = dt.datetime.min.replace(tzinfo=dt.UTC)
_SEVERAL = "any of ["
_PLAIN = {"同意": "approve", "驳回": "reject"}


def pins_of(evidence: Evidence, signing: Signing) -> tuple[PinnedCertificate, ...]:
    """List the times at which the trust list pins the certificate that a signature was made with."""
    return evidence.trust.pinned(signing.container.certificates[0]) if signing.container else ()


def is_witness(evidence: Evidence) -> bool:
    """Say whether the trust list speaks where signatures were made outside: not where a seal or the ledger does."""
    return evidence.seal is None and evidence.expected is None


def pinned_facts(evidence: Evidence, record: IssueRecord, signing: Signing) -> SignatureFacts | None:
    """State for a signature made outside who made it by the trust list, and what stands in its own cells."""
    pins, step = pins_of(evidence, signing), signing.step
    if step is None or step.external or not is_witness(evidence) or not pins or pins[0].party:
        return None
    printed = evidence.printed(signing.revision)
    cells = {field.of: str(printed.get(field.name, "")) for field in record.fields}
    return SignatureFacts(
        document_id=record.document_id,
        step=step.id,
        round=max((s.facts.round for s in evidence.signings if s.facts and s.revision < signing.revision), default=1),
        person=pins[0].person,
        role=step.role,
        decision=_decision(record, cells[f"decision.{step.id}"]) if step.decides else "approve",
        opinion=cells.get(f"opinion.{step.id}", ""),
    )


def pin_faults(evidence: Evidence, signing: Signing) -> Iterator[str]:
    """Find what speaks against a signature made outside in what the trust list says of its certificate."""
    label, step, facts = evidence.label(signing.found.field), signing.step, signing.facts
    if step is None:
        return
    if parties_of(evidence, signing) and not step.external:
        yield f"「{label}」该由本公司的人签，用的却是信任名单里客户的证书。"
        return
    pins = pins_of(evidence, signing)
    if step.external and pins and not pins[0].party:
        yield f"「{label}」该由客户签，用的却是信任名单里本公司人员（{pins[0].person}）的证书。"
    elif facts is not None and pins and pins[0].person not in ("", facts.person):
        yield f"「{label}」的签章人是 {facts.person}，信任名单却说这张证书是 {pins[0].person} 的。"
    elif facts is not None and pins and is_witness(evidence):
        yield from _own_faults(evidence, signing, step, facts)


def pin_doubts(evidence: Evidence, signing: Signing) -> Iterator[str]:
    """Say what the trust list leaves open about a signature made outside for which it is the only witness."""
    if signing.facts is None or signing.step is None or not signing.outside or not is_witness(evidence):
        return
    label, about = evidence.label(signing.found.field), _about(evidence, signing)
    if _may(about, signing.step) == "unknown":
        yield f"「{label}」是 {signing.facts.person} 签的，当时有没有权签这一步，信任名单没有写明，或要看台账。"
    after, before = _between(evidence, signing)
    if not any(pin.begins <= after and before <= pin.ends for pin in _joined(about)):
        yield f"「{label}」的证书在信任名单里有期限，没有证据证明签在期限之内。"


def _own_faults(evidence: Evidence, signing: Signing, step: RecordedStep, facts: SignatureFacts) -> Iterator[str]:
    label, about = evidence.label(signing.found.field), _about(evidence, signing)
    if not about:
        told = "、".join(f"{pin.begins:%Y-%m-%d} 到 {pin.ends:%Y-%m-%d}" for pin in pins_of(evidence, signing))
        yield f"「{label}」的证书在信任名单里的期限是 {told}，签章不在其中。"
    elif _may(about, step) == "no":
        yield f"「{label}」应由「{step.role}」（{step.who}）签，信任名单里 {facts.person} 当时不是。"
    if not facts.decision:
        yield f"「{label}」的决定一格写的不是同意、驳回或退回某一步。"


def parties_of(evidence: Evidence, signing: Signing) -> frozenset[str]:
    """Name the customers whose the trust list takes a certificate for."""
    anchor = signing.traced.anchor
    by_authority = evidence.trust.parties_of(anchor) if anchor is not None else frozenset[str]()
    return by_authority | {pin.party for pin in pins_of(evidence, signing) if pin.party}


def _between(evidence: Evidence, signing: Signing) -> tuple[dt.datetime, dt.datetime]:
    """Say after what and before what a signature was made: after those before it, by the time proven or now."""
    earlier = [s.time for s in evidence.signings if s.revision < signing.revision and s.time is not None]
    before = proven_time(evidence, signing) or evidence.at
    return min(max(earlier, default=_BEGINNING), before), before


def _about(evidence: Evidence, signing: Signing) -> tuple[PinnedCertificate, ...]:
    """List the times of a pinned certificate into which the signature may have fallen."""
    after, before = _between(evidence, signing)
    return tuple(pin for pin in pins_of(evidence, signing) if pin.begins <= before and after < pin.ends)


def _joined(pins: tuple[PinnedCertificate, ...]) -> tuple[PinnedCertificate, ...]:
    """Join times that follow one another: when a part changed, the certificate went on."""
    joined: list[PinnedCertificate] = []
    for pin in pins:
        follows = bool(joined) and pin.begins <= joined[-1].ends
        joined[-1:] = [_longer(joined[-1], pin)] if follows else [*joined[-1:], pin]
    return tuple(joined)


def _longer(first: PinnedCertificate, then: PinnedCertificate) -> PinnedCertificate:
    return PinnedCertificate(first.certificate, first.person, first.since, max(first.until, then.until))


def _may(pins: tuple[PinnedCertificate, ...], step: RecordedStep) -> Answer:
    """Say whether a step was the person's, at whichever of these times they signed it."""
    answers = {_is_due(step.who, pin) for pin in pins}
    return answers.pop() if len(answers) == 1 else "unknown"


def _is_due(who: str, pin: PinnedCertificate) -> Answer:
    """Say whether somebody of a department, with roles, is who a step asks for; the ledger alone knows the rest."""
    if who.startswith(_SEVERAL):
        answers = {_is_due(part.strip(), pin) for part in who.removeprefix(_SEVERAL).removesuffix("]").split(",")}
        return "yes" if "yes" in answers else answers.pop() if len(answers) == 1 else "unknown"
    kind, _, name = who.partition(" ")
    if kind == "role" and pin.roles is not None:
        return "yes" if name in pin.roles else "no"
    if kind == "dept" and not name.startswith("$") and pin.department is not None:
        return "yes" if name == pin.department else "no"
    return "unknown"


def _decision(record: IssueRecord, words: str) -> str:
    """Read what a step's cell says was decided, "" for what it cannot say."""
    back = next((s.id for s in record.steps if words == f"退回{_name_of_all(s)}"), "")
    return f"return:{back}" if back else _PLAIN.get(words, "")


def _name_of_all(step: RecordedStep) -> str:
    """Name a step as a return does: a member of a 会签 by the name of all."""
    return step.name.rpartition("（")[0] or step.name if step.joint else step.name
