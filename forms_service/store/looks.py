"""Looks: from when chasing has something to do about an open document again, so that a sweep reads no other.

A look holds for the revision of the document on which it was taken; a changed document is looked at anew.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, fields

from sqlalchemy import Connection, delete, exists, insert, or_, select

from forms_service.store.tables import documents
from forms_service.store.work_tables import looks


@dataclass(frozen=True, slots=True)
class Looked:
    """A document looked at on a revision; `again_at` is None where time alone calls for nothing more."""

    document_id: str
    revision: int
    again_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Of an open document what tells whether something is due about it."""

    id: str
    spec_sha256: str
    step: str
    revision: int
    step_opened_at: dt.datetime
    due_at: dt.datetime | None
    case_due_at: dt.datetime | None


_STANDING = tuple(documents.c[field.name] for field in fields(Standing))


@dataclass(frozen=True, slots=True)
class Looks:
    """The looks within one transaction."""

    connection: Connection

    def pending(self, at: dt.datetime, limit: int) -> tuple[Standing, ...]:
        """List the open documents that have to be looked at by an instant, those due first before the others."""
        seen = looks.c.document_id == documents.c.id, looks.c.revision == documents.c.revision
        rests = exists().where(*seen, or_(looks.c.again_at.is_(None), looks.c.again_at > at))
        query = select(*_STANDING).where(documents.c.state == "open", ~rests)
        query = query.order_by(documents.c.due_at.is_(None), documents.c.due_at, documents.c.id).limit(limit)
        return tuple(Standing(*row) for row in self.connection.execute(query))

    def keep(self, looked: Iterable[Looked]) -> None:
        """Keep what was seen in place of what was seen before."""
        rows = [
            {"document_id": each.document_id, "revision": each.revision, "again_at": each.again_at} for each in looked
        ]
        if rows:
            found = [row["document_id"] for row in rows]
            self.connection.execute(delete(looks).where(looks.c.document_id.in_(found)))
            self.connection.execute(insert(looks), rows)
