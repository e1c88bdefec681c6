"""Reporting: the reports that fix the first step of a form, by the name that its spec gives (`report: step_times`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from forms_service.domain.document import Document
from forms_service.workflow.collecting import collection_list
from forms_service.workflow.office import Office
from forms_service.workflow.sanctioning import sanction_list
from forms_service.workflow.summing_up import complaint_statistics, penalty_basis
from forms_service.workflow.timing import step_times_report


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is about: the document that the new one is opened from, or the month that it is for, `2026-11`."""

    parent: Document | None = None
    period: str = ""


Report = Callable[[Office, Subject], Mapping[str, str]]
"""Gives what the first step would have typed, keyed as typed (`total`, `lines.1.qty`).

A blank under a table's own id (`lines`) says that the table has no rows but those given: where there are none at all.
"""

REPORTS: Mapping[str, Report] = MappingProxyType(
    {
        "step_times": lambda office, about: step_times_report(office, _parent(about)),
        "complaint_statistics": lambda office, about: complaint_statistics(office, about.period),
        "penalty_basis": lambda office, about: penalty_basis(office, _parent(about)),
        "sanction_list": lambda office, about: sanction_list(office, about.period),
        "collection_list": lambda office, about: collection_list(office, about.period),
    }
)


def _parent(about: Subject) -> Document:
    if about.parent is None:
        raise RuntimeError("this report is about the document that the new one is opened from, and there is none")
    return about.parent
