"""The first schema: forms and numbers, documents, the ledger, what hangs on documents, and people's keys.

A revision is history: it spells its tables out and does not follow `store.tables` when that moves on.
"""

import sqlalchemy as sa
from alembic import op

from forms_service.store.migrations.append_only import keep

revision = "0001"
down_revision = None

_APPEND_ONLY = ("ledger", "numbers", "published_forms", "vouchers")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make every table, and the triggers that keep what was written."""
    _make_published_forms()
    _make_numbers()
    _make_documents()
    _make_signatures()
    _make_candidates()
    _make_ledger()
    _make_drafts()
    _make_attachments()
    _make_judged()
    _make_copies()
    _make_vouchers()
    _make_links()
    _make_keys()
    _make_logins()
    _make_certificates()
    keep(*_APPEND_ONLY)


def downgrade() -> None:
    """Refuse: the ledger is not taken back."""
    raise RuntimeError("the first schema holds the ledger; restore a backup instead")


def _make_published_forms() -> None:
    op.create_table(
        "published_forms",
        sa.Column("form", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", _INSTANT, nullable=False),
        sa.Column("published_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("form", "version", name=op.f("pk_published_forms")),
        sa.UniqueConstraint("sha256", name=op.f("uq_published_forms_sha256")),
    )


def _make_numbers() -> None:
    op.create_table(
        "numbers",
        sa.Column("form", sa.String(length=100), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_numbers_counts_from_1")),
        sa.PrimaryKeyConstraint("form", "period", "seq", name=op.f("pk_numbers")),
        sa.UniqueConstraint("form", "number", name=op.f("uq_numbers_form_number")),
    )


def _make_documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("spec_sha256", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("step", sa.String(length=100), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("opened_by", sa.String(length=200), nullable=False),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.Column("step_opened_at", _INSTANT, nullable=False),
        sa.Column("due_at", _INSTANT, nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.Column("supersedes", sa.String(length=64), nullable=True),
        sa.Column("distributed_at", _INSTANT, nullable=True),
        sa.CheckConstraint("(state = 'open') = (step IS NOT NULL)", name=op.f("ck_documents_open_at_a_step")),
        sa.CheckConstraint(
            "state IN ('open', 'finished', 'rejected', 'refused', 'void')", name=op.f("ck_documents_state")
        ),
        sa.ForeignKeyConstraint(["supersedes"], ["documents.id"], name=op.f("fk_documents_supersedes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("form", "number", name=op.f("uq_documents_form_number")),
    )
    op.create_index(op.f("ix_documents_opened_at"), "documents", ["opened_at"], unique=False)
    op.create_index(op.f("ix_documents_opened_by"), "documents", ["opened_by"], unique=False)
    op.create_index("ix_documents_state_distributed_at", "documents", ["state", "distributed_at"], unique=False)


def _make_signatures() -> None:
    op.create_table(
        "signatures",
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=100), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=100), nullable=False),
        sa.Column("decision", sa.String(length=120), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("certificate", sa.String(length=64), nullable=False),
        sa.Column("signed_at", _INSTANT, nullable=False),
        sa.Column("base", sa.String(length=64), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_signatures_document_id")),
        sa.PrimaryKeyConstraint("document_id", "place", name=op.f("pk_signatures")),
    )
    op.create_index(op.f("ix_signatures_person"), "signatures", ["person"], unique=False)


def _make_candidates() -> None:
    op.create_table(
        "candidates",
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_candidates_document_id")),
        sa.PrimaryKeyConstraint("document_id", "person", name=op.f("pk_candidates")),
    )
    op.create_index(op.f("ix_candidates_person"), "candidates", ["person"], unique=False)


def _make_ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_ledger_counts_from_1")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_ledger")),
        sa.UniqueConstraint("hash", name=op.f("uq_ledger_hash")),
        sa.UniqueConstraint("previous", name=op.f("uq_ledger_previous")),
    )
    op.create_index(op.f("ix_ledger_actor"), "ledger", ["actor"], unique=False)
    op.create_index(op.f("ix_ledger_document_id"), "ledger", ["document_id"], unique=False)


def _make_drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=100), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("saved_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_drafts_document_id")),
        sa.PrimaryKeyConstraint("document_id", "step", "person", name=op.f("pk_drafts")),
    )


def _make_attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.String(length=200), nullable=False),
        sa.Column("added_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_attachments_document_id")),
        sa.PrimaryKeyConstraint("document_id", "field", "sha256", name=op.f("pk_attachments")),
    )


def _make_judged() -> None:
    op.create_table(
        "judged",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_judged_document_id")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_judged")),
    )


def _make_copies() -> None:
    op.create_table(
        "copies",
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("department", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sealed_at", _INSTANT, nullable=False),
        sa.Column("filed_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_copies_document_id")),
        sa.PrimaryKeyConstraint("document_id", "no", name=op.f("pk_copies")),
        sa.UniqueConstraint("sha256", name=op.f("uq_copies_sha256")),
    )
    op.create_index("ix_copies_filed_at", "copies", ["filed_at"], unique=False)


def _make_vouchers() -> None:
    op.create_table(
        "vouchers",
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("evidence_sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("posted_at", _INSTANT, nullable=False),
        sa.Column("posted_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_vouchers_document_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_vouchers")),
        sa.UniqueConstraint("evidence_sha256", name=op.f("uq_vouchers_evidence_sha256")),
        sa.UniqueConstraint("number", name=op.f("uq_vouchers_number")),
    )
    op.create_index(op.f("ix_vouchers_posted_at"), "vouchers", ["posted_at"], unique=False)


def _make_links() -> None:
    op.create_table(
        "links",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("step", sa.String(length=100), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("contact_email", sa.Text(), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=True),
        sa.Column("code_expires_at", _INSTANT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", _INSTANT, nullable=True),
        sa.Column("used_at", _INSTANT, nullable=True),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_links_document_id")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_links")),
    )
    op.create_index("ix_links_document_id", "links", ["document_id"], unique=False)


def _make_keys() -> None:
    op.create_table(
        "keys",
        sa.Column("certificate", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("locked_key", sa.Text(), nullable=False),
        sa.Column("certificate_pem", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.Column("wrong_pins", sa.Integer(), nullable=False),
        sa.Column("locked_until", _INSTANT, nullable=True),
        sa.CheckConstraint("state IN ('active', 'replaced', 'lost', 'revoked')", name=op.f("ck_keys_state")),
        sa.PrimaryKeyConstraint("certificate", name=op.f("pk_keys")),
    )
    op.create_index(op.f("ix_keys_person"), "keys", ["person"], unique=False)
    op.create_index(
        "uq_keys_active_person",
        "keys",
        ["person"],
        unique=True,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )


def _make_logins() -> None:
    op.create_table(
        "logins",
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_logins")),
    )


def _make_certificates() -> None:
    op.create_table(
        "certificates",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("pem", sa.Text(), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("issued_at", _INSTANT, nullable=False),
        sa.Column("revoked_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_certificates")),
    )
    op.create_index(op.f("ix_certificates_person"), "certificates", ["person"], unique=False)
