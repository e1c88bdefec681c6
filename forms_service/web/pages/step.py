"""The step page: what I am asked to do, on which bytes, and what my signature will do."""

from dataclasses import dataclass
from typing import Literal

from forms_service.domain.claims import Claim
from forms_service.domain.countersigning import name_of_all
from forms_service.domain.spec import FormSpec, Step
from forms_service.domain.widgets import locked_names, widgets
from forms_service.web.pages.beside import Beside, Choice
from forms_service.web.pages.frame import Fault, PageImage
from forms_service.web.pages.sheet import SheetBlock
from forms_service.web.words import Due

_SHORT_DIGEST = 12

Elsewhere = Literal["", "register", "prepare", "bring"]
"""Signing elsewhere: not this step; first register a certificate; fill it to be signed; or it was filled before."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A button: the decision that it hands in, and what happens in words."""

    value: str
    words: str
    look: Literal["", "plain", "grave"]


@dataclass(frozen=True, slots=True)
class StepPage:
    """What the step template shows. `seen` is the digest of the bytes in `images`, which the submit carries.

    `fills` are the rows with cells to fill, empty where the step fills nothing; `reading` is the whole form in text.
    `elsewhere` says whether the step can be signed in a program of one's own.
    """

    document_id: str
    number: str
    title: str
    step: str
    task: str
    why: str
    due: Due | None
    customer: str
    amount: str
    seen: str
    images: tuple[PageImage, ...]
    reading: tuple[SheetBlock, ...]
    fills: tuple[SheetBlock, ...]
    locks: tuple[str, ...]
    decisions: tuple[Decision, ...]
    has_opinion: bool
    returned: str
    has_key: bool
    session: bool
    draft_saved: str
    faults: tuple[Fault, ...]
    warnings: tuple[str, ...]
    beside: Beside
    elsewhere: Elsewhere

    @property
    def seen_short(self) -> str:
        """The digest as far as people compare it."""
        return self.seen[:_SHORT_DIGEST]

    @property
    def starts_with_form(self) -> bool:
        """Say whether a narrow page begins at the signing side rather than at the content."""
        return bool(self.fills or self.faults)


def decisions(spec: FormSpec, step: Step, principals: tuple[Choice, ...] = ()) -> tuple[Decision, ...]:
    """List what a step may decide, agreeing first, ending the document last; each button says for whom."""
    behalf = f"代 {principals[0].words} " if len(principals) == 1 else "代签：" if principals else ""
    agreeing = Decision("approve", behalf + ("同意并签章" if step.decides else "签章并送出"), "")
    names = ((target, name_of_all(spec.step(target))) for target in step.returns_to)
    back = (Decision(f"return:{target}", f"{behalf}退回「{name}」", "plain") for target, name in names)
    end = (Decision("reject", f"{behalf}驳回，结束此单", "grave"),) if step.may_reject else ()
    return (agreeing, *back, *end)


def lock_labels(spec: FormSpec, step: Step) -> tuple[str, ...]:
    """Name what a step's signature locks as a person counts it: a table, or a choice with its boxes, is one."""
    locked = frozenset(locked_names(spec, step.id))
    fields = {field.id: field.label.zh_hans for field in spec.fields}
    found = (fields.get(w.of, w.label) for w in widgets(spec) if w.name in locked)
    return tuple(dict.fromkeys(found))


def task(step: Step) -> str:
    """Say in one sentence what the step asks for."""
    if step.fills:
        return "请填写并签章"
    return "请核对并决定" if step.decides else "请核对并签章"


def reason(claim: Claim, step: Step, principals: tuple[Choice, ...] = ()) -> str:
    """Say why the step is somebody's, or for whom they may sign it."""
    behalf = f"，您受{'、'.join(p.words for p in principals)}委托代签" if principals else ""
    return f"「{step.name}」由{claim.words}办理{behalf}"
