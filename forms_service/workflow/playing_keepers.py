"""Keepers in a played month: whoever keeps a copy notes of it what the form asks, once accounting has booked it."""

import datetime as dt
from collections.abc import Mapping

from forms_service.domain.people import Person
from forms_service.store.copies import SealedCopy
from forms_service.workflow.companions import is_postable
from forms_service.workflow.office import Office
from forms_service.workflow.reading import values_of
from forms_service.workflow.receipting import note_receipt, receipt_of

AHEAD = dt.timedelta(days=60)
NOTHING_TO_BOOK = "不用入账"


def note_receipts(office: Office, usual: Mapping[str, str], today: dt.date) -> int:
    """Note every receipt that is still wanted; returns how many. `usual` says what is noted by the form's names.

    `@voucher` stands for the voucher's number, `@today` for the day.
    """
    with office.database.read() as tx:
        wanted = tx.copies.unreceived(office.now() + AHEAD)
    return sum(_note(office, usual, today, copy) for copy in wanted)


def _note(office: Office, usual: Mapping[str, str], today: dt.date, copy: SealedCopy) -> bool:
    with office.database.read() as tx:
        document, voucher = tx.documents.get(copy.document_id), tx.vouchers.of(copy.document_id)
    spec = office.printery.form(document.spec_sha256).spec
    if voucher is None and is_postable(office, document, spec, values_of(office, spec, document.head)):
        return False
    known = {"@voucher": voucher.number if voucher else NOTHING_TO_BOOK, "@today": today.isoformat()}
    receipt = receipt_of(spec, copy.no)
    names = (name for name, _ in receipt.records) if receipt else ()
    noted = {name: known.get(usual[name], usual[name]) for name in names}
    note_receipt(office, _keeper(office, copy), document.id, copy.no, noted)
    return True


def _keeper(office: Office, copy: SealedCopy) -> Person:
    return next(person for person in office.organisation.people if person.department == copy.department)
