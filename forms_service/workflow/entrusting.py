"""Entrusting: whom the firm trusts, listed, and proposed anew: a customer's authority, a certificate pinned, a list.

What is added or taken away here is a file of the organisation's folder. It counts once the general manager signed it.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from forms_service.domain.errors import BadConfiguration, NotFound, NotYours, ProblemsFound
from forms_service.domain.organisation import APPROVER_ROLE
from forms_service.domain.people import Person
from forms_service.domain.problem import Problem
from forms_service.domain.snapshot import Files
from forms_service.signing.trust import join_trust, load_trust
from forms_service.signing.trust_file import Block, read_blocks
from forms_service.store.organisations import TRUST
from forms_service.workflow.office import Office
from forms_service.workflow.trusting import check_trust, trust_files

KEEPERS = frozenset({"gm_office", APPROVER_ROLE})
SHORTEST_DIGEST = 8
_LARGEST = 1024 * 1024
_SHORT = 16

Stands = Literal["in_force", "to_come", "to_go"]


@dataclass(frozen=True, slots=True)
class Entrusted:
    """What is trusted: `kind` as in a trust file or `crl`; `whom` is a party or person; whether it counts already."""

    kind: str
    sha256: str
    subject: str
    whom: str
    since: dt.datetime
    until: dt.datetime | None
    stands: Stands = "in_force"


def list_trusted(office: Office) -> tuple[Entrusted, ...]:
    """List whom the firm trusts besides itself, what is proposed and what is to go among it."""
    now = [one for pem in office.rulebook.trusted() for one in _entries(pem)]
    then = entries_of(office.rulebook.draft().files)
    standing = (one if one in then else replace(one, stands="to_go") for one in now)
    coming = (replace(one, stands="to_come") for one in then if one not in now)
    return tuple(sorted((*standing, *coming), key=lambda one: (one.kind, one.whom, one.subject)))


def entries_of(files: Files) -> tuple[Entrusted, ...]:
    """Describe what the trust files among an organisation's files hold."""
    return tuple(one for pem in trust_files(files) for one in _entries(pem))


def entrust(office: Office, person: Person, content: bytes, labels: Mapping[str, str]) -> Entrusted:
    """Propose to trust what a file holds: one certificate or one list of revoked ones, PEM or DER.

    `labels` say what it is, as in a trust file; blank ones are left out. Raises NotYours, ProblemsFound.
    """
    _require_keeper(person)
    said = {name: text.strip() for name, text in labels.items() if text.strip()}
    der, is_list = _read(content)
    text = _write("crl" if is_list else said.pop("kind", ""), {} if is_list else said, der)
    name = f"{TRUST}{'crl' if is_list else labels.get('kind', '')}-{_digest(der)[:_SHORT]}.pem"
    files = office.rulebook.draft().files
    _require_sound(office, {**files, name: text})
    office.rulebook.propose(name, text)
    return next(iter(_entries(text)))


def distrust(office: Office, person: Person, digest: str) -> int:
    """Propose to trust a certificate or list no more, by its SHA-256 or the start of it; says in how many places.

    Raises NotYours, NotFound, also where a digest is too short or fits several.
    """
    _require_keeper(person)
    files = {n: d for n, d in office.rulebook.draft().files.items() if n.startswith(TRUST)}
    found = {_digest(block.der) for data in files.values() for block in _blocks(data)}
    wanted = [one for one in found if len(digest) >= SHORTEST_DIGEST and one.startswith(digest.lower())]
    if len(wanted) != 1:
        raise NotFound(f"信任名单里没有一项的指纹以「{digest}」开头（至少写 {SHORTEST_DIGEST} 位）。请先列出来看。")
    touched = [name for name, data in files.items() if any(_digest(b.der) == wanted[0] for b in _blocks(data))]
    for name in touched:
        left = [b for b in _blocks(files[name]) if _digest(b.der) != wanted[0]]
        office.rulebook.propose(name, b"\n".join(_write(b.kind, b.labels, b.der) for b in left) if left else None)
    return len(touched)


def _require_keeper(person: Person) -> None:
    if not KEEPERS & set(person.roles):
        raise NotYours("信任名单由总经理室改、总经理签定。请联系总经理室。")


def _read(content: bytes) -> tuple[bytes, bool]:
    """Read the one certificate or list that a file holds, as DER; says whether it is a list. Raises ProblemsFound."""
    if len(content) > _LARGEST:
        raise _fault(
            "file", f"文件有 {len(content):,} 字节，证书不会超过 {_LARGEST:,}。请选证书文件（.pem、.crt、.cer）。"
        )
    if b"-----BEGIN" not in content:
        return _read_der(content)
    try:
        blocks = read_blocks(content, "文件", needed=False)
    except BadConfiguration as refusal:
        raise _fault("file", str(refusal)) from refusal
    if len(blocks) != 1:
        raise _fault("file", f"文件里有 {len(blocks)} 张证书或列表，应只有一张。请一次加一张，中间证书不用加。")
    return blocks[0].der, blocks[0].kind == "crl"


def _read_der(content: bytes) -> tuple[bytes, bool]:
    try:
        return x509.load_der_x509_certificate(content).public_bytes(Encoding.DER), False
    except ValueError:
        pass
    try:
        return x509.load_der_x509_crl(content).public_bytes(Encoding.DER), True
    except ValueError as error:
        raise _fault("file", "这不是证书，也不是撤销列表。请选 .pem、.crt、.cer 或 .crl 文件。") from error


def _require_sound(office: Office, files: Mapping[str, bytes]) -> None:
    """Hold the whole list to what it may say, before anything is written. Raises ProblemsFound."""
    draft = office.rulebook.draft()
    problems = check_trust(files, office.rulebook.folder, draft.reading.organisation)
    if problems:
        raise ProblemsFound(tuple(Problem("", problem.code, problem.message) for problem in problems))
    try:
        join_trust(office.anchor, *(load_trust(pem, firm_needed=False) for pem in trust_files(files)))
    except BadConfiguration as refusal:
        raise _fault("", str(refusal)) from refusal


def _fault(where: str, words: str) -> ProblemsFound:
    return ProblemsFound((Problem(where, "bad_trust", words),))


def _write(kind: str, labels: Mapping[str, str], der: bytes) -> bytes:
    if kind == "crl":
        return x509.load_der_x509_crl(der).public_bytes(Encoding.PEM)
    lines = [f"{name}: {text}" for name, text in ({"kind": kind} if kind else {}).items()]
    lines += [f"{name}: {text}" for name, text in labels.items()]
    return "\n".join((*lines, x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode())).encode()


def _blocks(data: bytes) -> tuple[Block, ...]:
    try:
        return read_blocks(data, "", needed=False)
    except BadConfiguration:
        return ()


def _entries(pem: bytes) -> Iterator[Entrusted]:
    """Describe what a trust file holds; nothing of one that cannot be read, which the check of the folder tells."""
    for block in _blocks(pem):
        yield _list_entry(block) if block.kind == "crl" else _entry(block)


def _list_entry(block: Block) -> Entrusted:
    found = x509.load_der_x509_crl(block.der)
    words = f"{found.issuer.rfc4514_string()} 的撤销列表（{len(found)} 张）"
    return Entrusted("crl", _digest(block.der), words, "", found.last_update_utc, found.next_update_utc)


def _entry(block: Block) -> Entrusted:
    certificate = block.certificate()
    whom = " ".join(_said(block.labels, ("person", "party", "contact")))
    since, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    with_term = (_moment(block, "from") or since, _moment(block, "until") or until)
    return Entrusted(block.kind, _digest(block.der), certificate.subject.rfc4514_string(), whom, *with_term)


def _moment(block: Block, key: str) -> dt.datetime | None:
    try:
        return block.moment(key)
    except BadConfiguration:
        return None


def _said(labels: Mapping[str, str], names: Iterable[str]) -> Iterator[str]:
    return (labels[name] for name in names if labels.get(name))


def _digest(der: bytes) -> str:
    return hashlib.sha256(der).hexdigest()
