"""Looks: from when chasing has something to do about an open document again, so that a sweep reads no other.

A look holds for the revision of the document on which it was taken; a changed document is looked at anew.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, insert

from forms_service.store.tables import looks


@dataclass(frozen=True, slots=True)
class Looked:
    """A document looked at on a revision; `again_at` is None where time alone calls for nothing more."""

    document_id: str
    revision: int
    again_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Looks:
    """The looks within one transaction."""

    connection: Connection

    def keep(self, looked: Iterable[Looked]) -> None:
        """Keep what was seen in place of what was seen before."""
        rows = [asdict(each) for each in looked]
        if rows:
            found = [row["document_id"] for row in rows]
            self.connection.execute(delete(looks).where(looks.c.document_id.in_(found)))
            self.connection.execute(insert(looks), rows)
