"""Trust lists: the root certificates that a verifier believes, and the digest that binds a verdict to them."""

import hashlib
import re
from dataclasses import dataclass

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from forms_service.domain.errors import BadConfiguration
from forms_service.signing.signer import to_asn1

_LABEL = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----")


@dataclass(frozen=True, slots=True)
class TrustList:
    """Anchors, each once, in the order of their DER; `sha256` is over their DER in that order, `pem` what was read."""

    anchors: tuple[x509.Certificate, ...]
    sha256: str
    pem: bytes = b""

    def for_pyhanko(self) -> list[asn1_x509.Certificate]:
        """Give the anchors as pyHanko's validation context wants them."""
        return [to_asn1(anchor) for anchor in self.anchors]


def load_trust(pem: bytes) -> TrustList:
    """Read one or more authorities' certificates in PEM. Raises BadConfiguration saying what was found."""
    labels = set(_LABEL.findall(pem))
    if any(label.endswith(b"PRIVATE KEY") for label in labels):
        raise BadConfiguration(
            "信任文件里有私钥。信任文件只应有证书（CERTIFICATE），请换成 trust.pem，并把私钥妥善保管。"
        )
    if b"CERTIFICATE" not in labels:
        raise BadConfiguration(
            "信任文件里没有证书：应为 PEM 格式，含「-----BEGIN CERTIFICATE-----」。请换成 trust.pem。"
        )
    try:
        found = x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise BadConfiguration(f"信任文件里的证书读不出来：{error}。请重新取得 trust.pem。") from error
    for certificate in found:
        _require_authority(certificate)
    in_order = {certificate.public_bytes(Encoding.DER): certificate for certificate in found}
    ders = sorted(in_order)
    return TrustList(tuple(in_order[der] for der in ders), hashlib.sha256(b"".join(ders)).hexdigest(), pem)


def _require_authority(certificate: x509.Certificate) -> None:
    try:
        authority = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        authority = False
    if not authority:
        raise BadConfiguration(
            f"信任文件里的证书「{certificate.subject.rfc4514_string()}」不是颁发机构的证书，不能作为信任的根。请只放根证书。"
        )
