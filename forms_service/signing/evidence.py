"""Evidence: everything that the checks look at, gathered from a file once: revisions, forms, signatures, the record.

Gathering judges nothing. What cannot be read at all raises Malformed; a signature that cannot be read is kept with its
fault, so that the check which owns the fault names it.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from forms_service.domain.record import IssueRecord, RecordedStep, SignatureFacts
from forms_service.domain.widgets import ISSUE, ISSUE_SIGNATURE, SEAL
from forms_service.pdf.fonts import Fonts
from forms_service.signing import container as cms
from forms_service.signing import oids
from forms_service.signing.attachments import read_record
from forms_service.signing.certificates import Holder, read_holder
from forms_service.signing.changes import Change
from forms_service.signing.companions import altered_certificate
from forms_service.signing.container import Container
from forms_service.signing.expected import Expected
from forms_service.signing.form_view import FormView, view_form
from forms_service.signing.hashing import digest_of
from forms_service.signing.paths import Traced, may_date, trace, trace_stamp
from forms_service.signing.revisions import History
from forms_service.signing.revocation import NO_MATERIAL, Material
from forms_service.signing.signatures import SignatureFound, find_signatures
from forms_service.signing.syntax import Malformed
from forms_service.signing.time_tokens import read_timestamp
from forms_service.signing.trust import TrustList
from forms_service.signing.unsound import Unproven, Unsound
from forms_service.signing.validation_data import certificates_in
from forms_service.signing.verdict import TimeSource

_PDF_DATE = re.compile(r"D:(\d{14})(Z|[+-]\d{2}'?\d{2}'?)?")


@dataclass(frozen=True, slots=True)
class Signing:
    """One signature with what its container says. `fault` says why the container cannot be read.

    `part` is what it does for the document: `issue`, a step's id, `seal`, or "" when its box has no part in it.
    `outside` says that it was made in a program of the signer's own, which states no facts (`outside.vouch`).
    `time_unproven` says that `time_fault` is about whom the timestamp comes from, not about the timestamp.
    """

    found: SignatureFound
    container: Container | None
    fault: str
    facts: SignatureFacts | None
    holder: Holder | None
    part: str
    step: RecordedStep | None
    time: dt.datetime | None
    time_source: TimeSource
    time_fault: str
    traced: Traced
    outside: bool = False
    time_unproven: bool = False

    @property
    def revision(self) -> int:
        """The revision that it signs."""
        return self.found.revision


@dataclass(frozen=True, slots=True)
class Stamp:
    """A sound document timestamp of a trusted authority: the revision that it closes, its time, how it is trusted."""

    field: str
    revision: int
    time: dt.datetime
    traced: Traced


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was gathered. `signings` are the signatures in order, document timestamps left out.

    `record` is the issue record as of the certified revision, None for a file that is not ours; `record_fault` says
    what is wrong with one that is there. `changes` are those that no rule allows; `find_changes` adds them. `stamps`
    are the document timestamps that are believed (`read_stamps`), `material` what tells of revoked certificates.
    `apart` says that a process of its own judges the file. `along` are the certificates (DER) of its validation data,
    where it is not ours.
    """

    history: History
    forms: tuple[FormView, ...]
    found: tuple[SignatureFound, ...]
    signings: tuple[Signing, ...]
    record: IssueRecord | None
    record_fault: str
    spec_source: bytes
    trust: TrustList
    expected: Expected | None
    at: dt.datetime
    fonts: Fonts
    labels: Mapping[str, str]
    changes: tuple[Change, ...] = ()
    apart: bool = False
    stamps: tuple[Stamp, ...] = ()
    material: Material = NO_MATERIAL
    along: tuple[bytes, ...] = ()

    @property
    def is_ours(self) -> bool:
        """Say whether the file claims to be a document that we issued."""
        return self.record is not None or bool(self.record_fault) or self.expected is not None

    @property
    def is_held_to_us(self) -> bool:
        """Say whether it claims to be ours where it is known who we are; else no such claim is shown or refuted."""
        return self.is_ours and bool(self.trust.anchors)

    @property
    def steps(self) -> tuple[Signing, ...]:
        """The signatures of the route's steps, in order."""
        return tuple(signing for signing in self.signings if signing.step is not None)

    @property
    def seal(self) -> Signing | None:
        """The seal, if there is one."""
        return next((signing for signing in self.signings if signing.part == SEAL), None)

    @property
    def certified(self) -> int | None:
        """The revision that the first signature signs; what came before it is what it vouches for."""
        if self.record is None and self.found and not self.is_ours:
            return self.found[0].revision
        return self.signings[0].revision if self.signings else None

    def label(self, name: str) -> str:
        """Name a field in the reader's words, by its own name where the record has none."""
        return self.labels.get(name, name) or _NAMELESS

    def printed(self, revision: int) -> Mapping[str, str | bool]:
        """Read every field as of a revision."""
        return self.forms[revision].printed(self.history)


def gather(history: History, trust: TrustList, expected: Expected | None, at: dt.datetime, fonts: Fonts) -> Evidence:
    """Gather the evidence of a file; raises Malformed."""
    if any("/Encrypt" in revision.trailer for revision in history.revisions):
        raise Malformed("文件加了密，无从逐一查验；自行解密会毁掉签章。请向出具的人索取一份不加密的签章文件")
    forms = _forms(history)
    found = find_signatures(history, forms)
    regular = tuple(signature for signature in found if not signature.is_timestamp)
    record, source, fault = _record(history, forms, regular)
    along = certificates_in(history) if record is None else ()
    signings = tuple(read_signing(signature, record, trust, expected, at, along) for signature in regular)
    labels = {field.name: field.label for field in record.fields} if record else {}
    return Evidence(
        history, forms, found, signings, record, fault, source, trust, expected, at, fonts, labels, along=along
    )


def _forms(history: History) -> tuple[FormView, ...]:
    forms: list[FormView] = []
    for revision in history.revisions:
        forms.append(view_form(history, revision.index, forms[-1] if forms else None))
    return tuple(forms)


def read_signing(
    found: SignatureFound,
    record: IssueRecord | None,
    trust: TrustList,
    expected: Expected | None,
    at: dt.datetime,
    along: tuple[bytes, ...] = (),
) -> Signing:
    """Read one signature's container, facts, time and certificate path, for which `along` may help."""
    return _Reader(record, trust, expected, at, along).read(found)


def signed_digest(history: History, signature: SignatureFound, hash_name: str) -> bytes:
    """Hash what a signature's ByteRange covers. Raises Malformed when it has none."""
    return digest_of(hash_name, *signed_parts(history, signature))


def signed_parts(history: History, signature: SignatureFound) -> tuple[memoryview, memoryview]:
    """Give the two stretches of the file that a signature covers. Raises Malformed when its ByteRange is none."""
    ranges = signature.byte_range
    if ranges is None:
        raise Malformed(f"签章「{signature.field}」的签章范围（ByteRange）不是四个整数", check=2)
    view = memoryview(history.data)
    return view[: ranges[1]], view[ranges[2] : ranges[2] + ranges[3]]


def prefix_digests(history: History, revision: int) -> frozenset[str]:
    """Hash the file as it ended with a revision, in hex: with the line end after its `%%EOF`, and without."""
    ended, view = history.revisions[revision], memoryview(history.data)
    engine = hashlib.sha256(view[: ended.eof])
    without = engine.hexdigest()
    engine.update(view[ended.eof : ended.end])
    return frozenset({without, engine.hexdigest()})


def _record(
    history: History, forms: tuple[FormView, ...], regular: tuple[SignatureFound, ...]
) -> tuple[IssueRecord | None, bytes, str]:
    certified = regular[0].revision if regular else history.last
    ours = ISSUE_SIGNATURE in forms[certified].fields
    try:
        record, source = read_record(history, certified)
    except ValueError as error:
        return None, b"", f"签发记录不完整：{error}"
    if record is None and ours:
        return None, b"", "文件里没有公司的签发记录"
    return record, source, ""


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads signatures in the light of one record and trust list."""

    record: IssueRecord | None
    trust: TrustList
    expected: Expected | None
    at: dt.datetime
    along: tuple[bytes, ...]

    def read(self, found: SignatureFound) -> Signing:
        step = next((s for s in self.record.steps if s.sign_field == found.field), None) if self.record else None
        try:
            container = cms.read_container(found.container)
            facts = _facts(container)
        except Unsound as unsound:
            untraced = Traced(None, str(unsound))
            part = self._part(found, step)
            return Signing(found, None, str(unsound), None, None, part, step, None, "claim", "", untraced)
        holder = _holder(container)
        policy = _POLICY_OF.get(holder.kind) if holder else None
        time, source, fault, unproven = self._time(found, container, facts, policy)
        traced = trace(container.certificates, self.trust, time or self.at, policy, self.along)
        part = self._part(found, step)
        return Signing(
            found, container, "", facts, holder, part, step, time, source, fault, traced, time_unproven=unproven
        )

    def _part(self, found: SignatureFound, step: RecordedStep | None) -> str:
        if step is not None or self.record is None:
            return step.id if step else ""
        return {ISSUE_SIGNATURE: ISSUE, self.record.seal_field: SEAL}.get(found.field, "")

    def _time(
        self, found: SignatureFound, container: Container, facts: SignatureFacts | None, policy: str | None
    ) -> tuple[dt.datetime | None, TimeSource, str, bool]:
        """Take the best time there is: a timestamp, else when the store received it, else what the signer claims."""
        tokens = container.unsigned.get(cms.TIMESTAMP_TOKEN, ())
        if tokens:
            try:
                return self._stamped(tokens[0].dump(), container, policy), "timestamp", "", False
            except Unsound as unsound:
                return _claimed(found, container), "claim", str(unsound), isinstance(unsound, Unproven)
        received = self.expected.signature(facts.step, facts.round) if self.expected and facts else None
        if received is not None:
            return received.received_at, "receipt", "", False
        return _claimed(found, container), "claim", "", False

    def _stamped(self, token: bytes, stamped: Container, policy: str | None) -> dt.datetime:
        stamp, moment = read_timestamp(token, (stamped.signature,), lenient=self.record is None)
        traced = trace_stamp(stamp.certificates, self.trust, moment, self.along, ours=self.record is not None)
        weak = cms.weaknesses(stamp, strict=False)
        if weak:
            raise Unproven(f"时间戳：{weak[0]}")
        if altered_certificate(stamp.certificates, self.trust) is not None:
            raise Unproven("时间戳附的证书不是签发时的原样")
        if not traced.valid_at(moment) or not may_stamp(stamp):
            raise Unproven(f"时间戳不是信任名单里的时间戳机构盖的：{traced.reason or '证书不作此用'}")
        signer = trace(stamped.certificates, self.trust, moment, policy, self.along)
        if not may_date(self.trust, traced, frozenset({signer.anchor})):
            raise Unproven("时间戳是客户的颁发机构盖的，它只能为自己发的证书作证，签章人的不是它发的")
        return moment


_NAMELESS = "没有名字的栏位"
_POLICY_OF = {"firm": oids.FIRM, "person": oids.PERSON, "contact": oids.CONTACT, "timestamp": oids.TIMESTAMP}


def _claimed(found: SignatureFound, container: Container) -> dt.datetime | None:
    """Read the time that the signer claims: in the signature dictionary, else in the container (RFC 5652, 11.3)."""
    stated = read_date(found.text("/M"))
    values = container.attributes.get(cms.SIGNING_TIME, ())
    if stated is not None or len(values) != 1:
        return stated
    try:
        moment = values[0].native
    except ValueError:
        return None
    return moment.astimezone(dt.UTC) if isinstance(moment, dt.datetime) and moment.tzinfo else None


def read_date(text: str) -> dt.datetime | None:
    """Read a PDF date with its zone (ISO 32000-2, 7.9.4) as UTC; None when it is none."""
    match = _PDF_DATE.fullmatch(text)
    if match is None:
        return None
    zone = (match[2] or "Z").replace("'", "")
    try:
        moment = dt.datetime.strptime(match[1] + (zone if zone != "Z" else "+0000"), "%Y%m%d%H%M%S%z")
    except ValueError:
        return None
    return moment.astimezone(dt.UTC)


def _facts(container: Container) -> SignatureFacts | None:
    text = container.text(oids.FACTS)
    if text is None:
        return None
    try:
        return SignatureFacts.from_json(text.encode())
    except ValueError as error:
        raise Unsound("签章里声明的内容读不出来") from error


def _holder(container: Container) -> Holder | None:
    try:
        return read_holder(container.certificate)
    except ValueError:
        return None


def may_stamp(container: Container) -> bool:
    """Say whether a certificate is for timestamps and nothing else (RFC 3161, 2.3)."""
    try:
        use = container.certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return list(use) == [ExtendedKeyUsageOID.TIME_STAMPING]
