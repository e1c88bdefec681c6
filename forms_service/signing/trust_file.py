"""The trust file, taken apart: PEM blocks, each with the lines that stand before it and say what it is."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from forms_service.domain.errors import BadConfiguration

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


_LABELS = tuple(dict.fromkeys(("kind", *(key for keys in KINDS.values() for key in keys))))
_MEANT = re.compile(rf"[^\w#]*({'|'.join(_LABELS)})\W*?[:=]")


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
    done = 0
    for no, (start, end, name) in enumerate(_pieces(pem, file), 1):
        place = f"{file}第 {no} 块"
        labels = _labels(pem[done:start], place)
        done = end
        yield _read(pem[start:end], name, labels, place)
    if _labels(pem[done:], file):
        raise BadConfiguration(f"{file}：最后几行说明后面没有证书。请把说明写在证书的前面。")


def _pieces(pem: bytes, file: str) -> Iterator[tuple[int, int, bytes]]:
    """Find where each block starts and ends, and what it calls itself."""
    no, at = 1, 0
    while (begin := _BEGIN.search(pem, at)) is not None:
        mark = b"-----END %s-----" % begin[1]
        end = pem.find(mark, begin.end())
        if end < 0:
            raise BadConfiguration(
                f"{file}第 {no} 块：有开头（BEGIN）没有结尾（END），读不出来。请重新取得 trust.pem。"
            )
        no, at = no + 1, end + len(mark)
        yield begin.start(), at, begin[1]


def _read(block: bytes, name: bytes, labels: dict[str, str], place: str) -> Block:
    if b":" in block:
        raise BadConfiguration(f"{place}：BEGIN 与 END 之间夹着别的行。说明要写在 BEGIN 的前面。")
    if name == b"X509 CRL" and labels:
        said = next(iter(labels))
        raise BadConfiguration(
            f"{place}：撤销列表（CRL）前面不该有「{said}」这一行。它若是说下一张证书的，请移到那里。"
        )
    if name == b"X509 CRL":
        return Block(place, "crl", MappingProxyType(labels), _read_list(block, place))
    if name == b"CERTIFICATE":
        _require_known(labels, place)
        kind = labels.pop("kind", "")
        return Block(place, kind, MappingProxyType(labels), _read_certificate(block, place))
    raise BadConfiguration(f"{place}：是 {name.decode()}，应为 CERTIFICATE 或 X509 CRL。")


def _labels(between: bytes, place: str) -> dict[str, str]:
    """Read the lines before a block. Comments and what OpenSSL prints are let pass; a misspelt label is not."""
    found: dict[str, str] = {}
    for line in between.decode("utf-8", "replace").splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            _require_no_label(line, place)
            continue
        if match[1] in found:
            raise BadConfiguration(f"{place}：「{match[1]}」写了两次。")
        if match[1] not in _LABELS:
            raise BadConfiguration(f"{place}：不认识「{match[1]}:」，可以写 {'、'.join(_LABELS)}。")
        found[match[1]] = match[2]
    return found


def _require_no_label(line: str, place: str) -> None:
    """Refuse a line that means to be a label and is none: unread, it would leave its certificate to be the firm's."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", line) if c == "\t" or unicodedata.category(c)[0] != "C")
    match = _MEANT.match(plain.casefold())
    if match is not None:
        raise BadConfiguration(
            f"{place}：「{plain.strip()}」像是一行说明，写法却不对。应从行首写小写的「{match[1]}: …」，用半角冒号；"
            "若只是注解，请在行首加 #。"
        )


def _require_known(labels: Mapping[str, str], place: str) -> None:
    kind = labels.get("kind")
    if kind is not None and kind not in KINDS:
        raise BadConfiguration(f"{place}：kind 是「{kind}」，应为 {'、'.join(KINDS)} 之一。")
    strangers = [key for key in labels if key not in ("kind", *KINDS.get(kind or "", ()))]
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
