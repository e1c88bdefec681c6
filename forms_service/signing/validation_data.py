"""Validation data: the certificates, lists and answers that a file holds (ISO 32000-2, 12.8.4.3). It judges nothing.

They are read as of every revision, for a later one may leave out what an earlier one told.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Literal

from cryptography import x509

from forms_service.signing.crossrefs import inflate
from forms_service.signing.revisions import History
from forms_service.signing.syntax import Malformed, PdfValue, Stream

MOST = 512
"""How many streams of a kind are read of one revision."""

_MOST_CERTIFICATES, _LARGEST_CERTIFICATE = 64, 64 * 1024

Kind = Literal["/Certs", "/CRLs", "/OCSPs"]


def held(history: History, kind: Kind) -> Iterator[bytes]:
    """Read the streams of a kind, the oldest first, each once; one that cannot be unpacked is left out."""
    seen: set[int] = set()
    for revision in history.revisions:
        for item in islice(_listed(history, kind, revision.index), 2 * MOST):
            stream = history.resolve(item, revision.index)
            if isinstance(stream, Stream) and id(stream) not in seen:
                seen.add(id(stream))
                yield from _plain(stream)


def certificates_in(history: History) -> tuple[bytes, ...]:
    """Read the certificates, those that are none or absurdly large left out."""
    fitting = (der for der in held(history, "/Certs") if len(der) <= _LARGEST_CERTIFICATE)
    return tuple(dict.fromkeys(der for der in islice(fitting, _MOST_CERTIFICATES) if _is_certificate(der)))


def _is_certificate(der: bytes) -> bool:
    try:
        x509.load_der_x509_certificate(der)
    except (ValueError, x509.InvalidVersion):
        return False
    return True


def _listed(history: History, kind: Kind, revision: int) -> Iterator[PdfValue]:
    """List what the store holds, and its parts about single signatures."""
    store = history.dictionary(history.root(revision).get("/DSS"), revision)
    yield from history.array(store.get(kind), revision)[:MOST]
    for part in islice(history.dictionary(store.get("/VRI"), revision).values(), MOST):
        yield from history.array(history.dictionary(part, revision).get(kind.removesuffix("s")), revision)


def _plain(stream: Stream) -> Iterator[bytes]:
    try:
        plain = inflate(stream)
    except Malformed:
        return
    if plain:
        yield plain
