"""Bare RSA signatures, which PDF 2.0 has given up: read by their own length, and held to what they sign."""

import functools
import itertools

import pytest
from asn1crypto import core
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key

from forms_service.signing.old_kinds import RAW_RSA, raw_rsa_fault
from forms_service.signing.signatures import SignatureFound
from forms_service.signing.syntax import Name
from tests.signing.others import writer_of_letters

PADDING = bytes(64)


@functools.cache
def signed(last: int) -> tuple[bytes, bytes]:
    """Find content whose signature ends in a byte; returns both."""
    writer = writer_of_letters("rsa")
    key = load_der_private_key(writer.signing_key.dump(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    for number in itertools.count():
        content = b"The total is %d." % number
        signature = key.sign(content, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - as old programs did
        if signature[-1] == last:
            return content, signature
    raise AssertionError("no end of numbers")


def found(container: bytes) -> SignatureFound:
    certificate = writer_of_letters("rsa").signing_cert
    assert certificate is not None
    kept = {"/SubFilter": Name(RAW_RSA), "/Cert": certificate.dump(), "/Contents": container}
    return SignatureFound("Signature1", 1, 7, kept)


@pytest.mark.parametrize("last", [0, 1])
def test_a_signature_is_read_by_its_own_length_whatever_it_ends_in(last: int) -> None:
    content, signature = signed(last)
    container = core.OctetString(signature).dump() + PADDING
    assert raw_rsa_fault(found(container), (content,)) is None
    assert "被改动过" in str(raw_rsa_fault(found(container), (content + b"0",)))


@pytest.mark.parametrize("container", [b"", PADDING], ids=["none", "padding"])
def test_a_container_without_any_signature_is_said_to_be_unreadable(container: bytes) -> None:
    assert "读不出来" in str(raw_rsa_fault(found(container), (b"",)))
