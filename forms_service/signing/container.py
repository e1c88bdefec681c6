"""CMS containers, read: who signed what digest, with which certificate, stating which facts (RFC 5652).

The counterpart of `signed_data`. A container is whole when it has one signer, states the digest and its own signer's
certificate under the signature, and uses only algorithms on the list.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from asn1crypto import algos, cms, core, parser, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
TIMESTAMP_TOKEN = "1.2.840.113549.1.9.16.2.14"  # noqa: S105 - an identifier
DATA = "1.2.840.113549.1.7.1"
TST_INFO = "1.2.840.113549.1.9.16.1.4"
SIGNED_DATA = "1.2.840.113549.1.7.2"
SMALLEST_RSA_BITS = 2048

_HASHES: Mapping[str, hashes.HashAlgorithm] = MappingProxyType(
    {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
)
_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)

Attributes = Mapping[str, tuple[core.Asn1Value, ...]]


class Unsound(Exception):
    """Say in Chinese why a container proves nothing."""


@dataclass(frozen=True, slots=True)
class Container:
    """A read container. `certificates` are all that travel in it, the signer's own first, in DER.

    `signed` are the bytes under the signature, `stated` the digest among them. `content` is None for a signature over
    a file.
    """

    certificate: x509.Certificate
    certificates: tuple[bytes, ...]
    hash_name: str
    algorithm: cms.SignedDigestAlgorithm
    signature: bytes
    signed: bytes
    stated: bytes
    content_type: str
    content: bytes | None
    attributes: Attributes
    unsigned: Attributes

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


def read_container(der: bytes) -> Container:
    """Read a container and what padding follows it. Raises Unsound when it is not a whole one."""
    try:
        return _read(der)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError) as error:
        raise Unsound("签章的密码学容器（CMS）读不出来") from error


def verify_container(container: Container, digest: bytes, *, strict: bool) -> None:
    """Check a container against the digest of what it signs; raises Unsound.

    `strict` asks for PAdES: signing-certificate-v2 present. Whose certificate it is, is not looked at here.
    """
    if container.stated != digest:
        raise Unsound("签过的内容被改动过：算出的摘要与签章里的不同")
    _require_named_certificate(container, strict=strict)
    _verify_signature(container)


def digest_of(hash_name: str, *parts: bytes | memoryview) -> bytes:
    """Hash parts one after another with an allowed hash."""
    engine = hashlib.new(hash_name)
    for part in parts:
        engine.update(part)
    return engine.digest()


def read_timestamp(token: bytes, stamped: tuple[bytes | memoryview, ...]) -> tuple[Container, tsp.TSTInfo]:
    """Read a timestamp token (RFC 3161) and check that it is about these bytes, in parts. Raises Unsound.

    Whom it comes from is not looked at here.
    """
    container = read_container(token)
    if container.content_type != TST_INFO or container.content is None:
        raise Unsound("时间戳不是时间戳：里面的内容类型不对")
    verify_container(container, digest_of(container.hash_name, container.content), strict=False)
    try:
        info = tsp.TSTInfo.load(container.content, strict=True)
        name = str(info["message_imprint"]["hash_algorithm"]["algorithm"].native)
        imprint = info["message_imprint"]["hashed_message"].native
        _ = info["gen_time"].native
    except (ValueError, TypeError, KeyError) as error:
        raise Unsound("时间戳读不出来") from error
    if name not in _HASHES or imprint != digest_of(name, *stamped):
        raise Unsound("时间戳盖的不是这个签章")
    return container, info


def _read(der: bytes) -> Container:
    length = parser.peek(der)
    if der[length:].strip(b"\x00"):
        raise Unsound("签章容器后面还跟着别的内容")
    outer = cms.ContentInfo.load(der[:length], strict=True)
    if outer["content_type"].dotted != SIGNED_DATA:
        raise Unsound("签章容器不是 SignedData")
    signed_data = outer["content"]
    infos = signed_data["signer_infos"]
    if len(infos) != 1:
        raise Unsound(f"一个签章里应有一位签章人，这里有 {len(infos)} 位")
    info = infos[0]
    certificates = tuple(bytes(c.chosen.dump()) for c in signed_data["certificates"] if c.name == "certificate")
    own = _own_certificate(info, signed_data)
    attributes = _attributes(info["signed_attrs"])
    content = signed_data["encap_content_info"]["content"]
    return Container(
        certificate=x509.load_der_x509_certificate(own),
        certificates=(own, *(der for der in certificates if der != own)),
        hash_name=_hash_name(info["digest_algorithm"]),
        algorithm=info["signature_algorithm"],
        signature=info["signature"].native,
        signed=b"\x31" + bytes(info["signed_attrs"].dump())[1:],
        stated=_one(attributes, MESSAGE_DIGEST).native,
        content_type=_content_type(signed_data, attributes),
        content=None if isinstance(content, core.Void) or content.native is None else bytes(content),
        attributes=attributes,
        unsigned=_attributes(info["unsigned_attrs"]),
    )


def _hash_name(algorithm: algos.DigestAlgorithm) -> str:
    name = str(algorithm["algorithm"].native)
    if name not in _HASHES:
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
    if _one(attributes, CONTENT_TYPE).dotted != declared:
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
    if len(set(found)) != 1:
        raise Unsound("签章里没有签章人自己的证书，或不止一张")
    return found[0]


def _require_named_certificate(container: Container, *, strict: bool) -> None:
    values = container.attributes.get(SIGNING_CERTIFICATE_V2)
    if values is None and not strict:
        return
    if values is None or len(values) != 1:
        raise Unsound("签章没有指明签章人的证书（signing-certificate-v2）")
    first = values[0]["certs"][0]
    name = str(first["hash_algorithm"]["algorithm"].native)
    if name not in _HASHES or first["cert_hash"].native != digest_of(name, container.certificates[0]):
        raise Unsound("签章指明的证书与所附的不是同一张")


def _verify_signature(container: Container) -> None:
    algorithm = container.algorithm
    kind = str(algorithm.signature_algo)
    key = container.certificate.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey) and kind == "ecdsa":
            if not isinstance(key.curve, _CURVES):
                raise Unsound(f"签章用的椭圆曲线 {key.curve.name} 不在允许之列")
            key.verify(container.signature, container.signed, ec.ECDSA(_signature_hash(container)))
        elif isinstance(key, rsa.RSAPublicKey) and kind in ("rsassa_pkcs1v15", "rsassa_pss"):
            _verify_rsa(container, key, kind)
        elif isinstance(key, ed25519.Ed25519PublicKey) and kind == "ed25519":
            key.verify(container.signature, container.signed)
        else:
            raise Unsound(f"签章用的算法 {kind} 不在允许之列，或与证书的密钥不配")
    except InvalidSignature as error:
        raise Unsound("签章与签章人证书的密钥对不上") from error


def _verify_rsa(container: Container, key: rsa.RSAPublicKey, kind: str) -> None:
    if key.key_size < SMALLEST_RSA_BITS:
        raise Unsound(f"RSA 密钥只有 {key.key_size} 位，应不少于 {SMALLEST_RSA_BITS} 位")
    algorithm = _signature_hash(container)
    if kind == "rsassa_pkcs1v15":
        key.verify(container.signature, container.signed, padding.PKCS1v15(), algorithm)
        return
    salt = int(container.algorithm["parameters"]["salt_length"].native)
    mask_name = str(container.algorithm["parameters"]["mask_gen_algorithm"]["parameters"]["algorithm"].native)
    if mask_name not in _HASHES:
        raise Unsound(f"签章用的摘要算法 {mask_name} 不在允许之列")
    key.verify(container.signature, container.signed, padding.PSS(padding.MGF1(_HASHES[mask_name]), salt), algorithm)


def _signature_hash(container: Container) -> hashes.HashAlgorithm:
    try:
        name = str(container.algorithm.hash_algo)
    except ValueError:  # plain rsaEncryption names no hash of its own: RFC 3370, 3.2
        name = container.hash_name
    if name not in _HASHES:
        raise Unsound(f"签章用的摘要算法 {name} 不在允许之列")
    return _HASHES[name]
