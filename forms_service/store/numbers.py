"""Numbers: drawn gap-free per form and period, in the transaction that uses them; a number once drawn stays drawn."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from forms_service.domain.numbering import NumberPattern
from forms_service.store.tables import numbers


@dataclass(frozen=True, slots=True)
class Numbers:
    """The drawn numbers within one transaction."""

    connection: Connection

    def draw(self, form: str, pattern: NumberPattern, on: dt.date) -> str:
        """Draw the next number of a form's series for a day; raises SeriesFull, and then draws nothing.

        A transaction that fails gives its number back, for nobody has seen it; a void document keeps its own.
        """
        period = pattern.period(on)
        series = numbers.c.form == form, numbers.c.period == period
        seq = int(self.connection.scalar(select(func.coalesce(func.max(numbers.c.seq), 0)).where(*series)) or 0) + 1
        number = pattern.write(on, seq)
        self.connection.execute(insert(numbers).values(form=form, period=period, seq=seq, number=number))
        return number

    def drawn(self, form: str, period: str | None = None) -> tuple[str, ...]:
        """List the numbers drawn for a form, in order; of one period where it is given."""
        query = select(numbers.c.number).where(numbers.c.form == form).order_by(numbers.c.period, numbers.c.seq)
        if period is not None:
            query = query.where(numbers.c.period == period)
        return tuple(self.connection.scalars(query))
