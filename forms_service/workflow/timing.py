"""Timing: the times that a closed case's steps took, as its review prints them (§14); every time is the ledger's."""

from collections.abc import Mapping, Sequence

from forms_service.domain.document import Document
from forms_service.domain.step_times import StepTime, step_times
from forms_service.workflow.office import Office

ROWS = 20  # what the review has room for


def times_of(office: Office, document: Document) -> tuple[StepTime, ...]:
    """Count the time of every step of an ended document, in the order signed, those of earlier rounds too."""
    spec = office.printery.form(document.spec_sha256).spec
    with office.database.read() as tx:
        rows = tx.ledger.of(document.id)
    return step_times(spec, document, rows, (), office.now(), office.reckoning)


def step_times_report(office: Office, document: Document) -> Mapping[str, str]:
    """Fill a review with the times of a document's steps."""
    answers = {"times": ""}
    for ordinal, time in enumerate(_printed(times_of(office, document)), 1):
        answers |= {f"times.{ordinal}.{name}": text for name, text in _row(office, time).items()}
    return answers


def _printed(times: Sequence[StepTime]) -> tuple[StepTime, ...]:
    """Choose what there is room for: every late step, then the newest; in the order signed."""
    by_need = sorted(range(len(times)), key=lambda place: (times[place].days_late == 0, -place))
    return tuple(times[place] for place in sorted(by_need[:ROWS]))


def _row(office: Office, time: StepTime) -> Mapping[str, str]:
    person = office.organisation.person(time.person)
    department = office.organisation.department(time.department)
    return {
        "step": time.step.name,
        "unit": department.name if department else "客户",
        "person": person.name if person else "",
        "began_on": office.today(time.opened_at).isoformat(),
        "due_on": office.today(time.due_at).isoformat() if time.due_at else "",
        "done_on": office.today(time.ended_at).isoformat() if time.ended_at else "",
        "late_days": str(time.days_late),
    }
