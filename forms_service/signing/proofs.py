"""Proofs: a challenge that came back signed by a program we do not know, and the certificate that it proves.

proven = read_proof(signed, size, at)             # size: how many of its bytes are the challenge as given out

It proves that whoever had the challenge holds the certificate's key, no more. Who may use the certificate, the one who
gave out the challenge knows; who issued it, does not matter here: it counts by its fingerprint.
"""

import datetime as dt
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from forms_service.domain.errors import NotProven
from forms_service.signing.container import DATA, SMALLEST_RSA_BITS, Container, read_container, verify_container
from forms_service.signing.evidence import signed_digest
from forms_service.signing.form_view import view_form
from forms_service.signing.revisions import History
from forms_service.signing.signatures import SUPPORTED, SignatureFound, find_signatures, gap_is_contents
from forms_service.signing.syntax import Malformed
from forms_service.signing.unsound import Unsound

LARGEST = 4 * 1024 * 1024
LARGEST_CERTIFICATE = 16 * 1024
_PADES = "/ETSI.CAdES.detached"
_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
_AGAIN = "请重新下载登记书，用签 SHA-256 的程序（如 Acrobat、Okular）签在框里，不要再改，再上传。"


@dataclass(frozen=True, slots=True)
class Proven:
    """A certificate whose key was shown: its SHA-256, its PEM, and whom it names as its holder and its issuer."""

    sha256: str
    pem: str
    subject: str
    issuer: str


def read_proof(signed: bytes, size: int, at: dt.datetime) -> Proven:
    """Return the certificate that signed a challenge, whose bytes are the first `size`; raises NotProven.

    The caller has compared those bytes with what was given out.
    """
    if len(signed) == size:
        raise NotProven("这份登记书还没有签章。请用您自己的签章程序打开，在框里签好、保存，再上传。")
    try:
        history = History(signed)
        container = _one_container(history, size)
    except (Malformed, Unsound) as fault:
        raise NotProven(f"这份登记书的签章不能采信：{fault}。{_AGAIN}") from fault
    return prove(container.certificate, at)


def prove(certificate: x509.Certificate, at: dt.datetime) -> Proven:
    """Describe a certificate whose key was shown.

    Raises NotProven for one that a person could not sign with now, whose key or digest is too weak, or that is larger
    than any certificate for signing, saying what was found and what is expected.
    """
    size, subject = len(certificate.public_bytes(Encoding.DER)), certificate.subject.rfc4514_string()
    if size > LARGEST_CERTIFICATE:
        raise NotProven(f"证书有 {size:,} 字节，签章用的证书不会超过 {LARGEST_CERTIFICATE:,}。请换一张证书。")
    fault = _time_fault(certificate, at) or _key_fault(certificate) or _use_fault(certificate)
    if fault:
        raise NotProven(f"证书「{subject}」不能登记：{fault}")
    return Proven(
        sha256=certificate.fingerprint(hashes.SHA256()).hex(),
        pem=certificate.public_bytes(Encoding.PEM).decode(),
        subject=subject,
        issuer=certificate.issuer.rfc4514_string(),
    )


def _one_container(history: History, size: int) -> Container:
    """Read the file's one signature, which must come right after the challenge and cover all there is."""
    found = _one_signature(history)
    revision = history.revisions[found.revision]
    ranges = found.byte_range
    # 1. The signed bytes are the challenge and what the signing program added, to the end of the file.
    if ranges is None or ranges[0] != 0 or ranges[2] + ranges[3] not in (revision.eof, revision.end):
        raise Unsound("签章没有覆盖整份登记书")
    if not gap_is_contents(history, found):
        raise Unsound("签章范围空出来的不只是签章本身")
    if found.revision != history.last or revision.start < size:
        raise Unsound("签章之后文件又改动过")
    # 2. The container is sound, and signs exactly those bytes.
    container = read_container(found.container)
    if container.content is not None or container.content_type != DATA:
        raise Unsound("签章容器里夹带了内容")
    verify_container(container, signed_digest(history, found, container.hash_name), strict=found.kind == _PADES)
    return container


def _one_signature(history: History) -> SignatureFound:
    forms = [view_form(history, 0, None)]
    for revision in history.revisions[1:]:
        forms.append(view_form(history, revision.index, forms[-1]))
    found = find_signatures(history, tuple(forms))
    if len(found) != 1:
        raise Unsound(f"应有一个签章，这里有 {len(found)} 个")
    if found[0].kind not in SUPPORTED:
        raise Unsound("签章的格式不认得，应为 PAdES（ETSI.CAdES.detached）或 PKCS#7（adbe.pkcs7.detached）")
    return found[0]


def _time_fault(certificate: x509.Certificate, at: dt.datetime) -> str:
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if start <= at <= end:
        return ""
    return f"它的有效期是 {start:%Y-%m-%d} 到 {end:%Y-%m-%d}，现在不在其中。请换一张有效的证书。"


def _key_fault(certificate: x509.Certificate) -> str:
    digest = certificate.signature_hash_algorithm  # None where the issuer's algorithm has its own, as Ed25519
    if digest is not None and not isinstance(digest, _HASHES):
        return f"它是用 {digest.name} 摘要签发的，应为 SHA-256、384 或 512。请向颁发机构换一张新的。"
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < SMALLEST_RSA_BITS:
        return f"它的 RSA 密钥只有 {key.key_size} 位，应不少于 {SMALLEST_RSA_BITS} 位。请换一张证书。"
    if isinstance(key, rsa.RSAPublicKey | ed25519.Ed25519PublicKey):
        return ""
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, _CURVES):
        return ""
    return "它的密钥不是允许的一种（RSA 2048 位以上、P-256、P-384、P-521、Ed25519）。请换一张证书。"


def _use_fault(certificate: x509.Certificate) -> str:
    extensions = certificate.extensions
    if any(isinstance(e.value, x509.BasicConstraints) and e.value.ca for e in extensions):
        return "它是颁发机构的证书，不是个人的。请用您本人的证书。"
    uses = [e.value for e in extensions if isinstance(e.value, x509.KeyUsage)]
    if uses and not (uses[0].digital_signature or uses[0].content_commitment):
        return "它的用途里没有签章（digitalSignature 或 nonRepudiation）。请用签章证书。"
    return ""
