"""Material: what a file brings along that tells of revoked certificates, wherever it lies.

That is its validation data, and what a signature or a timestamp brings in its own container (RFC 5652, 10.2.1;
ISO 32000-2, 12.8.3.3.2).
"""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Literal

from asn1crypto import cms, core, pdf

from forms_service.signing.container import TIMESTAMP_TOKEN, Container, read_container
from forms_service.signing.evidence import Evidence
from forms_service.signing.revocation import Material
from forms_service.signing.unsound import Unsound
from forms_service.signing.validation_data import MOST, held

ARCHIVAL = "1.2.840.113583.1.1.8"
_LARGEST = 16 * 1024 * 1024
_ODD = (ValueError, TypeError, LookupError, AttributeError, Unsound)

Kind = Literal["list", "answer"]
_ARCHIVE: tuple[tuple[str, Kind], ...] = (("crl", "list"), ("ocsp", "answer"))


def material_for(evidence: Evidence) -> Material:
    """Gather what the file brings along, the oldest first, and the trust list's lists.

    There is room for so much and no more; what is added later cannot push out what was there before.
    """
    found, history = tuple(_in_containers(evidence)), evidence.history
    lists = _fitting((*(der for kind, der in found if kind == "list"), *held(history, "/CRLs")))
    answers = _fitting((*(der for kind, der in found if kind == "answer"), *held(history, "/OCSPs")))
    return Material((*lists, *evidence.trust.crls), tuple(answers))


def _fitting(found: tuple[bytes, ...]) -> Iterator[bytes]:
    room = _LARGEST
    for der in islice(dict.fromkeys(found), MOST):
        room -= len(der)
        if room >= 0:
            yield der


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
                listed = archive[key]
                yield from ((kind, bytes(one.dump())) for one in (() if isinstance(listed, core.Void) else listed))
    except _ODD:
        return
