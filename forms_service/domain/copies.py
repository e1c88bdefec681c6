"""Copies (联): which sealed copies a finished document falls into, and for whom."""

from dataclasses import dataclass

from forms_service.domain.people import Organisation
from forms_service.domain.spec import Copy, FormSpec


@dataclass(frozen=True, slots=True)
class PlannedCopy:
    """A copy to seal: its number, the department that keeps it and the label that is filled in and sealed."""

    no: int
    department: str
    label: str
    colour: str


def plan_copies(spec: FormSpec, org: Organisation) -> tuple[PlannedCopy, ...]:
    """List the copies of a form in order of their numbers, a role's copy going to its first holder's department."""
    return tuple(
        PlannedCopy(copy.no, _department(copy, org), copy.name, copy.colour)
        for copy in sorted(spec.copies, key=lambda c: c.no)
    )


def _department(copy: Copy, org: Organisation) -> str:
    if copy.to.kind == "dept":
        return copy.to.name
    holders = org.holders(copy.to.name)
    return holders[0].department if holders else copy.to.name
