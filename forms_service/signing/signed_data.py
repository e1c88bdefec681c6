"""The CMS container of a signature: SignedData with one SignerInfo, for PAdES B-B (ETSI EN 319 142-1) and RFC 3161.

Written straight as DER, for the container's shape never varies: 0.1 ms, where a general ASN.1 library takes 10. Nothing
is built twice to learn its size; `reserve` reckons it beforehand. Reading containers is left to that library.
"""

import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from asn1crypto import core

from forms_service.signing.signer import Signer

# The identifiers are of RFC 5652 (data, signedData, the first two attributes), RFC 5035, RFC 3161 and FIPS 180 / X9.62.
DATA = "1.2.840.113549.1.7.1"
TST_INFO = "1.2.840.113549.1.9.16.1.4"
_SIGNED_DATA = "1.2.840.113549.1.7.2"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
_TIMESTAMP_TOKEN = "1.2.840.113549.1.9.16.2.14"  # noqa: S105 - an identifier
_SHA256 = "2.16.840.1.101.3.4.2.1"

_INTEGER, _OCTETS, _UTF8, _SEQUENCE, _SET = 0x02, 0x04, 0x0C, 0x30, 0x31
_CONTEXT_0, _CONTEXT_1 = 0xA0, 0xA1

Attribute = bytes
"""A CMS attribute in DER, as `text_attribute` makes it."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is signed: its content type, the SHA-256 of its content, and the content itself if it travels inside."""

    content_type: str
    digest: bytes
    content: bytes | None = None
    attributes: tuple[Attribute, ...] = ()


def text_attribute(oid: str, text: str) -> Attribute:
    """Make an attribute whose one value is a UTF8String."""
    return _attribute(oid, _tlv(_UTF8, text.encode()))


def sign_message(signer: Signer, message: Message, stamp: Callable[[bytes], bytes] | None = None) -> bytes:
    """Sign a message; `stamp` turns the SHA-256 of the signature into a timestamp token. Containers are DER.

    Signed attributes are content-type, message-digest, signing-certificate-v2 and the message's own; no signing-time,
    which PAdES forbids.
    """
    attributes = _signed_attributes(signer, message)
    signature = signer.sign_raw(_tlv(_SET, attributes))  # signed as a SET, stored as [0]: RFC 5652, 5.4
    token = stamp(hashlib.sha256(signature).digest()) if stamp else b""
    return _container(signer, message, _signer_info(signer, attributes, signature, token))


def reserve(signer: Signer, message: Message, token_size: int) -> int:
    """Reckon how many bytes the container of a message takes at most; `token_size` is 0 without a timestamp."""
    attributes = _signed_attributes(signer, message)
    info = _signer_info(signer, attributes, bytes(signer.signature_size), bytes(token_size))
    return len(_container(signer, message, info))


def _signed_attributes(signer: Signer, message: Message) -> bytes:
    certificate = hashlib.sha256(signer.embedded[0]).digest()
    certificate_id = _tlv(_SEQUENCE, _tlv(_SEQUENCE, _tlv(_SEQUENCE, _tlv(_OCTETS, certificate))))
    return _in_order(
        _attribute(_CONTENT_TYPE, _oid(message.content_type)),
        _attribute(_MESSAGE_DIGEST, _tlv(_OCTETS, message.digest)),
        _attribute(_SIGNING_CERTIFICATE_V2, certificate_id),  # SHA-256 is the attribute's default: RFC 5035, 3
        *message.attributes,
    )


def _signer_info(signer: Signer, attributes: bytes, signature: bytes, token: bytes) -> bytes:
    return _tlv(
        _SEQUENCE,
        _number(1),
        signer.issuer_and_serial,
        _tlv(_SEQUENCE, _oid(_SHA256)),
        _tlv(_CONTEXT_0, attributes),
        signer.algorithm,
        _tlv(_OCTETS, signature),
        _tlv(_CONTEXT_1, _attribute(_TIMESTAMP_TOKEN, token)) if token else b"",
    )


def _container(signer: Signer, message: Message, info: bytes) -> bytes:
    inside = b"" if message.content is None else _tlv(_CONTEXT_0, _tlv(_OCTETS, message.content))
    signed = _tlv(
        _SEQUENCE,
        _number(1 if message.content_type == DATA else 3),  # RFC 5652, 5.1
        _tlv(_SET, _tlv(_SEQUENCE, _oid(_SHA256))),
        _tlv(_SEQUENCE, _oid(message.content_type), inside),
        _tlv(_CONTEXT_0, _in_order(*signer.embedded)),
        _tlv(_SET, info),
    )
    return _tlv(_SEQUENCE, _oid(_SIGNED_DATA), _tlv(_CONTEXT_0, signed))


def _attribute(oid: str, value: bytes) -> Attribute:
    return _tlv(_SEQUENCE, _oid(oid), _tlv(_SET, value))


def _in_order(*elements: bytes) -> bytes:
    """Join the elements of a SET OF in DER's order: X.690, 11.6."""
    return b"".join(sorted(elements))


def _number(value: int) -> bytes:
    return _tlv(_INTEGER, bytes([value]))


@functools.cache
def _oid(dotted: str) -> bytes:
    return bytes(core.ObjectIdentifier(dotted).dump())


def _tlv(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content
