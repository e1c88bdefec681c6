"""Copies (联): which sealed copies a document falls into, for whom, and at which signature an early one is cut."""

from dataclasses import dataclass

from forms_service.domain.document import Document, Signature
from forms_service.domain.people import Organisation
from forms_service.domain.spec import Copy, FormSpec


@dataclass(frozen=True, slots=True)
class PlannedCopy:
    """A copy to seal: its number, the department that keeps it and the label that is filled in and sealed.

    `after` is the step at which it is cut early, "" for one that is cut when all have signed.
    """

    no: int
    department: str
    label: str
    colour: str
    after: str = ""


def plan_copies(spec: FormSpec, org: Organisation) -> tuple[PlannedCopy, ...]:
    """List the copies of a form in order of their numbers, a role's copy going to its first holder's department."""
    return tuple(
        PlannedCopy(copy.no, _department(copy, org), copy.name, copy.colour, copy.after)
        for copy in sorted(spec.copies, key=lambda c: c.no)
    )


def signatures_in(spec: FormSpec, document: Document, after: str) -> tuple[Signature, ...]:
    """List the signatures that a copy cut at a step holds; all of them for one that is cut at the end."""
    held = _steps_in(spec, after)
    return tuple(s for s in document.signatures if s.step in held)


def is_cut(spec: FormSpec, document: Document, after: str) -> bool:
    """Say whether a copy that is cut at a step is due: whether the route has left that step behind, agreed to."""
    if document.state == "finished":
        return True
    if not after or document.state == "void":
        return False
    if document.step is not None:
        return document.step not in _steps_in(spec, after)
    return len(signatures_in(spec, document, after)) < len(document.signatures)


def cuts_at(spec: FormSpec, step_id: str) -> bool:
    """Say whether the signing of a step can bring about an early copy."""
    return any(step_id == copy.after for copy in spec.copies)


def bars_return(spec: FormSpec, document: Document, target: str) -> Copy | None:
    """Return the early copy, already cut, that holds the step to which somebody would return; None for no such copy.

    What is out cannot be made undone: the copy's keeper has it.
    """
    cut = (copy for copy in spec.copies if copy.after and is_cut(spec, document, copy.after))
    return next((copy for copy in cut if target in _steps_in(spec, copy.after)), None)


def _steps_in(spec: FormSpec, after: str) -> frozenset[str]:
    """Name the steps up to and with the one at which a copy is cut."""
    end = spec.step_index(after) + 1 if after else len(spec.steps)
    return frozenset(step.id for step in spec.steps[:end])


def _department(copy: Copy, org: Organisation) -> str:
    if copy.to.kind == "dept":
        return copy.to.name
    holders = org.holders(copy.to.name)
    return holders[0].department if holders else copy.to.name
