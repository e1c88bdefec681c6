"""Submitting: a step is filled and signed in one revision, judged, stored and entered in the ledger.

    submit(office, person, Submission(document_id, "gm", seen=digest, decision="return:prepare", opinion="…"), signer)

What the page showed is what is signed: a submit carries the digest of those bytes, and a page that has gone stale
gets a clear answer, never a second signature.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from forms_service.domain.checking import check_values
from forms_service.domain.document import Document, Signature, end, send_back, sign
from forms_service.domain.errors import ProblemsFound, StalePage, WrongState
from forms_service.domain.events import Event
from forms_service.domain.facts import printed_facts
from forms_service.domain.people import Person
from forms_service.domain.problem import Problem
from forms_service.domain.record import SignatureFacts
from forms_service.domain.routing import Claim, require_turn, skipped_steps
from forms_service.domain.spec import FormSpec, Step
from forms_service.domain.values import Values
from forms_service.domain.widgets import (
    decision_name,
    fields_of_lock,
    locked_names,
    opinion_name,
    print_document,
    sign_name,
)
from forms_service.domain.workdays import due_at
from forms_service.pdf.fill import check_fit, fill
from forms_service.pdf.read import open_writer
from forms_service.pdf.seal import Stamp, stamp_style
from forms_service.signing.expected import ExpectedRevision
from forms_service.signing.sign import sign_revision
from forms_service.signing.signer import Signer
from forms_service.workflow.judging import require_sound
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading, claim_of, context, find, known

_WORDS = {"approve": "同意", "accept": "同意", "reject": "驳回", "refuse": "不接受"}
_EVENTS = {"approve": "signed", "accept": "signed", "reject": "rejected", "refuse": "refused", "return": "returned"}


@dataclass(frozen=True, slots=True)
class Submission:
    """What a signer hands in. `raw` is keyed by field id or `lines.1.qty`; `seen` is the digest of the bytes shown.

    `decision` is approve, reject, return:STEP, accept or refuse. `reason` answers the checks that only warn.
    """

    document_id: str
    step: str
    seen: str
    decision: str = "approve"
    opinion: str = ""
    raw: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""

    @property
    def goes_on(self) -> bool:
        """Say whether the document goes on to the next step."""
        return self.decision in ("approve", "accept")


@dataclass(frozen=True, slots=True)
class Capacity:
    """In which capacity somebody signs, and with what: the one difference between staff and a customer's contact."""

    person: str
    name: str
    role: str
    stamp: Stamp
    signer: Signer
    policy: str | None = None
    identified_by: str | None = None


def submit(office: Office, person: Person, submission: Submission, signer: Signer) -> Document:
    """Sign a step as a member of staff; returns the document as it now stands.

    Raises NotFound, NotYours, StalePage, WrongState, ProblemsFound (nothing was signed) or VerdictRefused.
    """
    at = office.now()
    reading = find(office, person, submission.document_id)
    step, claimed = require_fresh(reading, submission)
    require_turn(person, step, reading.document, claimed)
    when = f"{office.local(at):%Y-%m-%d %H:%M}"
    capacity = Capacity(
        person=person.id,
        name=person.name,
        role=claimed.words,
        stamp=Stamp("person", person.name, (step.sign, person.name, when)),
        signer=signer,
        policy=claimed.policy,
    )
    return sign_step(office, reading, step, submission, capacity, at)


def require_fresh(reading: Reading, submission: Submission) -> tuple[Step, Claim]:
    """Return the step at hand; raises StalePage when the signer's page shows other bytes, WrongState when it ended."""
    document = reading.document
    if reading.step is None or reading.claim is None:
        raise WrongState(f"单据 {document.number} 已经结束，不能再签。请回到待办查看其结果。")
    if document.step != submission.step or document.head != submission.seen:
        raise StalePage(
            f"单据 {document.number} 在您打开页面之后已有变动（可能您已签过，或已被退回）。"
            "这一次没有签章。请刷新页面，核对内容后再签。"
        )
    return reading.step, reading.claim


def checked_values(office: Office, reading: Reading, step: Step, submission: Submission, at: dt.datetime) -> Values:
    """Check what a step was filled with, before anything is signed; raises ProblemsFound with every error at once.

    What only warns is let through with a reason, which the ledger keeps.
    """
    ctx = context(office, reading.document, at)
    values, problems = check_values(reading.spec, step, submission.raw, reading.values, ctx)
    _refuse(problems)
    if problems and not submission.reason.strip():
        asked = Problem("reason", "reason_required", "有要留意的地方。确认无误、仍要继续的话，请写明理由，会记入台账。")
        raise ProblemsFound((asked, *problems))
    return values


def sign_step(
    office: Office, reading: Reading, step: Step, submission: Submission, capacity: Capacity, at: dt.datetime
) -> Document:
    """Fill, sign, judge and store one step's revision; the caller has settled who may."""
    _require_decision(step, submission)
    values = checked_values(office, reading, step, submission, at) if submission.goes_on else reading.values
    printed = print_step(reading.spec, step, submission, values)
    layout = office.printery.form(reading.spec.sha256).layout
    _refuse(check_fit(layout, printed, office.fonts))
    base = office.blobs.get(reading.document.head)
    facts = SignatureFacts(
        document_id=reading.document.id,
        step=step.id,
        round=reading.document.round,
        person=capacity.person,
        role=capacity.role,
        decision=submission.decision,
        opinion=submission.opinion,
        policy=capacity.policy,
        identified_by=capacity.identified_by,
    )
    writer = open_writer(base)
    fill(writer, layout, printed, office.fonts)
    signed = sign_revision(
        writer,
        field=sign_name(reading.spec, step),
        lock=locked_names(reading.spec, step.id),
        signer=capacity.signer,
        facts=facts,
        reason=f"{step.name}：{capacity.role} {capacity.name} {decision_words(reading.spec, submission.decision)}",
        stamp_style=stamp_style(capacity.stamp, office.fonts),
        at=at,
        timestamper=office.timestamper,
    )
    due = ExpectedRevision(
        base_sha256=reading.document.head,
        field=sign_name(reading.spec, step),
        lock=locked_names(reading.spec, step.id),
        certificate=capacity.signer.fingerprint,
        facts=facts,
        printed=printed,
    )
    require_sound(office, signed, due)
    head = office.blobs.put(signed)
    signature = Signature(
        step=step.id,
        person=capacity.person,
        role=capacity.role,
        decision=submission.decision,
        opinion=submission.opinion,
        certificate=capacity.signer.fingerprint,
        signed_at=at,
        base=reading.document.head,
        head=head,
        round=reading.document.round,
    )
    return _store(office, reading, submission, signature, values, at)


def print_step(spec: FormSpec, step: Step, submission: Submission, values: Values) -> Mapping[str, str | bool]:
    """Write the texts of every cell that a step's signature locks: its values, its decision and its opinion."""
    printed = dict(print_document(spec, values, fields_of_lock(spec, step.id)))
    if step.decides:
        printed[decision_name(spec, step)] = decision_words(spec, submission.decision)
        printed[opinion_name(spec, step)] = submission.opinion
    return printed


def decision_words(spec: FormSpec, decision: str) -> str:
    """Write a decision in the office's words."""
    if decision.startswith("return:"):
        return f"退回{spec.step(decision.removeprefix('return:')).name}"
    return _WORDS[decision]


def _store(
    office: Office,
    reading: Reading,
    submission: Submission,
    signature: Signature,
    values: Values,
    at: dt.datetime,
) -> Document:
    moved = _move(office, reading, signature, values)
    candidates = claim_of(office, moved, reading.spec.step(moved.step) if moved.step else None, values)
    with office.database.write() as tx:
        stored = tx.documents.save(
            moved, reading.document.revision, [p.id for p in candidates.people] if candidates else []
        )
        tx.judged.add(signature.head, stored.id, at)
        tx.facts.put(stored.id, printed_facts(reading.spec, stored, values))
        tx.drafts.drop_all(stored.id)
        tx.links.end_all(stored.id, at)
        kind = _EVENTS[submission.decision.split(":")[0]]
        tx.ledger.append(Event(at, kind, stored.id, signature.person, _event_data(signature, submission)))
    return stored


def _move(office: Office, reading: Reading, signature: Signature, values: Values) -> Document:
    document, spec = reading.document, reading.spec
    kind, _, target = signature.decision.partition(":")
    if kind == "return":
        moved = send_back(document, spec, signature, target)
    elif kind in ("reject", "refuse"):
        moved = end(document, signature, "rejected" if kind == "reject" else "refused")
    else:
        moved = sign(document, spec, signature, skipped_steps(spec, known(office, document, values)))
    return replace(
        moved,
        due_at=_due(office, spec, moved),
        subject=str(values.get("customer") or document.subject),
        amount=_amount(spec, values) or document.amount,
    )


def _due(office: Office, spec: FormSpec, document: Document) -> dt.datetime | None:
    within = spec.step(document.step).within if document.step else None
    if within is None:
        return None
    return due_at(document.step_opened_at, within, office.is_workday, office.organisation.firm.timezone)


def _amount(spec: FormSpec, values: Values) -> str:
    """Show in lists the amount that accounting will post: the posting's last line."""
    if spec.posting is None:
        return ""
    amount = values.get(spec.posting.lines[-1][2])
    return f"{amount:,.2f}" if amount is not None and not isinstance(amount, tuple) else ""


def _require_decision(step: Step, submission: Submission) -> None:
    kind, _, target = submission.decision.partition(":")
    external = step.who.kind == "external"
    allowed = {
        "approve": not external,
        "accept": external,
        "reject": step.may_reject,
        "refuse": step.may_refuse,
        "return": target in step.returns_to,
    }
    if not allowed.get(kind, False):
        raise WrongState(f"「{step.name}」不能作「{submission.decision}」的决定。请从页面上的选项中选择。")
    if not submission.goes_on and not submission.opinion.strip():
        raise ProblemsFound(
            (Problem("opinion", "required", "不同意时必须写明意见，好让对方知道如何补正。请填写意见。"),)
        )


def _refuse(problems: tuple[Problem, ...]) -> None:
    errors = tuple(problem for problem in problems if problem.level == "error")
    if errors:
        raise ProblemsFound(errors)


def _event_data(signature: Signature, submission: Submission) -> dict[str, str | int | bool | None]:
    return {
        "step": signature.step,
        "round": signature.round,
        "role": signature.role,
        "decision": signature.decision,
        "opinion": signature.opinion,
        "certificate": signature.certificate,
        "base": signature.base,
        "head": signature.head,
        "reason": submission.reason,
    }
