"""Renewing: a sealed copy's newest document timestamp is followed by another before its certificate or digests age.

Only what still verifies is renewed: another timestamp over what is proven no more proves nothing of the time before it
(RFC 4998, 5). Such a copy is told once, noted in the ledger, and looked at again after a month without a word, unless
something else stands in its way then. Within the house the ledger goes on proving when its signatures came in.

Order: bytes, then one transaction (row and ledger), then the department's folder. A kill leaves at worst an unnamed
blob, or a renewed copy not yet filed, which the next sweep files. The old bytes stay, as the beginning of the new.
"""

import datetime as dt
import hashlib
from dataclasses import replace

from forms_service.domain.errors import VerdictRefused
from forms_service.domain.events import Data, Event
from forms_service.domain.routing import OFFICE
from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import JUDGED_APART
from forms_service.store.copies import SealedCopy
from forms_service.workflow.auditing import verify_copy
from forms_service.workflow.distributing import file_sealed
from forms_service.workflow.due import do_each
from forms_service.workflow.keeping import RENEWED, keep_long
from forms_service.workflow.not_done import NOT_RENEWABLE, NOT_RENEWED, tell_once, telling_why
from forms_service.workflow.office import Office

MOST_AT_ONCE = 100
"""How many copies one sweep renews: an old archive is caught up with by and by."""

LOOKED_AT_AGAIN = dt.timedelta(days=30)
"""After so long a copy that could not be renewed as it is has its turn again."""

_TIMES_IN_ORDER = 13


def renew_ageing(office: Office) -> int:
    """Renew the sealed copies that are due, and those that never had a document timestamp; returns how many."""
    return do_each(ageing(office), lambda copy: _renew(office, copy))


def ageing(office: Office, within: dt.timedelta = dt.timedelta()) -> tuple[SealedCopy, ...]:
    """List the copies that are to be renewed now, or within some time; none where nobody gives timestamps."""
    if office.timestamper is None:
        return ()
    with office.database.read() as tx:
        return tx.copies.ageing(office.now() + within, MOST_AT_ONCE)


def _renew(office: Office, copy: SealedCopy) -> bool:
    with telling_why(office, NOT_RENEWED, copy.document_id, copy.no):
        standing = verify_copy(office, copy)
        if standing.verdict == "accepted":
            return _renew_one(office, copy)
        if any(check.no == JUDGED_APART for check in standing.failed):  # of the judging, not of the copy
            raise VerdictRefused(f"{_words(copy, standing)}下次再试，原件没有改变。")
    return _put_off(office, copy, standing)


def _renew_one(office: Office, copy: SealedCopy) -> bool:
    """Renew one copy; of two at once the first one stored counts."""
    data, renew_at = keep_long(office, office.blobs.get(copy.sha256), again=copy.renew_at is not None)
    renewed = replace(copy, sha256=hashlib.sha256(data).hexdigest(), size=len(data), renew_at=renew_at, filed_at=None)
    verdict = verify_copy(office, renewed, data)
    if verdict.verdict != "accepted":
        raise VerdictRefused(f"{_words(copy, verdict)}请联系管理员，原件没有改变。")
    office.blobs.put(data)
    office.printery.note(renewed.sha256, verdict.printed)
    with office.database.write() as tx:
        if not tx.copies.renew(copy, renewed):
            return False
        event: Data = {"copy": copy.no, "earlier": copy.sha256, "sha256": renewed.sha256}
        tx.ledger.append(Event(office.now(), RENEWED, copy.document_id, "office", event))
    file_sealed(office, renewed)
    return True


def _put_off(office: Office, copy: SealedCopy, verdict: Verdict) -> bool:
    """Say once why a copy cannot be renewed as it is; False where that was said before. Raises VerdictRefused."""
    at, words = office.now(), f"{_words(copy, verdict)}{_advice(verdict)}"
    event = Event(at, NOT_RENEWABLE, copy.document_id, OFFICE, {"copy": copy.no, "reason": words})
    news = tell_once(office, event)
    with office.database.write() as tx:
        tx.copies.put_off(copy, at + LOOKED_AT_AGAIN)
    if news:
        raise VerdictRefused(words)
    return False


def _words(copy: SealedCopy, verdict: Verdict) -> str:
    return f"{verdict.number} {copy.label}没有续盖时间戳：{verdict.sentence}"


def _advice(verdict: Verdict) -> str:
    """Say what can be done for a copy that cannot be renewed."""
    timed = next((check.result for check in verdict.checks if check.no == _TIMES_IN_ORDER), "pass")
    if timed == "not_checked" and not verdict.failed:
        return (
            "时间戳到期之前没有续盖，现在补盖也证明不了从前。在公司里，收到的时间仍有台账为凭；"
            "要对外证明，请另开一张取代它的单据。"
        )
    return "请用 forms archive check --verdicts 查明，需要时从备份恢复；原件没有改变。"
