"""Copies (联): which sealed copies a document falls into, for whom, and at which signature an early one is cut."""

from dataclasses import dataclass

from forms_service.domain.document import Document, Signature
from forms_service.domain.evaluating import Known, evaluate
from forms_service.domain.people import Organisation
from forms_service.domain.spec import Copy, FormSpec

OPENER = "opened_by"
_BY_FIELD = "$"


@dataclass(frozen=True, slots=True)
class PlannedCopy:
    """A copy to seal: its number, the department that keeps it and the label that is filled in and sealed.

    `after` is the step at which it is cut early, "" for one that is cut when all have signed. A department that only
    the document tells is planned in words, `$unit` or `opened_by`.
    """

    no: int
    department: str
    label: str
    colour: str
    after: str = ""


def plan_copies(spec: FormSpec, org: Organisation) -> tuple[PlannedCopy, ...]:
    """List the copies of a form in order of their numbers, a role's copy going to its first holder's department.

    This is what the issue record says; `copies_due` says which of them a document comes to.
    """
    return tuple(
        PlannedCopy(copy.no, _department(copy, org), copy.name, copy.colour, copy.after)
        for copy in sorted(spec.copies, key=lambda c: c.no)
    )


def copies_due(spec: FormSpec, org: Organisation, known: Known, opener: str | None) -> tuple[PlannedCopy, ...]:
    """List the copies that a document falls into: those whose condition holds, each with the department that keeps it.

    A copy for a department that no field names is none. `opener` is whose work the document is.
    """
    due = (copy for copy in sorted(spec.copies, key=lambda c: c.no) if _holds(copy, spec, known))
    kept = ((copy, _keeper(copy, org, known, opener)) for copy in due)
    return tuple(PlannedCopy(c.no, keeper, c.name, c.colour, c.after) for c, keeper in kept if keeper)


def is_told_late(department: str) -> bool:
    """Say whether a planned copy's department is only told by the document."""
    return department.startswith(_BY_FIELD) or department == OPENER


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


def _holds(copy: Copy, spec: FormSpec, known: Known) -> bool:
    return copy.when is None or evaluate(copy.when, known, rounding=spec.rounding) is True


def _keeper(copy: Copy, org: Organisation, known: Known, opener: str | None) -> str:
    """Find the department that keeps a copy, "" where nothing names one."""
    if copy.to.kind == "dept_field":
        named = known.get(copy.to.name)
        return next((department.id for department in org.departments if department.name == named), "")
    if copy.to.kind == "opened_by":
        person = org.person(opener or "")
        return person.department if person else ""
    return _department(copy, org)


def _department(copy: Copy, org: Organisation) -> str:
    if copy.to.kind == "dept":
        return copy.to.name
    if copy.to.kind == "dept_field":
        return f"{_BY_FIELD}{copy.to.name}"
    if copy.to.kind == "opened_by":
        return OPENER
    holders = org.holders(copy.to.name)
    return holders[0].department if holders else copy.to.name
