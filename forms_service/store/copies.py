"""Copies: the sealed copies (联), which of them the archive has not filed yet, and whose receipt is not noted."""

import datetime as dt
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, or_, select, update

from forms_service.store.tables import copies, receipts


@dataclass(frozen=True, slots=True)
class SealedCopy:
    """One sealed copy. `sha256` addresses its bytes; `filed_at` is None until the department's folder has it.

    `receipt_due_at` is by when its keeper is to note what the form asks of them, None where nothing is asked in time.
    `renew_at` is when its newest document timestamp is to be followed by another, None while it has none.
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
    renew_at: dt.datetime | None = None


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

    def ageing(self, at: dt.datetime, most: int) -> tuple[SealedCopy, ...]:
        """List the filed copies whose document timestamp is due for another, or that have none, the oldest first."""
        due = or_(copies.c.renew_at.is_(None), copies.c.renew_at <= at)
        query = select(copies).where(due, copies.c.filed_at.is_not(None)).order_by(copies.c.sealed_at, copies.c.no)
        return tuple(SealedCopy(**row) for row in self.connection.execute(query.limit(most)).mappings())

    def renew(self, copy: SealedCopy, renewed: SealedCopy) -> bool:
        """Put the renewed bytes in place of a copy's and let them be filed; False if another was first."""
        which = copies.c.document_id == copy.document_id, copies.c.no == copy.no, copies.c.sha256 == copy.sha256
        new = {"sha256": renewed.sha256, "size": renewed.size, "renew_at": renewed.renew_at, "filed_at": None}
        return self.connection.execute(update(copies).where(*which).values(new)).rowcount == 1

    def put_off(self, copy: SealedCopy, until: dt.datetime) -> None:
        """Let a copy that could not be renewed not be due before a moment; not if it was renewed meanwhile."""
        which = copies.c.document_id == copy.document_id, copies.c.no == copy.no, copies.c.sha256 == copy.sha256
        self.connection.execute(update(copies).where(*which).values(renew_at=until))

    def mark_filed(self, copy: SealedCopy, at: dt.datetime) -> None:
        """Note that a copy's bytes stand in its department's folder; not if it was renewed meanwhile."""
        which = copies.c.document_id == copy.document_id, copies.c.no == copy.no, copies.c.sha256 == copy.sha256
        self.connection.execute(update(copies).where(*which).values(filed_at=at))
