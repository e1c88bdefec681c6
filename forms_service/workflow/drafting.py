"""Drafting: what a signer typed so far, kept until the step is signed. A draft is checked, never signed."""

from collections.abc import Mapping

from forms_service.domain.checking import check_values
from forms_service.domain.errors import WrongState
from forms_service.domain.given import given_over
from forms_service.domain.people import Person
from forms_service.domain.problem import Problem
from forms_service.domain.routing import require_turn
from forms_service.domain.values import Values
from forms_service.store.drafts import Draft
from forms_service.workflow.deadlines import with_case_due
from forms_service.workflow.office import Office
from forms_service.workflow.reading import at_desk_of, context, find


def save_draft(office: Office, person: Person, document_id: str, raw: Mapping[str, str], step_id: str = "") -> None:
    """Keep what a signer typed for the step that is theirs, faults and all; `step_id` where several are.

    Raises NotYours, WrongState.
    """
    reading = at_desk_of(find(office, person, document_id), person.id, step_id)
    if reading.step is None or reading.claim is None:
        raise WrongState(f"单据 {reading.document.number} 已经结束，不能再填。")
    require_turn(person, reading.step, reading.document, reading.claim)
    with office.database.write() as tx:
        tx.drafts.save(Draft(document_id, reading.step.id, person.id, reading.document.head, dict(raw), office.now()))


def try_out(
    office: Office, person: Person, document_id: str, raw: Mapping[str, str], step_id: str = ""
) -> tuple[Values, tuple[Problem, ...]]:
    """Return the values that a step would have, calculated cells included, and their faults. Stores nothing."""
    reading = at_desk_of(find(office, person, document_id), person.id, step_id)
    if reading.step is None:
        return reading.values, ()
    at, spec = office.now(), reading.spec
    document = with_case_due(office, reading, reading.step, at)
    typed = given_over(spec, reading.step, document.given, raw)
    return check_values(spec, reading.step, typed, reading.values, context(office, document, at, reading.values))
