"""Trust lists: which certificates a verifier believes, and for what; the digest that binds a verdict to them.

A trust file is PEM. Before a block, lines may say what it is; a block without any is an authority of the firm.

    kind: customer-ca            # firm-ca, customer-ca, timestamp-authority, person
    party: dongsheng             # customer-ca: for whom it speaks
    person: li_wen               # person: whose certificate it is, with from: and until: as days
    -----BEGIN CERTIFICATE-----

Lists of revoked certificates (X509 CRL) travel along and need no lines. Only an authority of the firm can vouch for the
firm's own certificates and its people's: another one may write what it likes into its certificates.
"""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from forms_service.signing.signer import to_asn1
from forms_service.signing.trust_file import Block, read_blocks


@dataclass(frozen=True, slots=True)
class CustomerAuthority:
    """A customer's own authority and the party that it speaks for."""

    certificate: x509.Certificate
    party: str


@dataclass(frozen=True, slots=True)
class PinnedCertificate:
    """A person's certificate, believed by itself from a moment until another (the end not included)."""

    certificate: x509.Certificate
    person: str
    since: dt.datetime
    until: dt.datetime

    @property
    def der(self) -> bytes:
        """The certificate in DER."""
        return self.certificate.public_bytes(Encoding.DER)


@dataclass(frozen=True, slots=True)
class TrustList:
    """What is believed. `anchors` are the firm's authorities; each kind stands in the order of its DER.

    `sha256` is over everything, and two lists of one digest are equal; for a plain file of roots it is over their DER.
    `crls` are in DER and prove themselves by their signature. `pem` is what was read.
    """

    anchors: tuple[x509.Certificate, ...] = field(compare=False)
    sha256: str
    pem: bytes = field(default=b"", compare=False)
    customers: tuple[CustomerAuthority, ...] = field(default=(), compare=False)
    timestamps: tuple[x509.Certificate, ...] = field(default=(), compare=False)
    people: tuple[PinnedCertificate, ...] = field(default=(), compare=False)
    crls: tuple[bytes, ...] = field(default=(), compare=False)

    @property
    def authorities(self) -> tuple[x509.Certificate, ...]:
        """Every authority that may vouch for somebody's signature: the firm's and the customers'."""
        return (*self.anchors, *(customer.certificate for customer in self.customers))

    def for_pyhanko(self) -> list[asn1_x509.Certificate]:
        """Give the authorities as pyHanko's validation context wants them."""
        return [to_asn1(anchor) for anchor in (*self.authorities, *self.timestamps)]

    def pinned(self, der: bytes) -> PinnedCertificate | None:
        """Return a person's certificate that is believed by itself."""
        return next((pinned for pinned in self.people if pinned.der == der), None)

    def party_of(self, anchor: bytes) -> str:
        """Name the party whose authority a certificate (DER) is, "" for any other."""
        found = (c.party for c in self.customers if c.certificate.public_bytes(Encoding.DER) == anchor)
        return next(found, "")

    def __reduce__(self) -> tuple[object, tuple[bytes]]:
        """Cross a process border as the file that was read: certificates are not pickled."""
        return read_back, (self.pem,)


def load_trust(pem: bytes, file: str = "", *, firm_needed: bool = True) -> TrustList:
    """Read a trust file. Raises BadConfiguration naming the file, the block and what was found.

    `firm_needed` is False for a file that only adds to the firm's authorities; there every block must say its kind.
    """
    blocks = read_blocks(pem, file or "信任文件", needed=firm_needed)
    of_kind: dict[str, dict[bytes, Block]] = {}
    for block in blocks:
        if not firm_needed and not block.kind:
            raise block.fault(
                "没有写明是哪一种。请在前面加一行 kind: customer-ca（或 timestamp-authority、person、firm-ca）"
            )
        of_kind.setdefault(block.kind or "firm-ca", {})[block.der] = block
    return _assemble(pem, {kind: [found[der] for der in sorted(found)] for kind, found in of_kind.items()})


def read_back(pem: bytes) -> TrustList:
    """Read what a trust list was made from; nothing at all is the list that believes nobody."""
    return load_trust(pem) if pem else believe_nobody()


def believe_nobody() -> TrustList:
    """Give the trust list that believes nobody: by it a sound file is for a person to judge."""
    return _assemble(b"", {})


def join_trust(*lists: TrustList) -> TrustList:
    """Put trust lists together."""
    return load_trust(b"\n".join(trust.pem for trust in lists))


def _assemble(pem: bytes, of_kind: dict[str, list[Block]]) -> TrustList:
    anchors = tuple(block.authority() for block in of_kind.get("firm-ca", []))
    digest = hashlib.sha256(b"".join(block.der for block in of_kind.get("firm-ca", [])))
    more = [
        (kind, hashlib.sha256(b.der).hexdigest(), dict(b.labels)) for kind in sorted(of_kind) for b in of_kind[kind]
    ]
    if any(kind != "firm-ca" for kind in of_kind):
        digest.update(json.dumps(more, sort_keys=True).encode())
    return TrustList(
        anchors,
        digest.hexdigest(),
        pem,
        customers=tuple(CustomerAuthority(b.authority(), b.need("party")) for b in of_kind.get("customer-ca", [])),
        timestamps=tuple(b.authority() for b in of_kind.get("timestamp-authority", [])),
        people=tuple(_pinned(block) for block in of_kind.get("person", [])),
        crls=tuple(block.der for block in of_kind.get("crl", [])),
    )


def _pinned(block: Block) -> PinnedCertificate:
    certificate = block.certificate()
    since = block.day("from") or certificate.not_valid_before_utc
    until = block.day("until") or certificate.not_valid_after_utc
    if until <= since:
        raise block.fault(f"from 应早于 until，写的却是 {since:%Y-%m-%d} 到 {until:%Y-%m-%d}")
    return PinnedCertificate(certificate, block.need("person"), since, until)
