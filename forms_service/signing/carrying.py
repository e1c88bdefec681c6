"""Carrying: a key with its certificate in a PKCS#12 file (RFC 7292), under a passphrase, as every program takes it.

A file can be guessed at without end and without anybody seeing it; so its passphrase is long, where a PIN is short. One
that somebody brings says itself how often its passphrase is to be hashed, and so is unpacked apart (`unpack_apart`).
"""

import datetime as dt
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12

from forms_service.domain.errors import ProblemsFound, Unreadable
from forms_service.domain.problem import Problem
from forms_service.signing.proofs import Proven, prove

SHORTEST_PASSPHRASE = 12
LARGEST = 64 * 1024
_SECRET_BYTES = 32
_ROUNDS = 600_000  # of PBKDF2-HMAC-SHA256


@dataclass(frozen=True, slots=True)
class Carried:
    """What a file held: a P-256 key and its certificate."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """The same as it crosses from the process that unpacked it: the number that a P-256 key is, in 32 bytes."""

    secret: bytes = field(repr=False)
    certificate: Proven

    def key(self) -> ec.EllipticCurvePrivateKey:
        """Make the key again. Raises Unreadable for a number that is none."""
        try:
            return ec.derive_private_key(int.from_bytes(self.secret, "big"), ec.SECP256R1())
        except ValueError as error:
            raise Unreadable("文件里的密钥不能用。请核对后再试。") from error


def pack(
    key: ec.EllipticCurvePrivateKey,
    certificate: x509.Certificate,
    chain: tuple[x509.Certificate, ...],
    passphrase: str,
    rounds: int = _ROUNDS,
) -> bytes:
    """Write a key, its certificate and those above it as PKCS#12; raises ProblemsFound for a short passphrase."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        words = f"文件密码现在是 {len(passphrase)} 位，应不少于 {SHORTEST_PASSPHRASE} 位：拿到文件的人可以一直猜下去。"
        raise ProblemsFound((Problem("passphrase", "passphrase_short", words),))
    locking = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(rounds)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(passphrase.encode())
    )
    name = certificate.subject.rfc4514_string().encode()
    return pkcs12.serialize_key_and_certificates(name, key, certificate, chain, locking)


def unpack(content: bytes, passphrase: str) -> Carried:
    """Read a key and its certificate from PKCS#12; raises Unreadable saying what is wrong."""
    if len(content) > LARGEST:
        raise Unreadable(f"文件有 {len(content):,} 字节，一份 PKCS#12 不会超过 {LARGEST:,}。请选 .p12 或 .pfx 文件。")
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(content, passphrase.encode())
    except ValueError as error:
        raise Unreadable("文件打不开：文件密码不对，或不是 PKCS#12（.p12、.pfx）。请核对后再试。") from error
    if certificate is None or not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Unreadable("文件里没有 P-256 密钥和它的证书。别种密钥（如 RSA）请用「登记自己的证书」，密钥留在您那里。")
    if not isinstance(key.curve, ec.SECP256R1) or key.public_key() != certificate.public_key():
        raise Unreadable("文件里的密钥不是 P-256，或与证书不是一对。别种密钥请用「登记自己的证书」。")
    return Carried(key, certificate)


def unpack_apart(content: bytes, passphrase: str, at: dt.datetime) -> CarriedOver:
    """Unpack a file in a judging process; raises Unreadable, and NotProven for a certificate that is not usable now."""
    carried = unpack(content, passphrase)
    secret = carried.key.private_numbers().private_value.to_bytes(_SECRET_BYTES, "big")
    return CarriedOver(secret, prove(carried.certificate, at))
