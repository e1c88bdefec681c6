"""Own certificates: those that people brought, whose keys never come here; registered after a signed challenge.

One is active a person. An ended one stays in the list: what was signed while it was active stands.
"""

import datetime as dt
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select, update

from forms_service.store.key_tables import own_certificates


@dataclass(frozen=True, slots=True)
class OwnCertificate:
    """A person's own certificate, named by its SHA-256; good for what came in from `registered_at` to `ended_at`."""

    sha256: str
    person: str
    pem: str
    registered_at: dt.datetime
    ended_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class OwnCertificates:
    """The own certificates within one transaction."""

    connection: Connection

    def add(self, certificate: OwnCertificate) -> None:
        """Make a certificate its person's active one; the one before it, if any, ends and stays in the list."""
        self.end(certificate.person, certificate.registered_at)
        self.connection.execute(insert(own_certificates).values(asdict(certificate)))

    def end(self, person: str, at: dt.datetime) -> None:
        """End a person's active certificate; without one nothing happens."""
        which = own_certificates.c.person == person, own_certificates.c.ended_at.is_(None)
        self.connection.execute(update(own_certificates).where(*which).values(ended_at=at))

    def active(self, person: str) -> OwnCertificate | None:
        """Return the certificate that a person signs with elsewhere now, if there is one."""
        which = own_certificates.c.person == person, own_certificates.c.ended_at.is_(None)
        row = self.connection.execute(select(own_certificates).where(*which)).mappings().one_or_none()
        return OwnCertificate(**row) if row else None

    def by_fingerprint(self, sha256: str) -> OwnCertificate | None:
        """Return the certificate with a fingerprint, active or ended, if it was ever registered."""
        query = select(own_certificates).where(own_certificates.c.sha256 == sha256)
        row = self.connection.execute(query).mappings().one_or_none()
        return OwnCertificate(**row) if row else None

    def of(self, person: str) -> tuple[OwnCertificate, ...]:
        """List the certificates that a person ever registered, oldest first."""
        return tuple(certificate for certificate in self.all() if certificate.person == person)

    def all(self) -> tuple[OwnCertificate, ...]:
        """List every certificate that was ever registered, oldest first."""
        query = select(own_certificates).order_by(own_certificates.c.registered_at, own_certificates.c.sha256)
        return tuple(OwnCertificate(**row) for row in self.connection.execute(query).mappings())
