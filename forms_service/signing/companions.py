"""Certificates that travel in a container: each must be as its issuer signed it, whether a path needs it or not."""

import functools
from collections.abc import Iterable
from itertools import islice

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from forms_service.signing.issued import is_issued_by
from forms_service.signing.trust import TrustList

_MOST_OF_ONE_NAME = 16  # an authority has had two or three keys; each is tried for each certificate


def altered_certificate(certificates: tuple[bytes, ...], trust: TrustList) -> str | None:
    """Name a certificate that none of the issuers at hand signed, though one of its issuer's name is at hand."""
    return _altered(tuple(dict.fromkeys(certificates)), trust.anchors)


@functools.lru_cache(maxsize=1024)
def _altered(certificates: tuple[bytes, ...], anchors: tuple[x509.Certificate, ...]) -> str | None:
    try:
        loaded = [x509.load_der_x509_certificate(der) for der in certificates]
        for certificate in loaded:
            issuers = [one for one in (*loaded, *anchors) if one.subject == certificate.issuer]
            if issuers and not _signed_by_any(certificate, issuers):
                return certificate.subject.rfc4514_string()
    except (ValueError, x509.InvalidVersion) as error:
        return str(error)
    return None


def _signed_by_any(certificate: x509.Certificate, issuers: Iterable[x509.Certificate]) -> bool:
    for issuer in islice(issuers, _MOST_OF_ONE_NAME):
        try:
            if is_issued_by(certificate, issuer):
                return True
        except UnsupportedAlgorithm:
            return True
        except (ValueError, TypeError):
            continue
    return False
