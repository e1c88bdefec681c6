"""Certificate paths: whether a signer's certificate leads to a configured anchor, for the policy that is asked for.

pyHanko's validator walks the path (RFC 5280), offline; each certificate is walked once a day of signing, and whether it
was valid at the very second is then a comparison.
"""

import datetime as dt
import functools
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import TypeVar

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko_certvalidator import CertificateValidator, PKIXValidationParams, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathError, ValidationError

from forms_service.signing.trust import TrustList

_T = TypeVar("_T")
_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Traced:
    """How far a certificate leads. `anchor` is the DER of the root it ends in, None with the reason when there is none.

    Every certificate of the path is valid from `since` until `until`.
    """

    anchor: bytes | None
    reason: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None

    def valid_at(self, moment: dt.datetime) -> bool:
        """Say whether the whole path was valid at a moment."""
        return self.since is not None and self.until is not None and self.since <= moment <= self.until


def trace(certificates: tuple[bytes, ...], trust: TrustList, moment: dt.datetime, policy: str | None) -> Traced:
    """Trace the first certificate, with the help of the others, to an anchor; `policy` is an OID that must hold."""
    return _trace(certificates, trust, moment.astimezone(dt.UTC).date(), policy)


@functools.lru_cache(maxsize=_KEPT)
def _trace(certificates: tuple[bytes, ...], trust: TrustList, day: dt.date, policy: str | None) -> Traced:
    if not trust.anchors:
        return Traced(None, "没有配置信任的根证书")
    loaded = [asn1_x509.Certificate.load(der, strict=True) for der in certificates]
    moment = _moment_within(x509.load_der_x509_certificate(certificates[0]), day)
    context = ValidationContext(
        trust_roots=trust.for_pyhanko(), other_certs=loaded[1:], moment=moment, allow_fetching=False
    )
    wanted = PKIXValidationParams(frozenset({policy}), initial_explicit_policy=True) if policy else None
    validator = CertificateValidator(loaded[0], validation_context=context, pkix_params=wanted)
    try:
        path = _run(validator.async_validate_path())
    except PathBuildingError:
        return Traced(None, "它的颁发机构不在信任名单里（名称相同也不算）")
    except (ValidationError, PathError, ValueError) as error:
        return Traced(None, f"它到信任根的证书链不成立：{error}")
    walked = [x509.load_der_x509_certificate(found.dump()) for found in path.iter_certs(include_root=True)]
    since = max(certificate.not_valid_before_utc for certificate in walked[1:])
    until = min(certificate.not_valid_after_utc for certificate in walked[1:])
    return Traced(walked[0].public_bytes(Encoding.DER), "", since, until)


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
