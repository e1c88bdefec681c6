"""The schedule: which form was opened for which month, once for each."""

import datetime as dt
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select

from forms_service.store.work_tables import schedule


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A form that was opened for a month (`2026-11`)."""

    form: str
    period: str
    document_id: str
    opened_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    """The schedule within one transaction."""

    connection: Connection

    def add(self, scheduled: Scheduled) -> None:
        """Note that a form was opened for a month; a second time is refused (IntegrityError)."""
        self.connection.execute(insert(schedule).values(asdict(scheduled)))

    def periods(self, form: str) -> frozenset[str]:
        """Name the months for which a form was opened."""
        return frozenset(self.connection.scalars(select(schedule.c.period).where(schedule.c.form == form)))
