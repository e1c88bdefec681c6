"""Revocation: what signed lists (`lists`) and answers (`answers`) say of a certificate, together. Nothing is fetched.

Material is used only if the certificate's own issuer signed it, or a responder that it named; what others list says
nothing here. It speaks for a moment when it was issued at or after it, or when the moment lies within its own stated
term (thisUpdate to nextUpdate). It speaks of revocation at any time. Where a key is said to be compromised since an
earlier day (invalidityDate), that day counts.
"""

import datetime as dt
import functools
from dataclasses import dataclass
from typing import Literal

from cryptography import x509

from forms_service.signing.answers import words_of_answer
from forms_service.signing.lists import Word, word_of_list
from forms_service.signing.signer import to_asn1

_KEPT = 256


@dataclass(frozen=True, slots=True)
class Material:
    """Lists and answers at hand, in DER, in whatever state."""

    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()


NO_MATERIAL = Material()


@dataclass(frozen=True, slots=True)
class Standing:
    """How a certificate stood: `revoked` when it signed, only `later`, `good`, or `unknown` for want of material."""

    result: Literal["good", "later", "revoked", "unknown"]
    since: dt.datetime | None = None


def standing(
    certificate: bytes, issuer: bytes, material: Material, proven: dt.datetime | None, said: dt.datetime
) -> Standing:
    """Say how a certificate (DER) stood when it signed.

    `proven` is by when the signature is known to have existed, None when that is only claimed: a revocation at any time
    counts against it then. `said` is the moment that silence must hold for.
    """
    words = _words(certificate, issuer, material)
    revoked = min((word.revoked for word in words if word.revoked is not None), default=None)
    if revoked is not None:
        return Standing("revoked" if proven is None or revoked <= proven else "later", revoked)
    return Standing("good" if any(word.speaks_for(said) for word in words) else "unknown")


@functools.lru_cache(maxsize=_KEPT)
def _words(certificate: bytes, issuer: bytes, material: Material) -> tuple[Word, ...]:
    """Gather what all material says that the certificate's own issuer signed."""
    about, by = x509.load_der_x509_certificate(certificate), x509.load_der_x509_certificate(issuer)
    if to_asn1(about).issuer != to_asn1(by).subject:  # in whatever case and encoding, as paths are found
        return ()
    listed = (word_of_list(about, der, issuer) for der in material.crls)
    answered = (word for der in material.ocsps for word in words_of_answer(about, by, der))
    return (*(word for word in listed if word is not None), *answered)
