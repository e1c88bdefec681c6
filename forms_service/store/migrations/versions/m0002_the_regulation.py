"""The second schema: dossiers, and all that the whole regulation needs beside single documents."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Widen documents and signatures, and make the new tables."""
    _widen_documents()
    _make_facts()


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
    op.add_column("signatures", sa.Column("on_behalf_of", sa.String(length=200), nullable=True))


def _make_facts() -> None:
    op.create_table(
        "facts",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_facts_document_id")),
        sa.PrimaryKeyConstraint("name", "document_id", name=op.f("pk_facts")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_facts_document_id"), "facts", ["document_id"], unique=False)
    op.create_index(op.f("ix_facts_name_key"), "facts", ["name", "key"], unique=False)
    op.create_index(op.f("ix_facts_name_number"), "facts", ["name", "number"], unique=False)
