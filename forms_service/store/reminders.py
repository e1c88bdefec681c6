"""Reminders: what was sent to whom about a step that is due or late, each once; written before it is sent."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace

from sqlalchemy import ColumnElement, Connection, insert, select, update

from forms_service.store.work_tables import reminders

SENDING_TAKES = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a reminder is about: a step in a round, and which of its prompts; with the person it is unique."""

    document_id: str
    step: str
    round: int
    kind: str
    ordinal: int


@dataclass(frozen=True, slots=True)
class Reminded:
    """One reminder to one person ("" for a slip), written at `made_at`.

    Whoever sends it took it at `taken_at`; `sent_at` is None until it is out of the house.
    """

    occasion: Occasion
    person: str
    made_at: dt.datetime
    taken_at: dt.datetime
    sent_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Reminders:
    """The reminders within one transaction."""

    connection: Connection

    def add(self, occasion: Occasion, people: Iterable[str], at: dt.datetime) -> tuple[Reminded, ...]:
        """Write what is about to be sent to some people, taken; a second time is refused (IntegrityError)."""
        made = tuple(Reminded(occasion, person, at, at) for person in dict.fromkeys(people))
        if made:
            self.connection.execute(insert(reminders), [_row(reminded) for reminded in made])
        return made

    def of(self, occasion: Occasion) -> tuple[Reminded, ...]:
        """List what was written on an occasion, by person."""
        columns = (reminders.c.person, reminders.c.made_at, reminders.c.taken_at, reminders.c.sent_at)
        query = select(*columns).where(*_about(occasion)).order_by(reminders.c.person)
        return tuple(Reminded(occasion, *row) for row in self.connection.execute(query))

    def take_left(self, occasion: Occasion, at: dt.datetime) -> tuple[Reminded, ...]:
        """Take what somebody wrote and had long enough to send and did not; another one finds it taken."""
        left = [r for r in self.of(occasion) if r.sent_at is None and at >= r.taken_at + SENDING_TAKES]
        for reminded in left:
            self._change(reminded, taken_at=at)
        return tuple(replace(reminded, taken_at=at) for reminded in left)

    def mark_sent(self, reminded: Reminded, at: dt.datetime) -> bool:
        """Note that a reminder is out of the house; says whether it was the last of its occasion."""
        self._change(reminded, sent_at=at)
        return all(each.sent_at for each in self.of(reminded.occasion))

    def _change(self, reminded: Reminded, **values: object) -> None:
        which = (*_about(reminded.occasion), reminders.c.person == reminded.person)
        self.connection.execute(update(reminders).where(*which).values(**values))


def _row(reminded: Reminded) -> dict[str, object]:
    own = {"person": reminded.person, "made_at": reminded.made_at, "taken_at": reminded.taken_at}
    return {**asdict(reminded.occasion), **own}


def _about(occasion: Occasion) -> tuple[ColumnElement[bool], ...]:
    return tuple(reminders.c[field.name] == getattr(occasion, field.name) for field in fields(Occasion))
