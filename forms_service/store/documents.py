"""Documents: the present state of each issue of a form, its signatures, and whose turn it is."""

import datetime as dt
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, or_, select, update

from forms_service.domain.document import Document, Signature, State
from forms_service.domain.errors import NotFound, StalePage
from forms_service.store.tables import candidates, documents, ledger, signatures, vouchers

# The kinds of event by which a person leaves a signature; a return or withdrawal takes it out of the current chain.
SIGNING_EVENTS = ("signed", "returned", "rejected", "refused")

_COLUMNS = tuple(documents.c[field.name] for field in fields(Document) if field.name != "signatures")
_SIGNATURE_COLUMNS = tuple(signatures.c[field.name] for field in fields(Signature))


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for; every condition given must hold.

    `candidate`: may act now. `signed_by`: signed, in this round or an earlier one. `opened_from` inclusive,
    `opened_before` and `due_before` exclusive. `text`: part of number, subject or amount; full-width counts as
    half-width, thousands separators do not count. `distributed`, `posted`: done or not yet.
    """

    candidate: str | None = None
    opened_by: str | None = None
    signed_by: str | None = None
    states: tuple[State, ...] = ()
    form: str | None = None
    opened_from: dt.datetime | None = None
    opened_before: dt.datetime | None = None
    due_before: dt.datetime | None = None
    text: str = ""
    distributed: bool | None = None
    posted: bool | None = None


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents within one transaction."""

    connection: Connection

    def add(self, document: Document, candidates: Iterable[str]) -> Document:
        """Store a new document and the people who may act on it now; returns it as stored, at revision 1."""
        stored = replace(document, revision=1)
        self.connection.execute(insert(documents).values(_row(stored)))
        self._write_signatures(stored)
        self._write_candidates(stored.id, candidates)
        return stored

    def save(self, document: Document, expected: int, candidates: Iterable[str]) -> Document:
        """Store a change made on revision `expected`, and who may act on it now; returns it as stored.

        Raises StalePage when somebody stored another change meanwhile.
        """
        stored = replace(document, revision=expected + 1)
        row = _row(stored)
        due = documents.c.id == document.id, documents.c.revision == expected
        if self.connection.execute(update(documents).where(*due).values(row)).rowcount != 1:
            raise StalePage("这张单据在您打开之后已有变动，您的操作没有保存。请刷新页面，核对后再办。")
        self._write_signatures(stored)
        self._write_candidates(stored.id, candidates)
        return stored

    def get(self, document_id: str) -> Document:
        """Return the document with an id; raises NotFound."""
        return self._one(documents.c.id == document_id, f"没有识别码为「{document_id}」的单据。请核对链接或编号。")

    def numbered(self, form: str, number: str) -> Document:
        """Return the document of a form with a number; raises NotFound."""
        wanted = (documents.c.form == form) & (documents.c.number == number)
        return self._one(wanted, f"没有编号为「{number}」的单据。请核对编号。")

    def find(
        self,
        search: Search,
        order: Literal["newest", "due"] = "newest",
        limit: int | None = None,
        offset: int = 0,
    ) -> tuple[Document, ...]:
        """List the documents found: newest opened first, or by due date with the undated last."""
        query = select(*_COLUMNS).where(*_conditions(search)).order_by(*_ORDERS[order]).limit(limit).offset(offset)
        return self._read(query)

    def count(self, search: Search) -> int:
        """Count the documents found."""
        query = select(func.count()).select_from(documents).where(*_conditions(search))
        return int(self.connection.execute(query).scalar_one())

    def candidates(self, document_id: str) -> tuple[str, ...]:
        """List who may act on a document now, by id."""
        mine = select(candidates.c.person).where(candidates.c.document_id == document_id)
        return tuple(self.connection.scalars(mine.order_by(candidates.c.person)))

    def mark_distributed(self, document_id: str, at: dt.datetime) -> None:
        """Note that every copy of a finished document is sealed."""
        self.connection.execute(update(documents).where(documents.c.id == document_id).values(distributed_at=at))

    def _one(self, wanted: ColumnElement[bool], otherwise: str) -> Document:
        found = self._read(select(*_COLUMNS).where(wanted))
        if not found:
            raise NotFound(otherwise)
        return found[0]

    def _read(self, query: Select[Any]) -> tuple[Document, ...]:
        rows = self.connection.execute(query).mappings().all()
        chains = self._chains([row["id"] for row in rows])
        return tuple(Document(**row, signatures=chains.get(row["id"], ())) for row in rows)

    def _chains(self, document_ids: Sequence[str]) -> dict[str, tuple[Signature, ...]]:
        query = select(signatures.c.document_id, *_SIGNATURE_COLUMNS)
        query = query.where(signatures.c.document_id.in_(document_ids)).order_by(signatures.c.place)
        chains: defaultdict[str, list[Signature]] = defaultdict(list)
        for document_id, *values in self.connection.execute(query):
            chains[document_id].append(Signature(*values))
        return {document_id: tuple(chain) for document_id, chain in chains.items()}

    def _write_signatures(self, document: Document) -> None:
        self.connection.execute(delete(signatures).where(signatures.c.document_id == document.id))
        rows = [
            {"document_id": document.id, "place": place, **asdict(signature)}
            for place, signature in enumerate(document.signatures)
        ]
        if rows:
            self.connection.execute(insert(signatures), rows)

    def _write_candidates(self, document_id: str, people: Iterable[str]) -> None:
        self.connection.execute(delete(candidates).where(candidates.c.document_id == document_id))
        rows = [{"document_id": document_id, "person": person} for person in sorted(set(people))]
        if rows:
            self.connection.execute(insert(candidates), rows)


_ORDERS: dict[str, tuple[ColumnElement[Any], ...]] = {
    "newest": (documents.c.opened_at.desc(), documents.c.id),
    "due": (documents.c.due_at.is_(None), documents.c.due_at, documents.c.step_opened_at, documents.c.id),
}


def _row(document: Document) -> dict[str, object]:
    return {column.name: getattr(document, column.name) for column in _COLUMNS}


def _conditions(search: Search) -> list[ColumnElement[bool]]:
    given = ((condition, getattr(search, name)) for name, condition in _CONDITIONS.items())
    return [condition(value) for condition, value in given if value not in (None, "", ())]


def _turns_of(person: str) -> Select[Any]:
    return select(candidates.c.document_id).where(candidates.c.person == person)


def _signed_by(person: str) -> ColumnElement[bool]:
    now = select(signatures.c.document_id).where(signatures.c.person == person)
    ever = select(ledger.c.document_id).where(ledger.c.actor == person, ledger.c.kind.in_(SIGNING_EVENTS))
    return or_(documents.c.id.in_(now), documents.c.id.in_(ever))


def _mentions(text: str) -> ColumnElement[bool]:
    words = unicodedata.normalize("NFKC", text).replace("\0", "").strip()  # PostgreSQL knows no NUL
    plain_amount = func.replace(documents.c.amount, ",", "")
    return or_(
        documents.c.number.icontains(words, autoescape=True),
        documents.c.subject.icontains(words, autoescape=True),
        plain_amount.contains(words.replace(",", ""), autoescape=True),
    )


_CONDITIONS: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    "candidate": lambda person: documents.c.id.in_(_turns_of(person)),
    "opened_by": documents.c.opened_by.__eq__,
    "signed_by": _signed_by,
    "states": documents.c.state.in_,
    "form": documents.c.form.__eq__,
    "opened_from": documents.c.opened_at.__ge__,
    "opened_before": documents.c.opened_at.__lt__,
    "due_before": documents.c.due_at.__lt__,
    "text": _mentions,
    "distributed": lambda done: documents.c.distributed_at.is_not(None) == done,
    "posted": lambda done: documents.c.id.in_(select(vouchers.c.document_id)) == done,
}
