"""Facts: the single values in each document's present bytes, so that lists, filters and sums open no PDF.

    tx.facts.put(document.id, printed_facts(spec, document, values))
    tx.facts.of(("doc-a", "doc-b"), ("customer", "part_no"))["doc-a"]["customer"]

A view: `forms archive rebuild` makes it again from the PDFs. What accounting posts is never read from here.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, delete, insert, select

from forms_service.domain.given import write_plain
from forms_service.domain.values import Single
from forms_service.store.tables import FACT_KEY, facts

_AT_ONCE = 400  # ids in one question: SQLite and PostgreSQL both take them

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts within one transaction."""

    connection: Connection

    def put(self, document_id: str, values: Mapping[str, Single]) -> None:
        """Keep what now stands in a document's bytes in place of what stood there; blanks are not kept."""
        self.connection.execute(delete(facts).where(facts.c.document_id == document_id))
        rows = [_row(document_id, name, value) for name, value in values.items() if value not in (None, "")]
        if rows:
            self.connection.execute(insert(facts), rows)

    def of(self, document_ids: Collection[str], names: Collection[str] = ()) -> Mapping[str, Mapping[str, str]]:
        """Return the facts of some documents as plain texts (`given.write_plain`), all of them or those named."""
        found: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for ids in _batches(document_ids):
            query = select(facts.c.document_id, facts.c.name, facts.c.text).where(facts.c.document_id.in_(ids))
            for document_id, name, text in self.connection.execute(_only(query, names)):
                found[document_id][name] = text
        return found

    def sum_of(self, name: str, document_ids: Collection[str]) -> Decimal:
        """Add up one number over some documents, exactly; a blank counts as nothing."""
        return sum((Decimal(found[name]) for found in self.of(document_ids, (name,)).values()), Decimal(0))


def equals(name: str, text: str) -> Select[str]:
    """Select the documents in which a field has exactly a plain text."""
    return select(facts.c.document_id).where(facts.c.name == name, facts.c.key == key_of(text), facts.c.text == text)


def mentions(names: Collection[str], text: str) -> Select[str]:
    """Select the documents in which one of the fields begins with, or soon has, a text as a part.

    Full-width counts as half-width and case does not count; what stands after FACT_KEY characters is not looked at.
    """
    part = facts.c.key.contains(key_of(text), autoescape=True)
    return select(facts.c.document_id).where(facts.c.name.in_(names), part)


def key_of(text: str) -> str:
    """Write a text as it is looked up; PostgreSQL knows no NUL."""
    return unicodedata.normalize("NFKC", text).replace("\0", "").casefold()[:FACT_KEY]


def within(name: str, least: Single = None, most: Single = None) -> Select[str]:
    """Select the documents whose number or day in a field lies between two, both inclusive; None is no edge."""
    return select(facts.c.document_id).where(facts.c.name == name, *_edges(least, most))


def _edges(least: Single, most: Single) -> Iterator[ColumnElement[bool]]:
    for edge, from_below in ((least, True), (most, False)):
        number = _number(edge)
        if edge is not None:
            column: ColumnElement[Any] = facts.c.key if number is None else facts.c.number
            value: str | float = write_plain(edge) if number is None else number
            yield column >= value if from_below else column <= value


def _row(document_id: str, name: str, value: Single) -> dict[str, object]:
    text = write_plain(value)
    return {
        "name": name, "document_id": document_id, "text": text, "key": key_of(text), "number": _number(value),
    }  # fmt: skip


def _number(value: Single) -> float | None:
    """Return a number for ordering and ranges; the exact one is the text."""
    return float(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _only(query: Select[str, str, str], names: Collection[str]) -> Select[str, str, str]:
    return query.where(facts.c.name.in_(names)) if names else query


def _batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    rest = iter(items)
    while batch := list(islice(rest, _AT_ONCE)):
        yield batch
