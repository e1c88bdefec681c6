"""The fourth schema: certificates that people brought, the challenges that prove them, and customers' consent."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the new tables, and let a link say when its code was sent."""
    _make_own_certificates()
    _make_challenges()
    _make_consents()
    op.add_column("links", sa.Column("code_sent_at", _INSTANT, nullable=True))
    op.add_column("links", sa.Column("code_given_at", _INSTANT, nullable=True))


def downgrade() -> None:
    """Refuse: what was told to the ledger since is not taken back."""
    raise RuntimeError("this schema holds what the ledger tells of; restore a backup instead")


def _make_own_certificates() -> None:
    op.create_table(
        "own_certificates",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("pem", sa.Text(), nullable=False),
        sa.Column("registered_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_own_certificates")),
    )
    op.create_index(op.f("ix_own_certificates_person"), "own_certificates", ["person"], unique=False)
    _one_a_name("own_certificates", "active", "person", "ended_at")


def _make_challenges() -> None:
    op.create_table(
        "challenges",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("used_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_challenges")),
    )
    op.create_index(op.f("ix_challenges_person"), "challenges", ["person"], unique=False)


def _make_consents() -> None:
    op.create_table(
        "consents",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("contact", sa.String(length=320), nullable=False),
        sa.Column("party", sa.String(length=200), nullable=False),
        sa.Column("wording", sa.Integer(), nullable=False),
        sa.Column("wording_sha256", sa.String(length=64), nullable=False),
        sa.Column("given_at", _INSTANT, nullable=False),
        sa.Column("identified_by", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", _INSTANT, nullable=True),
        sa.Column("withdrawn_by", sa.String(length=320), nullable=True),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_contact"), "consents", ["contact"], unique=False)
    _one_a_name("consents", "standing", "contact", "withdrawn_at")


def _one_a_name(table: str, word: str, column: str, ended: str) -> None:
    """Let at most one row a name be without an end."""
    alive = sa.text(f"{ended} IS NULL")
    name = op.f(f"uq_{table}_{word}_{column}")
    op.create_index(name, table, [column], unique=True, sqlite_where=alive, postgresql_where=alive)
