"""Auditing: the verdict on a file, held against what the store knows of its document where there is one."""

from collections.abc import Sequence
from decimal import Decimal

from forms_service.domain.errors import NotFound
from forms_service.domain.events import Event, LedgerRow
from forms_service.domain.record import OutsideSignature
from forms_service.signing.expected import Expected, ExpectedCopy, ExpectedSignature
from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import verify
from forms_service.store.copies import SealedCopy
from forms_service.workflow.office import Office

_NUMBERING = ("opened", "signed")


def verify_file(office: Office, pdf: bytes) -> Verdict:
    """Judge a file that anybody brings, at the counter; of a document of ours, against the ledger. Raises Busy."""
    return office.counter.judge(pdf, office.trust, office.now(), lambda document_id: _known(office, document_id))


def verify_copy(office: Office, copy: SealedCopy, pdf: bytes | None = None) -> Verdict:
    """Judge a sealed copy in full, apart, by its stored bytes or those given: they must be its department's own."""
    expected, pdf = expect(office, copy.document_id, copy), pdf or office.blobs.get(copy.sha256)
    return office.judges.judge(pdf, office.trust, office.now(), lambda _: expected)


def verify_own_seal(office: Office, copy: SealedCopy) -> Verdict:
    """Judge in full the bytes of a copy that this house has just sealed itself.

    In this process, but for a copy that holds what another program wrote.
    """
    expected, pdf = expect(office, copy.document_id, copy), office.blobs.get(copy.sha256)
    if expected.outside:
        return office.judges.judge(pdf, office.trust, office.now(), lambda _: expected)
    return verify(pdf, office.trust, expected, office.now(), office.fonts)


def expect(office: Office, document_id: str, copy: SealedCopy | None = None) -> Expected:
    """Gather what the store knows of a document: every stored state, every signature, the copy asked for."""
    with office.database.read() as tx:
        rows = tx.ledger.of(document_id)
        heads = tx.judged.of(document_id)
        delegated = tx.ledger.of("") if any(row.event.data.get("on_behalf_of") for row in rows) else ()
    signatures = tuple(
        ExpectedSignature(
            step=str(row.event.data["step"]),
            round=int(row.event.data["round"] or 0),
            person=row.event.actor,
            certificate=str(row.event.data["certificate"]),
            received_at=row.event.at,
            on_behalf_of=principal_of(office, row.event, delegated, form=_form(rows)),
            opinions=tuple(str(row.event.data.get("opinions") or "").split()),
        )
        for row in rows
        if "certificate" in row.event.data
    )
    wanted = ExpectedCopy(copy.no, copy.department) if copy else None
    digest = copy.sha256 if copy else None
    return Expected(document_id, heads, signatures, wanted, digest, _number(rows), signed_outside(rows))


def signed_outside(rows: Sequence[LedgerRow]) -> tuple[OutsideSignature, ...]:
    """List what the ledger tells of the signatures that people made in programs of their own."""
    return tuple(
        OutsideSignature(
            step=str(event.data["step"]),
            round=int(event.data["round"] or 0),
            person=event.actor,
            role=str(event.data["role"]),
            department=str(event.data["outside"]),
            certificate=str(event.data["certificate"]),
            received_at=event.at,
            head=str(event.data["head"]),
            decision=str(event.data["decision"]),
            policy=_told(event, "policy"),
            opinions=tuple(str(event.data.get("opinions") or "").split()),
            identified_by=_told(event, "identified_by"),
            shown_sha256=_told(event, "shown_sha256"),
            code_sent_at=_told(event, "code_sent_at"),
            code_given_at=_told(event, "code_given_at"),
        )
        for event in (row.event for row in rows)
        if event.data.get("outside")
    )


def _told(event: Event, name: str) -> str | None:
    return str(event.data[name]) if event.data.get(name) else None


def principal_of(office: Office, signed: Event, rows: Sequence[LedgerRow], *, form: str) -> str | None:
    """Return for whom a delegate signed, None for who signed for themselves, "" without a delegation that held then.

    It must have been about the form, in force on the day, and its cap no less than the amount that the policy was
    asked with; what a step without a policy was worth the ledger does not keep.
    """
    principal = signed.data.get("on_behalf_of")
    if not principal:
        return None
    told = [r.event for r in rows if r.event.data.get("delegation") == signed.data.get("delegation")]
    made = next((event for event in told if event.kind == "delegated"), None)
    if made is None or (made.data["principal"], made.data["delegate"]) != (principal, signed.actor):
        return ""
    revoked = any(event.kind == "delegation_revoked" and event.at <= signed.at for event in told)
    return str(principal) if not revoked and _held(office, made, signed, form) else ""


def _held(office: Office, made: Event, signed: Event, form: str) -> bool:
    day = office.today(signed.at).isoformat()
    in_force = str(made.data["starts_on"]) <= day <= str(made.data["ends_on"]) and made.at <= signed.at
    amount = str(signed.data.get("policy") or "").rpartition("=")[2]
    capped = bool(made.data["cap"] and amount) and Decimal(amount) > Decimal(str(made.data["cap"]))
    return in_force and made.data["form"] in ("", form) and not capped


def _form(rows: Sequence[LedgerRow]) -> str:
    """Return the form that the ledger says was opened, "" where it says nothing."""
    return next((str(row.event.data["form"]) for row in rows if row.event.kind == "opened"), "")


def _number(rows: Sequence[LedgerRow]) -> str:
    """Return the number that the ledger gave a document, "" while it has none."""
    given = (row.event.data.get("number") for row in rows if row.event.kind in _NUMBERING)
    return next((str(number) for number in given if number), "")


def _known(office: Office, document_id: str) -> Expected | None:
    try:
        with office.database.read() as tx:
            tx.documents.get(document_id)
    except NotFound:
        return None
    return expect(office, document_id)
