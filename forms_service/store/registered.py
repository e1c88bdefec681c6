"""Registered: the numbered documents of a form, found, counted and paged for its register without opening a PDF.

    tx.registered.find(Wanted("customer-complaint", text="东升", searched=("customer",)), limit=50, offset=0)

A number is drawn in the transaction that stores it, so a document stands here from that very moment, and once.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, false, func, or_, select, true, union_all

from forms_service.domain.document import Document, State
from forms_service.domain.events import LedgerRow
from forms_service.store.documents import Documents, ever_signed
from forms_service.store.facts import equals, key_of, mentions
from forms_service.store.ledger import Ledger
from forms_service.store.tables import candidates, documents, signatures
from forms_service.store.work_tables import consultations


@dataclass(frozen=True, slots=True)
class Sight:
    """What of a form's documents a person may see, as `routing.may_see` rules it; forms are spec digests.

    `desks` are the person and those they act for. `finished` for bookkeepers; `filling` are the forms that the person's
    department fills, `keeping` those of which it keeps a copy once they are finished. `named` are the fields by which a
    document names the person or their department, each with the text that does. `cut` are forms of which it keeps a
    copy that is cut early, each with the step at which it is, `beside` those with a 或签 that the person is one of.
    """

    person: str
    desks: tuple[str, ...]
    finished: bool = False
    named: tuple[tuple[str, str], ...] = ()
    filling: tuple[str, ...] = ()
    keeping: tuple[str, ...] = ()
    cut: tuple[tuple[str, str], ...] = ()
    beside: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; every condition given must hold. Without `sight` everything is seen.

    Of a span of time the beginning is inclusive, the end exclusive. `desks` are people of whom one must hold the step
    now. `late_at`: late at that instant, or ended late. `equal` are fields with exactly that plain text, `holding`
    fields with that part. `text`: a part of the number, or of one of the fields `searched`.
    """

    form: str
    sight: Sight | None = None
    numbered_from: dt.datetime | None = None
    numbered_before: dt.datetime | None = None
    ended_from: dt.datetime | None = None
    ended_before: dt.datetime | None = None
    states: tuple[State, ...] = ()
    desks: tuple[str, ...] | None = None
    late_at: dt.datetime | None = None
    equal: tuple[tuple[str, str], ...] = ()
    holding: tuple[tuple[str, str], ...] = ()
    text: str = ""
    searched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found, the last numbered first, and how many there are in all."""

    documents: tuple[Document, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Registered:
    """The numbered documents within one transaction."""

    connection: Connection

    def find(self, wanted: Wanted, limit: int | None = None, offset: int = 0) -> Found:
        """Return a page of what is found."""
        ids, total = (
            self._look_once(wanted, limit, offset) if _looks_elsewhere(wanted) else self._look(wanted, limit, offset)
        )
        return Found(Documents(self.connection).among(ids), total)

    def _look(self, wanted: Wanted, limit: int | None, offset: int) -> tuple[list[str], int]:
        """Look at the documents alone, which an index answers twice faster than their list would be kept once."""
        found = select(documents.c.id).where(*_conditions(wanted))
        page = found.order_by(documents.c.numbered_at.desc(), documents.c.id).limit(limit).offset(offset)
        total = select(func.count()).select_from(documents).where(*_conditions(wanted))
        return list(self.connection.scalars(page)), int(self.connection.execute(total).scalar_one())

    def _look_once(self, wanted: Wanted, limit: int | None, offset: int) -> tuple[list[str], int]:
        """Look at other tables once, for the page and the total together."""
        matched = select(documents.c.id, documents.c.numbered_at).where(*_conditions(wanted)).cte("matched")
        total = select(func.count()).select_from(matched)
        newest = matched.c.numbered_at.desc(), matched.c.id
        page = select(matched.c.id, total.scalar_subquery()).order_by(*newest).limit(limit).offset(offset)
        rows = self.connection.execute(page).all()
        return [row[0] for row in rows], int(rows[0][1] if rows else self.connection.execute(total).scalar_one())

    def events(self, document_ids: Collection[str]) -> Mapping[str, tuple[LedgerRow, ...]]:
        """Return the ledger's rows of some documents, in order."""
        found: defaultdict[str, list[LedgerRow]] = defaultdict(list)
        for row in Ledger(self.connection).among(document_ids):
            found[row.event.document_id].append(row)
        return {document_id: tuple(rows) for document_id, rows in found.items()}

    def desks(self, document_ids: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """Name who may act on each of some documents now, by id."""
        query = select(candidates.c.document_id, candidates.c.person).where(candidates.c.document_id.in_(document_ids))
        found: defaultdict[str, list[str]] = defaultdict(list)
        for document_id, person in self.connection.execute(query.order_by(candidates.c.person)):
            found[document_id].append(person)
        return {document_id: tuple(people) for document_id, people in found.items()}

    def following(self, document_ids: Collection[str]) -> Mapping[str, tuple[Document, ...]]:
        """Return what was opened from each of some documents, in the order opened."""
        query = select(documents.c.id).where(documents.c.parent.in_(document_ids))
        ids = self.connection.scalars(query.order_by(documents.c.opened_at, documents.c.id)).all()
        found: defaultdict[str, list[Document]] = defaultdict(list)
        for child in Documents(self.connection).among(ids):
            found[str(child.parent)].append(child)
        return {parent: tuple(children) for parent, children in found.items()}


# A question that was closed without an answer asks nobody.
_STILL_CONSULTED = or_(consultations.c.closed_at.is_(None), consultations.c.answered_at.is_not(None))


def _looks_elsewhere(wanted: Wanted) -> bool:
    return bool(wanted.sight or wanted.desks or wanted.equal or wanted.holding or wanted.text)


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    yield documents.c.form == wanted.form
    yield documents.c.numbered_at.is_not(None)
    for name, condition in _CONDITIONS.items():
        value = getattr(wanted, name)
        if value is not None:
            yield condition(value)
    yield from (documents.c.id.in_(equals(name, text)) for name, text in wanted.equal)
    yield from (documents.c.id.in_(mentions((name,), text)) for name, text in wanted.holding)
    if wanted.text:
        yield _mentions(wanted)


def _mentions(wanted: Wanted) -> ColumnElement[bool]:
    numbered = select(documents.c.id).where(
        documents.c.form == wanted.form,
        documents.c.numbered_at.is_not(None),
        documents.c.number.icontains(key_of(wanted.text), autoescape=True),
    )
    return documents.c.id.in_(union_all(numbered, mentions(wanted.searched, wanted.text)))


def _seen(sight: Sight) -> ColumnElement[bool]:
    mine = union_all(
        select(documents.c.id).where(documents.c.opened_by == sight.person),
        select(signatures.c.document_id).where(signatures.c.person == sight.person),
        ever_signed(sight.person),
        select(signatures.c.document_id).where(signatures.c.on_behalf_of == sight.person),
        select(candidates.c.document_id).where(candidates.c.person.in_(sight.desks)),
        select(consultations.c.document_id).where(consultations.c.asked == sight.person, _STILL_CONSULTED),
        *(equals(name, text) for name, text in sight.named),
    )
    finished = documents.c.state == "finished"
    return or_(
        documents.c.id.in_(mine),
        finished if sight.finished else false(),
        documents.c.spec_sha256.in_(sight.filling),
        and_(finished, documents.c.spec_sha256.in_(sight.keeping)),
        *(_is_cut(spec, step) for spec, step in sight.cut),
        *(and_(documents.c.spec_sha256 == spec, _has_signed(step)) for spec, step in sight.beside),
    )


def _has_signed(step: str) -> ColumnElement[bool]:
    return exists().where(signatures.c.document_id == documents.c.id, signatures.c.step == step)


def _is_cut(spec_sha256: str, step: str) -> ColumnElement[bool]:
    agreed = signatures.c.step == step, signatures.c.decision.in_(("approve", "accept"))
    cut = documents.c.id.in_(select(signatures.c.document_id).where(*agreed))
    return and_(documents.c.spec_sha256 == spec_sha256, documents.c.state != "void", cut)


def _late(at: dt.datetime) -> ColumnElement[bool]:
    late_now = and_(documents.c.state == "open", or_(documents.c.due_at < at, documents.c.case_due_at < at))
    return or_(late_now, documents.c.ended_at > documents.c.case_due_at)


_CONDITIONS: Mapping[str, Callable[[Any], ColumnElement[bool]]] = {
    "sight": _seen,
    "numbered_from": documents.c.numbered_at.__ge__,
    "numbered_before": documents.c.numbered_at.__lt__,
    "ended_from": documents.c.ended_at.__ge__,
    "ended_before": documents.c.ended_at.__lt__,
    "states": lambda states: documents.c.state.in_(states) if states else true(),
    "desks": lambda people: documents.c.id.in_(select(candidates.c.document_id).where(candidates.c.person.in_(people))),
    "late_at": _late,
}
