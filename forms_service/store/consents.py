"""Consents: which contact agreed to the electronic form, to which words, how identified; and who took it back, when."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from forms_service.store.key_tables import consents


@dataclass(frozen=True, slots=True)
class Consent:
    """A contact's consent. `contact` is the address in small letters; `wording` the number of the words agreed to."""

    no: int
    contact: str
    party: str
    wording: int
    wording_sha256: str
    given_at: dt.datetime
    identified_by: str
    withdrawn_at: dt.datetime | None = None
    withdrawn_by: str | None = None


@dataclass(frozen=True, slots=True)
class Consents:
    """The consents within one transaction."""

    connection: Connection

    def give(
        self, contact: str, party: str, words: tuple[int, str], at: dt.datetime, identified_by: str
    ) -> Consent | None:
        """Keep a contact's consent to words (number and digest); None where one stands already."""
        last = self.last(contact)
        if last is not None and last.withdrawn_at is None:
            return None
        row = {
            "contact": contact.lower(),
            "party": party,
            "wording": words[0],
            "wording_sha256": words[1],
            "given_at": at,
            "identified_by": identified_by,
        }
        self.connection.execute(insert(consents).values(row))
        return self.last(contact)

    def last(self, contact: str) -> Consent | None:
        """Return a contact's newest consent, withdrawn or not."""
        mine = select(consents).where(consents.c.contact == contact.lower()).order_by(consents.c.no.desc()).limit(1)
        row = self.connection.execute(mine).mappings().first()
        return Consent(**row) if row else None

    def taken_back(self, contact: str) -> bool:
        """Say whether a contact took their consent back and gave none since."""
        last = self.last(contact)
        return last is not None and last.withdrawn_at is not None

    def withdraw(self, contact: str, at: dt.datetime, by: str) -> bool:
        """Take a contact's consent back; says whether one stood."""
        which = consents.c.contact == contact.lower(), consents.c.withdrawn_at.is_(None)
        taken = update(consents).where(*which).values(withdrawn_at=at, withdrawn_by=by)
        return self.connection.execute(taken).rowcount == 1
