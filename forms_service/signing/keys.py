"""People's keys at rest, and the customer's key that never rests.

A person's private key is locked twice: inside under the signing PIN, made long by argon2id (RFC 9106), outside under
the server's secret, which is not in the database. A stolen row is thus no start for guessing PINs, and a stolen server
secret still leaves the PIN. Counting wrong PINs is the store's; the numbers it counts with are here.
"""

import base64
import datetime as dt
import itertools
import json
import secrets
import unicodedata
from dataclasses import asdict, dataclass, field

from argon2.low_level import Type, hash_secret_raw
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from forms_service.domain.errors import BadConfiguration, ProblemsFound, WrongPin
from forms_service.domain.problem import Problem
from forms_service.signing.signer import KeySigner, OneTimeSigner, Signer
from forms_service.signing.strongbox import WrongSecret, lock_away, take_out

PIN_TRIES = 5
"""Wrong PINs in a row after which a key is locked for PIN_LOCK."""
PIN_LOCK = dt.timedelta(minutes=15)
PIN_LENGTH = range(6, 65)

_VERSION = 1
_BY_PIN = "forms key: by PIN"
_BY_SERVER = "forms key: by server"
_POPULAR = frozenset(
    {"112233", "147258", "147852", "159357", "258369", "520131", "5201314", "888666", "666888", "a1b2c3"}
)


@dataclass(frozen=True, slots=True)
class PinCost:
    """What one guess at a PIN costs: argon2id's memory, passes and lanes. The default takes about 0.1 s."""

    memory_kib: int = 65536
    passes: int = 3
    lanes: int = 1

    def __post_init__(self) -> None:
        if not (1 <= self.lanes <= 8 and 8 * self.lanes <= self.memory_kib <= 1 << 20 and 1 <= self.passes <= 32):
            raise ValueError(f"no usable argon2id cost: {self}")


@dataclass(frozen=True, slots=True)
class LockedKey:
    """A person's private key as it is stored: `public_key` in DER, `box` the twice encrypted key."""

    cost: PinCost
    salt: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    box: bytes = field(repr=False)

    def to_json(self) -> str:
        """Write the locked key for the store."""
        parts = {name: base64.b64encode(getattr(self, name)).decode() for name in ("salt", "public_key", "box")}
        return json.dumps({"version": _VERSION, "cost": asdict(self.cost), **parts}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "LockedKey":
        """Read a locked key; raises ValueError when the text is none."""
        try:
            raw = json.loads(text)
            if raw["version"] != _VERSION:
                raise ValueError(f"a locked key of version {raw['version']}, not {_VERSION}")
            parts = {name: base64.b64decode(raw[name], validate=True) for name in ("salt", "public_key", "box")}
            return cls(cost=PinCost(**raw["cost"]), **parts)
        except (KeyError, TypeError) as error:
            raise ValueError(f"no locked key: {error}") from error


def check_pin(pin: str) -> tuple[Problem, ...]:
    """List what is wrong with a signing PIN that a person would set; full-width characters count as plain ones."""
    pin = _plain(pin)
    if len(pin) not in PIN_LENGTH:
        return (
            _pin_problem("pin_length", f"签章密码现在是 {len(pin)} 位，应为 {PIN_LENGTH[0]} 到 {PIN_LENGTH[-1]} 位。"),
        )
    if _is_trivial(pin):
        return (
            _pin_problem("pin_trivial", "这个签章密码太容易猜到（相同、连续或重复的数字）。请换一个没有规律的密码。"),
        )
    return ()


def new_key(pin: str, secret: bytes, cost: PinCost | None = None) -> tuple[ec.EllipticCurvePublicKey, LockedKey]:
    """Make a P-256 key and lock it under a PIN and the server's secret; raises ProblemsFound for a poor PIN."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.public_key(), lock(key, pin, secret, cost)


def lock(key: ec.EllipticCurvePrivateKey, pin: str, secret: bytes, cost: PinCost | None = None) -> LockedKey:
    """Lock a key under a PIN and the server's secret; raises ProblemsFound for a poor PIN."""
    problems = check_pin(pin)
    if problems:
        raise ProblemsFound(problems)
    public_key = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    empty = LockedKey(cost or PinCost(), secrets.token_bytes(16), public_key, b"")
    label = _label(empty)
    content = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    inner = lock_away(content, _stretch(pin, empty), _BY_PIN, label)
    box = lock_away(inner, secret, _BY_SERVER, label)
    return LockedKey(empty.cost, empty.salt, public_key, box)


def unlock(
    locked: LockedKey, pin: str, secret: bytes, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]
) -> Signer:
    """Unlock a key for signing. Raises WrongPin; BadConfiguration when the record was changed or is another server's;
    ValueError when the certificate is another key's.
    """  # noqa: D205
    return KeySigner(take_key(locked, pin, secret), certificate, chain)


def take_key(locked: LockedKey, pin: str, secret: bytes) -> ec.EllipticCurvePrivateKey:
    """Unlock a key itself, which only its own person is ever handed. Raises as `unlock` does."""
    label = _label(locked)
    try:
        inner = take_out(locked.box, secret, _BY_SERVER, label)
    except WrongSecret as error:
        raise BadConfiguration(
            "签章密钥的记录与服务器密钥（secret）对不上：记录被改动过，或服务器密钥换过。请找管理员；也可以重新设置签章密钥。"
        ) from error
    try:
        content = take_out(inner, _stretch(pin, locked), _BY_PIN, label)
    except WrongSecret:
        raise WrongPin("签章密码不对，没有签章。请重新输入；忘记密码请重新设置签章密钥。") from None
    key = load_der_private_key(content, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("new_key locks elliptic-curve keys only")
    return key


class OneTimeKey:
    """A key for one signature, held in memory only: certify `public_key`, then take the signer, once."""

    def __init__(self) -> None:
        self._key: ec.EllipticCurvePrivateKey | None = ec.generate_private_key(ec.SECP256R1())
        self.public_key = self._key.public_key()

    def signer(self, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]) -> Signer:
        """Hand the key over to a signer that forgets it after one signature; RuntimeError the second time."""
        key, self._key = self._key, None
        if key is None:
            raise RuntimeError("a one-time key was already handed over")
        return OneTimeSigner(key, certificate, chain)


def one_time_key() -> OneTimeKey:
    """Make a key for one signature."""
    return OneTimeKey()


def _plain(pin: str) -> str:
    """Fold what a Chinese keyboard makes of digits and letters into the plain ones."""
    return unicodedata.normalize("NFKC", pin)


def _is_trivial(pin: str) -> bool:
    steps = {ord(b) - ord(a) for a, b in itertools.pairwise(pin)}
    repeats = pin in (pin + pin)[1:-1]  # 123123, 121212, 000000
    return repeats or steps in ({1}, {-1}) or len(set(pin)) < 3 or pin.lower() in _POPULAR


def _pin_problem(code: str, message: str) -> Problem:
    return Problem("pin", code, message)


def _stretch(pin: str, locked: LockedKey) -> bytes:
    cost = locked.cost
    return hash_secret_raw(
        _plain(pin).encode(), locked.salt, cost.passes, cost.memory_kib, cost.lanes, hash_len=32, type=Type.ID
    )


def _label(locked: LockedKey) -> bytes:
    """Bind the box to all that stands beside it, so that nothing in the record can be exchanged."""
    cost = f"{_VERSION}:{locked.cost.memory_kib}:{locked.cost.passes}:{locked.cost.lanes}:"
    return cost.encode() + locked.salt + locked.public_key
