"""Keeping: what makes a sealed copy provable for decades, and what others need to check it: lists and trust file.

The embedded authority's list of revoked certificates is made from the store whenever it is asked for: a revocation is
in the next one.
"""

import datetime as dt
from collections.abc import Iterable, Iterator

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

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


def trust_file(office: Office) -> bytes:
    """Write the file by which anybody verifies the firm's documents, with lines that say what each part is."""
    at, firm = office.now(), office.organisation.firm.name
    head = (
        f"# {firm}：信任文件，{office.local(at):%Y-%m-%d %H:%M} 导出。",
        "# 用法：forms verify 文件.pdf --trust trust.pem。请经可靠的途径取得本文件，并核对其 SHA-256。",
    )
    own = own_lists(office, at)
    parts = (office.trust.pem.decode().strip(), *_own_certificates(office), *map(_list_text, own))
    return "\n".join((*head, "", *parts, "")).encode()


def _own_certificates(office: Office) -> Iterator[str]:
    """Write the certificates that people brought, each believed while it was registered."""
    with office.database.read() as tx:
        found = tx.own_certificates.all()
    for certificate in found:
        lines = ["# 自己带来、登记过的证书", "kind: person", f"person: {certificate.person}"]
        lines.append(f"from: {certificate.registered_at:%Y-%m-%d}")
        if certificate.ended_at is not None:
            lines.append(f"until: {certificate.ended_at.date() + dt.timedelta(days=1):%Y-%m-%d}")
        yield "\n".join((*lines, certificate.pem.strip()))


def earlier_states(rows: Iterable[LedgerRow], copy_no: int) -> frozenset[str]:
    """Name the SHA-256 of the bytes that a copy was renewed from, as the ledger has them."""
    renewed = (row.event.data for row in rows if row.event.kind == RENEWED)
    return frozenset(str(data["earlier"]) for data in renewed if data["copy"] == copy_no)


def _list_text(der: bytes) -> str:
    found = x509.load_der_x509_crl(der)
    until = f"，下次更新不晚于 {found.next_update_utc:%Y-%m-%d}" if found.next_update_utc else ""
    words = f"# 撤销列表：{len(found)} 张，{found.last_update_utc:%Y-%m-%d %H:%M} UTC 签发{until}"
    return f"{words}\n{found.public_bytes(Encoding.PEM).decode().strip()}"
