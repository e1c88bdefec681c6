"""The page of one person's certificates: those that the office issued, and those that the person brought."""

from cryptography import x509

from forms_service.domain.people import Person
from forms_service.store.certificates import IssuedCertificate
from forms_service.store.own_certificates import OwnCertificate
from forms_service.web.names import department_name
from forms_service.web.pages.frame import Fault
from forms_service.web.pages.people import CertificateRow, CertificatesPage
from forms_service.web.words import moment
from forms_service.workflow.office import Office
from forms_service.workflow.revoking import REVOKER_ROLES


def certificates_page(
    office: Office, person: Person, viewer: Person, faults: tuple[Fault, ...], *, done: bool
) -> CertificatesPage:
    """Gather a person's certificates, newest first."""
    with office.database.read() as tx:
        issued, own = tx.certificates.of(person.id), tx.own_certificates.of(person.id)
    rows = (*(_issued(office, kept) for kept in reversed(issued)), *(_own(office, kept) for kept in reversed(own)))
    valid = sum(not row.ended for row in rows)
    return CertificatesPage(
        name=person.name,
        department=department_name(office.organisation, person.department),
        headline=f"{person.name}有 {valid} 张有效的证书" if valid else f"{person.name}没有有效的证书，不能签章",
        rows=rows,
        may_revoke=bool(REVOKER_ROLES & set(viewer.roles)) and valid > 0,
        revoke_href=f"/configuration/people/{person.id}/revoke",
        faults=faults,
        done="证书都撤销了，从现在起不能再用；撤销以前签的照样有效。" if done else "",
    )


def _issued(office: Office, kept: IssuedCertificate) -> CertificateRow:
    ended = f"{moment(office.local(kept.revoked_at))} 撤销" if kept.revoked_at else ""
    return _row(office, kept.pem, kept.sha256, "公司发的", moment(office.local(kept.issued_at)), ended)


def _own(office: Office, kept: OwnCertificate) -> CertificateRow:
    ended = f"{moment(office.local(kept.ended_at))} 停用" if kept.ended_at else ""
    return _row(office, kept.pem, kept.sha256, "本人的", moment(office.local(kept.registered_at)), ended)


def _row(office: Office, pem: str, sha256: str, kind: str, since: str, ended: str) -> CertificateRow:
    certificate = x509.load_pem_x509_certificate(pem.encode())
    return CertificateRow(
        kind=kind,
        subject=certificate.subject.rfc4514_string(),
        since=since,
        valid_until=f"{office.local(certificate.not_valid_after_utc):%Y-%m-%d}",
        ended=ended,
        certificate=sha256,
    )
