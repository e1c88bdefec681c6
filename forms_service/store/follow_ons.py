"""Follow-ons: what a document's events make due to be opened, and what was opened for it; once each.

tx.follow_ons.make_due(document.id, 1, head, at)     # with the event, in its transaction
tx.follow_ons.close(document.id, 1, at, child)       # with the opening, in its transaction; False: done by another
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, insert, select, update

from forms_service.store.tables import follow_ons


@dataclass(frozen=True, slots=True)
class DueFollowOn:
    """The follow-on of a document with an ordinal, from 1, in its form; `head` are the bytes that made it due.

    `child` is the document that was opened, None where none was (yet, or because nothing was to be).
    """

    document_id: str
    ordinal: int
    head: str
    due_at: dt.datetime
    done_at: dt.datetime | None = None
    child: str | None = None


@dataclass(frozen=True, slots=True)
class FollowOns:
    """The follow-ons within one transaction."""

    connection: Connection

    def make_due(self, document_id: str, ordinal: int, head: str, at: dt.datetime) -> None:
        """Note that a follow-on is due; one that has been opened stays done, one that came to nothing is due again."""
        earlier = self.get(document_id, ordinal)
        if earlier is None:
            values = {"document_id": document_id, "ordinal": ordinal, "head": head, "due_at": at}
            self.connection.execute(insert(follow_ons).values(**values))
        elif earlier.child is None:
            change = update(follow_ons).where(*_key(document_id, ordinal))
            self.connection.execute(change.values(head=head, due_at=at, done_at=None))

    def pending(self) -> tuple[DueFollowOn, ...]:
        """List what is due and not done, the longest due first."""
        query = select(follow_ons).where(follow_ons.c.done_at.is_(None))
        query = query.order_by(follow_ons.c.due_at, follow_ons.c.document_id, follow_ons.c.ordinal)
        return tuple(DueFollowOn(**row) for row in self.connection.execute(query).mappings())

    def close(self, document_id: str, ordinal: int, at: dt.datetime, child: str | None) -> bool:
        """Note that a follow-on is done, with what was opened; False when it was not due any more."""
        due = *_key(document_id, ordinal), follow_ons.c.done_at.is_(None)
        change = update(follow_ons).where(*due).values(done_at=at, child=child)
        return self.connection.execute(change).rowcount == 1

    def get(self, document_id: str, ordinal: int) -> DueFollowOn | None:
        """Return one follow-on of a document, if it was ever due."""
        query = select(follow_ons).where(*_key(document_id, ordinal))
        row = self.connection.execute(query).mappings().one_or_none()
        return DueFollowOn(**row) if row else None


def _key(document_id: str, ordinal: int) -> tuple[ColumnElement[bool], ...]:
    return follow_ons.c.document_id == document_id, follow_ons.c.ordinal == ordinal
