"""The verdict: what the verifier found, check by check and signature by signature, and how it is told to programs."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from forms_service.domain.record import IssueRecord

Conclusion = Literal["accepted", "refused", "review"]
Result = Literal["pass", "fail", "not_checked"]
TimeSource = Literal["timestamp", "receipt", "claim"]

_SEALED = 15
NEEDED_OF_OURS = frozenset({4, 6, 9, 11, 13, _SEALED})
"""The checks that a copy of ours must pass to be accepted; the others need only not fail."""
NEEDED_OF_FOREIGN = frozenset({1, 2, 3, 5, 6, 7, 8, 9, 10, 12})
"""The checks that a file which is not ours must pass to be accepted."""
_ASK_ELSEWHERE = "请另向签章人核实；认得的颁发机构或证书，加进信任名单再查。"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check: its number and name as in the verification page, its Chinese title, and what was found."""

    no: int
    name: str
    title: str
    result: Result
    detail: str


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """One signature. `certificate` is the SHA-256 of the signer's certificate in hex, `field` an AcroForm name.

    `covers` gives what stood in the fields it locks, by their labels, as of its own revision; `changed_after` the
    labels of what later revisions filled in. `time_source` says how far to believe `time`: a claim is the signer's own.
    `note` says what the signature is not, "" where nobody could take it for more than it is; `outside` says that it was
    made in a program of the signer's own. `revision` counts from 1. The certificate's particulars are as it states them
    itself; `revocation` is a Chinese sentence, "" when not looked into; `level` is PAdES's (ETSI EN 319 142-1, 6): B-B,
    B-T, B-LT or B-LTA.
    """

    field: str
    signer: str
    person_id: str
    role: str
    step: str
    decision: str
    opinion: str
    certificate: str
    time: dt.datetime | None
    time_source: TimeSource
    covers: Mapping[str, str]
    changed_after: tuple[str, ...]
    note: str = ""
    outside: bool = False
    revision: int = 0
    on_behalf_of: str = ""
    certificate_subject: str = ""
    issuer: str = ""
    serial: str = ""
    valid_from: dt.datetime | None = None
    valid_until: dt.datetime | None = None
    revocation: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where on a page, as it is shown, something stands: the page from 1, the rest in parts of its width and height."""

    page: int
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class ChangedField:
    """A field whose content a revision changed: what it read before and after, and where its box is on the pages.

    A signature box reads "" until it is signed, then who signed.
    """

    name: str
    label: str
    before: str
    after: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class RevisionReport:
    """What one save appended: the file was `length` bytes long then, and these had `sha256`.

    `number` counts from 1, `field` is the signature box that signs it, "" for none. `blanks` counts fields that were
    written anew without another content, `pages` gives all pages as of then, each by its height in widths. `adds`
    is what else it is there for than filling and signing: a document timestamp, or validation data.
    """

    number: int
    length: int
    sha256: str
    field: str
    pages: tuple[float, ...]
    changed: tuple[ChangedField, ...]
    blanks: int
    adds: Literal["", "timestamp", "validation"] = ""


@dataclass(frozen=True, slots=True)
class EngineReading:
    """What another program said of the file: whether it read the same, and in words what."""

    name: str
    version: str
    result: Result
    detail: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of one file, bound to its bytes and to the trust list it was judged by.

    `printed` are the texts and ticks of every field in the judged bytes, by AcroForm name: what a posting reads.
    The document's own data are "" or None for a file that we did not issue. `copy` is a sealed copy's number.
    `revisions` are told in order, () for a file that could not be taken apart; `record` is what the file's own first
    signature covers, to be believed as far as the verdict is. `unvouched` says of each signer of a file that is not
    ours, whom nothing vouches for, why that is so.
    """

    verdict: Conclusion
    checks: tuple[CheckResult, ...]
    signatures: tuple[SignatureReport, ...]
    not_checked_here: tuple[str, ...]
    document_id: str
    number: str
    form: str
    version: int | None
    copy: int | None
    file_sha256: str
    trust_sha256: str
    printed: Mapping[str, str | bool]
    revisions: tuple[RevisionReport, ...] = ()
    record: IssueRecord | None = None
    engines: tuple[EngineReading, ...] = ()
    unvouched: tuple[str, ...] = ()

    @property
    def failed(self) -> tuple[CheckResult, ...]:
        """The checks that failed; the first leads."""
        return tuple(check for check in self.checks if check.result == "fail")

    @property
    def left_open(self) -> CheckResult | None:
        """The first open check, the seal's aside, of those without which the file is not accepted."""
        if self.verdict != "review":
            return None
        needed = NEEDED_OF_OURS - {_SEALED} if self.form else NEEDED_OF_FOREIGN
        return next((c for c in self.checks if c.no in needed and c.result == "not_checked"), None)

    @property
    def reason(self) -> str:
        """What keeps the file from being accepted, in Chinese: the check that leads, or who is missing; else ""."""
        if self.verdict == "accepted":
            return ""
        if not (self.failed or self.signatures):
            return "上面没有任何人的签章。"
        if (lead := next(iter(self.failed), self.left_open)) is not None:
            return f"第 {lead.no} 项「{lead.title}」{'不符' if self.failed else '没有定论'}：{lead.detail}"
        if self.form:
            return "这不是一份封印的联单。"
        return f"还没有人替签章人作保——{self.unvouched[0]}" if self.unvouched else "下列各项没有定论。"

    @property
    def sentence(self) -> str:
        """The conclusion in one Chinese sentence."""
        if self.failed:
            return f"不可采信。{self.reason}"
        if self.verdict == "accepted" and not self.form:
            return "可以采信，但不是本系统签发的单据：全部签章完好、覆盖文件，签章人的证书在信任名单之内。"
        if self.verdict == "accepted":
            return f"可以采信。{self.form} {self.number} 第 {self.copy} 联由公司签发并封印，全部签章完好。"
        if not self.signatures:
            return "需要有人判断：这不是本系统签发的单据，上面没有任何人的签章；它有什么，下列各项说明。"
        if self.form:
            return f"需要有人判断：没有发现改动，但{self.reason}"
        ask = _ASK_ELSEWHERE if self.left_open is None and self.unvouched else ""
        return f"需要有人判断：这不是本系统签发的单据；签章没有被发现改动，但{self.reason}{ask}"

    def to_json(self) -> str:
        """Write the verdict as JSON for programs."""
        return json.dumps(self.plain(), ensure_ascii=False, indent=2)

    def plain(self) -> Mapping[str, object]:
        """Give what programs are told, as the values that JSON knows."""
        return {
            "verdict": self.verdict,
            "sentence": self.sentence,
            "document": {
                "id": self.document_id or None,
                "number": self.number or None,
                "form": self.form or None,
                "version": self.version,
                "copy": self.copy,
            },
            "file_sha256": self.file_sha256,
            "trust_sha256": self.trust_sha256,
            "checks": [_plain_check(check) for check in self.checks],
            "signatures": [_plain_signature(signature) for signature in self.signatures],
            "revisions": [_plain_revision(revision) for revision in self.revisions],
            "not_checked_here": list(self.not_checked_here),
            "engines": [asdict(engine) for engine in self.engines],
        }


def _plain_check(check: CheckResult) -> Mapping[str, object]:
    return {
        "no": check.no,
        "name": check.name,
        "title": check.title,
        "result": check.result,
        "detail": check.detail,
    }


def _plain_signature(signature: SignatureReport) -> Mapping[str, object]:
    return {
        "field": signature.field,
        "signer": signature.signer,
        "person": signature.person_id,
        "role": signature.role,
        "step": signature.step,
        "decision": signature.decision,
        "opinion": signature.opinion,
        "certificate": signature.certificate,
        "time": signature.time.isoformat() if signature.time else None,
        "time_source": signature.time_source,
        "covers": dict(signature.covers),
        "changed_after": list(signature.changed_after),
        "note": signature.note,
        "outside": signature.outside,
        "revision": signature.revision or None,
        "on_behalf_of": signature.on_behalf_of or None,
        "certificate_subject": signature.certificate_subject,
        "issuer": signature.issuer,
        "serial": signature.serial,
        "valid_from": signature.valid_from.isoformat() if signature.valid_from else None,
        "valid_until": signature.valid_until.isoformat() if signature.valid_until else None,
        "revocation": signature.revocation or None,
        "level": signature.level or None,
    }


def _plain_revision(revision: RevisionReport) -> Mapping[str, object]:
    return {
        "number": revision.number,
        "length": revision.length,
        "sha256": revision.sha256,
        "field": revision.field or None,
        "pages": len(revision.pages),
        "changed": [_plain_change(changed) for changed in revision.changed],
        "blanks": revision.blanks,
        "adds": revision.adds or None,
    }


def _plain_change(changed: ChangedField) -> Mapping[str, object]:
    return {
        "field": changed.name,
        "label": changed.label,
        "before": changed.before,
        "after": changed.after,
        "page": changed.place.page if changed.place else None,
    }
