"""Keeping: what makes a sealed copy provable for decades, and the lists of revoked certificates that go with it.

The embedded authority's list of revoked certificates is made from the store whenever it is asked for: a revocation is
in the next one.
"""

import datetime as dt
from collections.abc import Iterable

from cryptography import x509

from forms_service.domain.events import LedgerRow
from forms_service.signing.protect import Keeping, protect
from forms_service.signing.revocation import Material
from forms_service.workflow.office import Office

RENEWED = "renewed"
_LEAST_TERM = dt.timedelta(days=30)


def keep_long(office: Office, pdf: bytes, *, again: bool = False) -> tuple[bytes, dt.datetime | None]:
    """Protect a sealed file by all that tells of its certificates and a document timestamp (PAdES B-LTA).

    Done `again`, it adds what tells of the timestamp before. Returns the file and when it is to be renewed. Where the
    office has no timestamp authority, the file comes back as it was, with None. Raises NoTimestamp.
    """
    if office.timestamper is None:
        return pdf, None
    at = office.now()
    material = _on_timestamps(office, at) if again else Material((*own_lists(office, at), *office.trust.crls))
    protected = protect(pdf, Keeping(office.authority.chain(), material), office.timestamper)
    renewal = office.renewal
    # Where no authority lasts longer, a renewal gains nothing: then once a month, not at every sweep.
    return protected.pdf, max(min(protected.until - renewal.before, at + renewal.longest), at + _LEAST_TERM)


def own_lists(office: Office, at: dt.datetime) -> tuple[bytes, ...]:
    """Give the lists of revoked certificates (DER) of the embedded authority and, where there is one, of its root."""
    root = office.authority.root_list
    return (revocation_list(office, at), *(() if root is None else (root,)))


def revocation_list(office: Office, at: dt.datetime) -> bytes:
    """Sign the list of all certificates that the office revoked, as of now, in DER."""
    return office.authority.crl(at, _revoked(office))


def _on_timestamps(office: Office, at: dt.datetime) -> Material:
    """Gather what tells how the timestamp before stands; how the signers stood, the file holds since its first one.

    Of our own authority it is an answer on that one certificate. Another list of everybody would be younger than the
    signers' certificates, and some programs, pyHanko among them, then take the list's day for the day of signing.
    """
    stamper = office.authority.timestamp_certificate
    answer = office.authority.answer(stamper, at, _revoked(office).get(stamper.serial_number))
    root = office.authority.root_list
    return Material((*(() if root is None else (root,)), *office.trust.crls), (answer,))


def _revoked(office: Office) -> dict[int, dt.datetime]:
    """Say of every certificate that the office revoked, by its serial number, since when."""
    with office.database.read() as tx:
        found = tx.certificates.revoked()
    serials = {x509.load_pem_x509_certificate(c.pem.encode()).serial_number: c.revoked_at for c in found}
    return {serial: since for serial, since in serials.items() if since is not None}


def earlier_states(rows: Iterable[LedgerRow], copy_no: int) -> frozenset[str]:
    """Name the SHA-256 of the bytes that a copy was renewed from, as the ledger has them."""
    renewed = (row.event.data for row in rows if row.event.kind == RENEWED)
    return frozenset(str(data["earlier"]) for data in renewed if data["copy"] == copy_no)
