"""Snapshots: organisations as they were proposed to take effect, kept whole by the SHA-256 of their canonical text."""

import datetime as dt
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select

from forms_service.store.tables import snapshots


@dataclass(frozen=True, slots=True)
class KeptSnapshot:
    """An organisation's snapshot and who kept it when. `content` is what `domain.snapshot` writes."""

    sha256: str
    content: bytes
    kept_at: dt.datetime
    kept_by: str


@dataclass(frozen=True, slots=True)
class Snapshots:
    """The kept snapshots within one transaction."""

    connection: Connection

    def keep(self, snapshot: KeptSnapshot) -> bool:
        """Keep a snapshot; False when the same bytes are kept already."""
        if self.get(snapshot.sha256) is not None:
            return False
        self.connection.execute(insert(snapshots).values(asdict(snapshot)))
        return True

    def get(self, sha256: str) -> KeptSnapshot | None:
        """Return the snapshot with a digest, if it is kept."""
        query = select(snapshots).where(snapshots.c.sha256 == sha256)
        row = self.connection.execute(query).mappings().one_or_none()
        return KeptSnapshot(**row) if row else None

    def all(self) -> tuple[KeptSnapshot, ...]:
        """List every kept snapshot, oldest first."""
        query = select(snapshots).order_by(snapshots.c.kept_at, snapshots.c.sha256)
        return tuple(KeptSnapshot(**row) for row in self.connection.execute(query).mappings())
