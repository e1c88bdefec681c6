"""Certificate paths: whether a signer's certificate leads to a configured anchor, for the policy that is asked for.

pyHanko's validator walks the path (RFC 5280), offline; each certificate is walked once a day of signing, and whether it
was valid at the very second is then a comparison.
"""

import datetime as dt
import functools
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Literal, TypeVar

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko_certvalidator import CertificateValidator, PKIXValidationParams, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathError, ValidationError

from forms_service.signing import oids
from forms_service.signing.ancestry import descended
from forms_service.signing.signer import to_asn1
from forms_service.signing.trust import PinnedCertificate, TrustList

_T = TypeVar("_T")
_Use = Literal["sign", "date", "stamp"]
_OWN = frozenset({oids.FIRM, oids.PERSON, oids.CONTACT, oids.TIMESTAMP})
"""The policies that only the firm's own authorities can give: another one could write them in as well."""

_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Traced:
    """How far a certificate leads. `anchor` is the DER of the root it ends in, None with the reason when there is none.

    Every certificate of the path is valid from `since` until `until`. `path` leads from the certificate to the anchor,
    in DER; a person's certificate that is pinned stands in it alone.
    """

    anchor: bytes | None
    reason: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    path: tuple[bytes, ...] = ()

    def valid_at(self, moment: dt.datetime) -> bool:
        """Say whether the whole path was valid at a moment."""
        return self.since is not None and self.until is not None and self.since <= moment <= self.until


def trace(
    certificates: tuple[bytes, ...],
    trust: TrustList,
    moment: dt.datetime,
    policy: str | None,
    along: tuple[bytes, ...] = (),
) -> Traced:
    """Trace the first certificate, with the help of the others, to an anchor; `policy` is an OID that must hold.

    `along` are more certificates that may help, if those do not suffice.
    """
    return _trace_on(certificates, along, trust, moment.astimezone(dt.UTC).date(), policy, "sign")


def trace_stamp(
    certificates: tuple[bytes, ...],
    trust: TrustList,
    moment: dt.datetime,
    along: tuple[bytes, ...] = (),
    *,
    ours: bool,
) -> Traced:
    """Trace a timestamp authority's certificate: in a document of `ours` to the firm's own, or one that is configured.

    Elsewhere any configured authority may vouch for it, a customer's for its own people (`may_date`); a certificate
    that is pinned is its holder's to sign with, not to tell the time.
    """
    day = moment.astimezone(dt.UTC).date()
    own = _trace_on(certificates, along, trust, day, oids.TIMESTAMP if ours else None, "date")
    if own.anchor is not None or not trust.timestamps:
        return own
    return _trace_on(certificates, along, trust, day, None, "stamp")


def may_date(trust: TrustList, stamp: Traced, signers: frozenset[bytes | None]) -> bool:
    """Say whether an authority may tell when signers signed, given the anchors (DER) that they lead to.

    The firm's may, and one that is configured for timestamps; a customer's only where all signers are its own: else
    it could date back what others' lost and revoked certificates sign.
    """
    customers = {customer.certificate.public_bytes(Encoding.DER) for customer in trust.customers}
    believed = {anchor.public_bytes(Encoding.DER) for anchor in (*trust.anchors, *trust.timestamps)}
    return stamp.anchor not in customers - believed or signers == {stamp.anchor}


def _trace_on(
    certificates: tuple[bytes, ...],
    along: tuple[bytes, ...],
    trust: TrustList,
    day: dt.date,
    policy: str | None,
    use: _Use,
) -> Traced:
    found = _trace(certificates, trust, day, policy, use)
    if found.anchor is not None or not along:
        return found
    helped = _trace((*certificates, *along), trust, day, policy, use)
    return found if helped.anchor is None else helped


@functools.lru_cache(maxsize=_KEPT)
def _trace(certificates: tuple[bytes, ...], trust: TrustList, day: dt.date, policy: str | None, use: _Use) -> Traced:
    pinned = trust.pinned(certificates[0]) if use == "sign" and policy is None else ()
    if pinned:
        return _traced_by_itself(pinned, day)
    anchors = _anchors(trust, policy, use)
    if not anchors:
        return Traced(None, "没有配置信任的根证书")
    try:
        path = _run(_validator(certificates, anchors, day, policy).async_validate_path())
    except PathBuildingError:
        return Traced(None, "它的颁发机构不在信任名单里（名称相同也不算）")
    except (ValidationError, PathError, ValueError) as error:
        return Traced(None, _out_of_term(certificates, day) or _broken(str(error)))
    return _traced([bytes(found.dump()) for found in path.iter_certs(include_root=True)])


def _broken(reason: str) -> str:
    """Say in Chinese why a path does not hold, as far as the validator's own words tell."""
    if "could not be verified" in reason:
        return "它不是证书上写的颁发机构签发的（签名对不上）"
    if "not a CA" in reason or "constraint" in reason:
        return "签发它的证书不准签发证书，或只准签发别的"
    return "它到信任根的证书链不合规定"


def _out_of_term(certificates: tuple[bytes, ...], day: dt.date) -> str:
    """Say which of the certificates at hand, the signer's own first, was not good on a day; "" when all were."""
    for der in certificates:
        try:
            certificate = x509.load_der_x509_certificate(der)
            begins, ends = certificate.not_valid_before_utc.date(), certificate.not_valid_after_utc.date()
        except (ValueError, x509.InvalidVersion):
            continue
        if not begins <= day <= ends:
            whose = "证书" if der == certificates[0] else f"它上级的证书「{certificate.subject.rfc4514_string()}」"
            return (
                f"{whose}在签章那天（{day}）{'还没有生效' if day < begins else '已经到期'}：有效期是 {begins} 至 {ends}"
            )
    return ""


def _validator(
    certificates: tuple[bytes, ...], anchors: tuple[x509.Certificate, ...], day: dt.date, policy: str | None
) -> CertificateValidator:
    """Make ready to validate a certificate's path as of a day. Raises ValueError for one that cannot be read."""
    loaded = [asn1_x509.Certificate.load(der, strict=True) for der in certificates]
    roots = [to_asn1(anchor) for anchor in anchors]
    context = ValidationContext(
        trust_roots=roots,
        other_certs=descended(loaded[1:], roots),
        moment=_moment_within(x509.load_der_x509_certificate(certificates[0]), day),
        allow_fetching=False,
    )
    wanted = PKIXValidationParams(frozenset({policy}), initial_explicit_policy=True) if policy else None
    return CertificateValidator(loaded[0], validation_context=context, pkix_params=wanted)


def _traced_by_itself(pinned: tuple[PinnedCertificate, ...], day: dt.date) -> Traced:
    """Join the times at which a certificate is pinned that follow one another, and take those about the day."""
    runs: list[tuple[dt.datetime, dt.datetime]] = []
    for one in pinned:
        if runs and one.begins <= runs[-1][1]:
            runs[-1] = (runs[-1][0], max(runs[-1][1], one.ends))
        else:
            runs.append((one.begins, one.ends))
    about = (run for run in reversed(runs) if run[0].date() <= day)
    since, until = next(about, runs[0])
    return Traced(pinned[0].der, "", since, until, (pinned[0].der,))


def _anchors(trust: TrustList, policy: str | None, use: _Use) -> tuple[x509.Certificate, ...]:
    if use == "stamp":
        return trust.timestamps
    return trust.anchors if policy in _OWN else trust.authorities


def _traced(from_root: list[bytes]) -> Traced:
    walked = [x509.load_der_x509_certificate(der) for der in from_root[1:] or from_root]
    since = max(certificate.not_valid_before_utc for certificate in walked)
    until = min(certificate.not_valid_after_utc for certificate in walked)
    return Traced(from_root[0], "", since, until, tuple(reversed(from_root)))


def _moment_within(certificate: x509.Certificate, day: dt.date) -> dt.datetime:
    """Choose a moment of the day at which the certificate itself is valid, so that a first day counts."""
    noon = dt.datetime.combine(day, dt.time(12), dt.UTC)
    if certificate.not_valid_before_utc.date() == day:
        return certificate.not_valid_before_utc
    return min(noon, certificate.not_valid_after_utc) if certificate.not_valid_after_utc.date() == day else noon


def _run(coroutine: Coroutine[object, object, _T]) -> _T:
    """Run a coroutine that never waits for anything outside, inside an event loop or not."""
    try:
        coroutine.send(None)
    except StopIteration as finished:
        return finished.value  # type: ignore[no-any-return]  # the coroutine's own result
    coroutine.close()
    raise RuntimeError("path validation tried to wait; nothing may be fetched")
