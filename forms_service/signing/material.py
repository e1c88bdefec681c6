"""Material: what a file brings along that tells of revoked certificates, wherever it lies.

That is the validation data (ISO 32000-2, 12.8.4.3) as of every revision, for a later one may leave out what an earlier
one told; and what a signature or a timestamp brings in its own container (RFC 5652, 10.2.1; ISO 32000-2, 12.8.3.3.2).
"""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Literal

from asn1crypto import cms, core, pdf

from forms_service.signing.container import TIMESTAMP_TOKEN, Container, read_container
from forms_service.signing.crossrefs import inflate
from forms_service.signing.evidence import Evidence
from forms_service.signing.revisions import History
from forms_service.signing.revocation import Material
from forms_service.signing.syntax import Malformed, PdfValue, Stream
from forms_service.signing.unsound import Unsound

ARCHIVAL = "1.2.840.113583.1.1.8"
_MOST = 512
_LARGEST = 16 * 1024 * 1024
_ODD = (ValueError, TypeError, LookupError, AttributeError, Unsound)

Kind = Literal["list", "answer"]
_STORE: tuple[tuple[str, Kind], ...] = (("/CRLs", "list"), ("/OCSPs", "answer"))
_ARCHIVE: tuple[tuple[str, Kind], ...] = (("crl", "list"), ("ocsp", "answer"))
_RELATED: tuple[tuple[str, Kind], ...] = (("/CRL", "list"), ("/OCSP", "answer"))


def material_for(evidence: Evidence) -> Material:
    """Gather what the file brings along, the oldest first, and the trust list's lists.

    There is room for so much and no more; what is added later cannot push out what was there before.
    """
    found = tuple(dict.fromkeys((*_in_containers(evidence), *_in_stores(evidence.history))))
    lists, answers = (tuple(_fitting(der for kind, der in found if kind == wanted)) for wanted in ("list", "answer"))
    return Material((*lists, *evidence.trust.crls), answers)


def _fitting(found: Iterator[bytes]) -> Iterator[bytes]:
    room = _LARGEST
    for der in islice(found, _MOST):
        room -= len(der)
        if room >= 0:
            yield der


def _in_stores(history: History) -> Iterator[tuple[Kind, bytes]]:
    """Read the validation data as of every revision, each stream once."""
    seen: set[int] = set()
    for revision in history.revisions:
        for kind, item in islice(_listed(history, revision.index), 4 * _MOST):
            stream = history.resolve(item, revision.index)
            if isinstance(stream, Stream) and id(stream) not in seen:
                seen.add(id(stream))
                yield from ((kind, plain) for plain in _plain(stream))


def _listed(history: History, revision: int) -> Iterator[tuple[Kind, PdfValue]]:
    """List what the store and its parts about single signatures hold."""
    store = history.dictionary(history.root(revision).get("/DSS"), revision)
    for key, kind in _STORE:
        yield from ((kind, item) for item in history.array(store.get(key), revision)[:_MOST])
    for part in islice(history.dictionary(store.get("/VRI"), revision).values(), _MOST):
        related = history.dictionary(part, revision)
        for key, kind in _RELATED:
            yield from ((kind, item) for item in history.array(related.get(key), revision)[:_MOST])


def _plain(stream: Stream) -> Iterator[bytes]:
    """Unpack a stream; one that cannot be is no material."""
    try:
        plain = inflate(stream)
    except Malformed:
        return
    if plain:
        yield plain


def _in_containers(evidence: Evidence) -> Iterator[tuple[Kind, bytes]]:
    """Read what signatures and timestamps bring in their own containers."""
    for signing in evidence.signings:
        if signing.container is not None:
            tokens = signing.container.unsigned.get(TIMESTAMP_TOKEN, ())
            yield from _archived(signing.container)
            for der in (signing.found.container, *(bytes(token.dump()) for token in tokens)):
                yield from _along(der)
    for found in evidence.found:
        if found.is_timestamp:
            yield from _along(found.container)


def _along(der: bytes) -> Iterator[tuple[Kind, bytes]]:
    """Read the lists and answers beside a container's certificates."""
    try:
        read_container(der)
        choices = cms.ContentInfo.load(der)["content"]["crls"]
        for choice in () if isinstance(choices, core.Void) else choices:
            if choice.name == "crl":
                yield "list", bytes(choice.chosen.dump())
            elif choice.chosen["other_rev_info_format"].native == "ocsp_response":
                yield "answer", bytes(choice.chosen["other_rev_info"].dump())
    except _ODD:
        return


def _archived(container: Container) -> Iterator[tuple[Kind, bytes]]:
    """Read Adobe's attribute of lists and answers."""
    values = chain(container.attributes.get(ARCHIVAL, ()), container.unsigned.get(ARCHIVAL, ()))
    try:
        for value in values:
            archive = pdf.RevocationInfoArchival.load(bytes(value.dump()))
            for key, kind in _ARCHIVE:
                held = archive[key]
                yield from ((kind, bytes(one.dump())) for one in (() if isinstance(held, core.Void) else held))
    except _ODD:
        return
