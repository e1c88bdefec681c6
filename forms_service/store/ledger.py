"""The ledger: the hash-chained list of all that happened. Rows are appended; triggers refuse any other change."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select

from forms_service.domain.events import GENESIS, Event, LedgerRow, chain, first_broken
from forms_service.store.tables import ledger


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger within one transaction."""

    connection: Connection

    def append(self, event: Event) -> LedgerRow:
        """Chain an event to the head, in the transaction of the change that it tells of."""
        head = self.head()
        row = chain(event, head.seq + 1 if head else 1, head.hash if head else GENESIS)
        self.connection.execute(
            insert(ledger).values(
                seq=row.seq,
                at=event.at,
                kind=event.kind,
                document_id=event.document_id,
                actor=event.actor,
                data=json.dumps(dict(event.data), ensure_ascii=False, sort_keys=True),
                previous=row.previous,
                hash=row.hash,
            )
        )
        return row

    def head(self) -> LedgerRow | None:
        """Return the last row, or None while nothing has happened."""
        return next(self._read(select(ledger).order_by(ledger.c.seq.desc()).limit(1)), None)

    def rows(self, after: int = 0) -> Iterator[LedgerRow]:
        """Yield the rows after a seq, in order; valid within the transaction only."""
        return self._read(select(ledger).where(ledger.c.seq > after).order_by(ledger.c.seq))

    def of(self, document_id: str) -> tuple[LedgerRow, ...]:
        """List a document's rows, in order."""
        return tuple(self._read(select(ledger).where(ledger.c.document_id == document_id).order_by(ledger.c.seq)))

    def among(self, document_ids: Collection[str]) -> tuple[LedgerRow, ...]:
        """List some documents' rows, in order."""
        return tuple(self._read(select(ledger).where(ledger.c.document_id.in_(document_ids)).order_by(ledger.c.seq)))

    def first_broken(self) -> int | None:
        """Return the seq of the first row that does not follow from the one before it, or None for a whole chain.

        A cut-off end leaves a whole chain: that shows against the checkpoints.
        """
        whole = _Whole(self.rows())
        try:
            return first_broken(whole)
        except (ValueError, TypeError):  # a row that cannot even be read
            return whole.last + 1

    def _read(self, query: Select[Any]) -> Iterator[LedgerRow]:
        return map(_ledger_row, self.connection.execute(query))


class _Whole:
    """Rows on their way to the check, remembering the last one that could be read."""

    def __init__(self, rows: Iterator[LedgerRow]) -> None:
        self.rows = rows
        self.last = 0

    def __iter__(self) -> Iterator[LedgerRow]:
        for row in self.rows:
            self.last = row.seq
            yield row


def _ledger_row(row: Row[Any]) -> LedgerRow:
    event = Event(row.at, row.kind, row.document_id, row.actor, json.loads(row.data))
    return LedgerRow(row.seq, event, row.previous, row.hash)
