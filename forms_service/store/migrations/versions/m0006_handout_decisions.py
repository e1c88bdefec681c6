"""The sixth schema: what a handout was filled with says what is decided; until now that was always to agree."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Let a handout name its decision."""
    op.add_column("handouts", sa.Column("decision", sa.String(length=200), nullable=False, server_default="approve"))


def downgrade() -> None:
    """Refuse: what was told to the ledger since is not taken back."""
    raise RuntimeError("this schema holds what the ledger tells of; restore a backup instead")
