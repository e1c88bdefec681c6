"""The tables: one noun each, columns named as the fields of the records they hold. Migrations make them, not this."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from forms_service.store.given_text import GivenText
from forms_service.store.instant import Instant

SHA256 = String(64)
FACT_KEY = 200  # characters of a fact that it is looked up by; an index cannot hold a page of text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# What is written here stays: triggers of the migrations refuse UPDATE and DELETE.
APPEND_ONLY = ("ledger", "numbers", "published_forms", "vouchers", "snapshots", "approvals")


def document_id_column(*, primary_key: bool = False) -> Column[str]:
    """Make the column that names a row's document."""
    return Column("document_id", String(64), ForeignKey("documents.id"), nullable=False, primary_key=primary_key)


published_forms = Table(
    "published_forms",
    metadata,
    Column("form", String(100), nullable=False),
    Column("version", Integer, nullable=False),
    Column("sha256", SHA256, nullable=False, unique=True),
    Column("source", LargeBinary, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("published_by", String(200), nullable=False),
    PrimaryKeyConstraint("form", "version"),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("sha256", SHA256, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("kept_at", Instant, nullable=False),
    Column("kept_by", String(200), nullable=False),
)

approvals = Table(
    "approvals",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),
    Column("sha256", SHA256, nullable=False, index=True),
    Column("subject", Text, nullable=False),
    Column("effective", String(10), nullable=False),
    Column("person", String(200), nullable=False),
    Column("at", Instant, nullable=False),
    Column("statement", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("certificate_pem", Text, nullable=False),
    CheckConstraint("seq >= 1", name="counts_from_1"),
    CheckConstraint("kind IN ('organisation', 'form')", name="kind"),
)

numbers = Table(
    "numbers",
    metadata,
    Column("form", String(100), nullable=False),
    Column("period", String(10), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("number", String(16), nullable=False),
    PrimaryKeyConstraint("form", "period", "seq"),
    UniqueConstraint("form", "number"),
    CheckConstraint("seq >= 1", name="counts_from_1"),
)

documents = Table(
    "documents",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("form", String(100), nullable=False),
    Column("version", Integer, nullable=False),
    Column("spec_sha256", SHA256, nullable=False),
    Column("number", String(16), nullable=False),
    Column("state", String(10), nullable=False),
    Column("step", String(100)),
    Column("round", Integer, nullable=False),
    Column("head", SHA256, nullable=False),
    Column("opened_by", String(200), nullable=False, index=True),
    Column("opened_at", Instant, nullable=False, index=True),
    Column("step_opened_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("subject", Text, nullable=False),
    Column("amount", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("void_reason", Text, nullable=False),
    Column("supersedes", String(64), ForeignKey("documents.id")),
    Column("distributed_at", Instant),
    Column("parent", String(64), index=True),
    Column("dossier", String(64), nullable=False, server_default="", index=True),
    Column("given", GivenText, nullable=False, server_default="{}"),
    Column("case_due_at", Instant),
    Column("ended_at", Instant),
    Column("assignee", String(200)),
    Column("numbered_at", Instant),
    UniqueConstraint("form", "number"),
    CheckConstraint("state IN ('open', 'finished', 'rejected', 'refused', 'void')", name="state"),
    CheckConstraint("(state = 'open') = (step IS NOT NULL)", name="open_at_a_step"),
)
Index("ix_documents_state_distributed_at", documents.c.state, documents.c.distributed_at)
Index("ix_documents_state_spec_sha256_step", documents.c.state, documents.c.spec_sha256, documents.c.step)
Index("ix_documents_state_due_at", documents.c.state, documents.c.due_at)
# All that a register's search reads of the documents themselves, so that it reads no whole row.
Index(
    "ix_documents_form_numbered_at_id_number",
    documents.c.form,
    documents.c.numbered_at,
    documents.c.id,
    documents.c.number,
)
Index("ix_documents_form_ended_at", documents.c.form, documents.c.ended_at)

signatures = Table(
    "signatures",
    metadata,
    document_id_column(),
    Column("place", Integer, nullable=False),
    Column("step", String(100), nullable=False),
    Column("person", String(200), nullable=False, index=True),
    Column("role", String(100), nullable=False),
    Column("decision", String(120), nullable=False),
    Column("opinion", Text, nullable=False),
    Column("certificate", SHA256, nullable=False),
    Column("signed_at", Instant, nullable=False),
    Column("base", SHA256, nullable=False),
    Column("head", SHA256, nullable=False),
    Column("round", Integer, nullable=False),
    Column("on_behalf_of", String(200), index=True),
    PrimaryKeyConstraint("document_id", "place"),
)

candidates = Table(
    "candidates",
    metadata,
    document_id_column(),
    Column("person", String(200), nullable=False, index=True),
    PrimaryKeyConstraint("document_id", "person"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("document_id", String(64), nullable=False, index=True),
    Column("actor", String(200), nullable=False, index=True),
    Column("data", Text, nullable=False),
    Column("previous", SHA256, nullable=False, unique=True),
    Column("hash", SHA256, nullable=False, unique=True),
    CheckConstraint("seq >= 1", name="counts_from_1"),
)

drafts = Table(
    "drafts",
    metadata,
    document_id_column(),
    Column("step", String(100), nullable=False),
    Column("person", String(200), nullable=False),
    Column("head", SHA256, nullable=False),
    Column("raw", Text, nullable=False),
    Column("saved_at", Instant, nullable=False),
    PrimaryKeyConstraint("document_id", "step", "person"),
)

attachments = Table(
    "attachments",
    metadata,
    document_id_column(),
    Column("field", String(100), nullable=False),
    Column("sha256", SHA256, nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("added_by", String(200), nullable=False),
    Column("added_at", Instant, nullable=False),
    PrimaryKeyConstraint("document_id", "field", "sha256"),
)

keys = Table(
    "keys",
    metadata,
    Column("certificate", SHA256, primary_key=True),
    Column("person", String(200), nullable=False, index=True),
    Column("locked_key", Text, nullable=False),
    Column("certificate_pem", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("wrong_pins", Integer, nullable=False),
    Column("locked_until", Instant),
    CheckConstraint("state IN ('active', 'replaced', 'lost', 'revoked')", name="state"),
)
_ACTIVE = text("state = 'active'")
Index("uq_keys_active_person", keys.c.person, unique=True, sqlite_where=_ACTIVE, postgresql_where=_ACTIVE)

logins = Table(
    "logins",
    metadata,
    Column("person", String(200), primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("must_change", Boolean, nullable=False),
)

links = Table(
    "links",
    metadata,
    Column("token_sha256", SHA256, primary_key=True),
    document_id_column(),
    Column("purpose", String(40), nullable=False),
    Column("step", String(100), nullable=False),
    Column("head", SHA256, nullable=False),
    Column("contact_name", Text, nullable=False),
    Column("contact_email", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("code_hash", Text),
    Column("code_expires_at", Instant),
    Column("code_sent_at", Instant),
    Column("code_given_at", Instant),
    Column("tries", Integer, nullable=False),
    Column("sent_at", Instant),
    Column("used_at", Instant),
    Column("ended_at", Instant),
)
Index("ix_links_document_id", links.c.document_id)

certificates = Table(
    "certificates",
    metadata,
    Column("sha256", SHA256, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("pem", Text, nullable=False),
    Column("person", String(200), nullable=False, index=True),
    Column("issued_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)

judged = Table(
    "judged",
    metadata,
    Column("sha256", SHA256, primary_key=True),
    document_id_column(),
    Column("at", Instant, nullable=False),
)

copies = Table(
    "copies",
    metadata,
    document_id_column(),
    Column("no", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("department", String(100), nullable=False),
    Column("sha256", SHA256, nullable=False, unique=True),
    Column("size", Integer, nullable=False),
    Column("sealed_at", Instant, nullable=False),
    Column("filed_at", Instant),
    Column("receipt_due_at", Instant, index=True),
    Column("renew_at", Instant, index=True),
    PrimaryKeyConstraint("document_id", "no"),
)
Index("ix_copies_filed_at", copies.c.filed_at)

receipts = Table(
    "receipts",
    metadata,
    document_id_column(),
    Column("no", Integer, nullable=False),
    Column("noted", Text, nullable=False),
    Column("received_by", String(200), nullable=False),
    Column("received_at", Instant, nullable=False),
    PrimaryKeyConstraint("document_id", "no"),
)

follow_ons = Table(
    "follow_ons",
    metadata,
    document_id_column(),
    Column("ordinal", Integer, nullable=False),
    Column("head", SHA256, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("done_at", Instant, index=True),
    Column("child", String(64)),
    PrimaryKeyConstraint("document_id", "ordinal"),
)

vouchers = Table(
    "vouchers",
    metadata,
    document_id_column(primary_key=True),
    Column("number", String(16), nullable=False, unique=True),
    Column("evidence_sha256", SHA256, nullable=False, unique=True),
    Column("body", Text, nullable=False),
    Column("posted_at", Instant, nullable=False, index=True),
    Column("posted_by", String(200), nullable=False),
    Column("invoice_no", String(30), nullable=False, server_default="", index=True),
)

# Clustered by name where the database can: a filter or a search reads one name of every document.
facts = Table(
    "facts",
    metadata,
    Column("name", String(100), nullable=False),
    document_id_column(),
    Column("text", Text, nullable=False),
    Column("key", String(FACT_KEY), nullable=False),
    Column("number", Double),
    PrimaryKeyConstraint("name", "document_id"),
    sqlite_with_rowid=False,
)
Index("ix_facts_document_id", facts.c.document_id)
Index("ix_facts_name_key", facts.c.name, facts.c.key)
Index("ix_facts_name_number", facts.c.name, facts.c.number)
