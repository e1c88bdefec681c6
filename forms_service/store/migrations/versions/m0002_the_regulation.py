"""The second schema: dossiers, and all that the whole regulation needs beside single documents."""

import sqlalchemy as sa
from alembic import op

from forms_service.store.migrations.append_only import keep, let_go

revision = "0002"
down_revision = "0001"

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Widen documents and signatures, and make the new tables."""
    _widen_documents()
    _widen_vouchers()
    _make_follow_ons()
    _make_receipts()
    _make_facts()
    _make_delegations()
    _make_notes()
    _make_consultations()
    _make_snapshots()
    _make_approvals()
    _make_reminders()
    _make_looks()
    _make_schedule()
    keep("snapshots", "approvals")


def downgrade() -> None:
    """Refuse: what was told to the ledger since is not taken back."""
    raise RuntimeError("this schema holds what the ledger tells of; restore a backup instead")


def _widen_documents() -> None:
    op.add_column("documents", sa.Column("parent", sa.String(length=64), nullable=True))
    op.add_column("documents", sa.Column("dossier", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("documents", sa.Column("given", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("documents", sa.Column("case_due_at", _INSTANT, nullable=True))
    op.add_column("documents", sa.Column("ended_at", _INSTANT, nullable=True))
    op.add_column("documents", sa.Column("assignee", sa.String(length=200), nullable=True))
    op.create_index(op.f("ix_documents_parent"), "documents", ["parent"], unique=False)
    op.create_index(op.f("ix_documents_dossier"), "documents", ["dossier"], unique=False)
    op.create_index("ix_documents_state_spec_sha256_step", "documents", ["state", "spec_sha256", "step"], unique=False)
    op.create_index("ix_documents_state_due_at", "documents", ["state", "due_at"], unique=False)
    op.add_column("documents", sa.Column("numbered_at", _INSTANT, nullable=True))
    op.execute("UPDATE documents SET numbered_at = opened_at")
    numbered = ["form", "numbered_at", "id", "number"]
    op.create_index(op.f("ix_documents_form_numbered_at_id_number"), "documents", numbered, unique=False)
    op.create_index(op.f("ix_documents_form_ended_at"), "documents", ["form", "ended_at"], unique=False)
    op.add_column("signatures", sa.Column("on_behalf_of", sa.String(length=200), nullable=True))
    op.create_index(op.f("ix_signatures_on_behalf_of"), "signatures", ["on_behalf_of"], unique=False)


def _widen_vouchers() -> None:
    """Write beside each voucher the invoice that it takes from, as its body says; otherwise the table only grows."""
    op.add_column("vouchers", sa.Column("invoice_no", sa.String(length=30), nullable=False, server_default=""))
    op.create_index(op.f("ix_vouchers_invoice_no"), "vouchers", ["invoice_no"], unique=False)
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    let_go("vouchers")
    written = (
        "json_extract(body, '$.evidence.invoice_no')" if on_sqlite else "body::json -> 'evidence' ->> 'invoice_no'"
    )
    op.execute(f"UPDATE vouchers SET invoice_no = coalesce({written}, '')")  # noqa: S608 - no word comes from outside
    keep("vouchers")


def _make_follow_ons() -> None:
    op.create_table(
        "follow_ons",
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("done_at", _INSTANT, nullable=True),
        sa.Column("child", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_follow_ons_document_id")),
        sa.PrimaryKeyConstraint("document_id", "ordinal", name=op.f("pk_follow_ons")),
    )
    op.create_index(op.f("ix_follow_ons_done_at"), "follow_ons", ["done_at"], unique=False)


def _make_receipts() -> None:
    op.add_column("copies", sa.Column("receipt_due_at", _INSTANT, nullable=True))
    op.create_index(op.f("ix_copies_receipt_due_at"), "copies", ["receipt_due_at"], unique=False)
    op.create_table(
        "receipts",
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("noted", sa.Text(), nullable=False),
        sa.Column("received_by", sa.String(length=200), nullable=False),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_receipts_document_id")),
        sa.PrimaryKeyConstraint("document_id", "no", name=op.f("pk_receipts")),
    )


def _make_facts() -> None:
    op.create_table(
        "facts",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_facts_document_id")),
        sa.PrimaryKeyConstraint("name", "document_id", name=op.f("pk_facts")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_facts_document_id"), "facts", ["document_id"], unique=False)
    op.create_index(op.f("ix_facts_name_key"), "facts", ["name", "key"], unique=False)
    op.create_index(op.f("ix_facts_name_number"), "facts", ["name", "number"], unique=False)


def _make_snapshots() -> None:
    op.create_table(
        "snapshots",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", _INSTANT, nullable=False),
        sa.Column("kept_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_snapshots")),
    )


def _make_approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("effective", sa.String(length=10), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("certificate_pem", sa.Text(), nullable=False),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_approvals_counts_from_1")),
        sa.CheckConstraint("kind IN ('organisation', 'form')", name=op.f("ck_approvals_kind")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_approvals")),
    )
    op.create_index(op.f("ix_approvals_sha256"), "approvals", ["sha256"], unique=False)


def _make_delegations() -> None:
    op.create_table(
        "delegations",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("principal", sa.String(length=200), nullable=False),
        sa.Column("delegate", sa.String(length=200), nullable=False),
        sa.Column("form", sa.String(length=100), nullable=False),
        sa.Column("cap", sa.String(length=40), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("revoked_at", _INSTANT, nullable=True),
        sa.Column("revoked_by", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
    )
    for column in ("principal", "delegate", "ends_on"):
        op.create_index(op.f(f"ix_delegations_{column}"), "delegations", [column], unique=False)


def _make_notes() -> None:
    op.create_table(
        "notes",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_notes_document_id")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_person"), "notes", ["person"], unique=False)


def _make_consultations() -> None:
    op.create_table(
        "consultations",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=100), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("asked", sa.String(length=200), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("answered_at", _INSTANT, nullable=True),
        sa.Column("closed_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_consultations_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations")),
    )
    op.create_index(op.f("ix_consultations_document_id"), "consultations", ["document_id"], unique=False)
    op.create_index(op.f("ix_consultations_asked"), "consultations", ["asked"], unique=False)


def _make_reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=100), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("taken_at", _INSTANT, nullable=False),
        sa.Column("sent_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_reminders_document_id")),
        sa.PrimaryKeyConstraint("document_id", "step", "round", "kind", "ordinal", "person", name=op.f("pk_reminders")),
    )


def _make_looks() -> None:
    op.create_table(
        "looks",
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("again_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_looks_document_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_looks")),
    )


def _make_schedule() -> None:
    op.create_table(
        "schedule",
        sa.Column("form", sa.String(length=100), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("form", "period", name=op.f("pk_schedule")),
    )
