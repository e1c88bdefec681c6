"""The issue record: the JSON that the firm embeds and certifies in every document it issues.

A verifier needs nothing else but the PDF and a trust file: the record names the document, the form's exact bytes,
every step with its conditions and locks, every AcroForm field's owner, and the copies.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

FILE_NAME = "issue-record.json"
SPEC_NAME = "form-spec.yaml"
DECISION_WORDS = MappingProxyType(
    {"approve": "同意", "accept": "同意", "reject": "驳回", "refuse": "不接受", "return": "退回"}
)
"""What a step prints of its decision; behind the last, the name of the step that it goes back to."""
PAPER_SCAN = "paper_scan"  # `identified_by` is this and the scan's SHA-256 where stamped paper stands for a signature


@dataclass(frozen=True, slots=True)
class RecordedField:
    """One AcroForm field: its kind, the spec field it shows (with row, column, option) and its one lock.

    `type` is the spec's type of that field or column (`money`), by which a verifier reads the printed text; "" for what
    is no spec field.
    """

    name: str
    kind: str
    of: str
    locked_by: str
    label: str
    row: int | None
    column: str | None
    option: str | None
    type: str = ""


@dataclass(frozen=True, slots=True)
class RecordedStep:
    """One step: who must sign where, what its lock holds, under which condition, and who it may not be."""

    id: str
    name: str
    role: str
    who: str
    sign_field: str
    lock: tuple[str, ...]
    when: str | None
    not_same_as: tuple[str, ...]
    decides: bool
    external: bool
    joint: str = ""
    evidence: tuple[str, ...] = ("pin",)


@dataclass(frozen=True, slots=True)
class RecordedCopy:
    """One copy: its number, the department it is sealed for and its label.

    `after` is the step at which it is cut early, "" for the end.
    """

    no: int
    department: str
    label: str
    after: str = ""


@dataclass(frozen=True, slots=True)
class RecordedParent:
    """The document that this one was opened from; `sha256` is of its bytes as they then were."""

    document_id: str
    number: str
    form: str
    sha256: str


@dataclass(frozen=True, slots=True)
class RecordedName:
    """A name that conditions may read beside the fields (`complaint.state`), its kind and its value as plain text."""

    name: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class IssueRecord:
    """All that is fixed when a document is issued.

    `number` is "" for a form that is numbered at a later step (`number_at`), whose signature then locks it. `answers`
    fix fields of the first step; `given` are names that conditions read.
    """

    document_id: str
    number: str
    opened_on: str
    form: str
    version: int
    title: str
    firm: str
    spec_sha256: str
    fields: tuple[RecordedField, ...]
    steps: tuple[RecordedStep, ...]
    copies: tuple[RecordedCopy, ...]
    issue_lock: tuple[str, ...]
    seal_field: str
    copy_label_field: str
    supersedes: str | None = None
    number_at: str = ""
    parent: RecordedParent | None = None
    given: tuple[RecordedName, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> bytes:
        """Write the record as canonical JSON: sorted keys, UTF-8, no spaces to spare."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "IssueRecord":
        """Read a record; raises ValueError when the bytes are no whole issue record."""
        try:
            raw = json.loads(data)
            return cls(
                **{
                    **raw,
                    "fields": tuple(RecordedField(**f) for f in raw["fields"]),
                    "steps": tuple(_step(s) for s in raw["steps"]),
                    "copies": tuple(RecordedCopy(**c) for c in raw["copies"]),
                    "issue_lock": tuple(raw["issue_lock"]),
                    "parent": RecordedParent(**raw["parent"]) if raw.get("parent") else None,
                    "given": tuple(RecordedName(**n) for n in raw.get("given", ())),
                    "answers": tuple((str(name), str(text)) for name, text in raw.get("answers", ())),
                }
            )
        except (KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
            raise ValueError(f"no whole issue record: {error}") from error


def _step(raw: Mapping[str, Any]) -> RecordedStep:
    lists = {name: tuple(raw[name]) for name in ("lock", "not_same_as", "evidence") if name in raw}
    return RecordedStep(**{**raw, **lists})


_OF_CONTACTS = frozenset({"identified_by", "shown_sha256", "code_sent_at", "code_given_at"})
_LATER = frozenset({"opinions", "shown_sha256", "code_sent_at", "code_given_at", "outside"})


@dataclass(frozen=True, slots=True)
class CodeEvidence:
    """How a contact was identified by a one-time code: the masked address, the bytes shown, and when (ISO 8601)."""

    address: str
    shown_sha256: str
    sent_at: str
    given_at: str


@dataclass(frozen=True, slots=True)
class OutsideSignature:
    """What the office knows of a signature made in a program of the signer's own, which itself states nothing.

    `certificate` is the SHA-256 of the signer's registered certificate, `head` that of the file as it was received,
    `received_at` (aware) when; `department` is an id, of a customer's contact the party's. The rest is as in
    `SignatureFacts`.
    """

    step: str
    round: int
    person: str
    role: str
    department: str
    certificate: str
    received_at: dt.datetime
    head: str
    decision: str = "approve"
    policy: str | None = None
    opinions: tuple[str, ...] = ()
    identified_by: str | None = None
    shown_sha256: str | None = None
    code_sent_at: str | None = None
    code_given_at: str | None = None


@dataclass(frozen=True, slots=True)
class SignatureFacts:
    """What a step's signature states beside the bytes; in words in /Reason, as JSON in a signed attribute.

    `decision` is approve, return:STEP, reject, accept, refuse, issue or seal. `policy` is `id@sha256#band=amount`,
    without the amount in older signatures. `opinions` are the hashes of those that were asked for and given before
    (`consultation.opinion_hash`). Of a contact identified by a one-time code: the digest of the bytes that the page
    showed, when the code was sent and when it came back (ISO 8601). `outside` are the signatures made outside that a
    seal vouches for.
    """

    document_id: str
    step: str
    round: int
    person: str
    role: str
    decision: str
    opinion: str = ""
    on_behalf_of: str | None = None
    policy: str | None = None
    identified_by: str | None = None
    opinions: tuple[str, ...] = ()
    shown_sha256: str | None = None
    code_sent_at: str | None = None
    code_given_at: str | None = None
    outside: tuple[OutsideSignature, ...] = ()

    def to_json(self) -> bytes:
        """Write the facts as canonical JSON; what came to be stated later only where there is any, as it was before."""
        written = {name: value for name, value in asdict(self).items() if name not in _LATER or value}
        if self.outside:
            written["outside"] = [_without_blanks(asdict(one)) for one in self.outside]
        return json.dumps(written, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_instant).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "SignatureFacts":
        """Read facts; raises ValueError when the bytes are none."""
        try:
            raw = json.loads(data)
            outside = tuple(_outside(one) for one in raw.get("outside", ()))
            return cls(**{**raw, "opinions": tuple(raw.get("opinions", ())), "outside": outside})
        except (KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
            raise ValueError(f"no signature facts: {error}") from error


def _without_blanks(outside: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in outside.items() if name not in _OF_CONTACTS or value}


def _instant(value: object) -> str:
    if not isinstance(value, dt.datetime):
        raise TypeError(f"{value!r} is no instant")
    return value.astimezone(dt.UTC).isoformat()


def _outside(raw: Mapping[str, Any]) -> OutsideSignature:
    received = dt.datetime.fromisoformat(raw["received_at"])
    if received.tzinfo is None:
        raise ValueError("no signature facts: an instant without its zone")
    return OutsideSignature(**{**raw, "received_at": received, "opinions": tuple(raw.get("opinions", ()))})
