"""The tables of keys kept elsewhere and of consent: own certificates, the challenges that prove them, and consents."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, text

from forms_service.store.instant import Instant
from forms_service.store.work_tables import metadata

__all__ = ["challenges", "consents", "metadata", "own_certificates"]

own_certificates = Table(
    "own_certificates",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("person", String(200), nullable=False),
    Column("pem", Text, nullable=False),
    Column("registered_at", Instant, nullable=False),
    Column("ended_at", Instant),
)
Index("ix_own_certificates_person", own_certificates.c.person)
_ACTIVE = text("ended_at IS NULL")
Index(
    "uq_own_certificates_active_person",
    own_certificates.c.person,
    unique=True,
    sqlite_where=_ACTIVE,
    postgresql_where=_ACTIVE,
)

challenges = Table(
    "challenges",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("person", String(200), nullable=False, index=True),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

consents = Table(
    "consents",
    metadata,
    Column("no", Integer, primary_key=True),
    Column("contact", String(320), nullable=False, index=True),
    Column("party", String(200), nullable=False),
    Column("wording", Integer, nullable=False),
    Column("wording_sha256", String(64), nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("identified_by", Text, nullable=False),
    Column("withdrawn_at", Instant),
    Column("withdrawn_by", String(320)),
)
_STANDING = text("withdrawn_at IS NULL")
Index(
    "uq_consents_standing_contact",
    consents.c.contact,
    unique=True,
    sqlite_where=_STANDING,
    postgresql_where=_STANDING,
)
