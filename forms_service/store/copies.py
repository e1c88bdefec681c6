"""Copies: the sealed copies (联), which of them the archive has not filed yet, and whose receipt is not noted."""

import datetime as dt
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select, update

from forms_service.store.tables import copies, receipts


@dataclass(frozen=True, slots=True)
class SealedCopy:
    """One sealed copy. `sha256` addresses its bytes; `filed_at` is None until the department's folder has it.

    `receipt_due_at` is by when its keeper is to note what the form asks of them, None where nothing is asked in time.
    """

    document_id: str
    no: int
    label: str
    department: str
    sha256: str
    size: int
    sealed_at: dt.datetime
    filed_at: dt.datetime | None = None
    receipt_due_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Copies:
    """The sealed copies within one transaction."""

    connection: Connection

    def add(self, copy: SealedCopy) -> None:
        """Store a sealed copy; a document's copy of one number is sealed once (IntegrityError otherwise)."""
        self.connection.execute(insert(copies).values(asdict(copy)))

    def of(self, document_id: str) -> tuple[SealedCopy, ...]:
        """List a document's sealed copies by number."""
        query = select(copies).where(copies.c.document_id == document_id).order_by(copies.c.no)
        return tuple(SealedCopy(**row) for row in self.connection.execute(query).mappings())

    def sealed_as(self, sha256: str) -> SealedCopy | None:
        """Return the copy with exactly these bytes, if the office sealed it."""
        row = self.connection.execute(select(copies).where(copies.c.sha256 == sha256)).mappings().one_or_none()
        return SealedCopy(**row) if row else None

    def unfiled(self) -> tuple[SealedCopy, ...]:
        """List the sealed copies that no department folder has yet, oldest first: the archive sweep's work."""
        query = select(copies).where(copies.c.filed_at.is_(None)).order_by(copies.c.sealed_at, copies.c.no)
        return tuple(SealedCopy(**row) for row in self.connection.execute(query).mappings())

    def unreceived(self, before: dt.datetime) -> tuple[SealedCopy, ...]:
        """List the copies whose receipt was due before an instant and is not noted yet, the longest due first."""
        noted = select(receipts).where(receipts.c.document_id == copies.c.document_id, receipts.c.no == copies.c.no)
        query = select(copies).where(copies.c.receipt_due_at < before, ~noted.exists())
        query = query.order_by(copies.c.receipt_due_at, copies.c.document_id, copies.c.no)
        return tuple(SealedCopy(**row) for row in self.connection.execute(query).mappings())

    def mark_filed(self, document_id: str, no: int, at: dt.datetime) -> None:
        """Note that a copy stands in its department's folder."""
        which = copies.c.document_id == document_id, copies.c.no == no
        self.connection.execute(update(copies).where(*which).values(filed_at=at))
