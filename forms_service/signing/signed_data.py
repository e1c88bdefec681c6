"""The CMS container of a signature: SignedData with one SignerInfo, for PAdES B-B (ETSI EN 319 142-1) and RFC 3161.

Built in one pass and without an event loop: nothing is built twice to learn its size, `reserve` reckons it beforehand.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from asn1crypto import algos, cms, core
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute

from forms_service.signing.signer import DIGEST, Signer

_FRAME = 400
"""Bytes of a container that no certificate, attribute, name or signature accounts for, rounded up (measured: 361)."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is signed: a type, the SHA-256 of the content, the content itself if it travels inside, more attributes."""

    content_type: str
    digest: bytes
    content: bytes | None = None
    attributes: tuple[cms.CMSAttribute, ...] = ()


def sign_message(signer: Signer, message: Message, stamp: Callable[[bytes], cms.ContentInfo] | None = None) -> bytes:
    """Sign a message; `stamp` turns the SHA-256 of the signature into a timestamp token. Returns DER.

    Signed attributes are content-type, message-digest, signing-certificate-v2 and the message's own; no signing-time,
    which PAdES forbids.
    """
    attributes = cms.CMSAttributes(
        [
            simple_cms_attribute("content_type", message.content_type),
            simple_cms_attribute("message_digest", message.digest),
            simple_cms_attribute("signing_certificate_v2", as_signing_certificate_v2(signer.signing_cert)),
            *message.attributes,
        ]
    )
    signature = signer.sign_raw(attributes.dump())
    info = signer.signer_info(DIGEST, attributes, signature)
    if stamp is not None:
        token = stamp(hashlib.sha256(signature).digest())
        info["unsigned_attrs"] = cms.CMSAttributes([simple_cms_attribute("signature_time_stamp_token", token)])
    return _pack(signer, message, info)


def reserve(signer: Signer, attributes: tuple[cms.CMSAttribute, ...], token_size: int) -> int:
    """Reckon the greatest size in bytes of a detached container; `token_size` is 0 without a timestamp."""
    certificates = sum(len(certificate.dump()) for certificate in signer.embedded)
    own = sum(len(attribute.dump()) for attribute in attributes)
    issuer = len(signer.signing_cert.issuer.dump())
    return _FRAME + certificates + own + issuer + signer.signature_size + token_size


def _pack(signer: Signer, message: Message, info: cms.SignerInfo) -> bytes:
    detached = message.content is None
    encapsulated = {"content_type": message.content_type}
    if not detached:
        encapsulated["content"] = core.ParsableOctetString(message.content)
    signed = cms.SignedData(
        {
            "version": "v1" if detached else "v3",  # RFC 5652, 5.1: v3 when the content is not plain data
            "digest_algorithms": [algos.DigestAlgorithm({"algorithm": DIGEST})],
            "encap_content_info": encapsulated if detached else cms.EncapsulatedContentInfo(encapsulated),
            "certificates": [cms.CertificateChoices("certificate", value) for value in signer.embedded],
            "signer_infos": [info],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())
