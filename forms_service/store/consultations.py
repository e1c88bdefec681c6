"""Consultations: who was asked what about a step, and what they answered; the ledger holds the words for good."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, insert, or_, select, update

from forms_service.domain.consultation import Consultation
from forms_service.domain.errors import NotFound, WrongState
from forms_service.store.work_tables import consultations

_OPEN = consultations.c.answered_at.is_(None) & consultations.c.closed_at.is_(None)


@dataclass(frozen=True, slots=True)
class Consultations:
    """The consultations within one transaction."""

    connection: Connection

    def add(self, asked: Consultation) -> None:
        """Keep a question to one colleague."""
        self.connection.execute(insert(consultations).values(asdict(asked)))

    def get(self, consultation_id: str) -> Consultation:
        """Return the consultation with an id; raises NotFound."""
        found = self._read(select(consultations).where(consultations.c.id == consultation_id))
        if not found:
            raise NotFound("没有这一次征求意见。请从待办或单据页重新打开。")
        return found[0]

    def of(self, document_id: str) -> tuple[Consultation, ...]:
        """List the consultations about a document, in the order asked."""
        return self._read(select(consultations).where(consultations.c.document_id == document_id))

    def waiting_for(self, person: str) -> tuple[Consultation, ...]:
        """List what a person was asked and has still to answer, in the order asked."""
        return self._read(select(consultations).where(consultations.c.asked == person, _OPEN))

    def asked_in(self, document_id: str) -> frozenset[str]:
        """Name who is asked or has answered about a document; a question closed without an answer asks nobody."""
        answered = consultations.c.answered_at.is_not(None)
        query = select(consultations.c.asked).where(consultations.c.document_id == document_id, or_(_OPEN, answered))
        return frozenset(self.connection.scalars(query))

    def answer(self, consultation_id: str, opinion: str, sha256: str, at: dt.datetime) -> None:
        """Keep an answer; raises WrongState when the question is no longer open."""
        change = update(consultations).where(consultations.c.id == consultation_id, _OPEN)
        if self.connection.execute(change.values(opinion=opinion, sha256=sha256, answered_at=at)).rowcount != 1:
            raise WrongState("这个问题已经答过，或那一步已经办完，不用再答了。")

    def close_but(self, document_id: str, steps: Iterable[str], at: dt.datetime) -> tuple[Consultation, ...]:
        """Close the open questions of every step but some, which go on; returns those that were closed."""
        due: ColumnElement[bool] = (
            (consultations.c.document_id == document_id) & _OPEN & consultations.c.step.not_in(list(steps))
        )
        closed = self._read(select(consultations).where(due))
        self.connection.execute(update(consultations).where(due).values(closed_at=at))
        return closed

    def _read(self, query: Select[Any]) -> tuple[Consultation, ...]:
        rows = self.connection.execute(query.order_by(consultations.c.asked_at, consultations.c.id)).mappings()
        return tuple(Consultation(**row) for row in rows)
