"""Drawing up the statement of a verdict: every finding in a reader's words, in the reader's time."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from forms_service.domain.characters import odd_characters
from forms_service.domain.claims import BEHALF
from forms_service.domain.record import IssueRecord
from forms_service.domain.widgets import ISSUE, SEAL
from forms_service.proof import words
from forms_service.proof.elsewhere import other_ways
from forms_service.proof.issued import tell_issue
from forms_service.proof.pictures import Sight, sights
from forms_service.proof.staging import tell_stages
from forms_service.proof.statement import CheckRow, EngineRow, Fact, Later, SignedBy, Statement
from forms_service.signing.verdict import CheckResult, SignatureReport, Verdict

CHINA = dt.timezone(dt.timedelta(hours=8))
_LONGEST_NAME = 120
_UNSIGNED = frozenset(words.UNSIGNED)
_ALTERED = frozenset({1, 8, 10})
"""The checks that fail where something was added or changed after a signature."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A file and the verdict on it: under which name it came, its bytes, when it was judged, and the reader's zone."""

    file_name: str
    pdf: bytes = field(repr=False)
    verdict: Verdict
    at: dt.datetime
    zone: dt.tzinfo = CHINA

    def time(self, at: dt.datetime) -> str:
        """Write an instant in the reader's zone."""
        return words.evidence_time(at.astimezone(self.zone))

    @property
    def firm(self) -> str:
        """The firm that issued the file, as its own record has it; "" for a file that is nobody's."""
        return self.verdict.record.firm if self.verdict.record else ""

    def plain_name(self, signer: str) -> str:
        """Name a signer; the firm's own people without the firm's name, which their certificates carry."""
        return signer.removesuffix(self.firm).strip() or signer


def draw_up(judged: Judged) -> Statement:
    """Tell a verdict in words."""
    verdict = judged.verdict
    chosen = sights(verdict)
    return Statement(
        verdict=verdict.verdict,
        word=words.VERDICTS[verdict.verdict][0],
        sentence=_sentence(judged),
        reasons=_reasons(judged),
        file_name=harmless(judged.file_name),
        facts=tuple(_facts(judged)),
        signatures=tuple(_signed(judged, number, report) for number, report in enumerate(verdict.signatures, 1)),
        stages=tell_stages(verdict, chosen, judged.plain_name),
        pictured=_pictured(verdict, chosen),
        issued=tell_issue(verdict, verdict.record, judged.plain_name) if verdict.record else None,
        checks=tuple(_check(check) for check in verdict.checks),
        engines=tuple(_engines(verdict)),
        not_checked_here=verdict.not_checked_here,
        others=other_ways(verdict, len(judged.pdf)),
    )


def harmless(name: str) -> str:
    """Show a file's name with nothing in it that would make it read otherwise than it is."""
    return "".join("\ufffd" if odd_characters(c, lines=False) else c for c in name[-_LONGEST_NAME:])


def _sentence(judged: Judged) -> str:
    verdict = judged.verdict
    failed = {check.no for check in verdict.failed}
    if failed and not verdict.signatures and failed <= _UNSIGNED:
        return words.UNSIGNED[min(failed)]
    if failed & _ALTERED:
        return "此文件在签署后被改动，不可采信"
    if verdict.verdict == "review" and not verdict.signatures:
        return "并非本公司签发，上面没有任何人的签章，请人工判断"
    stranger = "" if verdict.record else "并非本公司签发；"
    if verdict.left_open is not None:
        return f"{stranger}没有发现改动，但「{verdict.left_open.title}」没有定论，请人工判断"
    if verdict.verdict == "review" and stranger:
        return "并非本公司签发，签名完好，请人工判断"
    people = dict.fromkeys(judged.plain_name(s.signer) for s in verdict.signatures if s.step not in (ISSUE, SEAL))
    if verdict.verdict == "accepted" and people:
        return f"{stranger}此文件真实完整，由 {'、'.join(people)} 签署"
    return words.VERDICTS[verdict.verdict][1]


def _reasons(judged: Judged) -> tuple[str, ...]:
    """Say which document this is, or what stands against it."""
    verdict, record = judged.verdict, judged.verdict.record
    if verdict.failed:
        return tuple(f"第 {check.no} 项「{check.title}」不符：{check.detail}" for check in verdict.failed)
    if record is None and verdict.verdict == "accepted":
        return ("文件里没有本系统的签发记录；签章人的证书在信任名单之内，有没有权限签这份文件，由收件人判断。",)
    if record is None:
        return ("文件里没有本系统的签发记录；签章人是谁、有没有权限，须由人判断。", verdict.reason)
    document = f"{record.firm}签发的《{record.title}》{verdict.number}，{_copy(record, verdict.copy)}。"
    if verdict.left_open is not None:
        return (f"文件自称是{document}", f"第 {verdict.left_open.no} 项没有定论：{verdict.left_open.detail}")
    return (document,)


def _copy(record: IssueRecord, number: int | None) -> str:
    label = next((copy.label for copy in record.copies if copy.no == number), "")
    return label or "没有封印的一份"


def _facts(judged: Judged) -> Iterator[Fact]:
    verdict, record = judged.verdict, judged.verdict.record
    yield Fact("文件名", harmless(judged.file_name), "file")
    yield Fact("大小", words.size(len(judged.pdf)), "size")
    yield Fact("文件摘要", verdict.file_sha256, "SHA-256", code=True)
    if record is not None:
        yield Fact(
            "单据", f"{record.firm}《{record.title}》{verdict.number}，{_copy(record, verdict.copy)}", "document"
        )
        yield Fact("单据识别码", verdict.document_id, "document id", code=True)
    yield Fact("判定时间", judged.time(judged.at), "judged at")
    yield Fact("信任名单摘要", verdict.trust_sha256, "trust list SHA-256", code=True)


def _signed(judged: Judged, number: int, report: SignatureReport) -> SignedBy:
    role, _, behalf = report.role.partition(BEHALF)
    filled = tuple((label, value) for label, value in report.covers.items() if value)
    return SignedBy(
        number=number,
        name=judged.plain_name(report.signer) or "签章人读不出来",
        role=words.PARTS.get(report.step, role),
        behalf=behalf.removesuffix("）"),
        decision=words.decision(report.decision),
        opinion=report.opinion,
        time=judged.time(report.time) if report.time else "时间不明",
        time_source=words.TIME_SOURCES[report.time_source],
        belief=words.BELIEF[report.time_source],
        facts=tuple(_certificate(judged, report)),
        holds="锁定" if judged.verdict.record else "覆盖",
        covers=filled,
        blanks=len(report.covers) - len(filled),
        later=tuple(_later(judged.verdict, report)),
        note=report.note,
    )


def _certificate(judged: Judged, report: SignatureReport) -> Iterator[Fact]:
    revision = next((r for r in judged.verdict.revisions if r.number == report.revision), None)
    if revision is not None:
        text = f"文件的前 {revision.length:,} 字节，即第 1 版到第 {revision.number} 版的全部内容"
        yield Fact("签章覆盖", text, "ByteRange")
    yield Fact("证书持有人", report.certificate_subject, "subject")
    yield Fact("颁发机构", report.issuer, "issuer")
    yield Fact("证书序号", report.serial, "serial", code=True)
    yield Fact("证书指纹", report.certificate, "SHA-256", code=True)
    if report.valid_from and report.valid_until:
        yield Fact("证书有效期", f"{judged.time(report.valid_from)} 至 {judged.time(report.valid_until)}", "validity")
    yield Fact("是否撤销", report.revocation or "没有查，见「这里没有查的」。", "revocation")
    if report.level:
        yield Fact("签章等级", f"{report.level}：{words.LEVELS.get(report.level, '')}", "PAdES")


def _later(verdict: Verdict, report: SignatureReport) -> Iterator[Later]:
    for revision in verdict.revisions:
        labels = tuple(changed.label for changed in revision.changed)
        if report.revision and revision.number > report.revision and labels and not revision.adds:
            yield Later(revision.number, labels)


def _pictured(verdict: Verdict, chosen: tuple[Sight, ...]) -> str:
    if not chosen:
        return "这份文件的各版页面读不出来，没有图。"
    return "图上划了红线：这份文件不可采信，图只用来看改了什么。" if verdict.verdict == "refused" else ""


def _check(check: CheckResult) -> CheckRow:
    told, tone = words.CHECKED[check.result]
    return CheckRow(check.no, check.title, check.name, told, tone, check.detail)


def _engines(verdict: Verdict) -> Iterator[EngineRow]:
    """Tell which other programs read the file, and what they said."""
    for reading in verdict.engines:
        told = words.ENGINES.get(reading.result, reading.result)
        yield EngineRow(f"{reading.name} {reading.version}".strip(), told, reading.detail)
