"""Tokens: keys that never leave a PKCS#11 device — a smart card, a USB token, a partition of an HSM.

tokens = Tokens("/usr/lib/softhsm/libsofthsm2.so")
signer = tokens.signer(TokenKey("seal", "firm"), pin, certificate, chain)

The device is asked anew, with the PIN, for every signature: nothing stays logged in, and a token that is pulled out
signs nothing more. One login state a token is all that PKCS#11 has; so a token is one holder's, and calls wait in line.
"""

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from forms_service.domain.errors import BadConfiguration, FormsError, KeyLocked, NoToken, WrongPin
from forms_service.signing.signer import Signer

try:
    import pkcs11
    from pkcs11.util.ec import encode_ec_public_key
except ImportError:  # the extra is not installed: a firm without tokens does not need it
    pkcs11 = None  # type: ignore[assignment]  # asked before every use

_VERSION = 1
_PROBE = b"forms: does this key belong to this certificate?"
_STOPS: Mapping[str, tuple[type[FormsError], str]] = MappingProxyType(
    {
        "PinIncorrect": (
            WrongPin,
            "「{token}」的密码（PIN）不对，没有签章。令牌自己会数次数，错太多次会锁死，请先确认。",
        ),
        "PinInvalid": (WrongPin, "「{token}」的密码（PIN）里有令牌不收的字符。请重新输入。"),
        "PinLenRange": (WrongPin, "「{token}」的密码（PIN）长度不对。请重新输入。"),
        "PinLocked": (KeyLocked, "「{token}」已被锁死：密码输错太多次。请用令牌自己的工具，以管理密码（SO PIN）解锁。"),
        "UserPinNotInitialized": (NoToken, "「{token}」还没有设密码（PIN）。请用令牌自己的工具设好再试。"),
        "UserAlreadyLoggedIn": (NoToken, "「{token}」正被别的程序占用。请关掉它，再试一次。"),
        "NoSuchToken": (NoToken, "没有找到叫「{token}」的令牌。请插好令牌，并核对名称（标签）。"),
        "MultipleTokensReturned": (NoToken, "叫「{token}」的令牌不止一个。请拔掉多余的，或改一个名称。"),
        "TokenNotPresent": (NoToken, "「{token}」被拔走了，没有签章。请插好再试。"),
        "DeviceRemoved": (NoToken, "「{token}」被拔走了，没有签章。请插好再试。"),
        "NoSuchKey": (NoToken, "「{token}」里没有叫「{key}」的 P-256 密钥。请核对密钥的名称，或先在令牌上生成一把。"),
        "MultipleObjectsReturned": (NoToken, "「{token}」里叫「{key}」的密钥不止一把。请删掉多余的，或改一个名称。"),
    }
)
_ELSE = "「{token}」没有办成（{fault}）。请检查令牌与它的驱动程序，再试一次。"


@dataclass(frozen=True, slots=True)
class TokenKey:
    """Where a key lies: the token's label and the key's. Which program speaks to the token is the machine's affair."""

    token: str
    key: str

    def to_json(self) -> str:
        """Write the place for the store, where another key's box would be."""
        return json.dumps({"version": _VERSION, **asdict(self)}, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "TokenKey | None":
        """Read a place back; None for a text that tells of no token."""
        raw = json.loads(text)
        return cls(str(raw["token"]), str(raw["key"])) if "token" in raw else None


class Tokens:
    """The tokens of this machine, reached through one PKCS#11 module. Hold one a process."""

    def __init__(self, module: str = "", of_the_firm: str = "") -> None:
        """Take the module's path and the label of the firm's own token; nothing is loaded before a token is used."""
        self.of_the_firm = of_the_firm
        self._module = module
        self._one_at_a_time = threading.Lock()

    def signer(
        self, place: TokenKey, pin: str, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]
    ) -> Signer:
        """Give the signer of a key, after one trial signature.

        Raises WrongPin, KeyLocked, NoToken; BadConfiguration when the certificate is another key's.
        """
        signer = _TokenSigner(self, place, pin, certificate, chain)
        if not signer.verifies(_PROBE, signer.sign_raw(_PROBE)):
            raise BadConfiguration(
                f"令牌「{place.token}」里的密钥「{place.key}」与证书「{signer.name}」不是一对。没有签章。"
                "请核对令牌与密钥的名称；换过密钥的，要重新登记（forms key --token）。"
            )
        return signer

    def public_key(self, place: TokenKey, pin: str) -> ec.EllipticCurvePublicKey:
        """Read a key's public half, to be certified. Raises WrongPin, KeyLocked, NoToken."""
        with self._session(place, pin) as session:
            found = session.get_key(
                object_class=pkcs11.ObjectClass.PUBLIC_KEY, key_type=pkcs11.KeyType.EC, label=place.key
            )
            key = load_der_public_key(encode_ec_public_key(found))
        if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
            raise NoToken(f"「{place.token}」里的「{place.key}」不是 P-256 密钥。请在令牌上另生成一把 P-256 的。")
        return key

    def sign(self, place: TokenKey, pin: str, data: bytes) -> bytes:
        """Sign the SHA-256 of data with a key; returns DER. Raises WrongPin, KeyLocked, NoToken."""
        digest = hashlib.sha256(data).digest()
        with self._session(place, pin) as session:
            key = session.get_key(
                object_class=pkcs11.ObjectClass.PRIVATE_KEY, key_type=pkcs11.KeyType.EC, label=place.key
            )
            plain = bytes(key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA))
        half = len(plain) // 2
        return encode_dss_signature(int.from_bytes(plain[:half]), int.from_bytes(plain[half:]))

    @contextmanager
    def _session(self, place: TokenKey, pin: str) -> Iterator[Any]:
        library = self._library()
        with self._one_at_a_time:
            try:
                with library.get_token(token_label=place.token).open(user_pin=pin) as session:
                    yield session
            except pkcs11.PKCS11Error as error:
                raise _stop(error, place) from None  # the library's own error may hold what was asked

    def _library(self) -> Any:
        if pkcs11 is None:
            raise BadConfiguration(
                "这台机器没有装 python-pkcs11，不能用令牌。请安装：pip install 'forms-service[pkcs11]'。"
            )
        if not self._module:
            raise BadConfiguration(
                "没有设置令牌的驱动程序。请把环境变量 FORMS_PKCS11_MODULE 设为它的路径，"
                "如 /usr/lib/softhsm/libsofthsm2.so。"
            )
        try:
            return pkcs11.lib(self._module)
        except pkcs11.PKCS11Error as error:
            raise BadConfiguration(
                f"令牌的驱动程序「{self._module}」打不开：{error}。请核对环境变量 FORMS_PKCS11_MODULE 的路径。"
            ) from error


class _TokenSigner(Signer):
    """Sign with a key on a token."""

    def __init__(
        self,
        tokens: Tokens,
        place: TokenKey,
        pin: str,
        certificate: x509.Certificate,
        chain: tuple[x509.Certificate, ...],
    ) -> None:
        super().__init__(certificate, chain)
        self._tokens, self._place, self._pin = tokens, place, pin

    def sign_raw(self, data: bytes) -> bytes:
        """Let the token sign."""
        return self._tokens.sign(self._place, self._pin, data)


def _stop(error: Exception, place: TokenKey) -> FormsError:
    fault = type(error).__name__
    kind, words = _STOPS.get(fault, (NoToken, _ELSE))
    return kind(words.format(token=place.token, key=place.key, fault=fault))
