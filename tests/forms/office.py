"""The demo firm's office with every form of the shelf in force; it is set up once and copied for each test."""

import functools
import itertools
import shutil
import tempfile
from pathlib import Path

from forms_service.domain.outlines import named_forms
from forms_service.settings import ROOT, read_settings
from forms_service.store.shelf import read_document
from forms_service.wiring import Surroundings, open_office
from forms_service.workflow.bringing_into_force import approve
from forms_service.workflow.demonstrating import PIN
from forms_service.workflow.keying import unlock_key
from forms_service.workflow.publishing import publish
from tests.world import CHEAP_PINS, Clock, World, make_world

APPROVER = "wang_jian"
_TOKENS = itertools.count(1)  # a copy of a copy knows the documents of both


def full_office(folder: Path) -> World:
    """Open an office of its own in an empty folder, with every form of the shelf in force."""
    return copy_of(_model(), folder)


def copy_of(world: World, folder: Path) -> World:
    """Open a copy of an office in an empty folder, for a test to go on in; the other stays as it is."""
    kept = shutil.copytree(world.settings.data, folder, dirs_exist_ok=True)
    clock = Clock(world.clock.at)
    settings = read_settings({**CHEAP_PINS, "FORMS_SPECS": str(kept / "_specs")}, data=kept)
    around = Surroundings(clock, lambda: f"{next(_TOKENS):08}-document", lambda: "314159", glance=lambda: clock.at)
    return World(open_office(settings, around), clock, settings, set(world.keyed))


@functools.cache
def _model() -> World:
    """Set up the office that every other is a copy of."""
    world = make_world(Path(tempfile.mkdtemp(prefix="forms-")) / "office")
    manager = world.person(APPROVER)
    signer = unlock_key(world.office, manager, PIN)
    shelf = {path.stem.replace("_", "-"): path.read_bytes() for path in sorted((ROOT / "form_specs").glob("*.yaml"))}
    beside = {form: [shelf[name] for name in _named(source) & shelf.keys()] for form, source in shelf.items()}
    specs = [publish(world.office, source, f"{form}.yaml", "office", beside[form]) for form, source in shelf.items()]
    for spec in specs:
        approve(world.office, manager, spec.sha256, signer)
    return world


def _named(source: bytes) -> frozenset[str]:
    node, _ = read_document(source, "form.yaml")
    return frozenset() if node is None else named_forms(node)
