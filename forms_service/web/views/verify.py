"""Verifying a file that somebody brings: one sentence first, then who signed, then the numbered checks."""

from typing import cast

from flask import Blueprint, Response, current_app, render_template, request
from werkzeug.datastructures import FileStorage

from forms_service.domain.errors import Busy, NotFound, Unreadable
from forms_service.pdf.read import page_png
from forms_service.signing.verdict import CheckResult, SignatureReport, Verdict
from forms_service.web import desk
from forms_service.web.answers import deliver
from forms_service.web.answers import picture as png_answer
from forms_service.web.auth import the_office
from forms_service.web.faults import status_of
from forms_service.web.forms import VerifyForm
from forms_service.web.pages.frame import Fault
from forms_service.web.pages.verdict import CheckRow, SignerRow, VerdictPage, VerifyPage
from forms_service.web.pictures import Pictures
from forms_service.web.words import CHECKED, DECISIONS, TIME_SOURCES, VERDICTS, evidence_time
from forms_service.workflow.auditing import verify_file
from forms_service.workflow.office import Office

blueprint = Blueprint("verify", __name__)

PICTURES = "forms_pictures"
OFFICE = "office"
_LIMIT = "20 MB"


@blueprint.get("/verify")
def show() -> str:
    """Ask for a file."""
    return render_template("verify.html", page=VerifyPage(_LIMIT, (), None), form=VerifyForm())


@blueprint.post("/verify")
def judge() -> str | tuple[str, int]:
    """Judge the file that was handed in; it is not stored."""
    office, upload = the_office(), request.files.get("file")
    if upload is None or not upload.filename:
        return _refused(Fault("file", "还没有选文件。请先选一份 PDF，再按「验证」。")), 422
    data = upload.read()
    try:
        verdict = verify_file(office, data)
    except (Busy, Unreadable) as stop:
        return _refused(Fault("file", str(stop))), status_of(stop)[0]
    result = _result(office, upload, data, verdict)
    return render_template("verify.html", page=VerifyPage(_LIMIT, (), result), form=VerifyForm())


@blueprint.get("/verify/pictures/<token>.png")
def picture(token: str) -> Response:
    """Show the first page of a file that was just judged."""
    found = _pictures().find(token)
    if found is None:
        raise NotFound("这张图已经不在了，文件没有保存。请再验证一次。")
    return png_answer(found, lasting=False)


@blueprint.get("/trust.pem")
def trust() -> Response:
    """Hand out the trust anchor, for `forms verify` on a machine without us."""
    return deliver(the_office().authority.trust_pem(), "trust.pem", "application/x-pem-file")


def _refused(fault: Fault) -> str:
    return render_template("verify.html", page=VerifyPage(_LIMIT, (fault,), None), form=VerifyForm())


def _result(office: Office, upload: FileStorage, data: bytes, verdict: Verdict) -> VerdictPage:
    word, sentence = VERDICTS[verdict.verdict]
    return VerdictPage(
        verdict=verdict.verdict,
        word=word,
        sentence=_accepted(office, verdict) if verdict.verdict == "accepted" else sentence,
        reasons=_reasons(office, verdict),
        file_name=(upload.filename or "")[-120:],
        file_sha256=verdict.file_sha256,
        signers=tuple(_signer(office, report) for report in verdict.signatures),
        checks=tuple(_check(check) for check in verdict.checks),
        failed=len(verdict.failed),
        not_checked_here=verdict.not_checked_here,
        picture=_picture(office, data, verdict),
    )


def _accepted(office: Office, verdict: Verdict) -> str:
    people = dict.fromkeys(_plain_name(office, report) for report in verdict.signatures if report.person_id != OFFICE)
    return f"此文件真实完整，由 {'、'.join(people)} 签署"


def _reasons(office: Office, verdict: Verdict) -> tuple[str, ...]:
    """Say which document this is, or what stands against it."""
    if verdict.failed:
        return tuple(f"第 {check.no} 项「{check.title}」不符：{check.detail}" for check in verdict.failed)
    if not verdict.document_id:
        return ("并非本公司签发，签名完好。",)
    title = desk.title_of(office, verdict.document_id) or verdict.form
    copy = f"第 {verdict.copy} 联" if verdict.copy else "没有封印的一份"
    return (f"{office.organisation.firm.name}签发的《{title}》{verdict.number}，{copy}。",)


def _picture(office: Office, data: bytes, verdict: Verdict) -> str:
    """Let the first page be drawn apart, but never of a file that was refused, lest it be taken for a sound one."""
    if verdict.verdict == "refused":
        return ""
    try:
        drawn = office.judges.read(page_png, data, 0, desk.PAGE_WIDTH_PX)
    except (Busy, Unreadable):
        return ""
    return f"/verify/pictures/{_pictures().keep(drawn)}.png"


def _pictures() -> Pictures:
    return cast(Pictures, current_app.extensions[PICTURES])


def _plain_name(office: Office, report: SignatureReport) -> str:
    """Name a signer; our own people without the firm's name, which their certificates carry."""
    return report.signer.removesuffix(office.organisation.firm.name).strip() or office.organisation.firm.name


def _signer(office: Office, report: SignatureReport) -> SignerRow:
    filled = tuple((label, value) for label, value in report.covers.items() if value)
    return SignerRow(
        signer=_plain_name(office, report),
        role="" if report.person_id == OFFICE else report.role,
        decision=_decision(report.decision),
        opinion=report.opinion,
        time=evidence_time(office.local(report.time)) if report.time else "时间不明",
        time_source=TIME_SOURCES[report.time_source],
        certificate=report.certificate,
        covers=filled,
        blanks=len(report.covers) - len(filled),
        after=report.changed_after,
        note=report.note,
    )


def _decision(decision: str) -> str:
    return "退回" if decision.startswith("return:") else DECISIONS.get(decision, decision)


def _check(check: CheckResult) -> CheckRow:
    words, tone = CHECKED[check.result]
    return CheckRow(check.no, check.title, words, tone, check.detail)
