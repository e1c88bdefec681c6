"""The fifth schema: what was handed out to be signed in a person's own program."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table of handouts."""
    op.create_table(
        "handouts",
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=100), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("base", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_handouts_document_id")),
        sa.PrimaryKeyConstraint("document_id", "person", "sha256", name=op.f("pk_handouts")),
    )


def downgrade() -> None:
    """Refuse: what was told to the ledger since is not taken back."""
    raise RuntimeError("this schema holds what the ledger tells of; restore a backup instead")
