"""Trust lists: which certificates a verifier believes, and for what; the digest that binds a verdict to them.

A trust file is PEM. Before a block, lines may say what it is; a block without any is an authority of the firm.

    kind: customer-ca            # firm-ca, customer-ca, timestamp-authority, person, contact
    party: dongsheng             # customer-ca and contact: for whom it speaks
    contact: a.b@example.com     # contact: whose certificate it is, any contact's of the party without this line
    person: li_wen               # person: whose certificate it is, with from: and until: as days or instants
    department: sales            # person: where they were then
    roles: sales_clerk deputy    # person: what they might sign as then, "-" for nothing
    -----BEGIN CERTIFICATE-----

A certificate of a person whose part changed stands there once for each time. Lists of revoked certificates (X509 CRL)
travel along and need no lines. Only an authority of the firm can vouch for the firm's own certificates and its
people's: another one may write what it likes into its certificates.
"""

import codecs
import datetime as dt
import hashlib
import json
from collections.abc import Iterable
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
    """A certificate believed by itself from a moment until another (the end not included).

    `person` is an id; of a party's contact it is `contact:EMAIL`, "" for any of them, and `party` is set. `department`
    and `roles` are what the person was then; None where the file does not say.
    """

    certificate: x509.Certificate
    person: str
    since: dt.datetime
    until: dt.datetime
    department: str | None = None
    roles: frozenset[str] | None = None
    party: str = ""

    @property
    def der(self) -> bytes:
        """The certificate in DER."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def begins(self) -> dt.datetime:
        """From when it may sign: pinned, and valid by itself."""
        return max(self.since, self.certificate.not_valid_before_utc)

    @property
    def ends(self) -> dt.datetime:
        """Until when it may sign."""
        return min(self.until, self.certificate.not_valid_after_utc)


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
    contacts: tuple[PinnedCertificate, ...] = field(default=(), compare=False)
    crls: tuple[bytes, ...] = field(default=(), compare=False)

    @property
    def authorities(self) -> tuple[x509.Certificate, ...]:
        """Every authority that may vouch for somebody's signature: the firm's and the customers'."""
        return (*self.anchors, *(customer.certificate for customer in self.customers))

    def for_pyhanko(self) -> list[asn1_x509.Certificate]:
        """Give the authorities as pyHanko's validation context wants them."""
        return [to_asn1(anchor) for anchor in (*self.authorities, *self.timestamps)]

    def pinned(self, der: bytes) -> tuple[PinnedCertificate, ...]:
        """List the times at which a certificate is believed by itself, the earliest first."""
        found = (pinned for pinned in (*self.people, *self.contacts) if pinned.der == der)
        return tuple(sorted(found, key=lambda pinned: pinned.since))

    def parties_of(self, anchor: bytes) -> frozenset[str]:
        """Name the parties whose authority a certificate (DER) is."""
        return frozenset(c.party for c in self.customers if c.certificate.public_bytes(Encoding.DER) == anchor)

    def __reduce__(self) -> tuple[object, tuple[bytes]]:
        """Cross a process border as the file that was read: certificates are not pickled."""
        return read_back, (self.pem,)


def load_trust(pem: bytes, file: str = "", *, firm_needed: bool = True) -> TrustList:
    """Read a trust file. Raises BadConfiguration naming the file, the block and what was found.

    `firm_needed` is False for a file that only adds to the firm's authorities; there every block must say its kind.
    """
    pem = pem.removeprefix(codecs.BOM_UTF8)
    blocks = read_blocks(pem, file or "信任文件", needed=firm_needed)
    of_kind: dict[str, dict[tuple[bytes, tuple[tuple[str, str], ...]], Block]] = {}
    for block in blocks:
        if not firm_needed and not block.kind:
            raise block.fault(
                "没有写明是哪一种。请在前面加一行 kind: customer-ca（或 timestamp-authority、person、contact、firm-ca）"
            )
        said = tuple(sorted(block.labels.items()))
        of_kind.setdefault(block.kind or "firm-ca", {})[block.der, said] = block
    _require_not_ours(of_kind.get("firm-ca", {}).values(), of_kind.get("customer-ca", {}).values())
    _require_one_holder((*of_kind.get("person", {}).values(), *of_kind.get("contact", {}).values()))
    return _assemble(pem, {kind: [found[key] for key in sorted(found)] for kind, found in of_kind.items()})


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
        contacts=tuple(_pinned(block) for block in of_kind.get("contact", [])),
        crls=tuple(block.der for block in of_kind.get("crl", [])),
    )


def _require_one_holder(blocks: Iterable[Block]) -> None:
    """Refuse a certificate that is pinned for two people: nobody could say whose signature it made."""
    holders: dict[bytes, str] = {}
    for block in blocks:
        person = _holder(block)
        if holders.setdefault(block.der, person) != person:
            raise block.fault(f"这张证书在前面已经写给「{holders[block.der]}」，一张证书只属于一个人，请删去一个")


def _require_not_ours(ours: Iterable[Block], customers: Iterable[Block]) -> None:
    """Refuse an authority that is the firm's and a customer's: the customer could make out certificates as the firm."""
    own = {block.der for block in ours}
    for block in customers:
        if block.der in own:
            raise block.fault(
                "这张证书已写作本公司的颁发机构（firm-ca，或前面没有写 kind），不能又是客户的，请删去一个"
            )


def _holder(block: Block) -> str:
    if block.kind == "person":
        return block.need("person")
    return f"{block.need('party')} {block.labels.get('contact', '')}".strip()


def _pinned(block: Block) -> PinnedCertificate:
    certificate = block.certificate()
    since = block.moment("from") or certificate.not_valid_before_utc
    until = block.moment("until") or certificate.not_valid_after_utc
    if until <= since:
        raise block.fault(f"from 应早于 until，写的却是 {since:%Y-%m-%d %H:%M} 到 {until:%Y-%m-%d %H:%M}")
    contact, roles = block.labels.get("contact"), block.labels.get("roles")
    return PinnedCertificate(
        certificate,
        block.need("person") if block.kind == "person" else f"contact:{contact}" if contact else "",
        since,
        until,
        department=block.labels.get("department"),
        roles=None if roles is None else frozenset(roles.split()) - {"-"},
        party=block.labels.get("party", ""),
    )
