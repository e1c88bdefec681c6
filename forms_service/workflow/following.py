"""Following: the forms that open by themselves when something happened to a document (`follow_on`), once each.

An event writes a row for what it makes due, in its own transaction; the sweep opens it, and the opening closes the row
in the transaction that issues. So two sweepers, or one that is killed anywhere, open nothing twice and lose nothing.
"""

import datetime as dt

from forms_service.domain.course import FollowOn
from forms_service.domain.document import Document
from forms_service.domain.errors import NotOpenable
from forms_service.domain.evaluating import evaluate
from forms_service.domain.events import Data, Event
from forms_service.domain.routing import OFFICE
from forms_service.domain.spec import FormSpec
from forms_service.store.database import Transaction
from forms_service.store.follow_ons import DueFollowOn
from forms_service.workflow.due import do_each
from forms_service.workflow.office import Office
from forms_service.workflow.opening import in_force, open_for_office
from forms_service.workflow.reading import known, values_of


def make_due(tx: Transaction, spec: FormSpec, document: Document, event: str, head: str, at: dt.datetime) -> None:
    """Note what an event of a document makes due: `signed STEP`, `rejected`, `refused`, `finished` (copies sealed).

    `head` names the bytes that the event left. What is offered waits for a person and is never due.
    """
    for ordinal, follow in enumerate(spec.follow_on, 1):
        if follow.on == event and not follow.offered:
            tx.follow_ons.make_due(document.id, ordinal, head, at)


def follow_pending(office: Office) -> int:
    """Open whatever is due and whose condition holds; returns how many. Raises SomeNotDone after the others."""
    with office.database.read() as tx:
        pending = tx.follow_ons.pending()
    return do_each(pending, lambda due: _follow(office, due))


def _follow(office: Office, due: DueFollowOn) -> bool:
    with office.database.read() as tx:
        document = tx.documents.get(due.document_id)
    spec = office.printery.form(document.spec_sha256).spec
    follow = spec.follow_on[due.ordinal - 1]
    parent = document.parent if follow.parent else document.id
    if parent is None or not _holds(office, document, spec, follow, due):
        return _close(office, due, {})
    try:
        return _open(office, due, follow, parent)
    except NotOpenable as bar:
        return _close(office, due, {"ordinal": due.ordinal, "form": follow.form, "reason": str(bar)})


def _holds(office: Office, document: Document, spec: FormSpec, follow: FollowOn, due: DueFollowOn) -> bool:
    """Say whether an event still stands, not taken back since, and the condition holds on the bytes that it left."""
    if document.state == "void" or due.head not in {signature.head for signature in document.signatures}:
        return False
    if follow.when is None:
        return True
    names = known(office, document, values_of(office, spec, due.head))
    return evaluate(follow.when, names, rounding=spec.rounding) is True


def _open(office: Office, due: DueFollowOn, follow: FollowOn, parent: str) -> bool:
    at = office.now()
    title = office.printery.form(in_force(office, follow.form, at).sha256).spec.title.zh_hans

    def once(tx: Transaction, child: str) -> bool:
        if not tx.follow_ons.close(due.document_id, due.ordinal, at, child):
            return False
        data: Data = {"ordinal": due.ordinal, "form": follow.form, "title": title, "child": child}
        tx.ledger.append(Event(at, "followed", due.document_id, OFFICE, data))
        return True

    return open_for_office(office, follow.form, parent=parent, once=once) is not None


def _close(office: Office, due: DueFollowOn, said: Data) -> bool:
    """Close a follow-on that comes to nothing; where that was not the form's own condition, the ledger says why."""
    at = office.now()
    with office.database.write() as tx:
        if tx.follow_ons.close(due.document_id, due.ordinal, at, None) and said:
            tx.ledger.append(Event(at, "not_followed", due.document_id, OFFICE, said))
    return False
