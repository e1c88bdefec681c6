"""Signatures of kinds that PDF 2.0 has given up (ISO 32000-2, 12.8.3): read in files that are not ours, never trusted.

Both rest on SHA-1, so a match says no more than that nobody altered the file clumsily; a mismatch says that it was.
"""

from asn1crypto import core
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from forms_service.signing.container import Container, verify_container
from forms_service.signing.hashing import digest_of
from forms_service.signing.signatures import SignatureFound
from forms_service.signing.unsound import Unsound

WRAPPED = "/adbe.pkcs7.sha1"
RAW_RSA = "/adbe.x509.rsa_sha1"
_ALTERED = "签过的内容被改动过：算出的摘要与签章里的不同"


def container_of_digest_fault(container: Container, parts: tuple[bytes | memoryview, ...]) -> str | None:
    """Say what is unsound about a container that holds the SHA-1 of what it signs, None when nothing is."""
    if container.content != digest_of("sha1", *parts):
        return _ALTERED
    try:
        verify_container(container, digest_of(container.hash_name, container.content), strict=False, lenient=True)
    except Unsound as unsound:
        return str(unsound)
    return None


def raw_rsa_fault(found: SignatureFound, parts: tuple[bytes | memoryview, ...]) -> str | None:
    """Say what is unsound about a bare RSA signature with its certificate beside it, None when nothing is."""
    given = found.dictionary.get("/Cert")
    first = given[0] if isinstance(given, tuple) and given else given
    if not isinstance(first, bytes):
        return "旧式签章没有附证书"
    try:
        key = x509.load_der_x509_certificate(first).public_key()
        signature = core.OctetString.load(found.container).native  # by its own length: what pads it is left out
    except (ValueError, TypeError) as error:
        return f"旧式签章的证书或内容读不出来（{type(error).__name__}）"
    if not isinstance(key, rsa.RSAPublicKey):
        return "旧式签章的证书不是 RSA"
    try:
        key.verify(signature, digest_of("sha1", *parts), padding.PKCS1v15(), Prehashed(hashes.SHA1()))  # noqa: S303
    except InvalidSignature:
        return _ALTERED
    return None
