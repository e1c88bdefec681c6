"""The trust file, taken apart: PEM blocks, each with the lines that stand before it and say what it is."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from forms_service.domain.errors import BadConfiguration

_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.DOTALL)
_BEGIN = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----")
_LINE = re.compile(r"([a-z_]+):[ \t]*(.*?)[ \t\r]*")
KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "firm-ca": (),
        "customer-ca": ("party",),
        "timestamp-authority": (),
        "person": ("person", "department", "roles", "from", "until"),
        "contact": ("party", "contact", "from", "until"),
    }
)
"""The kinds of certificates that may be trusted, and what other lines each may have."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block: where it stands, what its lines say, and its certificate or list in DER. `kind` is "" for unsaid."""

    place: str
    kind: str
    labels: Mapping[str, str]
    der: bytes

    def fault(self, words: str) -> BadConfiguration:
        """Say what is wrong with this block."""
        return BadConfiguration(f"{self.place}：{words}。")

    def certificate(self) -> x509.Certificate:
        """Return the certificate in it."""
        return x509.load_der_x509_certificate(self.der)

    def authority(self) -> x509.Certificate:
        """Return the certificate in it, which must be an authority's."""
        certificate = self.certificate()
        try:
            authority = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        except (x509.ExtensionNotFound, ValueError):
            authority = False
        if not authority:
            subject = certificate.subject.rfc4514_string()
            raise self.fault(
                f"证书「{subject}」不是颁发机构的证书，不能作为信任的根。"
                "请换成根证书；若是某人自己的证书，请写 kind: person（本公司的人）或 kind: contact（客户的）"
            )
        return certificate

    def need(self, key: str) -> str:
        """Return what a line says that must be there."""
        if not self.labels.get(key):
            raise self.fault(f"kind 是 {self.kind}，前面还应有一行「{key}: …」")
        return self.labels[key]

    def moment(self, key: str) -> dt.datetime | None:
        """Return the moment that a line names, or the start (UTC) of its day; None without the line."""
        text = self.labels.get(key)
        if text is None:
            return None
        try:
            if len(text) == len("2026-01-31"):
                return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(), dt.UTC)
            found = dt.datetime.fromisoformat(text)
        except ValueError as error:
            raise self.fault(f"{key} 是「{text}」，应为 2026-01-31 这样的日期，或 2026-01-31T08:00+08:00") from error
        if found.tzinfo is None:
            raise self.fault(f"{key} 是「{text}」，没有时区，应写成 2026-01-31T08:00+08:00 这样")
        return found.astimezone(dt.UTC)


def read_blocks(pem: bytes, file: str, *, needed: bool) -> tuple[Block, ...]:
    """Take a trust file apart; raises BadConfiguration. `needed` refuses a file without a certificate."""
    names = set(_BEGIN.findall(pem))
    if any(name.endswith(b"PRIVATE KEY") for name in names):
        raise BadConfiguration(
            f"{file}里有私钥。信任文件只应有证书（CERTIFICATE），请换成 trust.pem，并把私钥妥善保管。"
        )
    if needed and b"CERTIFICATE" not in names:
        raise BadConfiguration(
            f"{file}里没有证书：应为 PEM 格式，含「-----BEGIN CERTIFICATE-----」。请换成 trust.pem。"
        )
    return tuple(_blocks(pem, file))


def _blocks(pem: bytes, file: str) -> Iterator[Block]:
    done, no = 0, 0
    for no, match in enumerate(_BLOCK.finditer(pem), 1):
        place = f"{file}第 {no} 块"
        labels = _labels(pem[done : match.start()], place)
        done = match.end()
        kind = labels.pop("kind", "")
        if match[1] == b"X509 CRL":
            yield Block(place, "crl", MappingProxyType(labels), _read_list(match[0], place))
        elif match[1] == b"CERTIFICATE":
            _require_known(kind, labels, place)
            yield Block(place, kind, MappingProxyType(labels), _read_certificate(match[0], place))
        else:
            raise BadConfiguration(f"{place}：是 {match[1].decode()}，应为 CERTIFICATE 或 X509 CRL。")
    if _BEGIN.search(pem[done:]):
        raise BadConfiguration(
            f"{file}第 {no + 1} 块：有开头（BEGIN）没有结尾（END），读不出来。请重新取得 trust.pem。"
        )
    if _labels(pem[done:], file):
        raise BadConfiguration(f"{file}：最后几行说明后面没有证书。请把说明写在证书的前面。")


def _labels(between: bytes, place: str) -> dict[str, str]:
    """Read the lines before a block. Comments and what OpenSSL prints are let pass; a misspelt label is not."""
    found: dict[str, str] = {}
    for line in between.decode("utf-8", "replace").splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            continue
        if match[1] in found:
            raise BadConfiguration(f"{place}：「{match[1]}」写了两次。")
        if match[1] not in {"kind", *(key for keys in KINDS.values() for key in keys)}:
            known = "、".join(dict.fromkeys(("kind", *(key for keys in KINDS.values() for key in keys))))
            raise BadConfiguration(f"{place}：不认识「{match[1]}:」，可以写 {known}。")
        found[match[1]] = match[2]
    return found


def _require_known(kind: str, labels: Mapping[str, str], place: str) -> None:
    if kind and kind not in KINDS:
        raise BadConfiguration(f"{place}：kind 是「{kind}」，应为 {'、'.join(KINDS)} 之一。")
    strangers = [key for key in labels if key not in KINDS.get(kind, ())]
    if strangers:
        raise BadConfiguration(f"{place}：kind 是「{kind or '（没有写）'}」，不该有「{strangers[0]}」这一行。")


def _read_certificate(block: bytes, place: str) -> bytes:
    try:
        return x509.load_pem_x509_certificate(block).public_bytes(Encoding.DER)
    except ValueError as error:
        raise BadConfiguration(f"{place}：证书读不出来：{error}。请重新取得 trust.pem。") from error


def _read_list(block: bytes, place: str) -> bytes:
    try:
        return x509.load_pem_x509_crl(block).public_bytes(Encoding.DER)
    except ValueError as error:
        raise BadConfiguration(f"{place}：撤销列表（CRL）读不出来：{error}。请重新取得 trust.pem。") from error
