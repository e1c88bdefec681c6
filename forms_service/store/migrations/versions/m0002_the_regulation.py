"""The second schema: dossiers, and all that the whole regulation needs beside single documents."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Widen documents and signatures, and make the new tables."""
    _widen_documents()


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
