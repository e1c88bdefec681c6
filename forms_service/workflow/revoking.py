"""Revoking: nothing is signed for a person any more — they left, or their keys are no longer theirs alone.

All their certificates are revoked from this moment, whatever made them; what was signed before stays.
"""

from forms_service.domain.errors import NotYours, ProblemsFound, WrongState
from forms_service.domain.events import Event
from forms_service.domain.organisation import APPROVER_ROLE
from forms_service.domain.people import Person
from forms_service.domain.problem import Problem
from forms_service.workflow.certifying import end_in
from forms_service.workflow.office import Office

REVOKER_ROLES = frozenset({"gm_office", APPROVER_ROLE})
LONGEST_REASON = 200


def revoke_certificates(office: Office, person: Person, reason: str, by: Person | None = None) -> int:
    """Revoke all certificates of a person, and end their key; returns how many certificates were revoked.

    `by` is None at the machine's own terminal. Raises NotYours, ProblemsFound without a reason, WrongState when there
    is nothing to revoke.
    """
    if by is not None and not REVOKER_ROLES & set(by.roles):
        raise NotYours("撤销证书由总经理室或总经理办理，您的职务不在其中。请联系总经理室。")
    _require_reason(reason)
    at, actor = office.now(), by.id if by else "office"
    office.sessions.close_all(person.id)
    with office.database.write() as tx:
        valid = [kept for kept in tx.certificates.of(person.id) if kept.revoked_at is None]
        own = end_in(tx, person, at, actor, reason.strip())
        if not valid and not own:
            raise WrongState(f"{person.name}没有还有效的证书，没有可以撤销的。")
        tx.keys.end(person.id, at, "revoked")
        for kept in valid:
            tx.certificates.revoke(kept.sha256, at)
            data = {"certificate": kept.sha256, "person": person.id, "reason": reason.strip()}
            tx.ledger.append(Event(at, "certificate_revoked", "", actor, data))
    return len(valid) + own


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise ProblemsFound((Problem("reason", "required", "请写明为什么撤销，会记入台账。"),))
    if len(reason) > LONGEST_REASON:
        found = f"撤销的原因有 {len(reason)} 个字，最多 {LONGEST_REASON} 个。请写短一些。"
        raise ProblemsFound((Problem("reason", "too_long", found),))
