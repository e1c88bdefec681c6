"""Reading a document: its form, the values that stand in its bytes, and whose turn it is.

Values come from the signed bytes, never from the database (architecture, decision 12).
"""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal

from forms_service.domain.claims import Claim
from forms_service.domain.context import Context, gather
from forms_service.domain.document import Document, open_steps
from forms_service.domain.errors import NotFound
from forms_service.domain.evaluating import Known
from forms_service.domain.given import CASE_DUE, values_given
from forms_service.domain.money import Money
from forms_service.domain.people import Person
from forms_service.domain.policies import settings_in_force
from forms_service.domain.routing import (
    Circumstances,
    claim,
    free_standings,
    may_see,
    opener_of,
    skipped_steps,
)
from forms_service.domain.spec import FormSpec, Step
from forms_service.domain.values import Values
from forms_service.domain.widgets import read_document
from forms_service.workflow.adding_together import add_together
from forms_service.workflow.office import Office


@dataclass(frozen=True, slots=True)
class Turn:
    """A step that may be signed now, and who may sign it."""

    step: Step
    claim: Claim


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as it stands: its spec, the values in its bytes, the step at hand and who may sign it.

    `turns` are all steps that are open, of a 会签 those of every member who has not signed; the step at hand is the
    first of them, or the one that is the reader's (`at_desk_of`).
    """

    document: Document
    spec: FormSpec
    values: Values
    step: Step | None
    claim: Claim | None
    turns: tuple[Turn, ...] = ()

    @property
    def asked(self) -> frozenset[str]:
        """Name everybody to whom an open step belongs, for themselves or for another."""
        claims = [turn.claim for turn in self.turns]
        people = {person.id for claimed in claims for person in claimed.people}
        return frozenset(people | {deputy.person.id for claimed in claims for deputy in claimed.deputies})


def read(office: Office, document: Document) -> Reading:
    """Read a document's values from its present bytes and work out whose turn it is."""
    spec = office.printery.form(document.spec_sha256).spec
    values = values_of(office, spec, document.head)
    return _reading(document, spec, values, circumstances(office, document, values))


def at_desk_of(reading: Reading, person_id: str, step_id: str = "") -> Reading:
    """Turn to the open step that is a person's: the one named, else one that they may sign or have handed over.

    What is their own comes before what they may sign for another.
    """

    def rank(turn: Turn) -> tuple[bool, bool, bool, bool]:
        free = free_standings(turn.claim.standings(person_id), turn.step, reading.document)
        own = any(standing.principal is None for standing in free)
        return turn.step.id == step_id, own, bool(free), turn.claim.concerns(person_id)

    if not reading.turns:
        return reading
    chosen = max(reading.turns, key=rank)  # the first of those that rank alike
    return replace(reading, step=chosen.step, claim=chosen.claim)


def _reading(document: Document, spec: FormSpec, values: Values, now: Circumstances) -> Reading:
    open_now = open_steps(document, spec, skipped_steps(spec, now.known))
    turns = tuple(Turn(step, claim(step, document, now)) for step in open_now)
    first = turns[0] if turns else None
    return Reading(document, spec, values, first.step if first else None, first.claim if first else None, turns)


def values_of(office: Office, spec: FormSpec, digest: str) -> Values:
    """Return the values of all spec fields in the bytes with a digest."""
    return read_document(spec, office.printery.read(digest, lambda: office.blobs.get(digest)))


def context(office: Office, document: Document, at: dt.datetime, values: Values | None = None) -> Context:
    """Return what a form may refer to beside its values: the day, the policies' settings, the organisation.

    Where `values` are given, so is what counts together with them.
    """
    spec = office.printery.form(document.spec_sha256).spec
    together = {} if values is None else add_together(office, spec, document, values)
    today, opened_on = office.today(at), office.today(document.opened_at)
    settings = settings_in_force(office.rulebook.organisation(at), today)
    case_due = office.today(document.case_due_at) if document.case_due_at else None
    fixed = values_given(spec, document.given, office.organisation)
    given = {**document.given.known(), **fixed, **together, CASE_DUE: case_due}
    return Context(today, settings, office.organisation, opened_on, given)


def known(office: Office, document: Document, values: Values) -> Known:
    """Return everything that a condition or a limit may name, by the policies in force when the step opened."""
    return gather(values, context(office, document, document.step_opened_at, values))


def claim_of(office: Office, document: Document, step: Step | None, values: Values) -> Claim | None:
    """Return who may sign a step, by the policies in force when it opened; None for no step."""
    return claim(step, document, circumstances(office, document, values)) if step else None


def circumstances(office: Office, document: Document, values: Values) -> Circumstances:
    """Gather what decides whose turn it is: the policies of the day the step opened, the delegations of today."""
    spec = office.printery.form(document.spec_sha256).spec
    today = office.today(office.now())
    with office.database.read() as tx:
        delegations = tx.delegations.in_force(today)
        parent = tx.documents.get(document.parent) if document.parent else None
    return Circumstances(
        known(office, document, values),
        office.organisation,
        office.policies(document.step_opened_at),
        spec.rounding,
        opener=opener_of(parent) if parent else None,
        delegations=delegations,
        worth=worth(spec, values),
    )


def candidates_of(office: Office, document: Document, values: Values) -> tuple[str, ...]:
    """List by id who may sign an open step of a document in their own right."""
    spec = office.printery.form(document.spec_sha256).spec
    turns = _reading(document, spec, values, circumstances(office, document, values)).turns
    return tuple(dict.fromkeys(person.id for turn in turns for person in turn.claim.holders))


def worth(spec: FormSpec, values: Values) -> Money | None:
    """Return what a document that is posted comes to; None where that is not known yet, or it is never posted.

    It is the form's `grand_total`, else all that its posting credits.
    """
    credited = tuple(amount for side, _, amount in spec.posting.lines if side == "credit") if spec.posting else ()
    named = ("grand_total",) if credited and any(field.id == "grand_total" for field in spec.fields) else credited
    amounts = [amount for name in named if isinstance(amount := values.get(name), Decimal)]
    return sum(amounts, Decimal(0)) if amounts and len(amounts) == len(named) else None


def find(office: Office, person: Person, document_id: str) -> Reading:
    """Return a document that a person may see, turned to the step that is theirs.

    Raises NotFound alike for one that is hidden and one that is not.
    """
    with office.database.read() as tx:
        document = tx.documents.get(document_id)
        consulted, signed = tx.consultations.asked_in(document_id), tx.documents.signers(document_id)
    spec = office.printery.form(document.spec_sha256).spec
    values = values_of(office, spec, document.head)
    now = circumstances(office, document, values)
    reading = _reading(document, spec, values, now)
    if not may_see(person, document, spec, reading.asked | consulted | signed, now):
        raise NotFound(f"没有识别码为「{document_id}」的单据，或者您无权查看。请核对链接或编号。")
    return at_desk_of(reading, person.id)
