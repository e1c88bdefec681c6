"""A customer's own certificate: the file to be signed in a program of theirs, and what comes back."""

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.errors import Busy, NotFound, NotTaken, ProblemsFound, Unreadable, WrongState
from forms_service.store.links import Link
from forms_service.web.answers import deliver
from forms_service.web.auth import the_office
from forms_service.web.faults import status_of
from forms_service.web.pages.customer import OwnPage
from forms_service.web.pages.frame import Fault
from forms_service.web.pages.outside import Prepared
from forms_service.web.visiting import grant_of, granted, remember, signed_before
from forms_service.web.words import moment, size
from forms_service.workflow.answering_elsewhere import (
    companys_certificates,
    hand_to_contact,
    handed_to_contact,
    take_from_contact,
)
from forms_service.workflow.consenting import standing_of
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading

blueprint = Blueprint("customer_own", __name__, url_prefix="/c/<token>/own")

_LIMIT = "20 MB"


@blueprint.get("")
def show(token: str) -> str:
    """Show what is ready to be taken away, and take what is brought back."""
    office = the_office()
    return _page(office, token, *granted(office, token))


@blueprint.post("")
def prepare(token: str) -> AnyResponse | tuple[str, int]:
    """Fill the file that the contact is to sign."""
    office = the_office()
    seen, consents = request.form.get("seen", ""), bool(request.form.get("consent"))
    try:
        hand_to_contact(office, token, grant_of(token), seen, consents=consents)
    except ProblemsFound as stop:
        faults = tuple(Fault(str(p.where) if str(p.where) == "consent" else "", p.message) for p in stop.problems)
        return _page(office, token, *granted(office, token), faults), status_of(stop)[0]
    return redirect(f"/c/{token}/own", 303)


@blueprint.get("/file.pdf")
def file(token: str) -> Response:
    """Hand out the filled file."""
    office = the_office()
    link, reading = granted(office, token)
    handout = handed_to_contact(office, link, reading)
    if handout is None:
        raise NotFound("还没有准备待签的 PDF。请回到上一页，按「准备待签的 PDF」。")
    return deliver(office.blobs.get(handout.sha256), f"{reading.document.number}-待签.pdf", "application/pdf")


@blueprint.post("/signed")
def bring(token: str) -> AnyResponse | tuple[str, int]:
    """Take in what the contact signed; a second press of the button leads to the same page."""
    office, upload = the_office(), request.files.get("file")
    if signed_before(token) is not None:
        return redirect(f"/c/{token}/done", 303)
    link, reading = granted(office, token)
    if upload is None or not upload.filename:
        fault = Fault("file", "还没有选文件。请先选签好的 PDF，再按「送上来」。")
        return _page(office, token, link, reading, (fault,)), 422
    try:
        stored = take_from_contact(office, token, grant_of(token), upload.read())
    except (NotTaken, Unreadable, Busy) as stop:
        return _page(office, token, link, reading, (Fault("file", str(stop)),)), status_of(stop)[0]
    remember(token, stored, accepts=True)
    return redirect(f"/c/{token}/done", 303)


def _page(office: Office, token: str, link: Link, reading: Reading, faults: tuple[Fault, ...] = ()) -> str:
    accepted, standing = companys_certificates(office, link, reading), standing_of(office, link)
    if not accepted or standing.withdrawn:
        raise WrongState("这张单据不用自己的证书签。请回到上一页，在网页上签章。")
    page = OwnPage(
        token=token,
        firm=office.organisation.firm.name,
        title=reading.spec.title.zh_hans,
        number=reading.document.number,
        box=reading.step.name if reading.step else "",
        seen=reading.document.head,
        accepted=accepted,
        consent="" if standing.given_at else standing.words,
        prepared=_prepared(office, token, link, reading),
        limit=_LIMIT,
        faults=faults,
    )
    return render_template("customer/own.html", page=page)


def _prepared(office: Office, token: str, link: Link, reading: Reading) -> Prepared | None:
    found = handed_to_contact(office, link, reading)
    if found is None:
        return None
    return Prepared(
        href=f"/c/{token}/own/file.pdf",
        sha256=found.sha256,
        size=size(len(office.blobs.get(found.sha256))),
        filled=moment(office.local(found.handed_at)),
    )
