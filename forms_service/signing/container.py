"""CMS containers, read: who signed what digest, with which certificate, stating which facts (RFC 5652).

The counterpart of `signed_data`. A container is whole when it has one signer, states the digest and its own signer's
certificate under the signature, and uses only algorithms on the list.
"""

import functools
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from asn1crypto import algos, cms, core, parser
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from forms_service.signing.hashing import HASHES, OTHER_HASHES, SHAKE, digest_of, name_of
from forms_service.signing.shells import oddity, read_few, require_short_names
from forms_service.signing.unsound import Unknown, Unproven, Unsound

CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
TIMESTAMP_TOKEN = "1.2.840.113549.1.9.16.2.14"  # noqa: S105 - an identifier
DATA = "1.2.840.113549.1.7.1"
SIGNING_TIME = "1.2.840.113549.1.9.5"
TST_INFO = "1.2.840.113549.1.9.16.1.4"
SIGNED_DATA = "1.2.840.113549.1.7.2"
_EC_KEY = "1.2.840.10045.2.1"
SMALLEST_RSA_BITS = 2048
_KEPT = 64

_KNOWN_KINDS = ("ecdsa", "rsassa_pkcs1v15", "rsassa_pss", "ed25519", "ed448")
_KNOWN_KEYS = (ec.EllipticCurvePublicKey, rsa.RSAPublicKey, ed25519.Ed25519PublicKey, ed448.Ed448PublicKey)
_USUAL_KINDS = tuple(zip(_KNOWN_KEYS, ("ecdsa", "rsassa_pkcs1v15", "ed25519", "ed448"), strict=True))
_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)

Attributes = Mapping[str, tuple[core.Asn1Value, ...]]


@dataclass(frozen=True, slots=True)
class Container:
    """A read container. `certificates` are all that travel in it, the signer's own first, in DER.

    `signed` are the bytes under the signature, `stated` the digest among them; both are None where the signature is
    over the content's digest itself. `content` is None for a signature over a file. `oddity` says what is wrong in the
    part that no signature covers, "" for nothing.
    """

    certificate: x509.Certificate
    certificates: tuple[bytes, ...]
    hash_name: str
    algorithm: cms.SignedDigestAlgorithm
    signature: bytes
    signed: bytes | None
    stated: bytes | None
    content_type: str
    content: bytes | None
    attributes: Attributes
    unsigned: Attributes
    oddity: str = ""

    @property
    def fingerprint(self) -> str:
        """The signer's certificate's SHA-256, in lower-case hex."""
        return hashlib.sha256(self.certificates[0]).hexdigest()

    def text(self, oid: str) -> str | None:
        """Return the one UTF8String of a signed attribute, None without it. Raises Unsound for several."""
        values = self.attributes.get(oid)
        if values is None:
            return None
        value = values[0].parse() if isinstance(values[0], core.Any) else values[0]
        if len(values) != 1 or not isinstance(value, core.UTF8String):
            raise Unsound("签章里声明的内容不是一段文字")
        return str(value.native)


@functools.lru_cache(maxsize=_KEPT)
def read_container(der: bytes) -> Container:
    """Read a container and what padding follows it, once for the many who ask. Raises Unsound for less than a whole."""
    try:
        return _read(der)
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, x509.InvalidVersion) as error:
        raise Unsound("签章的密码学容器（CMS）读不出来：写坏了，或被改过。请重新取得原件") from error


def verify_container(container: Container, digest: bytes, *, strict: bool, lenient: bool = False) -> None:
    """Check a container against the digest of what it signs; raises Unsound.

    `strict` asks for PAdES: signing-certificate-v2 present. `lenient` bears what `weaknesses` names. Whose certificate
    it is, is not looked at here.
    """
    if container.stated not in (None, digest):
        raise Unsound("签过的内容被改动过：算出的摘要与签章里的不同")
    weak = () if lenient else weaknesses(container, strict=strict)
    if weak:
        raise Unsound(weak[0])
    _require_named_certificate(container)
    _verify_signature(container, digest)


def weaknesses(container: Container, *, strict: bool) -> tuple[str, ...]:
    """Say what makes a sound signature prove less: other algorithms, short keys, no certificate named."""
    return tuple(_weaknesses(container, strict=strict))


def _read(der: bytes) -> Container:
    length = parser.peek(der)
    require_short_names(der[:length])
    if der[length:].strip(b"\x00"):
        raise Unsound("签章容器后面还跟着别的内容")
    outer = cms.ContentInfo.load(der[:length], strict=True)
    if outer["content_type"].dotted != SIGNED_DATA:
        raise Unsound("签章容器不是 SignedData")
    signed_data = read_few(outer["content"])
    infos = signed_data["signer_infos"]
    if len(infos) != 1:
        raise Unsound(f"一个签章里应有一位签章人，这里有 {len(infos)} 位。请让签章的人换一个程序重签")
    info = infos[0]
    certificates = tuple(bytes(c.chosen.dump()) for c in signed_data["certificates"] if c.name == "certificate")
    own = _own_certificate(info, signed_data)
    attributes = _attributes(info["signed_attrs"])
    content = signed_data["encap_content_info"]["content"]
    return Container(
        certificate=_read_certificate(own),
        certificates=(own, *(der for der in certificates if der != own)),
        hash_name=_hash_name(info["digest_algorithm"]),
        algorithm=info["signature_algorithm"],
        signature=info["signature"].native,
        signed=b"\x31" + bytes(info["signed_attrs"].dump())[1:] if attributes else None,
        stated=_one(attributes, MESSAGE_DIGEST).native if attributes else None,
        content_type=_content_type(signed_data, attributes),
        content=None if isinstance(content, core.Void) or content.native is None else bytes(content),
        attributes=attributes,
        unsigned=_attributes(info["unsigned_attrs"]),
        oddity=oddity(outer, signed_data, info),
    )


def _read_certificate(der: bytes) -> x509.Certificate:
    """Read the signer's certificate, with the names and the days that are only read when asked for."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        _ = certificate.subject, certificate.issuer, certificate.not_valid_before_utc, certificate.not_valid_after_utc
    except (ValueError, x509.InvalidVersion) as error:
        raise Unsound("签章人的证书读不出来") from error
    return certificate


def _hash_name(algorithm: algos.DigestAlgorithm) -> str:
    name = name_of(algorithm)
    if name not in HASHES and name not in OTHER_HASHES:
        raise Unsound(f"签章用的摘要算法 {name} 不在允许之列（应为 SHA-256、384 或 512）")
    return name


def _attributes(found: cms.CMSAttributes) -> Attributes:
    attributes: dict[str, tuple[core.Asn1Value, ...]] = {}
    for attribute in () if isinstance(found, core.Void) else found:
        oid = attribute["type"].dotted
        if oid in attributes:
            raise Unsound("签章里同一个属性写了两次")
        attributes[oid] = tuple(attribute["values"])
    return attributes


def _one(attributes: Attributes, oid: str) -> core.Asn1Value:
    values = attributes.get(oid, ())
    if len(values) != 1:
        raise Unsound("签章里缺少必须声明的属性（内容类型或摘要）")
    return values[0]


def _content_type(signed_data: cms.SignedData, attributes: Attributes) -> str:
    declared = str(signed_data["encap_content_info"]["content_type"].dotted)
    if attributes and _one(attributes, CONTENT_TYPE).dotted != declared:
        raise Unsound("签章声明的内容类型前后不一")
    return declared


def _own_certificate(info: cms.SignerInfo, signed_data: cms.SignedData) -> bytes:
    sid = info["sid"]
    found = []
    for choice in signed_data["certificates"]:
        certificate = choice.chosen
        if choice.name != "certificate":
            continue
        if sid.name == "issuer_and_serial_number":
            same_serial = certificate.serial_number == sid.chosen["serial_number"].native
            match = same_serial and certificate.issuer.dump() == sid.chosen["issuer"].dump()
        else:
            match = certificate.key_identifier == sid.chosen.native
        if match:
            found.append(bytes(certificate.dump()))
    if not found:
        raise Unproven("没有附上签章人自己的证书，无从验算")
    if len(set(found)) != 1:
        raise Unsound("签章人自己的证书不止一张")
    return found[0]


def _weaknesses(container: Container, *, strict: bool) -> Iterator[str]:
    if container.oddity:
        yield container.oddity
    if container.hash_name not in HASHES:
        yield f"签章用的摘要算法 {container.hash_name} 不在允许之列（应为 SHA-256、384 或 512）"
    key = _public_key(container)
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < SMALLEST_RSA_BITS:
        yield f"RSA 密钥只有 {key.key_size} 位，应不少于 {SMALLEST_RSA_BITS} 位"
    if isinstance(key, ec.EllipticCurvePublicKey) and not isinstance(key.curve, _CURVES):
        yield f"签章用的椭圆曲线 {key.curve.name} 不在允许之列"
    if isinstance(key, ed448.Ed448PublicKey):
        yield "签章用的算法 ed448 不在允许之列"
    if container.signed is None:
        yield "签章里缺少必须声明的属性（内容类型或摘要）"
    elif strict and SIGNING_CERTIFICATE_V2 not in container.attributes:
        yield "签章没有指明签章人的证书（signing-certificate-v2）"
    name = _signature_hash_name(container)
    if name not in HASHES and name != container.hash_name:
        yield f"签章用的摘要算法 {name} 不在允许之列"


def _require_named_certificate(container: Container) -> None:
    """Hold the certificate that the signer named, if any, to the one that came along."""
    for oid, usual in ((SIGNING_CERTIFICATE_V2, ""), (SIGNING_CERTIFICATE, "sha1")):
        values = container.attributes.get(oid, ())
        if len(values) > 1:
            raise Unsound("签章没有指明签章人的证书（signing-certificate-v2）")
        for value in values:
            name, stated = _named_certificate(value, usual)
            known = name in HASHES or name in OTHER_HASHES
            if not known or stated != digest_of(name, container.certificates[0]):
                raise Unsound("签章指明的证书与所附的不是同一张")


def _named_certificate(value: core.Asn1Value, usual: str) -> tuple[str, bytes]:
    """Read by which hash, and as what, a signer names the own certificate. Raises Unsound."""
    try:
        first = value["certs"][0]
        return usual or str(first["hash_algorithm"]["algorithm"].native), bytes(first["cert_hash"].native)
    except (ValueError, TypeError, LookupError) as error:
        raise Unsound(
            "签章指明签章人证书的一段（signing-certificate）写坏了，读不出是哪一张。请让签章的人换一个程序重签"
        ) from error


def _verify_signature(container: Container, digest: bytes) -> None:
    key, claimed = _public_key(container), _kind(container)
    usual = next((usual for known, usual in _USUAL_KINDS if isinstance(key, known)), "")
    fitting = claimed == usual or (claimed, usual) == ("rsassa_pss", "rsassa_pkcs1v15")
    kind = claimed if fitting else usual  # anybody may claim any kind: it is tried as the key's usual
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(container.signature, container.signed or digest, ec.ECDSA(_signature_hash(container)))
        elif isinstance(key, rsa.RSAPublicKey):
            _verify_rsa(container, key, kind, digest)
        elif isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
            _verify_edwards(container, key)
    except InvalidSignature as error:
        raise Unsound("签章与签章人证书的密钥对不上") from error
    if not usual:
        raise Unknown("签章人证书的密钥是这里不认得的一种，无从验算")
    if not fitting:
        said = f" {claimed} " if claimed else "没有人认得，或"
        raise Unknown(f"签章写的算法{said}与证书的密钥不配（按密钥该用的 {usual} 验算相符）")


def _kind(container: Container) -> str:
    """Name the kind of signature that is claimed, "" for one without a name."""
    if container.algorithm["algorithm"].dotted == _EC_KEY:  # iText names the key's own kind, as RSA's signers do
        return "ecdsa"
    try:
        return str(container.algorithm.signature_algo)
    except ValueError:
        return ""


def _public_key(container: Container) -> PublicKeyTypes | None:
    """Read the signer's public key, None for one of a kind that is not known here."""
    try:
        return container.certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None


def _verify_edwards(container: Container, key: ed25519.Ed25519PublicKey | ed448.Ed448PublicKey) -> None:
    """Verify an Edwards signature; for Ed448 only its own hash will do (RFC 8419, 3.1)."""
    if container.signed is None or (isinstance(key, ed448.Ed448PublicKey) and container.hash_name not in SHAKE):
        raise Unsound("签章用的摘要算法与签章算法不配")
    key.verify(container.signature, container.signed)


def _verify_rsa(container: Container, key: rsa.RSAPublicKey, kind: str, digest: bytes) -> None:
    algorithm, signed = _signature_hash(container), container.signed or digest
    if kind == "rsassa_pkcs1v15":
        key.verify(container.signature, signed, padding.PKCS1v15(), algorithm)
        return
    try:
        salt = int(container.algorithm["parameters"]["salt_length"].native)
        mask_name = str(container.algorithm["parameters"]["mask_gen_algorithm"]["parameters"]["algorithm"].native)
        if mask_name not in HASHES:
            raise Unsound(f"签章用的摘要算法 {mask_name} 不在允许之列")
        key.verify(container.signature, signed, padding.PSS(padding.MGF1(HASHES[mask_name]), salt), algorithm)
    except (ValueError, TypeError, LookupError, OverflowError) as error:
        raise Unsound("签章算法（RSA-PSS）的参数写得不对") from error


def _signature_hash(container: Container) -> hashes.HashAlgorithm | Prehashed:
    """Return the hash of the signature itself; without signed attributes it is over the content's digest."""
    name = _signature_hash_name(container)
    found = HASHES.get(name) or OTHER_HASHES.get(name)
    if found is None or (container.signed is None and name != container.hash_name):
        raise Unsound(f"签章用的摘要算法 {name} 不在允许之列")
    return found if container.signed is not None else Prehashed(found)


def _signature_hash_name(container: Container) -> str:
    try:
        return str(container.algorithm.hash_algo)
    except (ValueError, TypeError):  # plain rsaEncryption names no hash of its own (RFC 3370, 3.2), nor does bare PSS
        return container.hash_name
