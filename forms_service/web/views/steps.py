"""A step: what is to be signed, what I fill, and my signature."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form, HiddenField

from forms_service.domain.errors import KeyLocked, ProblemsFound, StalePage, WrongPin, WrongState
from forms_service.domain.people import Person
from forms_service.domain.problem import Problem
from forms_service.domain.routing import free_standings, require_standing, require_turn
from forms_service.signing.timestamps import NoTimestamp
from forms_service.web import desk
from forms_service.web.attaching import attach
from forms_service.web.auth import the_office, the_person
from forms_service.web.beside import Begun, stand_beside
from forms_service.web.faults import point_at, status_of
from forms_service.web.forms import PREFIX, SigningForm, answers_form, plain_text, typed_answers
from forms_service.web.pages.frame import Fault
from forms_service.web.pages.sheet import answer_names
from forms_service.web.step_page import fill_sheet, step_at_hand, step_page, sums_of
from forms_service.web.unlocking import signer_of
from forms_service.web.words import moment
from forms_service.workflow.consulting import consult
from forms_service.workflow.drafting import save_draft, try_out
from forms_service.workflow.handing_out import hand_out
from forms_service.workflow.handing_over import hand_over, take_back
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading, at_desk_of, find
from forms_service.workflow.submitting import Submission, require_fresh, submit

blueprint = Blueprint("steps", __name__, url_prefix="/documents/<document_id>")

OPINION = "@opinion"  # the key of a draft under which the opinion is kept; no field can be called so


@blueprint.get("/step")
def show(document_id: str) -> AnyResponse | str:
    """Show the step at hand to the one whose turn it is."""
    office, person = the_office(), the_person()
    reading = _my_reading(office, person, document_id, request.args.get("step", ""))
    if reading.step is None or reading.claim is None:
        return redirect(f"/documents/{document_id}", 303)
    require_turn(person, reading.step, reading.document, reading.claim)
    draft = desk.draft_of(office, person, reading)
    if draft is None:
        return _page(office, person, reading, desk.first_answers(office, reading, reading.step), SigningForm())
    typed = {name: text for name, text in draft.raw.items() if name != OPINION}
    form = SigningForm(data={"opinion": draft.raw.get(OPINION, "")})
    saved = moment(office.local(draft.saved_at))
    return _page(office, person, reading, typed, form, draft_saved=saved, begun=Begun(draft.head))


@blueprint.post("/step")
def sign(document_id: str) -> AnyResponse | tuple[str, int]:
    """Sign the step; whatever has to be mended is shown on the same page, with everything that was typed."""
    office, person, form = the_office(), the_person(), SigningForm(request.form)
    submission = _submission(document_id, form)
    reading = _my_reading(office, person, document_id, submission.step)
    try:
        step, claim = require_fresh(reading, submission)
        require_standing(person, step, reading.document, claim, submission.on_behalf_of)
        return _take(office, person, reading, submission, form)
    except StalePage as stop:
        return _afresh(office, person, submission, form, stop), status_of(stop)[0]


@blueprint.post("/prepare")
def prepare(document_id: str) -> AnyResponse | tuple[str, int]:
    """Fill the step to be signed in a program of one's own; what has to be mended is shown on the same page."""
    office, person, form = the_office(), the_person(), SigningForm(request.form)
    submission = _submission(document_id, form)
    reading = _my_reading(office, person, document_id, submission.step)
    try:
        require_fresh(reading, submission)
        typed, problems = _typed(office, person, reading)
        _refuse(problems)
        hand_out(office, person, replace(submission, raw=typed if submission.goes_on else {}))
    except ProblemsFound as stop:
        return _again(office, person, reading, typed, form, stop.problems), status_of(stop)[0]
    except StalePage as stop:
        return _afresh(office, person, submission, form, stop), status_of(stop)[0]
    _keep_draft(office, person, document_id)
    return redirect(f"/documents/{document_id}/outside?step={quote(submission.step)}", 303)


@blueprint.post("/draft")
def draft(document_id: str) -> AnyResponse:
    """Keep what was typed, faults and all."""
    office, person = the_office(), the_person()
    _keep_draft(office, person, document_id)
    return redirect(_step_path(document_id), 303)


@blueprint.post("/consult")
def ask(document_id: str) -> AnyResponse | tuple[str, int]:
    """Ask colleagues what they think; what was typed for the step is kept."""
    office, person, form = the_office(), the_person(), SigningForm(request.form)
    step_id, asked = form.step.data or "", tuple(request.form.getlist("asked"))
    try:
        consult(office, person, document_id, step_id, asked, plain_text(request.form.get("question")))
    except ProblemsFound as stop:
        reading = _my_reading(office, person, document_id, step_id)
        typed, _ = _typed(office, person, reading)
        return _again(office, person, reading, typed, form, stop.problems), status_of(stop)[0]
    _keep_draft(office, person, document_id)
    return redirect(_step_path(document_id), 303)


@blueprint.post("/hand-over")
def give(document_id: str) -> AnyResponse:
    """Hand the step over to a colleague who holds it too."""
    step_id = request.form.get("step", "")
    hand_over(the_office(), the_person(), document_id, step_id, request.form.get("to", ""))
    return redirect(f"/documents/{document_id}?done=handed", 303)


@blueprint.post("/take-back")
def regain(document_id: str) -> AnyResponse:
    """Take the step back from whom it was handed to."""
    step_id = request.form.get("step", "")
    take_back(the_office(), the_person(), document_id, step_id)
    return redirect(f"/documents/{document_id}/step?step={step_id}", 303)


@blueprint.post("/calculate")
def calculate(document_id: str) -> Response:
    """Work out the calculated cells for what is typed so far; nothing is stored."""
    office, person = the_office(), the_person()
    reading = _my_reading(office, person, document_id, request.form.get("step", ""))
    if reading.step is None:
        raise WrongState(f"单据 {reading.document.number} 已经结束，不能再填。")
    typed = typed_answers(_answers(office, reading, {}))
    values, _ = try_out(office, person, document_id, typed, reading.step.id)
    return jsonify(sums_of(fill_sheet(office, reading, values, typed)))


def _submission(document_id: str, form: SigningForm) -> Submission:
    """Take what the page handed in, but for what was typed into the step's cells."""
    return Submission(
        document_id=document_id,
        step=form.step.data or "",
        seen=form.seen.data or "",
        decision=request.form.get("decision", ""),
        opinion=plain_text(form.opinion.data),
        reason=plain_text(form.reason.data),
        on_behalf_of=request.form.get("for") or None,
    )


def _my_reading(office: Office, person: Person, document_id: str, step_id: str) -> Reading:
    return at_desk_of(find(office, person, document_id), person.id, step_id)


def _step_path(document_id: str) -> str:
    """Return to the same step: of a 会签 several may be one person's."""
    return f"/documents/{document_id}/step?step={quote(request.form.get('step', ''))}"


def _take(
    office: Office, person: Person, reading: Reading, submission: Submission, form: SigningForm
) -> AnyResponse | tuple[str, int]:
    """Sign with what was typed; faults, a wrong PIN and a missing timestamp come back on the same page.

    Raises StalePage.
    """
    typed, problems = _typed(office, person, reading)
    try:
        _refuse(problems or _problems(office, person, submission, typed))
        signer = signer_of(office, person, form)
        submit(office, person, replace(submission, raw=typed if submission.goes_on else {}), signer)
    except ProblemsFound as stop:
        return _again(office, person, reading, typed, form, stop.problems), status_of(stop)[0]
    except (WrongPin, KeyLocked, NoTimestamp) as stop:
        fault = (Fault("pin", str(stop)),)
        return _page(office, person, reading, typed, form, faults=fault), status_of(stop)[0]
    return redirect(f"/documents/{submission.document_id}?done=signed", 303)


def _keep_draft(office: Office, person: Person, document_id: str) -> None:
    step_id = request.form.get("step", "")
    reading = _my_reading(office, person, document_id, step_id)
    typed, _ = _typed(office, person, reading) if _is_mine(person, reading) else ({}, ())
    opinion = plain_text(request.form.get("opinion"))
    save_draft(office, person, document_id, {**typed, **({OPINION: opinion} if opinion else {})}, step_id)


def _afresh(office: Office, person: Person, submission: Submission, form: SigningForm, stop: StalePage) -> str:
    """Show the step on the bytes as they now are, with what was typed and with what changed meanwhile.

    Where it is no longer theirs there is nothing left to do here, and the stop says so.
    """
    reading = _my_reading(office, person, submission.document_id, submission.step)
    if reading.step is None or reading.step.id != submission.step or not _is_mine(person, reading):
        raise stop
    typed, _ = _typed(office, person, reading)
    return _page(office, person, reading, typed, form)


def _is_mine(person: Person, reading: Reading) -> bool:
    if reading.step is None or reading.claim is None:
        return False
    return bool(free_standings(reading.claim.standings(person.id), reading.step, reading.document))


def _answers(office: Office, reading: Reading, shown: Mapping[str, str]) -> Form:
    """Make the step's form from what the request typed, or else from the texts to be shown."""
    step, _ = step_at_hand(reading)
    typed = request.form if request.method == "POST" else None
    made = answers_form(reading.spec, step, office.organisation, shown)
    return made(formdata=typed, data=dict(shown), prefix=PREFIX)


def _typed(office: Office, person: Person, reading: Reading) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
    if reading.step is None:
        return {}, ()
    texts = {name.removeprefix(PREFIX): text for name, text in request.form.items() if name.startswith(PREFIX)}
    files = {name.removeprefix(PREFIX): file for name, file in request.files.items()}
    attached, problems = attach(office, person, reading, files, texts)
    return {**typed_answers(_answers(office, reading, {})), **attached}, problems


def _problems(office: Office, person: Person, submission: Submission, typed: Mapping[str, str]) -> tuple[Problem, ...]:
    """Look for faults before the PIN is asked, so that nobody types it twice for a forgotten cell."""
    if not submission.goes_on:
        return ()
    return try_out(office, person, submission.document_id, typed, submission.step)[1]


def _refuse(problems: tuple[Problem, ...]) -> None:
    if any(problem.level == "error" for problem in problems):
        raise ProblemsFound(problems)


def _again(
    office: Office,
    person: Person,
    reading: Reading,
    typed: Mapping[str, str],
    form: SigningForm,
    problems: tuple[Problem, ...],
) -> str:
    names = answer_names(fill_sheet(office, reading, reading.values, typed))
    faults = point_at(tuple(p for p in problems if p.level == "error"), names)
    warnings = tuple(p.message for p in problems if p.level == "warning")
    return _page(office, person, reading, typed, form, faults=faults, warnings=warnings)


def _page(
    office: Office,
    person: Person,
    reading: Reading,
    typed: Mapping[str, str],
    form: SigningForm,
    *,
    faults: tuple[Fault, ...] = (),
    warnings: tuple[str, ...] = (),
    draft_saved: str = "",
    begun: Begun | None = None,
) -> str:
    step, _ = step_at_hand(reading)
    values, _ = try_out(office, person, reading.document.id, typed, step.id)
    fills = fill_sheet(office, reading, values, typed)
    beside = stand_beside(office, person, reading, step, begun or _begun())
    page = step_page(office, person, reading, fills, beside, faults=faults, warnings=warnings, draft_saved=draft_saved)
    form.seen.data, form.step.data, form.pin.data = page.seen, page.step, ""
    return render_template(
        "step.html", page=page, form=form, answers=_with_files(_answers(office, reading, typed), typed)
    )


def _begun() -> Begun:
    """Return what the page that sent this request had; a fresh page has nothing yet."""
    given = request.form
    return Begun(
        given.get("seen", ""), given.get("for", ""), given.get("question", ""), frozenset(given.getlist("asked"))
    )


def _with_files(answers: Form, typed: Mapping[str, str]) -> Form:
    """Let the page carry the files already handed in, which the request itself does not name yet."""
    for field in answers:
        name = field.name.removeprefix(PREFIX)
        if isinstance(field, HiddenField) and name in typed:
            field.data = typed[name]
    return answers
