"""催办单, 洽办单, 签呈, 异常处理单 and 改善表 on their way through the office."""

import datetime as dt
from pathlib import Path

import pytest

from forms_service.domain.document import Document
from forms_service.domain.errors import NotOpenable, ProblemsFound
from forms_service.workflow.opening import open_document, openable_from
from forms_service.workflow.reading import read
from forms_service.workflow.sweeping import sweep
from tests.cases import case_world, child, children, close_case, go_on, next_turn, open_complaint, settle, sign_step
from tests.stories import Story, case_before, closed_case
from tests.world import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return case_world(tmp_path_factory.mktemp("office"))


@pytest.fixture
def tracked(tmp_path: Path) -> Story:
    """A closed case whose improvement is tracked, with what follows opened, in an office of its own."""
    return closed_case(track="yes").taken(tmp_path / "office")


def _shown(world: World, document: Document, *fields: str) -> list[str]:
    values = read(world.office, document).values
    return [str(values[field]) for field in fields]


def _desk(world: World, document: Document) -> tuple[str, str]:
    turn = next_turn(world, document)
    assert turn is not None
    return turn.step.id, turn.claim.role


def _keepers(world: World, document: Document) -> list[str]:
    """List the departments whose archive holds a copy of a document."""
    settle(world)
    departments = (department.id for department in world.office.organisation.departments)
    archive = world.office.archive
    return [d for d in departments if any(entry.number == document.number for entry in archive.entries(d))]


# 签呈


@pytest.mark.regulation("9(11)")
def test_an_objection_is_heard_by_the_units_named_and_decided_by_the_general_manager(
    tracked: Story,
) -> None:
    world, closed = tracked.world, tracked.document
    memorial = open_document(world.office, world.person("wu_gang"), "memorial", closed.id)
    memorial = sign_step(world, memorial, by="wu_gang", unit_two="rd")
    assert _shown(world, memorial, "origin_no", "origin_title") == [closed.number, "客户抱怨处理表"]
    memorial = go_on(world, memorial)
    assert [s.step for s in memorial.signatures] == ["draft", "consult_1", "consult_2", "gm"]
    assert memorial.state == "finished"
    with world.office.database.read() as tx:
        assert tx.documents.get(closed.id).state == "finished"


def test_a_memorial_lies_where_it_began_and_in_the_general_managers_office(tracked: Story) -> None:
    world, closed = tracked.world, tracked.document
    memorial = open_document(world.office, world.person("gao_yuan"), "memorial", closed.id)
    assert _keepers(world, go_on(world, memorial)) == ["rd", "gm_office"]


def test_the_deputy_reads_a_memorial_that_is_to_pass_him(world: World) -> None:
    memorial = open_document(world.office, world.person("luo_bin"), "memorial")
    memorial = go_on(world, memorial, until="gm", kind="other", needs_deputy="yes", unit_one="")
    assert [s.step for s in memorial.signatures] == ["draft", "deputy_gm"]


def test_a_memorial_is_turned_down_with_a_reason(world: World) -> None:
    memorial = open_document(world.office, world.person("luo_bin"), "memorial")
    memorial = go_on(world, memorial, until="gm", kind="other", unit_one="")
    assert sign_step(world, memorial, "reject", "维持原决议").state == "rejected"


@pytest.mark.regulation("9(6)i", "12(1)c")
def test_a_sanction_goes_to_personnel_too(tracked: Story) -> None:
    world, closed = tracked.world, tracked.document
    sanction = {"kind": "discipline", "complaint_no": closed.number, "sanction": "warning"}
    memorial = open_document(world.office, world.person("zhao_min"), "memorial", closed.id)
    memorial = go_on(world, memorial, **sanction, offender="冯强", unit_of_offender="plant", unit_one="plant")
    assert _keepers(world, memorial) == ["hr", "gm_office"]


# 异常处理单


@pytest.mark.regulation("3b", "3c", "3d")
def test_an_abnormality_is_answered_by_every_unit_it_names(world: World) -> None:
    report = open_document(world.office, world.person("xie_fang"), "abnormality")
    report = sign_step(world, report, by="xie_fang", unit_two="rd")
    assert _desk(world, report) == ("first", "dept:warehouse")
    with pytest.raises(ProblemsFound, match="反馈单位一答复"):
        sign_step(world, report, reply_one="")
    report = sign_step(world, report)
    assert _desk(world, report) == ("second", "dept:rd")
    report = sign_step(world, report)
    assert _desk(world, report) == ("close", "person:xie_fang")
    report = sign_step(world, report)
    assert (report.state, report.number.startswith("X2611")) == ("finished", True)
    assert _keepers(world, report) == ["sales", "qa", "plant"]


def test_a_loss_that_shows_later_makes_a_complaint_of_it(world: World) -> None:
    report = open_document(world.office, world.person("cao_yang"), "abnormality")
    report = go_on(world, report, outcome="loss")
    settle(world)
    complaint = child(world, report, "customer-complaint")
    assert (complaint.state, _desk(world, complaint)) == ("open", ("open", "dept:sales"))


# 改善表


@pytest.mark.regulation("7(3)④a", "7(3)⑥b")
def test_a_tracked_case_opens_its_improvement_on_the_offices_desk(tracked: Story) -> None:
    assert _desk(tracked.world, tracked.child("improvement")) == ("raise", "gm_office")


@pytest.mark.regulation("7(3)④a", "9(6)d")
def test_an_untracked_case_has_none(world: World) -> None:
    case = close_case(world, track="no", negligence="yes", order_no="SO-SLIPS-2")
    assert "improvement" not in {document.form for document in children(world, case)}
    with pytest.raises(NotOpenable):
        open_document(world.office, world.person("zhao_min"), "improvement", case.id)


@pytest.mark.regulation("6f", "7(2)②", "7(3)④c", "7(3)⑥b", "7(4)①c")
def test_an_improvement_is_carried_out_urged_inspected_and_confirmed(tracked: Story) -> None:
    world = tracked.world
    sheet = go_on(world, tracked.child("improvement"), until="confirm", unit_two="qa")
    desks = []
    while (turn := next_turn(world, sheet)) is not None:
        desks.append((turn.step.id, turn.claim.role))
        sheet = sign_step(world, sheet, unit_two="qa")
    assert desks[-6:] == [
        ("confirm", "gm_office"),
        ("execute_one", "dept:plant"),
        ("execute_two", "dept:qa"),
        ("urge", "gm_office"),
        ("inspect", "dept:qa"),
        ("effect", "gm_office"),
    ]
    assert _keepers(world, sheet) == ["qa", "plant", "gm_office"]


@pytest.mark.regulation("7(3)④c")
def test_what_had_no_effect_is_done_again(tracked: Story) -> None:
    world, case = tracked.world, tracked.document
    go_on(world, child(world, case, "improvement"), effective="no")
    settle(world)
    _, again = (document for document in children(world, case) if document.form == "improvement")
    assert (again.state, dict(again.given.answers)["time_no"]) == ("open", "2")


@pytest.mark.regulation("7(3)④b")
def test_an_improvement_has_until_the_day_that_was_planned(tracked: Story) -> None:
    world = tracked.world
    sheet = go_on(world, tracked.child("improvement"), until="execute_one", items__1__done_by="2027-01-29")
    assert sheet.due_at is not None
    assert world.office.today(sheet.due_at) == dt.date(2027, 1, 29)


# 催办单


@pytest.fixture
def late(tmp_path: Path) -> tuple[World, Document]:
    """A case that is late at 质量管理部, in an office of its own, swept once."""
    story = case_before("qa").taken(tmp_path / "office")
    story.world.clock.pass_(days=6)
    sweep(story.world.office)
    return story.world, story.document


@pytest.mark.regulation("14a", "7(3)①c")
def test_a_late_step_has_a_reminder_on_the_offices_desk(late: tuple[World, Document]) -> None:
    world, case = late
    slip = child(world, case, "reminder-slip")
    assert _desk(world, slip) == ("demand", "gm_office")
    told = dict(slip.given.answers)
    assert [told[name] for name in ("case_no", "unit", "step_name", "time_no")] == [
        case.number,
        "质量管理部",
        "质量管理部调查",
        "1",
    ]


def test_a_reminder_is_answered_by_the_late_department_and_its_manager(late: tuple[World, Document]) -> None:
    world, case = late
    slip = sign_step(world, child(world, case, "reminder-slip"))
    assert _desk(world, slip) == ("reply", "dept:qa")
    slip = sign_step(world, slip, by="tang_ying")
    assert _desk(world, slip) == ("confirm", "person:sun_yue")
    slip = sign_step(world, slip)
    assert (slip.state, _keepers(world, slip)) == ("finished", ["qa", "gm_office"])


def test_a_reminder_cannot_say_otherwise_than_the_case(late: tuple[World, Document]) -> None:
    world, case = late
    slip = sign_step(world, child(world, case, "reminder-slip"), unit="plant")
    assert _shown(world, slip, "unit") == ["质量管理部"]


def test_what_is_not_late_has_no_reminder(world: World) -> None:
    case = go_on(world, open_complaint(world), until="qa", order_no="SO-SLIPS-6")
    with pytest.raises(NotOpenable):
        open_document(world.office, world.person("zhao_min"), "reminder-slip", case.id)


# 洽办单


@pytest.mark.regulation("14c")
def test_an_inquiry_is_offered_where_a_step_was_late_and_opens_by_nobody_else(tmp_path: Path) -> None:
    story = case_before("qa").taken(tmp_path / "office")
    world = story.world
    world.clock.pass_(days=4)
    case = go_on(world, story.document)
    settle(world)
    review = go_on(world, child(world, case, "timeliness-review"))
    settle(world)
    assert list(children(world, review)) == []
    zhao = world.person("zhao_min")
    assert [form.form for form in openable_from(world.office, zhao, review.id) if not form.reason] == [
        "inquiry-slip",
        "memorial",
    ]
    slip = go_on(world, open_document(world.office, zhao, "inquiry-slip", review.id))
    assert [s.person for s in slip.signatures][1:] == ["sun_yue", "lin_guo"]
    assert _keepers(world, slip) == ["qa", "gm_office"]


@pytest.mark.regulation("14c")
def test_no_inquiry_where_nothing_was_late(tracked: Story) -> None:
    world = tracked.world
    review = go_on(world, tracked.child("timeliness-review"))
    with pytest.raises(NotOpenable):
        open_document(world.office, world.person("zhao_min"), "inquiry-slip", review.id)
