"""A document's state and the commands that move it: a pure state machine over one spec.

A document is `open` at one step, or ended: `finished` (all steps signed), `rejected`, `refused` (by the customer),
`void`. Bytes are named by their SHA-256; the record never holds them.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

from forms_service.domain.countersigning import members, name_of_all
from forms_service.domain.errors import WrongState
from forms_service.domain.given import NOTHING, Given
from forms_service.domain.spec import FormSpec, Step

State = Literal["open", "finished", "rejected", "refused", "void"]


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature on the current round's bytes: who signed which step, with which certificate, leaving which bytes.

    `base` is the digest of the bytes before the step's revision, `head` after it. `decision` is approve, accept,
    return:STEP, reject or refuse.
    """

    step: str
    person: str
    role: str
    decision: str
    opinion: str
    certificate: str
    signed_at: dt.datetime
    base: str
    head: str
    round: int
    on_behalf_of: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One issue of a form. `signatures` are those of the current round's chain of bytes, in order.

    `step` is the id of the step whose turn it is (of a 会签, its first member who has not signed), None once ended.
    `revision` counts stored changes (optimistic lock). `parent` is the document it was opened from, `dossier` the first
    one of the case ("" for one that stands alone: then it is its own). `case_due_at` is when the whole document is due,
    `ended_at` when it finished or ended, `assignee` the one among the step's holders to whom it was handed over,
    `numbered_at` when its number was drawn: from then on it stands in its form's register.
    """

    id: str
    form: str
    version: int
    spec_sha256: str
    number: str
    state: State
    step: str | None
    round: int
    head: str
    opened_by: str
    opened_at: dt.datetime
    step_opened_at: dt.datetime
    due_at: dt.datetime | None
    signatures: tuple[Signature, ...] = ()
    subject: str = ""
    amount: str = ""
    revision: int = 0
    void_reason: str = ""
    supersedes: str | None = None
    parent: str | None = None
    dossier: str = ""
    given: Given = NOTHING
    case_due_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    assignee: str | None = None
    numbered_at: dt.datetime | None = None

    @property
    def case(self) -> str:
        """Return the id of the dossier that the document belongs to."""
        return self.dossier or self.id

    def signed(self, step_id: str) -> Signature | None:
        """Return the signature that counts for a step in this round, if there is one."""
        return next((s for s in self.signatures if s.step == step_id), None)


def open_steps(document: Document, spec: FormSpec, skipped: frozenset[str]) -> tuple[Step, ...]:
    """List the steps that may be signed now: one, or of a 会签 every due member who has not signed; none once ended."""
    if document.step is None:
        return ()
    unsigned = (step for step in members(spec, document.step) if document.signed(step.id) is None)
    return tuple(step for step in unsigned if step.id == document.step or step.id not in skipped)


def sign(document: Document, spec: FormSpec, signature: Signature, skipped: frozenset[str]) -> Document:
    """Record an open step's approval and move to the next step that is not skipped, or finish.

    A 会签 stays open, by its clock, until every due member has signed. `skipped` are the steps whose condition does not
    hold on the values as signed. Raises WrongState.
    """
    open_now = _require_open(document, spec, signature, skipped)
    left = tuple(step for step in open_now if step.id != signature.step)
    if left:
        return replace(_signed(document, signature), step=left[0].id, assignee=_still_assigned(document, signature))
    following = _next_step(spec, signature.step, skipped)
    return replace(
        _signed(document, signature),
        state="open" if following else "finished",
        step=following.id if following else None,
        step_opened_at=signature.signed_at,
        ended_at=None if following else signature.signed_at,
    )


def end(
    document: Document,
    spec: FormSpec,
    signature: Signature,
    state: Literal["rejected", "refused"],
    skipped: frozenset[str],
) -> Document:
    """Record an open step's signed rejection or refusal; nobody acts after it. Raises WrongState."""
    _require_open(document, spec, signature, skipped)
    at = signature.signed_at
    return replace(_signed(document, signature), state=state, step=None, step_opened_at=at, ended_at=at)


def send_back(
    document: Document, spec: FormSpec, signature: Signature, target: str, skipped: frozenset[str]
) -> Document:
    """Start a new round at an earlier step: its bytes fork from before that step, earlier signatures stay.

    Back to a 会签, they fork from before the first of its members who signed. The returning signature is the last
    revision of the old round, kept in the ledger. Raises WrongState.
    """
    _require_open(document, spec, signature, skipped)
    if target not in spec.step(signature.step).returns_to:
        raise WrongState(f"「{spec.step(signature.step).name}」不能退回到「{target}」。")
    targets = {step.id for step in members(spec, target)}
    place = next((n for n, signed in enumerate(document.signatures) if signed.step in targets), None)
    if place is None:
        raise WrongState(f"「{name_of_all(spec.step(target))}」本轮没有签过，无法退回。")
    return replace(_back_to(document, spec, place, skipped), step_opened_at=signature.signed_at)


def withdraw(document: Document, spec: FormSpec, person: str, skipped: frozenset[str]) -> Document:
    """Take back the last signature before the next one falls; only by the one who made it. Raises WrongState."""
    if document.state != "open" or not document.signatures:
        raise WrongState("这张单据没有可以撤回的签章。")
    if document.signatures[-1].person != person:
        raise WrongState("只有最后签章的人，在下一位签章之前，可以撤回。")
    return _back_to(document, spec, len(document.signatures) - 1, skipped)


def void(document: Document, reason: str, at: dt.datetime) -> Document:
    """End a document as void, with a reason; not once it is finished, for its copies are out. Raises WrongState."""
    if document.state == "void":
        raise WrongState("这张单据已经作废。")
    if document.state == "finished":
        raise WrongState("这张单据已经全部签完并分发各联，不能作废。请另开一张更正的单据。")
    if not reason.strip():
        raise WrongState("作废必须写明原因。")
    return replace(
        document, state="void", step=None, void_reason=reason.strip(), due_at=None, assignee=None, ended_at=at
    )


def _next_step(spec: FormSpec, after: str, skipped: frozenset[str]) -> Step | None:
    following = spec.steps[spec.step_index(members(spec, after)[-1].id) + 1 :]
    return next((step for step in following if step.id not in skipped), None)


def _signed(document: Document, signature: Signature) -> Document:
    signatures = (*document.signatures, signature)
    return replace(document, head=signature.head, signatures=signatures, due_at=None, assignee=None)


def _still_assigned(document: Document, signature: Signature) -> str | None:
    """Keep what was handed over within a 会签 while another member signs."""
    return None if document.assignee in (signature.person, signature.on_behalf_of) else document.assignee


def _back_to(document: Document, spec: FormSpec, place: int, skipped: frozenset[str]) -> Document:
    """Go back to before the signature at a place: a new round at its step, or at the 会签 that it is a member of."""
    taken_back = document.signatures[place]
    back = replace(
        document,
        step=taken_back.step,
        round=document.round + 1,
        head=taken_back.base,
        signatures=document.signatures[:place],
        due_at=None,
        assignee=None,
    )
    return replace(back, step=open_steps(back, spec, skipped)[0].id)


def _require_open(
    document: Document, spec: FormSpec, signature: Signature, skipped: frozenset[str]
) -> tuple[Step, ...]:
    if document.state != "open":
        raise WrongState("这张单据已经结束，不能再签。")
    found = open_steps(document, spec, skipped)
    if signature.step not in {step.id for step in found}:
        raise WrongState("现在不是这一步的签核时间，请刷新页面再看。")
    return found
