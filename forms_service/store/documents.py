"""Documents: the present state of each issue of a form, its signatures, and whose turn it is."""

import datetime as dt
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, func, insert, or_, select, update

from forms_service.domain.document import Document, Signature, State
from forms_service.domain.errors import NotFound, StalePage
from forms_service.store.facts import equals
from forms_service.store.tables import candidates, copies, documents, ledger, links, signatures, vouchers

# The kinds of event by which a person leaves a signature; a return or withdrawal takes it out of the current chain.
SIGNING_EVENTS = ("signed", "returned", "rejected", "refused")

_COLUMNS = tuple(documents.c[field.name] for field in fields(Document) if field.name != "signatures")
_SIGNATURE_COLUMNS = tuple(signatures.c[field.name] for field in fields(Signature))


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for; every condition given must hold.

    `candidate`: may act now. `signed_by`: signed, in this round or an earlier one. `opened_from` inclusive,
    `opened_before` and `due_before` exclusive. `text`: part of number, subject or amount; full-width counts as
    half-width, thousands separators do not count. `distributed`, `posted`: done or not yet. `parent`: opened from it;
    `dossier`: of the case whose first document has this id, that one included. `standing_at`: at one of some steps, by
    the digest of the form and the id of the step. `invited`: a customer's link was sent and is alive. `facts`: has in
    each field named exactly that plain text. `timed`: the step at hand has a due date.
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
    parent: str | None = None
    dossier: str | None = None
    standing_at: tuple[tuple[str, str], ...] = ()
    forms: tuple[str, ...] = ()
    invited: bool | None = None
    facts: tuple[tuple[str, str], ...] = ()
    timed: bool | None = None


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

    def successor(self, document_id: str) -> Document | None:
        """Return the newest document that was issued in place of one, None when there is none."""
        query = select(*_COLUMNS).where(documents.c.supersedes == document_id).order_by(*_ORDERS["newest"]).limit(1)
        return next(iter(self._read(query)), None)

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

    def among(self, document_ids: Sequence[str]) -> tuple[Document, ...]:
        """Return the documents with some ids, in the order of the ids; unknown ones are left out."""
        found = {
            document.id: document for document in self._read(select(*_COLUMNS).where(documents.c.id.in_(document_ids)))
        }
        return tuple(found[document_id] for document_id in document_ids if document_id in found)

    def uncut(self, spec_sha256: str, step: str, no: int) -> tuple[Document, ...]:
        """List the documents of a form that signed a step, agreeing, and have no sealed copy of a number yet."""
        signed = select(signatures.c.document_id).where(
            signatures.c.step == step, signatures.c.decision.in_(("approve", "accept"))
        )
        sealed = select(copies.c.document_id).where(copies.c.no == no)
        query = select(*_COLUMNS).where(
            documents.c.spec_sha256 == spec_sha256,
            documents.c.distributed_at.is_(None),
            documents.c.id.in_(signed),
            documents.c.id.not_in(sealed),
        )
        return self._read(query.order_by(documents.c.opened_at, documents.c.id))

    def candidates(self, document_id: str) -> tuple[str, ...]:
        """List who may act on a document now, by id."""
        mine = select(candidates.c.person).where(candidates.c.document_id == document_id)
        return tuple(self.connection.scalars(mine.order_by(candidates.c.person)))

    def signers(self, document_id: str) -> frozenset[str]:
        """Name by id whoever signed a document, in this round or an earlier one."""
        ever = select(ledger.c.actor).where(ledger.c.document_id == document_id, ledger.c.kind.in_(SIGNING_EVENTS))
        return frozenset(self.connection.scalars(ever))

    def mark_distributed(self, document_id: str, at: dt.datetime) -> bool:
        """Note that every copy of a finished document is sealed; False when that was noted before."""
        open_yet = documents.c.id == document_id, documents.c.distributed_at.is_(None)
        return self.connection.execute(update(documents).where(*open_yet).values(distributed_at=at)).rowcount == 1

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
    return or_(documents.c.id.in_(now), documents.c.id.in_(ever_signed(person)))


def ever_signed(person: str) -> Select[Any]:
    """Select the ids of the documents that a person signed, in whichever round."""
    return select(ledger.c.document_id).where(ledger.c.actor == person, ledger.c.kind.in_(SIGNING_EVENTS))


def _stands_at(steps: tuple[tuple[str, str], ...]) -> ColumnElement[bool]:
    return or_(*(and_(documents.c.spec_sha256 == spec, documents.c.step == step) for spec, step in steps))


def _is_invited() -> ColumnElement[bool]:
    alive = links.c.sent_at.is_not(None), links.c.ended_at.is_(None), links.c.used_at.is_(None)
    return exists().where(links.c.document_id == documents.c.id, *alive)


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
    "forms": documents.c.form.in_,
    "opened_from": documents.c.opened_at.__ge__,
    "opened_before": documents.c.opened_at.__lt__,
    "due_before": documents.c.due_at.__lt__,
    "text": _mentions,
    "distributed": lambda done: documents.c.distributed_at.is_not(None) == done,
    "parent": documents.c.parent.__eq__,
    "dossier": lambda first: or_(documents.c.dossier == first, documents.c.id == first),
    "standing_at": _stands_at,
    "invited": lambda invited: _is_invited() if invited else ~_is_invited(),
    "timed": lambda timed: documents.c.due_at.is_not(None) == timed,
    "facts": lambda wanted: and_(*(documents.c.id.in_(equals(name, text)) for name, text in wanted)),
    "posted": lambda done: documents.c.id.in_(select(vouchers.c.document_id)) == done,
}
