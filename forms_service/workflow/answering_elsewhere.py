"""Answering elsewhere: a customer's contact accepts in a program of their own, with a certificate of their company's.

The link and the one-time code say who they are, the trust list whose the certificate is: issued by an authority of the
customer's, or pinned. What they are handed, and what comes back, is as for staff (`handing_out`, `taking_in`).
"""

import datetime as dt

from forms_service.domain.document import Document
from forms_service.domain.errors import LinkDead, NotTaken, ProblemsFound, Unreadable, WrongState
from forms_service.domain.spec import Step
from forms_service.pdf.brought import read_brought
from forms_service.signing.added import certificate_name
from forms_service.signing.apart import Alone
from forms_service.signing.companies import CompanyCertificate, read_company_certificate
from forms_service.store.handouts import Handout
from forms_service.store.links import Link
from forms_service.workflow.consenting import consent_faults, keep_consent, standing_of
from forms_service.workflow.handing_out import keep_handout
from forms_service.workflow.inviting import contacts_of, granted_link
from forms_service.workflow.numbering import awaits_number
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading
from forms_service.workflow.receiving import code_evidence, identified_by, tell_answered
from forms_service.workflow.submitting import Capacity, Submission, require_fresh
from forms_service.workflow.taking_in import added_to, extended, record_signed, require_one
from forms_service.workflow.turning_away import (
    MOST_BYTES,
    another_document,
    encrypted,
    is_unchanged,
    not_companys,
    not_ours,
    of_customer,
    rewritten,
    too_big,
    unchanged,
)


def companys_certificates(office: Office, link: Link, reading: Reading) -> tuple[str, ...]:
    """Say which certificates a link's contact may sign with elsewhere; none where the trust list has none of theirs.

    Neither is there any for a step at which the document is numbered: the number is not known when it is filled.
    """
    if awaits_number(reading.spec, reading.document, link.step):
        return ()
    party, _ = contacts_of(office, reading)
    at, trust = office.now(), office.trust
    mine = ("", _signer(link))
    issued = [f"{certificate_name(c.certificate)} 颁发的证书" for c in trust.customers if c.party == party.id]
    pinned = [
        certificate_name(pin.certificate)
        for pin in trust.contacts
        if pin.party == party.id and pin.person in mine and pin.begins <= at < pin.ends
    ]
    return tuple(dict.fromkeys((*issued, *pinned)))


def hand_to_contact(office: Office, token: str, grant: str, seen: str, *, consents: bool) -> Handout:
    """Fill the acceptance for the contact and keep the bytes that they are to sign; keep their consent, too.

    Raises LinkDead, WrongCode, NoConsent, StalePage, WrongState, ProblemsFound.
    """
    at = office.now()
    link, reading = _standing(office, token, grant)
    submission = Submission(reading.document.id, link.step, seen, "accept")
    step, _ = require_fresh(reading, submission)
    if not companys_certificates(office, link, reading):
        raise WrongState("贵公司的证书还没有登记，用它签的章认不出来。请在网页上签章，或与承办人联系。")
    faults = tuple(consent_faults(standing_of(office, link), accepts=True, consents=consents))
    if faults:
        raise ProblemsFound(faults)
    keep_consent(office, link, contacts_of(office, reading)[0].name)
    return keep_handout(office, reading, step, submission, _signer(link), at)


def handed_to_contact(office: Office, link: Link, reading: Reading) -> Handout | None:
    """Return what the contact was last handed of the document as it stands, if anything."""
    with office.database.read() as tx:
        found = tx.handouts.of(reading.document.id)
    mine = (h for h in found if (h.person, h.base, h.step) == (_signer(link), reading.document.head, link.step))
    return next(mine, None)


def take_from_contact(office: Office, token: str, grant: str, pdf: bytes) -> Document:
    """Record a file that a contact signed with their company's certificate. The link is used up.

    Raises LinkDead, WrongCode, NoConsent, NotTaken, Unreadable, Busy, StalePage.
    """
    at = office.now()
    link, reading = _standing(office, token, grant)
    tuple(consent_faults(standing_of(office, link), accepts=True, consents=True))  # a link that signs no more raises
    try:
        if len(pdf) > MOST_BYTES:
            raise too_big(len(pdf))
        with office.counter.alone(pdf) as file:
            return _take(office, link, reading, file, at)
    except NotTaken as stop:
        raise of_customer(stop) from stop


def _take(office: Office, link: Link, reading: Reading, file: Alone, at: dt.datetime) -> Document:
    handout = extended(office, _signer(link), reading, file.data)
    if handout is None:
        raise _stranger(office, reading, file)
    added = added_to(office, handout, file)
    if not added:
        raise unchanged() if is_unchanged(office, reading.document, file.data) else rewritten()
    step, _ = require_fresh(reading, Submission(handout.document_id, handout.step, handout.base, handout.decision))
    require_one(reading, step, added)
    certificate = _require_companys(office, link, reading, handout, file, at)
    capacity = _capacity(office, link, reading, handout, step)
    stored = record_signed(office, reading, step, handout, capacity, certificate.sha256, file, at)
    tell_answered(office, link, stored, handout.base, certificate.subject, at)
    return stored


def _standing(office: Office, token: str, grant: str) -> tuple[Link, Reading]:
    """Return a granted link and its document, which must still be the one that was sent. Raises LinkDead, WrongCode."""
    link, reading = granted_link(office, token, grant)
    if link.head != reading.document.head:
        raise LinkDead("单据在寄出之后有变动，这个链接已作废。请与承办人联系，索取新的链接。")
    return link, reading


def _signer(link: Link) -> str:
    return f"contact:{link.contact_email}"


def _stranger(office: Office, reading: Reading, file: Alone) -> NotTaken:
    """Say what a file is that does not go on from what the contact was handed; nothing of other documents is told."""
    if is_unchanged(office, reading.document, file.data):
        return unchanged()
    brought = file.read(read_brought)
    if brought.encrypted:
        return encrypted()
    if not brought.document_id:
        return not_ours()
    if brought.document_id != reading.document.id:
        return another_document(reading.document, brought)
    return rewritten()


def _require_companys(
    office: Office, link: Link, reading: Reading, handout: Handout, file: Alone, at: dt.datetime
) -> CompanyCertificate:
    """Require a certificate that the trust list takes for the customer's, good now. Raises NotTaken."""
    party, _ = contacts_of(office, reading)
    size = len(office.blobs.get(handout.sha256))
    try:
        found = file.read(read_company_certificate, size, office.trust, at, party.id, link.contact_email)
    except Unreadable as stop:
        raise NotTaken("broken", f"{stop}请重新签一次。") from stop
    if found.fault:
        raise not_companys(found, companys_certificates(office, link, reading))
    return found


def _capacity(office: Office, link: Link, reading: Reading, handout: Handout, step: Step) -> Capacity:
    party, _ = contacts_of(office, reading)
    return Capacity(
        person=_signer(link),
        name=link.contact_name,
        role=step.sign,
        stamp=None,
        signer=None,
        identified_by=identified_by(link),
        code=code_evidence(link, handout.base),
        outside=party.id,
    )
