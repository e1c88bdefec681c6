"""Rebuilding: the facts that lists look up, made again from the documents' bytes.

Each stored change writes them in its own transaction; this is for a database that lost them, or doubts them.
"""

from collections.abc import Iterator

from forms_service.domain.document import Document
from forms_service.domain.facts import printed_facts
from forms_service.store.documents import Search
from forms_service.workflow.office import Office
from forms_service.workflow.reading import values_of

_AT_ONCE = 200


def rebuild_facts(office: Office) -> int:
    """Read every document's present bytes and keep their single values anew; returns how many documents were read."""
    return sum(_rebuild(office, document) for document in _every_document(office))


def _rebuild(office: Office, document: Document) -> bool:
    """Keep one document's facts; one that was changed meanwhile has had them written with the change."""
    spec = office.printery.form(document.spec_sha256).spec
    found = printed_facts(spec, document, values_of(office, spec, document.head))
    with office.database.write() as tx:
        unchanged = tx.documents.get(document.id).head == document.head
        if unchanged:
            tx.facts.put(document.id, found)
    return unchanged


def _every_document(office: Office) -> Iterator[Document]:
    """Yield all documents, newest first; those opened meanwhile are seen to by their own transactions."""
    seen: set[str] = set()
    while True:
        with office.database.read() as tx:
            batch = tx.documents.find(Search(), limit=_AT_ONCE, offset=len(seen))
        fresh = [document for document in batch if document.id not in seen]
        yield from fresh
        seen.update(document.id for document in batch)
        if len(batch) < _AT_ONCE:
            return
