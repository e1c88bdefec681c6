"""The tables of the work around documents: who acts for whom, what was asked and told, what is chased and scheduled."""

from sqlalchemy import Column, Date, ForeignKey, Integer, PrimaryKeyConstraint, String, Table, Text

from forms_service.store.instant import Instant
from forms_service.store.tables import document_id_column, metadata

__all__ = ["consultations", "delegations", "handouts", "looks", "metadata", "notes", "reminders", "schedule"]

delegations = Table(
    "delegations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("principal", String(200), nullable=False, index=True),
    Column("delegate", String(200), nullable=False, index=True),
    Column("form", String(100), nullable=False),
    Column("cap", String(40)),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("made_by", String(200), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_by", String(200)),
)

notes = Table(
    "notes",
    metadata,
    Column("no", Integer, primary_key=True),
    Column("person", String(200), nullable=False, index=True),
    Column("document_id", String(64), ForeignKey("documents.id")),
    Column("words", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("seen_at", Instant),
)

consultations = Table(
    "consultations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("document_id", String(64), ForeignKey("documents.id"), nullable=False, index=True),
    Column("step", String(100), nullable=False),
    Column("round", Integer, nullable=False),
    Column("asked_by", String(200), nullable=False),
    Column("asked", String(200), nullable=False, index=True),
    Column("question", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("opinion", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("answered_at", Instant),
    Column("closed_at", Instant),
)

reminders = Table(
    "reminders",
    metadata,
    document_id_column(),
    Column("step", String(100), nullable=False),
    Column("round", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("person", String(200), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("taken_at", Instant, nullable=False),
    Column("sent_at", Instant),
    PrimaryKeyConstraint("document_id", "step", "round", "kind", "ordinal", "person"),
)

handouts = Table(
    "handouts",
    metadata,
    document_id_column(),
    Column("step", String(100), nullable=False),
    Column("round", Integer, nullable=False),
    Column("person", String(200), nullable=False),
    Column("base", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("raw", Text, nullable=False),
    Column("opinion", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("handed_at", Instant, nullable=False),
    Column("decision", String(200), nullable=False, server_default="approve"),
    PrimaryKeyConstraint("document_id", "person", "sha256"),
)

looks = Table(
    "looks",
    metadata,
    document_id_column(primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("again_at", Instant),
)

schedule = Table(
    "schedule",
    metadata,
    Column("form", String(100), nullable=False),
    Column("period", String(7), nullable=False),
    Column("document_id", String(64), nullable=False),
    Column("opened_at", Instant, nullable=False),
    PrimaryKeyConstraint("form", "period"),
)
