"""Receiving: a customer's contact accepts and signs, or refuses with a reason, on the link and the one-time code.

The key is made for this one signature after the code was right, certified for firm, contact and how they were
identified, and forgotten once it has signed.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.hazmat.primitives.serialization import Encoding

from forms_service.domain.document import Document
from forms_service.domain.errors import LinkDead, ProblemsFound
from forms_service.domain.events import Event
from forms_service.domain.problem import Problem
from forms_service.domain.record import CodeEvidence
from forms_service.pdf.seal import Stamp
from forms_service.signing.keys import one_time_key
from forms_service.store.certificates import IssuedCertificate
from forms_service.store.links import Link
from forms_service.workflow.consenting import consent_faults, keep_consent, standing_of
from forms_service.workflow.inviting import contacts_of, granted_link, mask
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading
from forms_service.workflow.submitting import Capacity, Submission, require_fresh, sign_step

LONGEST_NAME = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What a contact hands in: `seen` is the digest of the bytes shown, `name` as typed, `opinion` the reason.

    `consents`: with this answer they agree to the electronic form, where they have not before.
    """

    seen: str
    accepts: bool
    name: str
    opinion: str = ""
    consents: bool = False


def answer(office: Office, token: str, grant: str, given: Answer) -> Document:
    """Sign the customer's step, as acceptance or as refusal, on the grant that the one-time code gave.

    Raises LinkDead, WrongCode, NoConsent, StalePage, ProblemsFound, VerdictRefused. The link is used up.
    """
    at = office.now()
    link, reading = granted_link(office, token, grant)
    if link.head != reading.document.head:
        raise LinkDead("单据在寄出之后有变动，这个链接已作废。请与承办人联系，索取新的链接。")
    submission = Submission(
        document_id=reading.document.id,
        step=link.step,
        seen=given.seen,
        decision="accept" if given.accepts else "refuse",
        opinion=given.opinion,
    )
    step, _ = require_fresh(reading, submission)
    _require_complete(office, link, given)
    if given.accepts:
        keep_consent(office, link, contacts_of(office, reading)[0].name)
    capacity = _capacity(office, reading, link, given, step.sign, at)
    stored = sign_step(office, reading, step, submission, capacity, at)
    tell_answered(office, link, stored, given.seen, given.name, at)
    return stored


def tell_answered(office: Office, link: Link, stored: Document, shown: str, typed: str, at: dt.datetime) -> None:
    """Tell the ledger on which code somebody answered: `typed` is the name they gave, or their certificate's."""
    with office.database.write() as tx:
        data = {"step": link.step, "address": mask(link.contact_email), "shown": shown, "typed": typed}
        tx.ledger.append(Event(at, "code_answered", stored.id, f"contact:{mask(link.contact_email)}", data))


def _require_complete(office: Office, link: Link, given: Answer) -> None:
    """Refuse an answer without consent or a name fit to print; raises NoConsent, or ProblemsFound with every fault."""
    standing = standing_of(office, link)
    faults = (
        *_name_faults(office, given),
        *consent_faults(standing, accepts=given.accepts, consents=given.consents),
    )
    if faults:
        raise ProblemsFound(faults)


def _name_faults(office: Office, given: Answer) -> Iterator[Problem]:
    """Name what the seal cannot carry; a refusal needs no name, its contact is known from the link."""
    name = given.name.strip()
    if not name and given.accepts:
        yield Problem("name", "required", "请打您的姓名，会印在单据上。")
    if len(name) > LONGEST_NAME:
        yield Problem("name", "too_long", f"姓名有 {len(name)} 个字，最多 {LONGEST_NAME} 个。")
        return
    odd = [*dict.fromkeys(c for c in name if not c.isprintable()), *office.fonts.missing(name)]
    if odd:
        named = "、".join(f"「{c}」(U+{ord(c):04X})" if c.isprintable() else f"U+{ord(c):04X}" for c in odd)
        yield Problem("name", "unprintable", f"姓名里的{named}印不出来。请换成常用字。")


def _signatory(contact: str, typed: str) -> str:
    """Write who signed: the contact known, and the name typed where it is another."""
    return contact if typed in ("", contact) else f"{contact}（{typed}）"


def _capacity(office: Office, reading: Reading, link: Link, given: Answer, role: str, at: dt.datetime) -> Capacity:
    """Make the contact a key for this hour; its certificate begins when they sign, not after."""
    party, _ = contacts_of(office, reading)
    key = one_time_key()
    certificate = office.authority.certify_contact(
        party_name=party.name,
        contact_name=link.contact_name,
        email=link.contact_email,
        identified_by="一次性验证码",
        public_key=key.public_key,
        at=at,
    )
    signer = key.signer(certificate, office.authority.chain())
    with office.database.write() as tx:
        pem = certificate.public_bytes(Encoding.PEM).decode()
        tx.certificates.add(IssuedCertificate(signer.fingerprint, "contact", pem, f"contact:{link.contact_email}", at))
    when = f"{office.local(at):%Y-%m-%d %H:%M}"
    stamp = Stamp(
        "party", party.name, (party.name, _signatory(link.contact_name, given.name.strip()), when), party.tax_id
    )
    return Capacity(
        person=f"contact:{link.contact_email}",
        name=link.contact_name,
        role=role,
        stamp=stamp,
        signer=signer,
        identified_by=identified_by(link),
        code=code_evidence(link, given.seen),
    )


def identified_by(link: Link) -> str:
    """Say how a link's contact was identified."""
    return f"一次性验证码 {mask(link.contact_email)}"


def code_evidence(link: Link, shown: str) -> CodeEvidence | None:
    """Tell how the contact was identified, and which bytes they were shown.

    None for a code that was sent before such times were kept.
    """
    sent, back = link.code_sent_at, link.code_given_at
    if sent is None or back is None:
        return None
    return CodeEvidence(mask(link.contact_email), shown, sent.isoformat(), back.isoformat())
