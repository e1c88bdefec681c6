"""The demo firm's office with every form of the shelf in force."""

from pathlib import Path

from forms_service.domain.outlines import named_forms
from forms_service.settings import ROOT
from forms_service.store.shelf import read_document
from forms_service.workflow.bringing_into_force import approve
from forms_service.workflow.demonstrating import PIN
from forms_service.workflow.keying import unlock_key
from forms_service.workflow.publishing import publish
from tests.world import World, copy_of, make_world, model

APPROVER = "wang_jian"


def full_office(folder: Path) -> World:
    """Open an office of its own in an empty folder, with every form of the shelf in force."""
    return copy_of(model(_set_up), folder)


def _set_up(folder: Path) -> World:
    world = make_world(folder)
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
