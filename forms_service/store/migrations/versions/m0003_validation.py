"""The third schema: when a sealed copy's document timestamp is to be followed by another."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Let a copy say when it is to be renewed; one that does not say has no document timestamp yet."""
    op.add_column("copies", sa.Column("renew_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_copies_renew_at"), "copies", ["renew_at"], unique=False)


def downgrade() -> None:
    """Refuse: what was told to the ledger since is not taken back."""
    raise RuntimeError("this schema holds what the ledger tells of; restore a backup instead")
