"""Notes (知会): what somebody should know and need not do anything about, until they have seen it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from forms_service.store.work_tables import notes


@dataclass(frozen=True, slots=True)
class Note:
    """A note to one person, about a document or about none. `no` counts from 1 in the order written."""

    no: int
    person: str
    document_id: str | None
    words: str
    at: dt.datetime
    seen_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes within one transaction."""

    connection: Connection

    def add(self, people: Iterable[str], document_id: str | None, words: str, at: dt.datetime) -> None:
        """Write one note to each of some people."""
        rows = [{"person": p, "document_id": document_id, "words": words, "at": at} for p in dict.fromkeys(people)]
        if rows:
            self.connection.execute(insert(notes), rows)

    def of(self, person: str, limit: int | None = None) -> tuple[Note, ...]:
        """List a person's notes, newest first."""
        mine = select(notes).where(notes.c.person == person).order_by(notes.c.no.desc()).limit(limit)
        return tuple(Note(**row) for row in self.connection.execute(mine).mappings())

    def count_unseen(self, person: str) -> int:
        """Count the notes that a person has not seen."""
        unseen = notes.c.person == person, notes.c.seen_at.is_(None)
        return int(self.connection.execute(select(func.count()).select_from(notes).where(*unseen)).scalar_one())

    def mark_seen(self, person: str, up_to: int, at: dt.datetime) -> None:
        """Note that a person has seen their notes up to one."""
        due = notes.c.person == person, notes.c.no <= up_to, notes.c.seen_at.is_(None)
        self.connection.execute(update(notes).where(*due).values(seen_at=at))
