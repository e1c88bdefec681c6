"""Not done: why a sweep could not seal, file or renew, kept in the ledger once a reason, until it was done.

with telling_why(office, NOT_SEALED, document.id, copy.no):
    seal()
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from forms_service.domain.events import Event, LedgerRow
from forms_service.domain.routing import OFFICE
from forms_service.workflow.due import words_of
from forms_service.workflow.office import Office

NOT_SEALED, NOT_FILED, NOT_RENEWED = "not_sealed", "not_filed", "not_renewed"
NOT_RENEWABLE = "not_renewable"
"""Of a copy that no sweep can renew as it is: its own verdict stands in the way."""

_NEWS = dt.timedelta(hours=1)
_DONE = frozenset({"sealed", "renewed"})
_TOLD = frozenset({NOT_SEALED, NOT_FILED, NOT_RENEWED, NOT_RENEWABLE})


@contextmanager
def telling_why(office: Office, kind: str, document_id: str, copy: int) -> Iterator[None]:
    """Let the ledger tell why a copy could not be seen to; what stopped it goes on."""
    try:
        yield
    except Exception as fault:
        tell_once(office, Event(office.now(), kind, document_id, OFFICE, {"copy": copy, "reason": words_of(fault)}))
        raise


def last_told(rows: Sequence[LedgerRow], copy: int) -> Event | None:
    """Return what a document's ledger last told of a copy that was not seen to, None once something was done."""
    events = [row.event for row in rows if row.event.data.get("copy") == copy]
    since = max((index for index, event in enumerate(events) if event.kind in _DONE), default=-1) + 1
    told = [event for event in events[since:] if event.kind in _TOLD]
    return told[-1] if told else None


def tell_once(office: Office, event: Event) -> bool:
    """Append an event; False, and nothing, where the last one said the same: a sweep comes every few seconds."""
    with office.database.write() as tx:
        last = last_told(tx.ledger.of(event.document_id), int(event.data["copy"] or 0))
        if last is not None and _says_the_same(last, event):
            return False
        tx.ledger.append(event)
    return True


def _says_the_same(last: Event, event: Event) -> bool:
    """Say whether nothing is new; words that change from one try to the next are news once an hour."""
    return last.kind == event.kind and (last.data == event.data or event.at - last.at < _NEWS)
