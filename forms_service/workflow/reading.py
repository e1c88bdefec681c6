"""Reading a document: its form, the values that stand in its bytes, and whose turn it is.

Values come from the signed bytes, never from the database (architecture, decision 12).
"""

import datetime as dt
from dataclasses import dataclass

from forms_service.domain.context import Context, gather
from forms_service.domain.document import Document
from forms_service.domain.errors import NotFound
from forms_service.domain.evaluating import Known
from forms_service.domain.people import Person
from forms_service.domain.policies import settings_in_force
from forms_service.domain.routing import Circumstances, Claim, claim, may_see
from forms_service.domain.spec import FormSpec, Step
from forms_service.domain.values import Values
from forms_service.domain.widgets import read_document
from forms_service.workflow.office import Office


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as it stands: its spec, the values in its bytes, the step at hand and who may sign it."""

    document: Document
    spec: FormSpec
    values: Values
    step: Step | None
    claim: Claim | None


def read(office: Office, document: Document) -> Reading:
    """Read a document's values from its present bytes and work out whose turn it is."""
    spec = office.printery.form(document.spec_sha256).spec
    values = values_of(office, spec, document.head)
    step = spec.step(document.step) if document.step else None
    return Reading(document, spec, values, step, claim_of(office, document, step, values))


def values_of(office: Office, spec: FormSpec, digest: str) -> Values:
    """Return the values of all spec fields in the bytes with a digest."""
    return read_document(spec, office.printery.read(digest, lambda: office.blobs.get(digest)))


def context(office: Office, document: Document, at: dt.datetime) -> Context:
    """Return what a form may refer to beside its values: the day, the policies' settings, the organisation."""
    today, opened_on = office.today(at), office.today(document.opened_at)
    settings = settings_in_force(office.organisation, today)
    return Context(today, settings, office.organisation, opened_on, document.given.known())


def known(office: Office, document: Document, values: Values) -> Known:
    """Return everything that a condition or a limit may name, by the policies in force when the step opened."""
    return gather(values, context(office, document, document.step_opened_at))


def claim_of(office: Office, document: Document, step: Step | None, values: Values) -> Claim | None:
    """Return who may sign a step, by the policies in force when it opened; None for no step."""
    if step is None:
        return None
    rounding = office.printery.form(document.spec_sha256).spec.rounding
    policies = office.policies(document.step_opened_at)
    now = Circumstances(known(office, document, values), office.organisation, policies, rounding)
    return claim(step, document, now)


def find(office: Office, person: Person, document_id: str) -> Reading:
    """Return a document that a person may see; raises NotFound alike for one that is hidden and one that is not."""
    with office.database.read() as tx:
        document = tx.documents.get(document_id)
    reading = read(office, document)
    if not may_see(person, document, reading.spec, reading.claim):
        raise NotFound(f"没有识别码为「{document_id}」的单据，或者您无权查看。请核对链接或编号。")
    return reading
