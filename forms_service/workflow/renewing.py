"""Renewing: a sealed copy's newest document timestamp is followed by another before its certificate or digests age.

Order: bytes, then one transaction (row and ledger), then the department's folder. A kill leaves at worst an unnamed
blob, or a renewed copy not yet filed, which the next sweep files. The old bytes stay, as the beginning of the new.
"""

import hashlib
from dataclasses import replace

from forms_service.domain.errors import VerdictRefused
from forms_service.domain.events import Data, Event
from forms_service.store.copies import SealedCopy
from forms_service.workflow.auditing import verify_copy
from forms_service.workflow.distributing import file_sealed
from forms_service.workflow.due import do_each
from forms_service.workflow.keeping import RENEWED, keep_long
from forms_service.workflow.not_done import NOT_RENEWED, telling_why
from forms_service.workflow.office import Office

MOST_AT_ONCE = 100
"""How many copies one sweep renews: an old archive is caught up with by and by."""


def renew_ageing(office: Office) -> int:
    """Renew the sealed copies that are due, and those that never had a document timestamp; returns how many."""
    return do_each(ageing(office), lambda copy: _renew(office, copy))


def ageing(office: Office) -> tuple[SealedCopy, ...]:
    """List the copies that are to be renewed now; none where nobody gives timestamps."""
    if office.timestamper is None:
        return ()
    with office.database.read() as tx:
        return tx.copies.ageing(office.now(), MOST_AT_ONCE)


def _renew(office: Office, copy: SealedCopy) -> bool:
    with telling_why(office, NOT_RENEWED, copy.document_id, copy.no):
        return _renew_one(office, copy)


def _renew_one(office: Office, copy: SealedCopy) -> bool:
    """Renew one copy; of two at once the first one stored counts."""
    data, renew_at = keep_long(office, office.blobs.get(copy.sha256), again=copy.renew_at is not None)
    renewed = replace(copy, sha256=hashlib.sha256(data).hexdigest(), size=len(data), renew_at=renew_at, filed_at=None)
    office.blobs.put(data)
    verdict = verify_copy(office, renewed)
    if verdict.verdict != "accepted":
        raise VerdictRefused(
            f"{verdict.number} {copy.label}没有续盖时间戳：{verdict.sentence}请联系管理员，原件没有改变。"
        )
    office.printery.note(renewed.sha256, verdict.printed)
    with office.database.write() as tx:
        if not tx.copies.renew(copy, renewed):
            return False
        event: Data = {"copy": copy.no, "earlier": copy.sha256, "sha256": renewed.sha256}
        tx.ledger.append(Event(office.now(), RENEWED, copy.document_id, "office", event))
    file_sealed(office, renewed)
    return True
