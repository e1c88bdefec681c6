"""Reminders: what was sent to whom about a late or nearly late step, each once; written before it is sent."""

import datetime as dt
from dataclasses import asdict, dataclass, fields

from sqlalchemy import ColumnElement, Connection, insert, select, update

from forms_service.store.tables import reminders


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a reminder is about: a step in a round, and which of its prompts; unique together with the person."""

    document_id: str
    step: str
    round: int
    kind: str
    ordinal: int


@dataclass(frozen=True, slots=True)
class Reminded:
    """One reminder to one person ("" for a slip). `sent_at` is None until it was out of the house."""

    occasion: Occasion
    person: str
    made_at: dt.datetime
    sent_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Reminders:
    """The reminders within one transaction."""

    connection: Connection

    def add(self, reminded: Reminded) -> None:
        """Write a reminder that is about to be sent; a second one of the same kind is refused (IntegrityError)."""
        row = {**asdict(reminded.occasion), "person": reminded.person, "made_at": reminded.made_at}
        self.connection.execute(insert(reminders).values(row))

    def of(self, occasion: Occasion) -> tuple[Reminded, ...]:
        """List what was written on an occasion, by person."""
        query = select(reminders.c.person, reminders.c.made_at, reminders.c.sent_at).where(*_about(occasion))
        rows = self.connection.execute(query.order_by(reminders.c.person))
        return tuple(Reminded(occasion, *row) for row in rows)

    def mark_sent(self, reminded: Reminded, at: dt.datetime) -> None:
        """Note that a reminder is out of the house."""
        which = (*_about(reminded.occasion), reminders.c.person == reminded.person)
        self.connection.execute(update(reminders).where(*which).values(sent_at=at))


def _about(occasion: Occasion) -> tuple[ColumnElement[bool], ...]:
    return tuple(reminders.c[field.name] == getattr(occasion, field.name) for field in fields(Occasion))
