"""Ancestry: which of the certificates that travel with a signature come down from an anchor, link by link.

The validator looks for a path by names alone and tries every order: seven certificates that name one another keep it
busy for ten seconds. What no anchor stands behind is of no use to it, and is left out before.
"""

from collections import defaultdict
from collections.abc import Iterable

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from forms_service.signing.issued import is_issued_by


def descended(
    certificates: Iterable[asn1_x509.Certificate], anchors: Iterable[asn1_x509.Certificate]
) -> list[asn1_x509.Certificate]:
    """Leave the certificates that an anchor signed, or one that comes down from it; each pair is tried once."""
    kept: list[asn1_x509.Certificate] = []
    left, newest = list(certificates), list(anchors)
    while newest:
        by_name = defaultdict(list)
        for issuer in newest:
            by_name[issuer.subject.hashable].append(issuer)
        newest = [c for c in left if any(_is_issued(c, by) for by in by_name[c.issuer.hashable])]
        left = [c for c in left if not any(c is found for found in newest)]
        kept += newest
    return kept


def _is_issued(certificate: asn1_x509.Certificate, issuer: asn1_x509.Certificate) -> bool:
    try:
        return is_issued_by(*(x509.load_der_x509_certificate(one.dump()) for one in (certificate, issuer)))
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion):
        return False
