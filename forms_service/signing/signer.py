"""Signers: what a signature needs of a person's or the firm's key, without saying where the key is kept.

`Signer` is the seam. A token (PKCS#11) or a remote service is another subclass with its own `sign_raw`; callers do not
change. As a subclass of pyHanko's own Signer it also works with stock pyHanko.
"""

import abc
from typing import NoReturn

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

DIGEST = "sha256"


class Signer(signers.Signer, abc.ABC):
    """Sign with one key, named by one certificate; `chain` leads from its issuer to the anchor, the anchor included.

    `embedded` are the certificates that go into signatures, the signer's first, in DER. The anchor is not among them: a
    file cannot vouch for its own root. `issuer_and_serial` and `algorithm` are DER too, made once.
    """

    signature_size = 72  # bytes at most: DER of two P-256 integers

    def __init__(self, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]) -> None:
        own = to_asn1(certificate)
        registry = SimpleCertificateStore()
        registry.register_multiple([to_asn1(issuer) for issuer in chain])
        super().__init__(signing_cert=own, cert_registry=registry, embed_roots=False)
        self.certificate = certificate
        self.chain = chain
        self.name = str(self.subject_name)
        self.embedded = tuple(c.public_bytes(Encoding.DER) for c in (certificate, *chain) if c.issuer != c.subject)
        self.issuer_and_serial = bytes(
            cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number}).dump()
        )
        self.algorithm = bytes(self.get_signature_mechanism_for_digest(DIGEST).dump())

    @abc.abstractmethod
    def sign_raw(self, data: bytes) -> bytes:
        """Sign the SHA-256 of data with the key; at most `signature_size` bytes."""

    def verifies(self, data: bytes, signature: bytes) -> bool:
        """Say whether a signature over data was made with this signer's key."""
        return verifies(self.certificate, data, signature)

    @property
    def fingerprint(self) -> str:
        """The certificate's SHA-256, in lower-case hex."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Sign for stock pyHanko; raises ValueError for a digest other than SHA-256."""
        if digest_algorithm != DIGEST:
            raise ValueError(f"this house signs with {DIGEST}, not {digest_algorithm}")
        return bytes(self.signature_size) if dry_run else self.sign_raw(data)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a signer stays in the process that unlocked it")


class KeySigner(Signer):
    """Sign with a P-256 key held in memory, loaded once. Raises ValueError if the certificate is another key's."""

    def __init__(
        self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]
    ) -> None:
        if key.public_key() != certificate.public_key():
            raise ValueError("the certificate names another key")
        super().__init__(certificate, chain)
        self._key = key

    def sign_raw(self, data: bytes) -> bytes:
        """Sign with ECDSA over P-256 and SHA-256."""
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


class OneTimeSigner(KeySigner):
    """Sign once, then forget the key. A second signature raises RuntimeError."""

    def sign_raw(self, data: bytes) -> bytes:
        """Sign with the key and drop it."""
        if not hasattr(self, "_key"):
            raise RuntimeError("a one-time key has already signed")
        signature = super().sign_raw(data)
        del self._key
        return signature


def verifies(certificate: x509.Certificate, data: bytes, signature: bytes) -> bool:
    """Say whether a signature over data was made with the key that a certificate of ours names."""
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise TypeError("this house signs with elliptic-curve keys")
    try:
        key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def to_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """Hand a certificate to the libraries that speak asn1crypto."""
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
