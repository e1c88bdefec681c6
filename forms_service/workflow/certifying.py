"""Certifying: a person's own certificate, kept by its fingerprint once they signed a challenge with its key.

A challenge is a sheet of one page, for one person, for a quarter of an hour and for one use. Its digest is all that is
kept of it; what comes back must begin with exactly those bytes.
"""

import datetime as dt
import hashlib
import textwrap

from forms_service.domain.errors import NotFound, NotProven, Unreadable
from forms_service.domain.events import Event
from forms_service.domain.people import Person
from forms_service.pdf.challenge import Sheet, draw_challenge
from forms_service.signing.apart import Alone
from forms_service.signing.proofs import LARGEST, Proven, read_proof
from forms_service.store.challenges import Challenge
from forms_service.store.database import Transaction
from forms_service.store.own_certificates import OwnCertificate
from forms_service.workflow.office import Office

CHALLENGE_LIVES = dt.timedelta(minutes=15)


def make_challenge(office: Office, person: Person) -> bytes:
    """Make a sheet for a person to sign with their own certificate, in a program of their own."""
    at = office.now()
    until = at + CHALLENGE_LIVES
    department = office.organisation.department(person.department)
    sheet = draw_challenge(
        Sheet(
            firm=office.organisation.firm.name,
            name=person.name,
            person=person.id,
            department=department.name if department else "",
            nonce=_number(office),
            made=f"{office.local(at):%Y-%m-%d %H:%M}",
            until=f"{office.local(until):%Y-%m-%d %H:%M}",
        ),
        office.fonts,
    )
    with office.database.write() as tx:
        tx.challenges.add(Challenge(hashlib.sha256(sheet).hexdigest(), len(sheet), person.id, at, until))
    return sheet


def register_certificate(office: Office, person: Person, signed: bytes, actor: str | None = None) -> OwnCertificate:
    """Register the certificate that signed a person's challenge; the one before it, if any, ends.

    `actor` is who brought the file where it was not the person. Raises NotProven saying why, and Busy.
    """
    at = office.now()
    challenge = _challenge_in(office, person, signed, at)
    with office.judges.alone(signed) as file:
        proven = _proven(file, challenge, at)
    with office.database.write() as tx:
        if not tx.challenges.use(challenge.sha256, at):
            raise NotProven("这份登记书已经用过一次，不能再用。请重新下载一份。")
        return put_certificate(tx, person, proven, at, actor or person.id, challenge.sha256)


def put_certificate(
    tx: Transaction, person: Person, proven: Proven, at: dt.datetime, actor: str, proof: str
) -> OwnCertificate:
    """Register a certificate whose key was shown, by the `proof` that the ledger names. Raises NotProven."""
    known = tx.own_certificates.by_fingerprint(proven.sha256)
    issued = tx.certificates.get(proven.sha256)
    if known is not None or (issued is not None and (issued.person != person.id or issued.revoked_at)):
        raise NotProven(_taken(known, person))
    kept = OwnCertificate(proven.sha256, person.id, proven.pem, at)
    tx.own_certificates.add(kept)
    data = {
        "certificate": proven.sha256,
        "person": person.id,
        "subject": proven.subject,
        "issuer": proven.issuer,
        "proof": proof,
    }
    tx.ledger.append(Event(at, "certificate_registered", "", actor, data))
    return kept


def end_certificate(office: Office, person: Person, actor: str | None = None, reason: str = "") -> None:
    """End a person's own certificate: it signs nothing more; what it signed stays. Raises NotFound without one."""
    with office.database.write() as tx:
        if not end_in(tx, person, office.now(), actor or person.id, reason):
            raise NotFound(f"{person.name}没有登记着的证书，没有可以停用的。")


def end_in(tx: Transaction, person: Person, at: dt.datetime, actor: str, reason: str = "") -> bool:
    """End a person's own certificate within a transaction; says whether there was one."""
    active = tx.own_certificates.active(person.id)
    if active is None:
        return False
    tx.own_certificates.end(person.id, at)
    data = {"certificate": active.sha256, "person": person.id, **({"reason": reason} if reason else {})}
    tx.ledger.append(Event(at, "certificate_ended", "", actor, data))
    return True


def own_certificates(office: Office, person: Person) -> tuple[OwnCertificate, ...]:
    """List the certificates that a person registered, oldest first."""
    with office.database.read() as tx:
        return tx.own_certificates.of(person.id)


def _challenge_in(office: Office, person: Person, signed: bytes, at: dt.datetime) -> Challenge:
    """Find the challenge that a file begins with; it must be this person's, unused and not too old."""
    if len(signed) > LARGEST:
        raise NotProven(f"文件有 {len(signed):,} 字节，签好的登记书不会超过 {LARGEST:,}。请上传签好的登记书。")
    with office.database.read() as tx:
        starts = (hashlib.sha256(signed[:size]).hexdigest() for size in tx.challenges.sizes() if size <= len(signed))
        found = next((kept for kept in map(tx.challenges.get, starts) if kept is not None), None)
    if found is None:
        raise NotProven(
            "这不是这里发的登记书，或签章程序把它整份改写了。请重新下载一份，直接签章、保存，不要打印、转存或先编辑。"
        )
    if found.person != person.id:
        raise NotProven("这份登记书是发给别人的，不能登记在您名下。请用您自己的帐号重新下载一份。")
    if found.used_at is not None:
        raise NotProven("这份登记书已经用过一次，不能再用。请重新下载一份。")
    if at >= found.expires_at:
        raise NotProven(f"这份登记书已在 {office.local(found.expires_at):%Y-%m-%d %H:%M} 过期。请重新下载一份。")
    return found


def _proven(file: Alone, challenge: Challenge, at: dt.datetime) -> Proven:
    try:
        return file.read(read_proof, challenge.size, at)
    except Unreadable as stop:
        raise NotProven(f"{stop}请重新下载登记书，签好、存好，再上传。") from stop


def _taken(known: OwnCertificate | None, person: Person) -> str:
    if known is None:
        return "这张证书是公司发给别人的，或已被撤销，不能登记。请用您本人的证书。"
    if known.person != person.id:
        return "这张证书已经登记在别人名下。一张证书只属于一个人，请用您本人的证书。"
    if known.ended_at is not None:
        return "这张证书已经停用，不能再登记。请换一张新的证书。"
    return "这张证书已经登记在您名下，不用再登记。"


def _number(office: Office) -> str:
    """Write an unguessable number in groups that a person can compare."""
    digits = hashlib.sha256(f"challenge:{office.token()}".encode()).hexdigest()[:24].upper()
    return "-".join(textwrap.wrap(digits, 4))
