"""Companies: the certificate that a customer's contact signed with in a program of their own, and who vouches for it.

A customer's authority in the trust list vouches for that customer's certificates, a pinned certificate for itself; what
a certificate says of its holder counts for nothing. Whether it signed the right bytes is judged elsewhere (`judge`).
"""

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from forms_service.domain.errors import Unreadable
from forms_service.signing.added import certificate_name, new_signatures
from forms_service.signing.container import Container, read_container
from forms_service.signing.foreign import is_for_signing
from forms_service.signing.paths import Traced, trace
from forms_service.signing.revisions import History
from forms_service.signing.revocation import Material, standing
from forms_service.signing.syntax import Malformed
from forms_service.signing.trust import TrustList
from forms_service.signing.unsound import Unsound

Fault = Literal["", "unknown", "of_another", "not_valid", "revoked", "not_for_signing"]


@dataclass(frozen=True, slots=True)
class CompanyCertificate:
    """A certificate's SHA-256 and whose it says it is; `fault` says why it does not sign for the customer now.

    `since` and `until` are its own term, `revoked` since when it is.
    """

    sha256: str
    subject: str
    issuer: str
    since: dt.datetime
    until: dt.datetime
    fault: Fault
    revoked: dt.datetime | None = None


def read_company_certificate(
    pdf: bytes, size: int, trust: TrustList, at: dt.datetime, party: str, contact: str
) -> CompanyCertificate:
    """Read the certificate of the one signature added behind `size` bytes; `contact` is an address.

    Raises Unreadable, also where not just one was added.
    """
    try:
        (found,) = new_signatures(History(pdf), size)
        container = read_container(found.container)
    except (Malformed, Unsound, ValueError) as fault:
        raise Unreadable(f"新加的签章读不出来：{fault}") from fault
    certificate = container.certificate
    traced = trace(container.certificates, trust, at, None)
    revoked = _revoked(traced, trust, at)
    return CompanyCertificate(
        container.fingerprint,
        certificate_name(certificate),
        certificate.issuer.rfc4514_string(),
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        _fault(container, trust, at, f"contact:{contact}", party, traced, revoked),
        revoked,
    )


def _fault(
    container: Container,
    trust: TrustList,
    at: dt.datetime,
    contact: str,
    party: str,
    traced: Traced,
    revoked: dt.datetime | None,
) -> Fault:
    certificate, pins = container.certificate, trust.pinned(container.certificates[0])
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        return "not_valid"
    if traced.anchor is None:
        return "unknown"
    parties = trust.parties_of(traced.anchor) | {pin.party for pin in pins}
    if party not in parties or any(pin.person not in ("", contact) for pin in pins):
        return "of_another"
    if not traced.valid_at(at):
        return "not_valid"
    if revoked is not None:
        return "revoked"
    return "" if is_for_signing(certificate) else "not_for_signing"


def _revoked(traced: Traced, trust: TrustList, at: dt.datetime) -> dt.datetime | None:
    """Say since when a certificate on the way to its authority is revoked, by the lists at hand."""
    for certificate, issuer in pairwise(traced.path):
        found = standing(certificate, issuer, Material(trust.crls), at, at)
        if found.result == "revoked":
            return found.since
    return None
