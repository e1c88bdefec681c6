"""Whom the firm trusts, on its page: what counts, what waits, and what 总经理室 proposes to add or take away."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from forms_service.domain.errors import ProblemsFound
from forms_service.domain.people import Person
from forms_service.web.auth import the_office, the_person
from forms_service.web.faults import status_of
from forms_service.web.names import actor_name
from forms_service.web.pages.entrusting import KIND_WORDS, STAND_WORDS, Choice, TrustedRow, TrustPage
from forms_service.web.pages.frame import Fault
from forms_service.web.words import day
from forms_service.workflow.entrusting import KEEPERS, Entrusted, distrust, entrust, list_trusted
from forms_service.workflow.office import Office

blueprint = Blueprint("entrusting", __name__, url_prefix="/configuration/trust")

_LABELS = ("kind", "party", "contact", "person", "from", "until")


@blueprint.get("")
def show() -> str:
    """List whom the firm trusts."""
    return _page(the_office(), the_person())


@blueprint.post("")
def add() -> Response | tuple[str, int]:
    """Propose to trust what a file holds."""
    office, person, upload = the_office(), the_person(), request.files.get("file")
    labels = {name: request.form.get(name, "") for name in _LABELS}
    if upload is None or not upload.filename:
        return _page(office, person, (Fault("file", "还没有选文件。请选证书（.pem、.crt、.cer）或撤销列表。"),)), 422
    try:
        entrust(office, person, upload.read(), _due(labels))
    except ProblemsFound as stop:
        return _page(office, person, tuple(Fault("file", p.message) for p in stop.problems)), status_of(stop)[0]
    return redirect("/configuration/trust?done=added", 303)


@blueprint.post("/remove")
def remove() -> Response:
    """Propose to trust something no more."""
    distrust(the_office(), the_person(), request.form.get("sha256", ""))
    return redirect("/configuration/trust?done=removed", 303)


def _due(labels: dict[str, str]) -> dict[str, str]:
    """Leave out what the chosen kind has no use for: the page shows all the questions."""
    own = {
        "customer-ca": ("party",),
        "contact": ("party", "contact", "from", "until"),
        "person": ("person", "from", "until"),
    }
    return {name: text for name, text in labels.items() if name in ("kind", *own.get(labels["kind"], ()))}


def _page(office: Office, person: Person, faults: tuple[Fault, ...] = ()) -> str:
    org = office.rulebook.draft().reading.organisation
    page = TrustPage(
        rows=tuple(_row(office, one) for one in list_trusted(office)),
        may_propose=bool(KEEPERS & set(person.roles)),
        kinds=tuple(Choice(kind, words) for kind, words in KIND_WORDS.items() if kind != "crl"),
        parties=tuple(Choice(party.id, party.name) for party in org.parties),
        contacts=tuple(Choice(c.email, f"{p.name} {c.name}") for p in org.parties for c in p.contacts),
        people=tuple(Choice(one.id, one.name) for one in org.people),
        typed={name: request.form.get(name, "") for name in _LABELS},
        done=bool(request.args.get("done")),
        faults=faults,
    )
    return render_template("trust.html", page=page)


def _row(office: Office, one: Entrusted) -> TrustedRow:
    words, tone = STAND_WORDS[one.stands]
    until = day(office.local(one.until)) if one.until else ""
    return TrustedRow(
        sha256=one.sha256,
        kind=KIND_WORDS.get(one.kind, one.kind),
        subject=one.subject,
        whom=_whom(office, one.whom),
        term=f"{day(office.local(one.since))} 到 {until}" if until else day(office.local(one.since)),
        stands=words,
        tone=tone,
        removable=one.stands != "to_go",
    )


def _whom(office: Office, whom: str) -> str:
    """Name a party, or one of its contacts, or a person."""
    first, _, contact = whom.partition(" ")
    party = next((party.name for party in office.organisation.parties if party.id == first), "")
    if party:
        return actor_name(office.organisation, f"contact:{contact}") if contact else party
    return actor_name(office.organisation, first) if first else ""
