"""Vouching: the trust file by which anybody verifies the firm's documents, from what the office trusts and knows.

A person's own certificate stands in it with the part that they had, as the organisations in force said at each time:
nobody can tell that from the certificate.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import pairwise

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from forms_service.signing.trust import PinnedCertificate
from forms_service.workflow.keeping import own_lists
from forms_service.workflow.office import Office

Part = tuple[str, str]


def trust_file(office: Office) -> bytes:
    """Write the file by which anybody verifies the firm's documents, with lines that say what each part is."""
    at, firm, trust = office.now(), office.organisation.firm.name, office.trust
    head = (
        f"# {firm}：信任文件，{office.local(at):%Y-%m-%d %H:%M} 导出。",
        "# 用法：forms verify 文件.pdf --trust trust.pem。请经可靠的途径取得本文件，并核对其 SHA-256。",
    )
    parts = (
        office.anchor.pem.decode().strip(),
        *(_block(c.certificate, "客户的根证书", "kind: customer-ca", f"party: {c.party}") for c in trust.customers),
        *(_block(found, "外面的时间戳机构", "kind: timestamp-authority") for found in trust.timestamps),
        *(_contact(found) for found in trust.contacts),
        *(text for pinned in _people(office) for text in _person(office, pinned, at)),
        *(_list_text(der) for der in (*trust.crls, *own_lists(office, at))),
    )
    return "\n".join((*head, "", *parts, "")).encode()


def _people(office: Office) -> Iterator[PinnedCertificate]:
    """List the people's certificates that the organisation pins, and those that people registered themselves."""
    yield from office.trust.people
    pinned = {found.der for found in office.trust.people}
    with office.database.read() as tx:
        registered = tx.own_certificates.all()
    for own in registered:
        certificate = x509.load_pem_x509_certificate(own.pem.encode())
        if certificate.public_bytes(Encoding.DER) not in pinned:
            until = own.ended_at or certificate.not_valid_after_utc
            yield PinnedCertificate(certificate, own.person, own.registered_at, until)


def _person(office: Office, pinned: PinnedCertificate, at: dt.datetime) -> Iterator[str]:
    """Write a person's certificate once for each time in which their part was the same."""
    for since, until, (department, roles) in _parts(office, pinned, at):
        lines = [f"person: {pinned.person}", f"department: {department}", f"roles: {roles}"]
        lines += [f"from: {since.isoformat()}", f"until: {until.isoformat()}"]
        yield _block(pinned.certificate, "本人自己的证书", "kind: person", *lines)


def _parts(
    office: Office, pinned: PinnedCertificate, at: dt.datetime
) -> Iterator[tuple[dt.datetime, dt.datetime, Part]]:
    """Tell a person's part at each time: what is not yet in force says nothing."""
    approved = (a.since for a in office.rulebook.approvals() if a.kind == "organisation")
    cuts = sorted({since for since in approved if pinned.since < since < pinned.until and since <= at})
    times = pairwise((pinned.since, *cuts, pinned.until))
    yield from _merged((since, until, _part(office, pinned.person, since)) for since, until in times)


def _merged(
    times: Iterable[tuple[dt.datetime, dt.datetime, Part]],
) -> Iterator[tuple[dt.datetime, dt.datetime, Part]]:
    last: tuple[dt.datetime, dt.datetime, Part] | None = None
    for since, until, part in times:
        if last is not None and last[2] == part:
            last = (last[0], until, part)
            continue
        if last is not None:
            yield last
        last = (since, until, part)
    if last is not None:
        yield last


def _part(office: Office, person_id: str, at: dt.datetime) -> Part:
    person = office.rulebook.organisation(at).person(person_id)
    return (person.department, " ".join(person.roles) or "-") if person else ("-", "-")


def _contact(pinned: PinnedCertificate) -> str:
    email = pinned.person.removeprefix("contact:")
    lines = [f"party: {pinned.party}", *([f"contact: {email}"] if email else [])]
    lines += [f"from: {pinned.since.isoformat()}", f"until: {pinned.until.isoformat()}"]
    return _block(pinned.certificate, "客户自己的证书", "kind: contact", *lines)


def _block(certificate: x509.Certificate, words: str, *lines: str) -> str:
    pem = certificate.public_bytes(Encoding.PEM).decode().strip()
    return "\n".join((f"# {words}", *lines, pem))


def _list_text(der: bytes) -> str:
    found = x509.load_der_x509_crl(der)
    until = f"，下次更新不晚于 {found.next_update_utc:%Y-%m-%d}" if found.next_update_utc else ""
    words = f"# 撤销列表：{len(found)} 张，{found.last_update_utc:%Y-%m-%d %H:%M} UTC 签发{until}"
    return f"{words}\n{found.public_bytes(Encoding.PEM).decode().strip()}"
