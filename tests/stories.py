"""Stories that many tests begin with: each is lived through once a process, and copied for whoever goes on from it.

story = closed_case(track="yes").taken(tmp_path / "office")
go_on(story.world, child(story.world, story.document, "improvement"))
"""

import functools
from dataclasses import dataclass
from pathlib import Path

from forms_service.domain.document import Document
from forms_service.workflow.distributing import distribute_pending
from forms_service.workflow.opening import open_document
from tests import case_forms
from tests.cases import child, close_case, customer_accepts, go_on, next_turn, open_complaint, settle, sign_step
from tests.forms.office import full_office
from tests.paper import PNG, take_in
from tests.world import World, copy_of, make_world, scratch


@dataclass(frozen=True)
class Story:
    """An office as it stood at a point of a document's way. Look at it; to act, take a copy."""

    world: World
    document: Document

    def taken(self, folder: Path) -> "Story":
        """Copy the office as it stood, for a test to go on in."""
        return Story(copy_of(self.world, folder), self.document)

    def child(self, form: str) -> Document:
        """Return the one document of a form that was opened from this one."""
        return child(self.world, self.document, form)


def closed_case(**typed: str) -> Story:
    """A complaint taken to its decision, copies sealed and what follows opened; `typed` as `cases.go_on` takes it."""
    return _closed(tuple(sorted(typed.items())))


@functools.cache
def _closed(typed: tuple[tuple[str, str], ...]) -> Story:
    world = full_office(scratch())
    return Story(world, close_case(world, **dict(typed)))


def case_before(step: str) -> Story:
    """The usual complaint as it stood before one of its steps."""
    return _usual_way()[step]


@functools.cache
def _usual_way() -> dict[str, Story]:
    world, found = full_office(scratch()), dict[str, Story]()
    case = open_complaint(world)
    while (turn := next_turn(world, case)) is not None:
        found[turn.step.id] = Story(copy_of(world, scratch()), case)
        case = sign_step(world, case)
    return found


@functools.cache
def allowance_at_the_customer() -> Story:
    """The allowance that a case led to, signed by the firm: the customer is next."""
    case = closed_case().taken(scratch())
    waiting = go_on(case.world, case.child("sales-allowance"))
    assert waiting.step == "customer"
    return Story(case.world, waiting)


@functools.cache
def sealed_allowance() -> Story:
    """The same, accepted by the customer and finished, its copies sealed."""
    story = allowance_at_the_customer().taken(scratch())
    done = go_on(story.world, customer_accepts(story.world, story.document))
    assert done.state == "finished"
    settle(story.world)
    return Story(story.world, done)


@functools.cache
def lone_allowance() -> Story:
    """An allowance of the tests' own form, without a case: signed by all, its copies sealed."""
    world = make_world(scratch())
    document = world.sign(world.open_allowance(), "li_wen")
    for person in ("lin_guo", "wang_jian"):
        document = world.sign(document, person)
    world.let_customer_sign(document)
    with world.office.database.read() as tx:
        return Story(world, tx.documents.get(document.id))


@functools.cache
def rebate_at_the_customer() -> Story:
    """A rebate after a finished grievance, signed by the firm: the customer is next."""
    world = case_forms.case_world(scratch())
    parent = case_forms.finished_grievance(world, amount="9000")
    document = open_document(world.office, world.person("li_wen"), "rebate", parent.id)
    document = world.sign(document, "li_wen", raw={"amount": "500"})
    return Story(world, world.sign(document, "wang_jian"))


@functools.cache
def rebate_on_paper() -> Story:
    """The same, answered on stamped paper and booked, its copies sealed."""
    story = rebate_at_the_customer().taken(scratch())
    document = take_in(story.world, story.document, "li_wen", PNG)
    document = story.world.sign(document, "he_mei")
    distribute_pending(story.world.office)
    return Story(story.world, document)
