"""Handouts: bytes given to a person to sign in a program of their own, and what they were filled with.

Each stays: a file that comes back late is told from one that was never given.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select

from forms_service.store.work_tables import handouts


@dataclass(frozen=True, slots=True)
class Handout:
    """A handout. `sha256` is of the bytes handed out, `base` of the document's when they were filled.

    `raw`, `opinion`, `reason` and `decision` are what the person handed in, as in a submission. `person` is an id, or
    `contact:EMAIL`.
    """

    document_id: str
    step: str
    round: int
    person: str
    base: str
    sha256: str
    raw: Mapping[str, str]
    opinion: str
    reason: str
    handed_at: dt.datetime
    decision: str = "approve"


@dataclass(frozen=True, slots=True)
class Handouts:
    """The handouts within one transaction."""

    connection: Connection

    def add(self, handout: Handout) -> None:
        """Keep a handout; the same bytes to the same person once more change nothing."""
        if self.get(handout.document_id, handout.person, handout.sha256) is None:
            raw = json.dumps(dict(handout.raw), ensure_ascii=False)
            self.connection.execute(insert(handouts).values({**asdict(handout), "raw": raw}))

    def get(self, document_id: str, person: str, sha256: str) -> Handout | None:
        """Return a person's handout by the digest of its bytes, if it is one."""
        mine = (h for h in self.of(document_id) if (h.person, h.sha256) == (person, sha256))
        return next(mine, None)

    def of(self, document_id: str) -> tuple[Handout, ...]:
        """List all that was handed out of a document, to whomever, newest first."""
        query = select(handouts).where(handouts.c.document_id == document_id)
        rows = self.connection.execute(query.order_by(handouts.c.handed_at.desc(), handouts.c.sha256)).mappings()
        return tuple(Handout(**{**row, "raw": json.loads(row["raw"])}) for row in rows)
