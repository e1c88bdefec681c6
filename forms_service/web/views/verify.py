"""Verifying a file that somebody brings: one sentence first, then who signed, then what each revision changed."""

from typing import cast
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, render_template, request

from forms_service.domain.errors import Busy, NotFound
from forms_service.proof.drawing_up import Judged, draw_up, harmless
from forms_service.proof.pictures import draw, draw_apart, sights, width_of
from forms_service.proof.report import report_name, write_report
from forms_service.web.answers import deliver
from forms_service.web.answers import picture as png_answer
from forms_service.web.auth import the_office
from forms_service.web.faults import status_of
from forms_service.web.forms import VerifyForm
from forms_service.web.just_judged import JustJudged
from forms_service.web.pages.frame import Fault
from forms_service.web.pages.verdict import LIMIT, VerdictPage, VerifyPage
from forms_service.workflow.auditing import verify_file
from forms_service.workflow.keeping import revocation_list
from forms_service.workflow.vouching import trust_file

blueprint = Blueprint("verify", __name__)

JUST_JUDGED = "forms_just_judged"
_GONE = "这份文件的结果已经不在了，文件没有保存。请再验证一次。"


@blueprint.get("/verify")
def show() -> str:
    """Ask for a file."""
    return render_template("verify.html", page=VerifyPage(LIMIT, (), None), form=VerifyForm())


@blueprint.post("/verify")
def judge() -> str | tuple[str, int]:
    """Judge the file that was handed in; it is not stored."""
    office, upload = the_office(), request.files.get("file")
    if upload is None or not upload.filename:
        return _refused(Fault("file", "还没有选文件。请先选一份 PDF，再按「验证」。")), 422
    data = upload.read()
    try:
        verdict = verify_file(office, data)
    except Busy as stop:
        return _refused(Fault("file", str(stop))), status_of(stop)[0]
    judged = Judged(upload.filename, data, verdict, office.now(), ZoneInfo(office.organisation.firm.timezone))
    page = VerifyPage(LIMIT, (), _result(judged, _kept().keep(judged)))
    return render_template("verify.html", page=page, form=VerifyForm())


@blueprint.get("/verify/<token>/<key>.png")
def picture(token: str, key: str) -> Response:
    """Show a page, as of one revision, of a file that was just judged."""
    judged = _judged(token)
    chosen = sights(judged.verdict)
    sight = next((sight for sight in chosen if sight.key == key), None)
    drawn = draw(judged.pdf, sight, width_of(len(chosen)), draw_apart(the_office().counter)) if sight else None
    if drawn is None:
        raise NotFound("这一页没有图。")
    return png_answer(drawn, lasting=False)


@blueprint.get("/verify/<token>/report.html")
def report(token: str) -> Response:
    """Hand out the report of a file that was just judged."""
    judged = _judged(token)
    return deliver(
        write_report(judged, draw_apart(the_office().counter)), report_name(harmless(judged.file_name)), "text/html"
    )


@blueprint.get("/trust.pem")
def trust() -> Response:
    """Hand out the trust file, for `forms verify` on a machine without us."""
    return deliver(trust_file(the_office()), "trust.pem", "application/x-pem-file")


@blueprint.get("/crl.der")
def revoked() -> Response:
    """Hand out the list of revoked certificates (RFC 5280), for other programs."""
    office = the_office()
    return deliver(revocation_list(office, office.now()), "crl.der", "application/pkix-crl")


def _refused(fault: Fault) -> str:
    return render_template("verify.html", page=VerifyPage(LIMIT, (fault,), None), form=VerifyForm())


def _result(judged: Judged, token: str) -> VerdictPage:
    pictures = {sight.key: f"/verify/{token}/{sight.key}.png" for sight in sights(judged.verdict)}
    return VerdictPage(draw_up(judged), pictures, f"/verify/{token}/report.html")


def _judged(token: str) -> Judged:
    found = _kept().find(token)
    if found is None:
        raise NotFound(_GONE)
    return found


def _kept() -> JustJudged:
    return cast(JustJudged, current_app.extensions[JUST_JUDGED])
