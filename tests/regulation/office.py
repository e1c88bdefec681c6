"""One complaint that has everything in it, kept as it stood before every step, to be looked at or gone on from.

way = walk(folder)
way["talk"].case                    # as 业务 finds it on its desk
moment = way["talk"].taken(tmp_path)    # an office of one's own at that moment, to act in
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pytest

from forms_service.domain.document import Document
from forms_service.domain.errors import NotFound, NotYours, ProblemsFound, StalePage
from forms_service.workflow.demonstrating import PIN
from forms_service.workflow.keying import unlock_key
from forms_service.workflow.reading import Reading, Turn, read
from forms_service.workflow.submitting import Submission, submit
from tests.cases import next_turn, open_complaint, settle, sign_step
from tests.forms.office import full_office
from tests.world import World, copy_of

CLOSED = "closed"
REFUSED = (NotFound, NotYours, StalePage)
"""What stops whoever signs a step that is not theirs or not at hand: they do not see it, may not, or come too early."""
EVERYTHING: Mapping[str, str] = MappingProxyType(
    {
        "class_reported": "human",
        "needs_rd": "yes",
        "proposed_unit": "sales",
        "reporter": "吴刚",
        "liable_share": "70%",
        "outside_party": "明达基板材料有限公司",
        "outside_share": "30%",
        "joint_first": "plant",
        "joint_second": "rd",
        "track": "yes",
        "return_qty": "100",
        "sale_price": "86.50",
        "loss_return": "5200.00",
        "penalty_kind": "bonus",
        "penalty_person": "冯强",
        "penalty_note": "漏做槽液分析",
    }
)
"""What makes the usual case go by every step: 研发部, another firm's liability, a return beside the allowance.

业务 reports it as 人为, 质管 finds 质量; 质管 proposes 业务部, 总经理室 decides on 制造部.
"""


@dataclass(frozen=True)
class Moment:
    """A case as it stood before one of its steps, in an office of its own. Look at it; to act, take a copy."""

    world: World
    case: Document

    @property
    def reading(self) -> Reading:
        """Read the case as it stands."""
        return read(self.world.office, self.case)

    @property
    def turn(self) -> Turn:
        """Return the step at hand and whose it is."""
        turn = next_turn(self.world, self.case)
        assert turn is not None
        return turn

    @property
    def stored(self) -> Document:
        """Return the case as the office has it now."""
        with self.world.office.database.read() as tx:
            return tx.documents.get(self.case.id)

    @property
    def opened_on(self) -> dt.date:
        """Return the day on which the step came to its desk."""
        return self.world.office.today(self.case.step_opened_at)

    @property
    def due(self) -> str:
        """Return the last minute for the step at hand, by the firm's clock."""
        return f"{self.world.office.local(self.case.due_at):%Y-%m-%d %H:%M}" if self.case.due_at else ""

    def taken(self, folder: Path) -> "Moment":
        """Copy the office as it stood, for a test to go on in."""
        return Moment(copy_of(self.world, folder), self.case)

    def try_to_sign(self, person_id: str, step: str, **raw: str) -> Document:
        """Let a person hand in a step that need not be theirs, nor at hand, with no more than is given."""
        person, office = self.world.person(person_id), self.world.office
        submission = Submission(self.case.id, step, self.case.head, raw=raw)
        return submit(office, person, submission, unlock_key(office, person, PIN))

    def gaps(self, *fields: str) -> set[str]:
        """Hand in the step at hand with some fields left blank; returns the cells for which it is refused."""
        return self.faults(**dict.fromkeys(fields, ""))

    def faults(self, **typed: str) -> set[str]:
        """Hand in the step at hand with something else than usual; returns the cells for which it is refused."""
        with pytest.raises(ProblemsFound) as refused:
            sign_step(self.world, self.case, **typed)
        return {str(problem.where) for problem in refused.value.problems if problem.level == "error"}

    def words_to(self, person_id: str) -> list[str]:
        """List what the office told a person of the case and what follows from it, newest first."""
        with self.world.office.database.read() as tx:
            return [note.words for note in tx.notes.of(person_id)]


def walk(folder: Path) -> Mapping[str, Moment]:
    """Take the case the whole way, a day passing before 生产单位 signs; it is kept by the step at hand, and closed."""
    world = full_office(folder / "office")
    for person in world.office.organisation.people:
        world.person(person.id)
    case, moments = open_complaint(world), {}
    while (turn := next_turn(world, case)) is not None:
        moments[turn.step.id] = Moment(copy_of(world, folder / turn.step.id), case)
        world.clock.pass_(days=int(turn.step.id == "plant"))
        case = sign_step(world, case, **EVERYTHING)
    settle(world)
    return {**moments, CLOSED: Moment(world, case)}
