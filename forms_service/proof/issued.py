"""The issue record in words: what was issued, who must sign it, and which copies there are."""

from collections.abc import Callable, Iterator

from forms_service.domain.record import IssueRecord, RecordedCopy, RecordedStep
from forms_service.proof import words
from forms_service.proof.statement import Fact, Issued, StepRow
from forms_service.signing.verdict import Verdict


def tell_issue(verdict: Verdict, record: IssueRecord, named: Callable[[str], str]) -> Issued:
    """Tell an issue record; `named` gives a signer's name as it is told."""
    steps = tuple(_step(verdict, step, named) for step in record.steps)
    copies = tuple((copy.label, _kept(record, copy)) for copy in record.copies)
    return Issued(tuple(_facts(verdict, record)), steps, copies)


def _facts(verdict: Verdict, record: IssueRecord) -> Iterator[Fact]:
    yield Fact("开立公司", record.firm, "firm")
    yield Fact("表单", f"{record.title}，第 {record.version} 版（{record.form}）", "form, version")
    yield Fact("编号", verdict.number or "还没有编号", "number")
    yield Fact("开立日期", record.opened_on, "opened on")
    yield Fact("单据识别码", record.document_id, "document id", code=True)
    yield Fact("表单定义的摘要", record.spec_sha256, "form-spec.yaml SHA-256", code=True)
    if record.parent is not None:
        yield Fact("由哪张单据开立", f"{record.parent.number}（{record.parent.form}）", "parent")
        yield Fact("那张单据当时的摘要", record.parent.sha256, "SHA-256", code=True)
    if record.supersedes:
        yield Fact("取代的单据", record.supersedes, "supersedes", code=True)


def _step(verdict: Verdict, step: RecordedStep, named: Callable[[str], str]) -> StepRow:
    signed = (s for s in verdict.signatures if s.step == step.id)
    did = "；".join(f"{named(s.signer)} {words.decision(s.decision)}" for s in signed)
    return StepRow(step.name, step.role, step.when or "", did)


def _kept(record: IssueRecord, copy: RecordedCopy) -> str:
    cut = next((step.name for step in record.steps if step.id == copy.after), copy.after)
    return f"{copy.department}；在「{cut}」签后先行裁出" if copy.after else copy.department
