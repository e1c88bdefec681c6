"""Handing out: a step's cells filled and its box left empty, to be signed in a program of the signer's own.

They typed everything here and it is checked; their program only signs. What is handed out is kept, and only its very
bytes with one signature added may come back (`taking_in`).
"""

import datetime as dt
import io

from forms_service.domain.errors import NotFound, ProblemsFound, WrongState
from forms_service.domain.people import Person
from forms_service.domain.record import SignatureFacts
from forms_service.domain.routing import require_standing
from forms_service.domain.spec import Step
from forms_service.domain.values import Values
from forms_service.pdf.fill import check_fit, fill
from forms_service.pdf.read import open_writer
from forms_service.store.handouts import Handout
from forms_service.store.own_certificates import OwnCertificate
from forms_service.workflow.numbering import awaits_number
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading, at_desk_of, find
from forms_service.workflow.revising import print_step
from forms_service.workflow.submitting import Submission, checked_values, require_decision, require_fresh

Printed = dict[str, str | bool]


def hand_out(office: Office, person: Person, submission: Submission) -> Handout:
    """Fill a step for its signer and keep the bytes that they are to sign. The document does not change.

    Raises NotFound, NotYours, StalePage, WrongState, ProblemsFound.
    """
    at = office.now()
    reading = at_desk_of(find(office, person, submission.document_id), person.id, submission.step)
    step, claimed = require_fresh(reading, submission)
    require_standing(person, step, reading.document, claimed, submission.on_behalf_of)
    require_own_certificate(office, person)
    _require_possible(reading, step, submission)
    return keep_handout(office, reading, step, submission, person.id, at)


def keep_handout(
    office: Office, reading: Reading, step: Step, submission: Submission, signer: str, at: dt.datetime
) -> Handout:
    """Check and fill a step for who has it, and keep the bytes. Raises WrongState, ProblemsFound."""
    values = decided_values(office, reading, step, submission, at)
    data = _filled(office, reading, cells_of(reading, step, submission.decision, values, submission.opinion))
    handout = Handout(
        document_id=reading.document.id,
        step=step.id,
        round=reading.document.round,
        person=signer,
        base=reading.document.head,
        sha256=office.blobs.put(data),
        raw=dict(submission.raw),
        opinion=submission.opinion,
        reason=submission.reason,
        handed_at=at,
        decision=submission.decision,
    )
    with office.database.write() as tx:
        tx.handouts.add(handout)
    return handout


def handed_out(office: Office, person: Person, document_id: str, sha256: str) -> tuple[Handout, bytes]:
    """Return what was handed out to a person, with its bytes. Raises NotFound, for what is another's too."""
    with office.database.read() as tx:
        handout = tx.handouts.get(document_id, person.id, sha256)
    if handout is None:
        raise NotFound("没有为您准备过这一份待签的 PDF。请从签核页重新准备。")
    return handout, office.blobs.get(handout.sha256)


def last_handout(office: Office, person: Person, reading: Reading) -> Handout | None:
    """Return what a person was last handed out of a document as it now stands, if anything."""
    with office.database.read() as tx:
        found = tx.handouts.of(reading.document.id)
    mine = (h for h in found if (h.person, h.base) == (person.id, reading.document.head))
    return next(mine, None)


def own_certificate(office: Office, person: Person) -> OwnCertificate | None:
    """Return the certificate that a person registered and signs with elsewhere, if there is one."""
    with office.database.read() as tx:
        return tx.own_certificates.active(person.id)


def require_own_certificate(office: Office, person: Person) -> OwnCertificate:
    """Return a person's registered certificate. Raises WrongState."""
    found = own_certificate(office, person)
    if found is None:
        raise WrongState(
            "您还没有登记自己的证书，用自己的程序签的章系统认不出来。请先在「我的密钥」登记证书，或直接在签核页签章。"
        )
    return found


def decided_values(office: Office, reading: Reading, step: Step, submission: Submission, at: dt.datetime) -> Values:
    """Check what is decided and what the step is filled with: nothing anew where it does not agree.

    Raises WrongState, ProblemsFound.
    """
    require_decision(reading, step, submission)
    return checked_values(office, reading, step, submission, at) if submission.goes_on else reading.values


def cells_of(reading: Reading, step: Step, decision: str, values: Values, opinion: str) -> Printed:
    """Write what stands in a step's cells when it is decided so."""
    document = reading.document
    facts = SignatureFacts(document.id, step.id, document.round, "", "", decision, opinion)
    return dict(print_step(reading.spec, step, facts, values, document.number))


def _require_possible(reading: Reading, step: Step, submission: Submission) -> None:
    if submission.on_behalf_of is not None:
        raise WrongState("代签要写明代谁，别的程序写不进签章里。请在签核页代签。")
    if submission.goes_on and awaits_number(reading.spec, reading.document, step.id):
        raise WrongState(f"「{step.name}」签章的同时才编号，不能先填好再拿出去签。请在签核页签章。")


def _filled(office: Office, reading: Reading, printed: Printed) -> bytes:
    """Fill the cells as one revision without a signature; a step without cells is signed on the bytes as they are."""
    base = office.blobs.get(reading.document.head)
    if not printed:
        return base
    layout = office.printery.form(reading.spec.sha256).layout
    problems = check_fit(layout, printed, office.fonts)
    if problems:
        raise ProblemsFound(problems)
    writer, written = open_writer(base), io.BytesIO()
    fill(writer, layout, printed, office.fonts)
    writer.write(written)
    return written.getvalue()
