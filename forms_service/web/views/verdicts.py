"""Verdicts for programs: a PDF in, the verdict out as JSON. Nobody signs in for it; nothing is stored or changed."""

from flask import Blueprint, Response, request

from forms_service.domain.errors import Unreadable
from forms_service.web.auth import the_office
from forms_service.workflow.auditing import verify_file

blueprint = Blueprint("verdicts", __name__)
"""Its faults are told as JSON, too: `{"error": …}`."""


@blueprint.post("/api/verify")
def judge() -> Response:
    """Judge the file in the body, or in the part `file` of a form."""
    return Response(verify_file(the_office(), _file()).to_json(), mimetype="application/json")


def _file() -> bytes:
    """Take the file out of the request; raises Unreadable where there is none, or more than one."""
    uploads = [upload for _, upload in request.files.items(multi=True)]
    if len(uploads) > 1:
        raise Unreadable(f"收到了 {len(uploads)} 份文件。结论只能是一份文件的，请一次送一份。")
    upload, whole = request.files.get("file"), request.mimetype == "application/pdf"
    sent: bytes = request.get_data(cache=False) if whole else upload.read() if upload else b""
    if not sent:
        raise Unreadable(
            "没有收到文件。请把 PDF 作为请求的内容（Content-Type: application/pdf），或作为表单里的 file 送来。"
        )
    return sent
