"""A customer's link: welcome, the one-time code, the document with its two answers, and a copy to keep.

Opening any of these pages changes nothing; every change is a POST. The grant of a right code and, after the answer,
the digest of the bytes signed are kept in the visitor's own signed session.
"""

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.errors import DoesNotFit, MissingGlyph, ProblemsFound, WrongCode
from forms_service.domain.values import Values
from forms_service.pdf.read import page_count
from forms_service.signing.timestamps import NoTimestamp
from forms_service.store.links import Link
from forms_service.web import desk
from forms_service.web.answers import deliver, picture
from forms_service.web.auth import the_office
from forms_service.web.document_page import reading_sheet
from forms_service.web.faults import status_of
from forms_service.web.forms import CodeForm, CustomerForm, plain_text
from forms_service.web.pages.customer import CodePage, DonePage, SignPage, WelcomePage
from forms_service.web.pages.frame import Fault, PageImage
from forms_service.web.visiting import grant_of, granted, keep_grant, remember, signed, signed_before
from forms_service.web.words import day, moment
from forms_service.workflow.answering_elsewhere import companys_certificates
from forms_service.workflow.consenting import Standing, consent_faults, standing_of, withdraw_by_contact
from forms_service.workflow.inviting import CODE_LIVES, check_code, mask, require_link, send_code
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading
from forms_service.workflow.receiving import Answer, answer

blueprint = Blueprint("customer", __name__, url_prefix="/c/<token>")

_LONGEST_NAME = 20


@blueprint.get("")
def welcome(token: str) -> str:
    """Greet the contact; nothing of the document is shown before the code."""
    office = the_office()
    link = require_link(office, token)
    document = desk.public_document(office, link.document_id)
    page = WelcomePage(
        token=token,
        firm=office.organisation.firm.name,
        title=office.printery.form(document.spec_sha256).spec.title.zh_hans,
        contact=link.contact_name,
        address=mask(link.contact_email),
        until=day(office.local(link.expires_at)),
    )
    return render_template("customer/welcome.html", page=page)


@blueprint.post("/code")
def ask_code(token: str) -> AnyResponse:
    """Mail a one-time code."""
    send_code(the_office(), token)
    return redirect(f"/c/{token}/code", 303)


@blueprint.get("/code")
def code(token: str) -> str:
    """Ask for the code."""
    return _code_page(the_office(), token, CodeForm())


@blueprint.post("/open")
def enter(token: str) -> AnyResponse | tuple[str, int]:
    """Take the code; the right one opens the document to this browser."""
    office, form = the_office(), CodeForm(request.form)
    try:
        grant = check_code(office, token, "".join((form.code.data or "").split()))
    except WrongCode as stop:
        return _code_page(office, token, form, (Fault("code", str(stop)),)), status_of(stop)[0]
    keep_grant(token, grant)
    return redirect(f"/c/{token}/sign", 303)


@blueprint.get("/sign")
def show(token: str) -> str:
    """Show the document and the two answers."""
    office = the_office()
    link, reading = granted(office, token)
    form = CustomerForm(name=link.contact_name)
    return _sign_page(office, token, link, reading, form)


@blueprint.post("/sign")
def sign(token: str) -> AnyResponse | tuple[str, int]:
    """Sign the customer's acceptance, or the refusal with its reason."""
    office, form = the_office(), CustomerForm(request.form)
    link, reading = granted(office, token)
    accepts = request.form.get("answer") == "accept"
    faults = _missing(form, standing_of(office, link)) if accepts else ()
    if faults:
        return _sign_page(office, token, link, reading, form, faults), 422
    name = (form.name.data or "").strip() if accepts else link.contact_name
    given = Answer(form.seen.data or "", accepts, name, plain_text(form.opinion.data), bool(form.consent.data))
    try:
        stored = answer(office, token, grant_of(token), given)
    except ProblemsFound as stop:
        found = tuple(
            Fault(str(problem.where) if problem.where in ("opinion", "name", "consent") else "", problem.message)
            for problem in stop.problems
        )
        return _sign_page(office, token, link, reading, form, found, refusing=not accepts), status_of(stop)[0]
    except (MissingGlyph, DoesNotFit) as stop:
        return _sign_page(office, token, link, reading, form, (Fault("name", str(stop)),)), status_of(stop)[0]
    except NoTimestamp as stop:
        fault = (Fault("", str(stop)),)
        return _sign_page(office, token, link, reading, form, fault, refusing=not accepts), status_of(stop)[0]
    remember(token, stored, accepts=accepts)
    return redirect(f"/c/{token}/done", 303)


@blueprint.post("/consent/withdraw")
def withdraw(token: str) -> AnyResponse:
    """Take back the contact's consent to the electronic form."""
    withdraw_by_contact(the_office(), token, grant_of(token))
    return redirect(f"/c/{token}/sign", 303)


@blueprint.get("/done")
def done(token: str) -> str:
    """Thank the customer and offer the signed file."""
    office, kept = the_office(), signed(token)
    document = desk.public_document(office, str(kept["document"]))
    page = DonePage(
        firm=office.organisation.firm.name,
        title=office.printery.form(document.spec_sha256).spec.title.zh_hans,
        number=document.number,
        accepted=bool(kept["accepts"]),
        at=moment(office.local(document.step_opened_at)),
        file_href=f"/c/{token}/file.pdf",
        status_href=f"/d/{document.id}",
    )
    return render_template("customer/done.html", page=page)


@blueprint.get("/pages/<int:number>.png")
def page(token: str, number: int) -> Response:
    """Draw a page of the bytes that the contact is asked to sign."""
    office = the_office()
    _, reading = granted(office, token)
    return picture(desk.picture_of(office, office.blobs.get(reading.document.head), number), lasting=False)


@blueprint.get("/file.pdf")
def file(token: str) -> Response:
    """Hand out the PDF: before the answer the one to be signed, after it the one signed."""
    office, kept = the_office(), signed_before(token)
    if kept is not None:
        document = desk.public_document(office, str(kept["document"]))
        return deliver(office.blobs.get(str(kept["head"])), f"{document.number}.pdf", "application/pdf")
    _, reading = granted(office, token)
    return deliver(office.blobs.get(reading.document.head), f"{reading.document.number}.pdf", "application/pdf")


def _missing(form: CustomerForm, standing: Standing) -> tuple[Fault, ...]:
    """Say what has to be given before the contact can sign."""
    name = (form.name.data or "").strip()
    faults = []
    if not name:
        faults.append(Fault("name", "请打您的姓名，再签章。"))
    if len(name) > _LONGEST_NAME:
        faults.append(Fault("name", f"姓名最多 {_LONGEST_NAME} 个字，现在有 {len(name)} 个。请只打姓名。"))
    if not form.agree.data:
        faults.append(Fault("agree", "请先勾选「我已核对内容」，再签章。"))
    faults += [
        Fault("consent", p.message) for p in consent_faults(standing, accepts=True, consents=bool(form.consent.data))
    ]
    return tuple(faults)


def _code_page(office: Office, token: str, form: CodeForm, faults: tuple[Fault, ...] = ()) -> str:
    link = require_link(office, token)
    minutes = int(CODE_LIVES.total_seconds() // 60)
    page = CodePage(token, office.organisation.firm.name, mask(link.contact_email), minutes, faults)
    return render_template("customer/code.html", page=page, form=form)


def _sign_page(
    office: Office,
    token: str,
    link: Link,
    reading: Reading,
    form: CustomerForm,
    faults: tuple[Fault, ...] = (),
    *,
    refusing: bool = False,
) -> str:
    document, firm = reading.document, office.organisation.firm
    pages, standing = page_count(office.blobs.get(document.head)), standing_of(office, link)
    page = SignPage(
        token=token,
        firm=firm.name,
        title=reading.spec.title.zh_hans,
        number=document.number,
        customer=document.subject,
        contact=link.contact_name,
        amount=document.amount,
        in_words=_in_words(reading.values),
        currency=firm.currency,
        seen=document.head,
        images=tuple(
            PageImage(f"/c/{token}/pages/{n}.png", n, f"{document.number} 第 {n} 页，共 {pages} 页；文字版在下面")
            for n in range(1, pages + 1)
        ),
        reading=reading_sheet(office, reading),
        may_refuse=bool(reading.step and reading.step.may_refuse),
        refusing=refusing,
        consent=standing.words,
        consented=day(office.local(standing.given_at)) if standing.given_at else "",
        withdrawn=standing.withdrawn,
        own_href=f"/c/{token}/own" if companys_certificates(office, link, reading) else "",
        faults=faults,
    )
    form.seen.data = document.head
    return render_template("customer/sign.html", page=page, form=form)


def _in_words(values: Values) -> str:
    """Return the amount in capital characters where the form has it."""
    return str(values.get("in_words") or "")
