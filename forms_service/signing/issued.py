"""Issued: whether a key signed what authorities issue: a certificate, a list of revoked ones, an answer about one."""

from asn1crypto import algos
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from forms_service.signing.hashing import HASHES, OTHER_HASHES
from forms_service.signing.signer import to_asn1

_EDWARDS = {"ed25519": ed25519.Ed25519PublicKey, "ed448": ed448.Ed448PublicKey}


def is_signed_by(key: PublicKeyTypes, algorithm: algos.SignedDigestAlgorithm, signature: bytes, signed: bytes) -> bool:
    """Say whether a key made a signature.

    Raises UnsupportedAlgorithm for one of a kind that is not known here, ValueError or TypeError for what is badly put.
    """
    kind = _kind(algorithm)
    try:
        if kind in _EDWARDS and isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
            key.verify(signature, signed)
            return isinstance(key, _EDWARDS[kind])
        if kind == "ecdsa" and isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(_hash(algorithm.hash_algo)))
            return True
        if kind == "dsa" and isinstance(key, dsa.DSAPublicKey):
            key.verify(signature, signed, _hash(algorithm.hash_algo))
            return True
        if kind in ("rsassa_pkcs1v15", "rsassa_pss") and isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, _padding(algorithm, kind), _hash(algorithm.hash_algo))
            return True
    except InvalidSignature:
        pass
    return False


def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Say whether an issuer's key signed a certificate, however either writes its name.

    Raises as `is_signed_by` does.
    """
    algorithm = to_asn1(certificate)["signature_algorithm"]
    return is_signed_by(issuer.public_key(), algorithm, certificate.signature, certificate.tbs_certificate_bytes)


def is_sound(algorithm: algos.SignedDigestAlgorithm) -> bool:
    """Say whether an algorithm's digest is one that still proves something."""
    return algorithm.signature_algo in _EDWARDS or algorithm.hash_algo in HASHES


def _kind(algorithm: algos.SignedDigestAlgorithm) -> str:
    try:
        return str(algorithm.signature_algo)
    except ValueError as error:
        raise UnsupportedAlgorithm(str(error)) from error


def _hash(name: str) -> hashes.HashAlgorithm:
    found = HASHES.get(name) or OTHER_HASHES.get(name)
    if found is None:
        raise ValueError(name)
    return found


def _padding(algorithm: algos.SignedDigestAlgorithm, kind: str) -> padding.PKCS1v15 | padding.PSS:
    """Say how an RSA signature is padded; for RSA-PSS its parameters do (RFC 4055, 3.1)."""
    if kind == "rsassa_pkcs1v15":
        return padding.PKCS1v15()
    said = algorithm["parameters"]
    mask = _hash(str(said["mask_gen_algorithm"]["parameters"]["algorithm"].native))
    return padding.PSS(padding.MGF1(mask), int(said["salt_length"].native))
