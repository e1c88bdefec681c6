"""The chasing page: open documents against departments, with the days that each has used; what is late comes first."""

from dataclasses import dataclass

from forms_service.web.words import Due, Tone


@dataclass(frozen=True, slots=True)
class DepartmentDays:
    """What one department has used of its days on one document; `late` is "" in time, `here`: it has it now."""

    used: str
    late: str
    here: bool


@dataclass(frozen=True, slots=True)
class ChasedRow:
    """One open document. `days` are in the order of the page's departments, None for one that never had it.

    `slip_href` leads to the slip that stands open for it, `may_draw_up` says that one can be drawn up now.
    """

    href: str
    number: str
    title: str
    customer: str
    step: str
    holder: str
    due: Due | None
    case_due: str
    tone: Tone
    days: tuple[DepartmentDays | None, ...]
    slip: str
    slip_href: str
    draw_up_action: str


@dataclass(frozen=True, slots=True)
class ChasingPage:
    """The grid. `more` counts the documents that are not listed, for they are less urgent."""

    headline: str
    departments: tuple[str, ...]
    rows: tuple[ChasedRow, ...]
    more: int
