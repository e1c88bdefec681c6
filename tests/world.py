"""A whole office for tests: the demo firm, a real database, real keys and PDFs; a clock that the test moves.

world = make_world(folder)          # a copy of an office that is set up once a process
copy_of(model(story), folder)       # the same for any other beginning that tests have in common
found_world(folder)                 # another firm: an office with an authority of its own
"""

import atexit
import datetime as dt
import functools
import itertools
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from forms_service.domain.document import Document
from forms_service.domain.people import Organisation, Person
from forms_service.domain.spec import FormSpec
from forms_service.settings import ROOT, Settings, read_settings
from forms_service.store.shelf import load_organisation, load_specs
from forms_service.wiring import Surroundings, open_office
from forms_service.workflow.bringing_into_force import approve, waiting
from forms_service.workflow.demonstrating import PIN, newest_mail
from forms_service.workflow.distributing import distribute_pending
from forms_service.workflow.inviting import check_code, granted_link, invite_pending, send_code
from forms_service.workflow.keying import set_pin, unlock_key
from forms_service.workflow.office import Office
from forms_service.workflow.opening import open_document
from forms_service.workflow.publishing import publish
from forms_service.workflow.receiving import Answer, answer
from forms_service.workflow.submitting import Submission, submit
from tests.allowance import ALLOWANCE

START = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)
CHEAP_PINS = {"FORMS_PIN_MEMORY_KIB": "8"}
_TOKENS = itertools.count(1)  # a copy of a copy knows the documents of both


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

    def let_customer_sign(self, document: Document) -> None:
        """Mail the customer's link, answer it with the code, and let the copies be sealed."""
        invite_pending(self.office)
        token = self.mail().split("/c/")[1].split()[0]
        send_code(self.office, token)
        grant = check_code(self.office, token, self.mail().split("验证码是 ")[1][:6])
        link, _ = granted_link(self.office, token, grant)
        answer(
            self.office, token, grant, Answer(seen=document.head, accepts=True, name=link.contact_name, consents=True)
        )
        distribute_pending(self.office)

    def mail(self) -> str:
        return newest_mail(self.settings.office_folder / "mail")

    def bring_into_force(self, effective: dt.date | None = None) -> None:
        """Let the general manager sign all that waits: the organisation's folder as it stands, and new forms."""
        manager = self.person("wang_jian")
        signer = unlock_key(self.office, manager, PIN)
        for proposal in waiting(self.office):
            approve(self.office, manager, proposal.sha256, signer, effective)

    def change(self, file: str, old: str, new: str) -> None:
        """Change a file of the organisation (`people.yaml`) or a policy (`policies/tax.yaml`), signed by nobody yet."""
        parts = file.split("/") if "/" in file else ("organisations", "demo", file)
        path = self.settings.specs.joinpath(*parts)
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{file} holds {old!r} {text.count(old)} times"
        path.write_text(text.replace(old, new), encoding="utf-8")
        self.office.rulebook.refresh()

    def amend(self, file: str, old: str, new: str) -> None:
        """Change a file of the organisation or a policy, and let the general manager sign it for today."""
        self.change(file, old, new)
        self.bring_into_force()

    def publish(self, source: bytes, file: str = "form.yaml") -> FormSpec:
        """Publish a form and let the general manager sign it for today."""
        return publish_and_approve(self.office, self.person("wang_jian"), source, file)


def publish_and_approve(office: Office, manager: Person, source: bytes, file: str = "form.yaml") -> FormSpec:
    """Publish a form, which a general manager with the tests' PIN approves at once."""
    spec = publish(office, source, file, "office")
    approve(office, manager, spec.sha256, unlock_key(office, manager, PIN))
    return spec


def make_world(folder: Path, env: Mapping[str, str] | None = None) -> World:
    """Open an office in an empty folder, with the demo firm's organisation and the tests' form in force.

    The world has its own copy of the demo firm's files, for the test to change. The firm's authority is one for all,
    but in an office with settings of its own.
    """
    return found_world(folder, env) if env else copy_of(model(found_world), folder)


def found_world(folder: Path, env: Mapping[str, str] | None = None) -> World:
    """Found the same office anew, with an authority of its own."""
    clock, count = Clock(), itertools.count(1)
    shelf = shutil.copytree(ROOT / "form_specs", folder / "_specs")
    settings = read_settings({**CHEAP_PINS, "FORMS_SPECS": str(shelf), **(env or {})}, data=folder)
    around = Surroundings(clock, lambda: f"{next(count):08}tokentoken", lambda: "314159", glance=lambda: clock.at)
    world = World(open_office(settings, around), clock, settings)
    world.bring_into_force()
    world.publish((ROOT / "tests" / "specs" / "sales_allowance.yaml").read_bytes(), "sales_allowance.yaml")
    return world


@functools.cache
def model(begin: Callable[[Path], World]) -> World:
    """Begin a world once a process, every form in force printed, for tests to copy; nobody goes on in it."""
    world = begin(scratch())
    for form in world.office.rulebook.forms():
        world.office.printery.form(form.sha256)
    return world


def scratch() -> Path:
    """Make an empty folder that lasts as long as the process."""
    folder = Path(tempfile.mkdtemp(prefix="forms-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def copy_of(world: World, folder: Path) -> World:
    """Open a copy of an office in an empty folder, for a test to go on in; the other stays as it is."""
    kept = shutil.copytree(world.settings.data, folder, dirs_exist_ok=True)
    clock = Clock(world.clock.at)
    settings = read_settings({**CHEAP_PINS, "FORMS_SPECS": str(kept / "_specs")}, data=kept)
    around = Surroundings(clock, lambda: f"{next(_TOKENS):08}-document", lambda: "314159", glance=lambda: clock.at)
    copy = World(open_office(settings, around), clock, settings, set(world.keyed))
    copy.office.printery._forms.update(world.office.printery._forms)  # as they would be to the office itself
    return copy


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
