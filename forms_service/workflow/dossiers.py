"""Dossiers: a whole case — the documents opened one from another — as far as a person may see it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from forms_service.domain.document import Document
from forms_service.domain.errors import NotFound
from forms_service.domain.people import Person
from forms_service.store.documents import Search
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading, find


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """One document of a case. `parent` is the id of the nearest document before it that the reader may see.

    `depth` counts those before it, 0 for a first one.
    """

    reading: Reading
    parent: str | None
    depth: int


def case_of(office: Office, person: Person, document: Document) -> tuple[CaseDocument, ...]:
    """List the documents of a document's case that a person may see: each before what was opened from it, by time."""
    with office.database.read() as tx:
        found = tx.documents.find(Search(dossier=document.case))
    by_time = sorted(found, key=lambda each: (each.opened_at, each.id))
    ids = {each.id for each in by_time}
    children: dict[str | None, list[Document]] = {}
    for each in by_time:
        children.setdefault(each.parent if each.parent in ids else None, []).append(each)
    return tuple(_walk(office, person, children, children.get(None, ()), None, 0))


def _walk(
    office: Office,
    person: Person,
    children: Mapping[str | None, Sequence[Document]],
    documents: Sequence[Document],
    parent: str | None,
    depth: int,
) -> Iterator[CaseDocument]:
    for document in documents:
        reading = _seen(office, person, document)
        if reading is not None:
            yield CaseDocument(reading, parent, depth)
        before = (parent, depth) if reading is None else (document.id, depth + 1)
        yield from _walk(office, person, children, children.get(document.id, ()), *before)


def _seen(office: Office, person: Person, document: Document) -> Reading | None:
    try:
        return find(office, person, document.id)
    except NotFound:
        return None
