"""Hashes: those that a signature of ours may use, and those that are read in other people's files."""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType

from asn1crypto import algos
from cryptography.hazmat.primitives import hashes

HASHES: Mapping[str, hashes.HashAlgorithm] = MappingProxyType(
    {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
)
# Other programs sign with these too; what they prove is for a person to weigh, and never enough for us.
OTHER_HASHES: Mapping[str, hashes.HashAlgorithm] = MappingProxyType(
    {
        "md5": hashes.MD5(),  # noqa: S303 - read in other people's files only, and said
        "sha1": hashes.SHA1(),  # noqa: S303 - as above
        "sha224": hashes.SHA224(),
        "sha3_256": hashes.SHA3_256(),
        "sha3_384": hashes.SHA3_384(),
        "sha3_512": hashes.SHA3_512(),
        "shake256": hashes.SHAKE256(64),
        "shake256_len": hashes.SHAKE256(64),
    }
)
SHAKE = ("shake256", "shake256_len")
_SHA1_WITH_RSA = "1.2.840.113549.1.1.5"  # Windows named the whole signature's algorithm where the hash's belongs


def digest_of(hash_name: str, *parts: bytes | memoryview) -> bytes:
    """Hash parts one after another with a known hash."""
    if hash_name in SHAKE:  # of 512 bits, as RFC 8419 has it for Ed448
        return hashlib.shake_256(b"".join(parts)).digest(64)
    engine = hashlib.new(hash_name)
    for part in parts:
        engine.update(part)
    return engine.digest()


def name_of(algorithm: algos.DigestAlgorithm) -> str:
    """Name the hash that an algorithm stands for, known or not."""
    name = str(algorithm["algorithm"].native)
    return "sha1" if name == _SHA1_WITH_RSA else name
