"""Challenges: the sheets given out for people to sign with their own certificates; each proves one, once, and not long.

Only a sheet's length and digest are kept: what comes back signed starts with its bytes.
"""

import datetime as dt
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select, update

from forms_service.store.key_tables import challenges


@dataclass(frozen=True, slots=True)
class Challenge:
    """A sheet given out. `sha256` and `size` (bytes) are of the sheet as it was made."""

    sha256: str
    size: int
    person: str
    made_at: dt.datetime
    expires_at: dt.datetime
    used_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Challenges:
    """The challenges within one transaction."""

    connection: Connection

    def add(self, challenge: Challenge) -> None:
        """Store a challenge just made."""
        self.connection.execute(insert(challenges).values(asdict(challenge)))

    def get(self, sha256: str) -> Challenge | None:
        """Return the challenge whose sheet has a digest."""
        row = self.connection.execute(select(challenges).where(challenges.c.sha256 == sha256)).mappings().first()
        return Challenge(**row) if row else None

    def sizes(self) -> tuple[int, ...]:
        """List how long sheets are that were given out, each length once: a few, for they differ in names only."""
        return tuple(self.connection.execute(select(challenges.c.size).distinct()).scalars())

    def use(self, sha256: str, at: dt.datetime) -> bool:
        """Use a challenge up; says whether it was unused until now."""
        which = challenges.c.sha256 == sha256, challenges.c.used_at.is_(None)
        return self.connection.execute(update(challenges).where(*which).values(used_at=at)).rowcount == 1
