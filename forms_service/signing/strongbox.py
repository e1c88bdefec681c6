"""Strongboxes: bytes encrypted under a secret of high entropy, for keys at rest.

HKDF-SHA256 (RFC 5869) makes a fresh key for every box from the secret, a random salt and the box's purpose; AES-256-GCM
seals the content and the words beside it. A PIN is no such secret: `signing.keys` stretches it first.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_SALT = 16
_NONCE = 12


class WrongSecret(ValueError):
    """Say that a box does not open: another secret, purpose or label, or changed bytes, it cannot tell which."""


def lock_away(content: bytes, secret: bytes, purpose: str, label: bytes = b"") -> bytes:
    """Encrypt content; the box opens only with the same secret, purpose and label, which it does not hold."""
    salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
    return salt + nonce + _cipher(secret, salt, purpose).encrypt(nonce, content, label)


def take_out(box: bytes, secret: bytes, purpose: str, label: bytes = b"") -> bytes:
    """Decrypt a box's content; raises WrongSecret."""
    salt, nonce, sealed = box[:_SALT], box[_SALT : _SALT + _NONCE], box[_SALT + _NONCE :]
    try:
        return _cipher(secret, salt, purpose).decrypt(nonce, sealed, label)
    except (InvalidTag, ValueError) as error:  # ValueError: a box too short to hold a nonce
        raise WrongSecret("the box does not open") from error


def _cipher(secret: bytes, salt: bytes, purpose: str) -> AESGCM:
    if len(secret) < 32:
        raise ValueError("a strongbox needs a secret of at least 32 bytes")
    return AESGCM(HKDF(hashes.SHA256(), 32, salt, purpose.encode()).derive(secret))
