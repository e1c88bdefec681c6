"""Containers that other programs write: taken out of a signed file, changed, and signed again by its writer."""

from collections.abc import Callable

from asn1crypto import cms
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_private_key
from pyhanko.sign.signers import SimpleSigner

from tests.attacks import forge

Change = Callable[[cms.SignerInfo], None]


def container_of(pdf: bytes) -> cms.ContentInfo:
    """Read a file's first container."""
    return cms.ContentInfo.load(forge.container(pdf))


def put_back(pdf: bytes, container: cms.ContentInfo) -> bytes:
    """Put a container in the place of a file's first."""
    start, end = forge.gap(pdf)
    der: bytes = container.dump()
    return forge.contained(pdf, b"<%s>" % der.hex().encode().ljust(end - start - 2, b"0"))


def changed(pdf: bytes, change: Change) -> bytes:
    """Change what the container says and its signer never signed."""
    container = container_of(pdf)
    change(container["content"]["signer_infos"][0])
    return put_back(pdf, container)


def signed_anew(pdf: bytes, signer: SimpleSigner, change: Change) -> bytes:
    """Change what the signer states, and sign that with the signer's own key on a curve."""
    key = load_der_private_key(signer.signing_key.dump(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("not a key on a curve")

    def sign_again(info: cms.SignerInfo) -> None:
        change(info)
        stated = b"\x31" + info["signed_attrs"].dump()[1:]
        info["signature"] = key.sign(stated, ec.ECDSA(hashes.SHA256()))

    return changed(pdf, sign_again)


def stating(oid: str, *values: bytes) -> Change:
    """State an attribute with these values, each in DER, instead of what it was."""

    def change(info: cms.SignerInfo) -> None:
        kept = [a.dump() for a in info["signed_attrs"] if a["type"].dotted != oid]
        body = b"".join(values)
        made = cms.CMSAttributeType(oid).dump() + b"\x31" + _length(body) + body
        listed = b"".join([*kept, b"\x30" + _length(made) + made])
        info["signed_attrs"] = cms.CMSAttributes.load(b"\x31" + _length(listed) + listed)

    return change


def _length(body: bytes) -> bytes:
    size = len(body)
    if size < 128:
        return bytes([size])
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([128 + len(digits)]) + digits
