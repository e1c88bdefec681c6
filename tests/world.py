"""A whole office for tests: the demo firm, a real database, real keys and PDFs; a clock that the test moves."""

import datetime as dt
import itertools
from dataclasses import dataclass, field
from pathlib import Path

from forms_service.domain.document import Document
from forms_service.domain.people import Organisation, Person
from forms_service.domain.spec import FormSpec
from forms_service.settings import ROOT, Settings, read_settings
from forms_service.store.shelf import load_organisation, load_specs
from forms_service.wiring import Surroundings, open_office
from forms_service.workflow.demonstrating import ALLOWANCE, PIN, newest_mail
from forms_service.workflow.keying import set_pin, unlock_key
from forms_service.workflow.office import Office
from forms_service.workflow.opening import open_document
from forms_service.workflow.publishing import publish
from forms_service.workflow.submitting import Submission, submit

START = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)
CHEAP_PINS = {"FORMS_PIN_MEMORY_KIB": "8"}


@dataclass
class Clock:
    """A clock that stands still until it is moved; every reading is a second later, as in an office."""

    at: dt.datetime = START

    def __call__(self) -> dt.datetime:
        self.at += dt.timedelta(seconds=1)
        return self.at

    def pass_(self, **delta: float) -> None:
        self.at += dt.timedelta(**delta)


@dataclass
class World:
    """An office and the people in it."""

    office: Office
    clock: Clock
    settings: Settings
    keyed: set[str] = field(default_factory=set)

    def person(self, person_id: str) -> Person:
        """Return a person of the demo firm, who has a signing key from now on."""
        person = self.office.require_person(person_id)
        if person_id not in self.keyed:
            set_pin(self.office, person, PIN)
            self.keyed.add(person_id)
        return person

    def open_allowance(self) -> Document:
        return open_document(self.office, self.person("li_wen"), "sales-allowance")

    def sign(self, document: Document, person_id: str, **given: object) -> Document:
        """Let a person sign the step at hand of a document, as the page would."""
        person = self.person(person_id)
        raw = ALLOWANCE if document.step == "prepare" else {}
        parts = {"step": str(document.step), "seen": document.head, "raw": raw, **given}
        submission = Submission(document.id, **parts)  # type: ignore[arg-type]  # a test's own keywords
        return submit(self.office, person, submission, unlock_key(self.office, person, PIN))

    def mail(self) -> str:
        return newest_mail(self.settings.office_folder / "mail")


def make_world(folder: Path) -> World:
    """Open an office in an empty folder, with the demo firm's forms published."""
    clock, count = Clock(), itertools.count(1)
    settings = read_settings(CHEAP_PINS, data=folder)
    around = Surroundings(clock, lambda: f"token{next(count):013}", lambda: "314159")
    office = open_office(settings, around)
    publish(office, (ROOT / "tests" / "specs" / "sales_allowance.yaml").read_bytes(), "sales_allowance.yaml", "office")
    return World(office, clock, settings)


def demo_organisation() -> Organisation:
    org, problems = load_organisation(ROOT / "form_specs" / "organisations" / "demo")
    if org is None:
        raise AssertionError(problems)
    return org


def allowance_spec() -> FormSpec:
    specs, problems = load_specs(ROOT / "tests" / "specs", demo_organisation())
    if problems:
        raise AssertionError(problems)
    return next(spec for spec in specs if spec.form == "sales-allowance")
