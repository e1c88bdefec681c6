"""Signing elsewhere: the filled file to take away, and what comes back: a signature, or only what was typed in."""

from collections.abc import Mapping
from dataclasses import replace

from cryptography import x509
from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.errors import NotTaken, ProblemsFound, StalePage, Unreadable
from forms_service.domain.people import Person
from forms_service.domain.routing import free_standings
from forms_service.signing.added import certificate_name
from forms_service.web import desk
from forms_service.web.answers import deliver
from forms_service.web.auth import the_office, the_person
from forms_service.web.faults import status_of
from forms_service.web.forms import PREFIX, plain_text
from forms_service.web.pages.frame import Fault
from forms_service.web.pages.outside import BroughtCell, BroughtPage, Certificate, OutsidePage, Prepared
from forms_service.web.views.steps import OPINION
from forms_service.web.words import day, moment, size
from forms_service.workflow.bringing import Brought
from forms_service.workflow.drafting import save_draft
from forms_service.workflow.handing_out import handed_out, last_handout, own_certificate
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading, at_desk_of, find
from forms_service.workflow.taking_in import take_in

blueprint = Blueprint("outside", __name__, url_prefix="/documents/<document_id>/outside")

_LIMIT = "20 MB"


@blueprint.get("")
def show(document_id: str) -> str:
    """Show what is ready to be taken away, and take what is brought back."""
    office, person = the_office(), the_person()
    return _page(office, person, _reading(office, person, document_id))


@blueprint.get("/<sha256>.pdf")
def file(document_id: str, sha256: str) -> Response:
    """Hand out the filled file that is to be signed."""
    office, person = the_office(), the_person()
    _, data = handed_out(office, person, document_id, sha256)
    number = find(office, person, document_id).document.number
    return deliver(data, f"{number}-待签.pdf", "application/pdf")


@blueprint.post("")
def bring(document_id: str) -> AnyResponse | tuple[str, int]:
    """Take in a signed file; show what one was filled with; say what is wrong with any other."""
    office, person = the_office(), the_person()
    reading, upload = _reading(office, person, document_id), request.files.get("file")
    if upload is None or not upload.filename:
        return _page(office, person, reading, fault="还没有选文件。请先选签好的 PDF，再按「送上来」。"), 422
    try:
        taken = take_in(office, person, upload.read(), document_id)
    except (NotTaken, Unreadable, ProblemsFound, StalePage) as stop:
        return _page(office, person, reading, fault=str(stop)), status_of(stop)[0]
    if taken.brought is not None:
        return _page(office, person, reading, brought=taken.brought), 200
    return redirect(f"/documents/{document_id}?done=signed", 303)


@blueprint.post("/draft")
def keep(document_id: str) -> AnyResponse:
    """Put what a file was filled with into the step's draft, where it is looked over and signed as usual.

    What the file says nothing of stays as the step's page has it: drafted, from the round before, or by default.
    """
    office, person, step = the_office(), the_person(), request.form.get("step", "")
    reading = at_desk_of(find(office, person, document_id), person.id, step)
    told = {name.removeprefix(PREFIX): text for name, text in request.form.items() if name.startswith(PREFIX)}
    save_draft(office, person, document_id, {**_begun(office, person, reading), **told}, step)
    return redirect(f"/documents/{document_id}/step?step={reading.step.id if reading.step else ''}", 303)


def _begun(office: Office, person: Person, reading: Reading) -> Mapping[str, str]:
    draft = desk.draft_of(office, person, reading)
    if draft is not None or reading.step is None:
        return draft.raw if draft else {}
    return desk.first_answers(office, reading, reading.step)


def _reading(office: Office, person: Person, document_id: str) -> Reading:
    return at_desk_of(find(office, person, document_id), person.id, request.values.get("step", ""))


def _page(office: Office, person: Person, reading: Reading, *, fault: str = "", brought: Brought | None = None) -> str:
    document, step = reading.document, reading.step
    page = OutsidePage(
        document_id=document.id,
        number=document.number,
        title=reading.spec.title.zh_hans,
        step=step.id if step else "",
        step_name=step.name if step else "",
        limit=_LIMIT,
        mine=_is_mine(person, reading),
        certificate=_certificate(office, person),
        prepared=_prepared(office, person, reading),
        brought=None,
        faults=(Fault("file", fault),) if fault else (),
    )
    return render_template(
        "outside.html", page=replace(page, brought=_brought(office, person, reading, brought)) if brought else page
    )


def _is_mine(person: Person, reading: Reading) -> bool:
    if reading.step is None or reading.claim is None:
        return False
    return bool(free_standings(reading.claim.standings(person.id), reading.step, reading.document))


def _certificate(office: Office, person: Person) -> Certificate | None:
    found = own_certificate(office, person)
    if found is None:
        return None
    certificate = x509.load_pem_x509_certificate(found.pem.encode())
    until = office.local(certificate.not_valid_after_utc).date()
    return Certificate(certificate_name(certificate), found.sha256, day(until))


def _prepared(office: Office, person: Person, reading: Reading) -> Prepared | None:
    found = last_handout(office, person, reading)
    if found is None or reading.step is None or found.step != reading.step.id:
        return None
    return Prepared(
        href=f"/documents/{found.document_id}/outside/{found.sha256}.pdf",
        sha256=found.sha256,
        size=size(len(office.blobs.get(found.sha256))),
        filled=moment(office.local(found.handed_at)),
    )


def _brought(office: Office, person: Person, reading: Reading, brought: Brought) -> BroughtPage:
    opinion = plain_text(brought.opinion)
    return BroughtPage(
        cells=tuple(BroughtCell(d.label, d.now, d.brought, d.left_out) for d in brought.differences),
        ignored=brought.ignored,
        signed=brought.signed,
        has_draft=desk.draft_of(office, person, reading) is not None,
        keep={
            **{f"{PREFIX}{name}": text for name, text in brought.raw.items()},
            **({PREFIX + OPINION: opinion} if opinion else {}),
        },
    )
