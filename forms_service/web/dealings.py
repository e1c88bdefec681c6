"""From a document to what one reader may do with it beside signing."""

from forms_service.domain.course import Receipt
from forms_service.domain.people import Person
from forms_service.store.copies import SealedCopy
from forms_service.store.receipts import ReceiptNoted
from forms_service.web.names import actor_name
from forms_service.web.pages.dealings import Dealings, OpeningRow, ReceiptRow
from forms_service.web.words import due, moment
from forms_service.workflow.office import Office
from forms_service.workflow.opening import openable_from
from forms_service.workflow.reading import Reading
from forms_service.workflow.receipting import receipt_of
from forms_service.workflow.scanning import may_take_in


def dealings_of(office: Office, person: Person, reading: Reading, copies: tuple[SealedCopy, ...]) -> Dealings:
    """Gather what a person may do with a document, and what was noted of its copies."""
    return Dealings(
        takes_paper=may_take_in(office, person, reading),
        receipts=_receipts(office, person, reading, copies),
        openings=tuple(
            OpeningRow(found.form, found.title, found.reason)
            for found in openable_from(office, person, reading.document.id)
        ),
    )


def _receipts(
    office: Office, person: Person, reading: Reading, copies: tuple[SealedCopy, ...]
) -> tuple[ReceiptRow, ...]:
    with office.database.read() as tx:
        noted = {receipt.no: receipt for receipt in tx.receipts.of(reading.document.id)}
    asked = ((copy, receipt_of(reading.spec, copy.no)) for copy in copies)
    return tuple(
        _receipt(office, person, copy, receipt, noted.get(copy.no)) for copy, receipt in asked if receipt is not None
    )


def _receipt(
    office: Office, person: Person, copy: SealedCopy, asked: Receipt, noted: ReceiptNoted | None
) -> ReceiptRow:
    labels = dict(asked.records)
    by_when = office.local(copy.receipt_due_at) if copy.receipt_due_at and noted is None else None
    return ReceiptRow(
        no=copy.no,
        label=copy.label,
        told=tuple((labels.get(name, name), text) for name, text in noted.noted) if noted else (),
        by=_by(office, noted) if noted else "",
        due=due(office.local(copy.sealed_at), by_when, office.local(office.now())),
        asks=asked.records if noted is None and person.department == copy.department else (),
    )


def _by(office: Office, noted: ReceiptNoted) -> str:
    return f"{actor_name(office.organisation, noted.received_by)} {moment(office.local(noted.received_at))} 登记"
