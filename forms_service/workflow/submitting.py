"""Submitting: a step is filled and signed in one revision, judged, stored and entered in the ledger.

    submit(office, person, Submission(document_id, "gm", seen=digest, decision="return:prepare", opinion="…"), signer)

What the page showed is what is signed: a submit carries the digest of those bytes, and a page that has gone stale
gets a clear answer, never a second signature.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from forms_service.domain.checking import check_values
from forms_service.domain.claims import Claim, Standing
from forms_service.domain.copies import bars_return
from forms_service.domain.document import Document, Signature, end, open_steps, send_back, sign
from forms_service.domain.errors import NotYours, ProblemsFound, StalePage, WrongState
from forms_service.domain.events import Data, Event
from forms_service.domain.facts import printed_facts
from forms_service.domain.given import given_over
from forms_service.domain.people import Person
from forms_service.domain.problem import Problem
from forms_service.domain.record import CodeEvidence, SignatureFacts
from forms_service.domain.routing import require_standing, skipped_steps
from forms_service.domain.spec import Step
from forms_service.domain.step_times import time_of_step
from forms_service.domain.values import Values
from forms_service.pdf.seal import Stamp
from forms_service.signing.signer import Signer
from forms_service.store.database import Transaction
from forms_service.workflow.consulting import answered, close_questions, warn_of_open
from forms_service.workflow.deadlines import step_due, with_case_due
from forms_service.workflow.following import make_due
from forms_service.workflow.noting import tell_of_signature
from forms_service.workflow.numbering import awaits_number, draw_number
from forms_service.workflow.office import Office
from forms_service.workflow.reading import (
    Reading,
    at_desk_of,
    candidates_of,
    claim_of,
    context,
    find,
    known,
    values_of,
    worth,
)
from forms_service.workflow.revising import Revision, decision_words, print_step, revise

_EVENTS = {"approve": "signed", "accept": "signed", "reject": "rejected", "refuse": "refused", "return": "returned"}


@dataclass(frozen=True, slots=True)
class Submission:
    """What a signer hands in. `raw` is keyed by field id or `lines.1.qty`; `seen` is the digest of the bytes shown.

    `decision` is approve, reject, return:STEP, accept or refuse. `reason` answers the checks that only warn.
    `on_behalf_of` is the id of the principal for whom a delegate signs.
    """

    document_id: str
    step: str
    seen: str
    decision: str = "approve"
    opinion: str = ""
    raw: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    on_behalf_of: str | None = None

    @property
    def goes_on(self) -> bool:
        """Say whether the document goes on to the next step."""
        return self.decision in ("approve", "accept")


@dataclass(frozen=True, slots=True)
class Capacity:
    """In which capacity somebody signs, and with what: the one difference between staff and a customer's contact.

    Without stamp and signer it is who signed in a program of their own; `outside` is then the department they are of.
    `on_paper`: they take in a customer's stamped paper, whose scan a refusal names in its cell as an acceptance does.
    `code`: how a contact was identified by a one-time code.
    """

    person: str
    name: str
    role: str
    stamp: Stamp | None
    signer: Signer | None
    policy: str | None = None
    identified_by: str | None = None
    on_behalf_of: str | None = None
    delegation: str = ""
    opinions: tuple[str, ...] = ()
    on_paper: bool = False
    code: CodeEvidence | None = None
    outside: str = ""


def submit(office: Office, person: Person, submission: Submission, signer: Signer) -> Document:
    """Sign a step as a member of staff; returns the document as it now stands.

    Raises NotFound, NotYours, StalePage, WrongState, ProblemsFound (nothing was signed) or VerdictRefused.
    """
    at = office.now()
    reading = at_desk_of(find(office, person, submission.document_id), person.id, submission.step)
    step, claimed = require_fresh(reading, submission)
    standing = require_standing(person, step, reading.document, claimed, submission.on_behalf_of)
    capacity = capacity_of(office, reading.document, step, standing, signer, at)
    return sign_step(office, reading, step, submission, capacity, at)


def capacity_of(
    office: Office, document: Document, step: Step, standing: Standing, signer: Signer | None, at: dt.datetime
) -> Capacity:
    """Say in which capacity a member of staff signs; without a signer, in a program of their own."""
    person, principal = standing.person, standing.principal
    name = f"{person.name} 代 {principal.name}" if principal else person.name
    return Capacity(
        person=person.id,
        name=person.name,
        role=standing.words,
        stamp=Stamp("person", person.name, (step.sign, name, f"{office.local(at):%Y-%m-%d %H:%M}")) if signer else None,
        signer=signer,
        policy=standing.policy,
        on_behalf_of=principal.id if principal else None,
        delegation=standing.delegation,
        opinions=tuple(given.sha256 for given in answered(office, document, step)),
        outside="" if signer else person.department,
    )


def require_fresh(reading: Reading, submission: Submission) -> tuple[Step, Claim]:
    """Return the step at hand; raises StalePage when the signer's page shows other bytes, WrongState when it ended."""
    document = reading.document
    if not reading.turns:
        raise WrongState(f"单据 {document.number} 已经结束，不能再签。请回到待办查看其结果。")
    turn = next((turn for turn in reading.turns if turn.step.id == submission.step), None)
    if turn is None or document.head != submission.seen:
        raise StalePage(
            f"单据 {document.number} 在您打开页面之后已有变动（可能您已签过，或已被退回）。"
            "这一次没有签章。请刷新页面，核对内容后再签。"
        )
    return turn.step, turn.claim


def checked_values(office: Office, reading: Reading, step: Step, submission: Submission, at: dt.datetime) -> Values:
    """Check what a step was filled with, before anything is signed; raises ProblemsFound with every error at once.

    What only warns is let through with a reason, which the ledger keeps.
    """
    ctx = context(office, with_case_due(office, reading, step, at), at, reading.values)
    raw = given_over(reading.spec, step, reading.document.given, submission.raw)
    values, problems = check_values(reading.spec, step, raw, reading.values, ctx)
    _refuse(problems)
    problems = (*problems, *warn_of_open(office, reading.document, step))
    if problems and not submission.reason.strip():
        asked = Problem("reason", "reason_required", "有要留意的地方。确认无误、仍要继续的话，请写明理由，会记入台账。")
        raise ProblemsFound((asked, *problems))
    return values


def sign_step(
    office: Office, reading: Reading, step: Step, submission: Submission, capacity: Capacity, at: dt.datetime
) -> Document:
    """Fill, sign, judge and store one step's revision; the caller has settled who may.

    Where the step numbers the document, number, revision and row are one transaction: what fails gives the number back.
    """
    require_decision(reading, step, submission)
    fills = submission.goes_on or capacity.on_paper
    values = checked_values(office, reading, step, submission, at) if fills else reading.values
    _require_delegated(office, reading, step, capacity, values)
    if submission.goes_on and awaits_number(reading.spec, reading.document, step.id):
        with office.database.write() as tx:
            numbered = replace(reading, document=draw_number(office, tx, reading.spec, reading.document, at))
            signature = _sign(office, numbered, step, submission, capacity, values, at)
            return enter(office, tx, numbered, submission, capacity, signature, values)
    signature = _sign(office, reading, step, submission, capacity, values, at)
    with office.database.write() as tx:
        return enter(office, tx, reading, submission, capacity, signature, values)


def _sign(
    office: Office,
    reading: Reading,
    step: Step,
    submission: Submission,
    capacity: Capacity,
    values: Values,
    at: dt.datetime,
) -> Signature:
    if capacity.signer is None or capacity.stamp is None:
        raise RuntimeError(f"{capacity.person} signs outside; there is nothing to sign here")
    document, spec = reading.document, reading.spec
    facts = SignatureFacts(
        document_id=document.id,
        step=step.id,
        round=document.round,
        person=capacity.person,
        role=capacity.role,
        decision=submission.decision,
        opinion=submission.opinion,
        policy=capacity.policy,
        identified_by=capacity.identified_by,
        on_behalf_of=capacity.on_behalf_of,
        opinions=capacity.opinions,
        shown_sha256=capacity.code.shown_sha256 if capacity.code else None,
        code_sent_at=capacity.code.sent_at if capacity.code else None,
        code_given_at=capacity.code.given_at if capacity.code else None,
    )
    words = decision_words(spec, submission.decision)
    said = f"{capacity.role} {capacity.name} {f'（客户在纸上{words}）' if capacity.on_paper else words}"
    printed = print_step(spec, step, facts, values, document.number)
    revision = Revision(facts, printed, f"{step.name}：{said}", capacity.signer, capacity.stamp)
    return Signature(
        step=step.id,
        person=capacity.person,
        role=capacity.role,
        decision=submission.decision,
        opinion=submission.opinion,
        certificate=capacity.signer.fingerprint,
        signed_at=at,
        base=document.head,
        head=revise(office, reading, step, revision, at),
        round=document.round,
        on_behalf_of=capacity.on_behalf_of,
    )


def _require_delegated(office: Office, reading: Reading, step: Step, capacity: Capacity, values: Values) -> None:
    """Hold a delegate to the cap on the amount as it will be signed, not only as it was before the step."""
    claimed = claim_of(office, reading.document, step, values) if capacity.delegation else None
    if claimed is not None and capacity.delegation not in {deputy.delegation for deputy in claimed.deputies}:
        raise NotYours("填的金额超过了委托给您的上限，不能代签。请由委托人本人办理。")


def enter(
    office: Office,
    tx: Transaction,
    reading: Reading,
    submission: Submission,
    capacity: Capacity,
    signature: Signature,
    values: Values,
) -> Document:
    """Enter a signature whose bytes are judged and kept: the document moves, the ledger is told. Raises StalePage."""
    at = signature.signed_at
    skipped = skipped_steps(reading.spec, known(office, reading.document, values))
    moved = _move(office, reading, signature, values, skipped)
    standing = values if submission.goes_on else values_of(office, reading.spec, moved.head)
    candidates = candidates_of(office, moved, standing)
    going_on = [step.id for step in open_steps(moved, reading.spec, skipped)] if submission.goes_on else []
    stored = tx.documents.save(moved, reading.document.revision, candidates)
    tx.judged.add(signature.head, stored.id, at)
    tx.facts.put(stored.id, printed_facts(reading.spec, stored, standing))
    tx.drafts.drop_but(stored.id, going_on)
    tx.links.end_all(stored.id, at)
    close_questions(tx, stored, going_on, at)
    tell_of_signature(tx, office, reading, signature)
    number = stored.number if submission.goes_on and reading.spec.number_at == signature.step else ""
    kind = _EVENTS[submission.decision.split(":")[0]]
    make_due(tx, reading.spec, stored, f"signed {signature.step}" if kind == "signed" else kind, signature.head, at)
    data = {**_event_data(signature, submission, capacity, number), **time_of_step(reading.document)}
    tx.ledger.append(Event(at, kind, stored.id, signature.person, data))
    return stored


def _move(office: Office, reading: Reading, signature: Signature, values: Values, skipped: frozenset[str]) -> Document:
    document, spec = reading.document, reading.spec
    kind, _, target = signature.decision.partition(":")
    if kind == "return":
        moved = send_back(document, spec, signature, target, skipped)
    elif kind in ("reject", "refuse"):
        moved = end(document, spec, signature, "rejected" if kind == "reject" else "refused", skipped)
    else:
        begun = with_case_due(office, reading, spec.step(signature.step), signature.signed_at)
        moved = sign(begun, spec, signature, skipped)
    amount = worth(spec, values)
    return replace(
        moved,
        due_at=step_due(office, spec, moved, values),
        subject=str(values.get("customer") or document.subject),
        amount=f"{amount:,.2f}" if amount is not None else document.amount,
    )


def require_decision(reading: Reading, step: Step, submission: Submission) -> None:
    """Require a decision that the step offers, with a reason where it does not agree.

    Raises WrongState, ProblemsFound.
    """
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
        missing = Problem("opinion", "required", "不同意时必须写明意见，好让对方知道如何补正。请填写意见。")
        raise ProblemsFound((missing,))
    out = bars_return(reading.spec, reading.document, target) if kind == "return" else None
    if out is not None:
        raise WrongState(
            f"「{out.name}」已经裁出，交存的一方拿着它，不能再退回到它之前。请驳回，或另开一张更正的单据。"
        )


def _refuse(problems: tuple[Problem, ...]) -> None:
    errors = tuple(problem for problem in problems if problem.level == "error")
    if errors:
        raise ProblemsFound(errors)


def _event_data(signature: Signature, submission: Submission, capacity: Capacity, number: str) -> Data:
    at_times: Data = {
        "number": number,
        "policy": capacity.policy,
        "identified_by": capacity.identified_by,
        "opinions": " ".join(capacity.opinions),
        "on_behalf_of": capacity.on_behalf_of,
        "delegation": capacity.delegation,
        "address": capacity.code.address if capacity.code else None,
        "shown_sha256": capacity.code.shown_sha256 if capacity.code else None,
        "code_sent_at": capacity.code.sent_at if capacity.code else None,
        "code_given_at": capacity.code.given_at if capacity.code else None,
        "outside": capacity.outside,
    }
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
        **{name: value for name, value in at_times.items() if value},
    }
