"""Certificates: all that the office's authority issued, and what it revoked."""

import datetime as dt
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select, update

from forms_service.store.tables import certificates


@dataclass(frozen=True, slots=True)
class IssuedCertificate:
    """A certificate. `sha256` is its fingerprint, `kind` the authority's word, `person` an id or `contact:EMAIL`."""

    sha256: str
    kind: str
    pem: str
    person: str
    issued_at: dt.datetime
    revoked_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Certificates:
    """The issued certificates within one transaction."""

    connection: Connection

    def add(self, certificate: IssuedCertificate) -> None:
        """Store a certificate just issued."""
        self.connection.execute(insert(certificates).values(asdict(certificate)))

    def get(self, sha256: str) -> IssuedCertificate | None:
        """Return the certificate with a fingerprint, if the office issued it."""
        query = select(certificates).where(certificates.c.sha256 == sha256)
        row = self.connection.execute(query).mappings().one_or_none()
        return IssuedCertificate(**row) if row else None

    def of(self, person: str) -> tuple[IssuedCertificate, ...]:
        """List a person's certificates, oldest first."""
        query = select(certificates).where(certificates.c.person == person).order_by(certificates.c.issued_at)
        return tuple(IssuedCertificate(**row) for row in self.connection.execute(query).mappings())

    def revoke(self, sha256: str, at: dt.datetime) -> None:
        """Note from when a certificate is revoked; the first revocation counts."""
        which = certificates.c.sha256 == sha256, certificates.c.revoked_at.is_(None)
        self.connection.execute(update(certificates).where(*which).values(revoked_at=at))

    def revoked(self) -> tuple[IssuedCertificate, ...]:
        """List the revoked certificates in the order of revocation."""
        query = select(certificates).where(certificates.c.revoked_at.is_not(None)).order_by(certificates.c.revoked_at)
        return tuple(IssuedCertificate(**row) for row in self.connection.execute(query).mappings())
