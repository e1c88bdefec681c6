"""A document's state and the commands that move it: a pure state machine over one spec.

A document is `open` at one step, or ended: `finished` (all steps signed), `rejected`, `refused` (by the customer),
`void`. Bytes are named by their SHA-256; the record never holds them.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

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
    `ended_at` when it finished or ended, `assignee` the one among the step's holders to whom it was handed over.
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

    @property
    def case(self) -> str:
        """Return the id of the dossier that the document belongs to."""
        return self.dossier or self.id

    def signed(self, step_id: str) -> Signature | None:
        """Return the signature that counts for a step in this round, if there is one."""
        return next((s for s in self.signatures if s.step == step_id), None)


def sign(document: Document, spec: FormSpec, signature: Signature, skipped: frozenset[str]) -> Document:
    """Record the current step's approval and move to the next step that is not skipped, or finish.

    `skipped` are the steps whose condition does not hold on the values as signed. Raises WrongState.
    """
    _require_turn(document, signature.step)
    following = _next_step(spec, signature.step, skipped)
    return replace(
        document,
        state="open" if following else "finished",
        step=following.id if following else None,
        head=signature.head,
        signatures=(*document.signatures, signature),
        step_opened_at=signature.signed_at,
        due_at=None,
        assignee=None,
        ended_at=None if following else signature.signed_at,
    )


def end(document: Document, signature: Signature, state: Literal["rejected", "refused"]) -> Document:
    """Record the current step's signed rejection or refusal; nobody acts after it. Raises WrongState."""
    _require_turn(document, signature.step)
    return replace(
        document,
        state=state,
        step=None,
        head=signature.head,
        signatures=(*document.signatures, signature),
        step_opened_at=signature.signed_at,
        due_at=None,
        assignee=None,
        ended_at=signature.signed_at,
    )


def send_back(document: Document, spec: FormSpec, signature: Signature, target: str) -> Document:
    """Start a new round at an earlier step: its bytes fork from before that step, earlier signatures stay.

    The returning signature is the last revision of the old round, kept in the ledger. Raises WrongState.
    """
    _require_turn(document, signature.step)
    if target not in spec.step(signature.step).returns_to:
        raise WrongState(f"「{spec.step(signature.step).name}」不能退回到「{target}」。")
    kept = tuple(s for s in document.signatures if spec.step_index(s.step) < spec.step_index(target))
    returned = document.signed(target)
    if returned is None:
        raise WrongState(f"「{target}」本轮没有签过，无法退回。")
    return replace(
        document,
        step=target,
        round=document.round + 1,
        head=returned.base,
        signatures=kept,
        step_opened_at=signature.signed_at,
        due_at=None,
        assignee=None,
    )


def withdraw(document: Document, person: str) -> Document:
    """Take back the last signature before the next one falls; only by the one who made it. Raises WrongState."""
    if document.state != "open" or not document.signatures:
        raise WrongState("这张单据没有可以撤回的签章。")
    last = document.signatures[-1]
    if last.person != person:
        raise WrongState("只有最后签章的人，在下一位签章之前，可以撤回。")
    return replace(
        document,
        step=last.step,
        round=document.round + 1,
        head=last.base,
        signatures=document.signatures[:-1],
        due_at=None,
        assignee=None,
    )


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
    following = spec.steps[spec.step_index(after) + 1 :]
    return next((step for step in following if step.id not in skipped), None)


def _require_turn(document: Document, step_id: str) -> None:
    if document.state != "open":
        raise WrongState("这张单据已经结束，不能再签。")
    if document.step != step_id:
        raise WrongState("现在不是这一步的签核时间，请刷新页面再看。")
