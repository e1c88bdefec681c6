"""A draft may go on as a document of a newer version of its form; what was signed stays what it is."""

from pathlib import Path

import pytest

from forms_service.domain.document import Document
from forms_service.domain.errors import NotYours, WrongState
from forms_service.domain.numbering import is_drawn
from forms_service.pdf.read import read_record, read_spec_source
from forms_service.settings import ROOT
from forms_service.workflow.auditing import verify_file
from forms_service.workflow.drafting import save_draft
from forms_service.workflow.moving import movable_to, move_draft
from forms_service.workflow.reading import find
from forms_service.workflow.withdrawing import void_document, withdraw_signature
from tests.case_forms import GRIEVANCE, case_world, open_grievance
from tests.reading import read_printed
from tests.world import World, make_world

SPEC = (ROOT / "tests" / "specs" / "sales_allowance.yaml").read_text(encoding="utf-8")
LATER = {"version: 1": "version: 2", "label: 折让原因": "label: 折让缘由"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "office")


def publish_newer(world: World, changes: dict[str, str]) -> None:
    text = SPEC
    for old, new in changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    world.publish(text.encode(), "sales_allowance.yaml")


def newer_grievance() -> bytes:
    return GRIEVANCE.replace("version: 1", "version: 2").replace("label: 内部原因", "label: 原因").encode()


def version_for(world: World, person_id: str, document: Document) -> int | None:
    person = world.person(person_id)
    return movable_to(world.office, person, find(world.office, person, document.id))


def reason_against(world: World, document: Document) -> str:
    with pytest.raises(WrongState) as refused:
        move_draft(world.office, world.person("li_wen"), document.id)
    assert version_for(world, "li_wen", document) is None
    return str(refused.value)


def test_a_moved_draft_keeps_its_number_and_its_day_and_carries_the_new_form(world: World) -> None:
    draft = world.open_allowance()
    world.clock.pass_(days=3)
    publish_newer(world, LATER)

    moved = move_draft(world.office, world.person("li_wen"), draft.id)

    data = world.office.blobs.get(moved.head)
    record, printed = read_record(data), read_printed(data)
    assert (moved.id, moved.number, moved.version) == (draft.id, draft.number, 2)
    assert (record.number, record.version, record.opened_on) == (draft.number, 2, "2026-11-24")
    assert (printed["sys_no"], printed["sys_opened_on"]) == (draft.number, "2026-11-24")
    assert "折让缘由" in read_spec_source(data).decode()


def test_the_ledger_keeps_both_bytes_and_draws_no_other_number(world: World) -> None:
    draft = world.open_allowance()
    publish_newer(world, LATER)

    moved = move_draft(world.office, world.person("li_wen"), draft.id)

    with world.office.database.read() as tx:
        *_, event = tx.ledger.of(draft.id)
        drawn, judged = tx.numbers.drawn("sales-allowance"), tx.judged.of(draft.id)
    assert (event.event.kind, event.event.actor) == ("moved", "li_wen")
    assert (event.event.data["from_head"], event.event.data["head"]) == (draft.head, moved.head)
    assert drawn == (draft.number,)
    assert judged == {draft.head, moved.head}


def test_a_moved_draft_goes_its_whole_way_and_every_byte_verifies(world: World) -> None:
    draft = world.open_allowance()
    world.clock.pass_(days=1)
    publish_newer(world, LATER)

    moved = move_draft(world.office, world.person("li_wen"), draft.id)
    signed = world.sign(world.sign(moved, "li_wen"), "lin_guo")

    verdict = verify_file(world.office, world.office.blobs.get(signed.head))
    assert [check.detail for check in verdict.checks if check.result == "fail"] == []
    assert signed.step == "gm"


def test_what_was_typed_stays_with_the_draft(world: World) -> None:
    draft = world.open_allowance()
    save_draft(world.office, world.person("li_wen"), draft.id, {"order_no": "PO-1"})
    publish_newer(world, LATER)

    move_draft(world.office, world.person("li_wen"), draft.id)

    with world.office.database.read() as tx:
        kept = tx.drafts.get(draft.id, "prepare", "li_wen")
    assert kept is not None
    assert kept.raw == {"order_no": "PO-1"}


def test_a_signed_document_never_changes_its_version(world: World) -> None:
    signed = world.sign(world.open_allowance(), "li_wen")
    publish_newer(world, LATER)

    assert "签过的单据永远留在它的版本" in reason_against(world, signed)


def test_a_document_whose_signature_was_taken_back_was_signed_all_the_same(world: World) -> None:
    signed = world.sign(world.open_allowance(), "li_wen")
    back = withdraw_signature(world.office, world.person("li_wen"), signed.id)
    publish_newer(world, LATER)

    assert "签过的单据永远留在它的版本" in reason_against(world, back)


def test_an_incompatible_version_is_refused_with_what_stands_against_it(world: World) -> None:
    draft = world.open_allowance()
    order_no = "label: 订单编号, type: "
    publish_newer(world, {**LATER, f"{order_no}text": f"{order_no}longtext"})

    assert "栏位「订单编号」（order_no）：text → longtext" in reason_against(world, draft)


def test_a_draft_that_is_up_to_date_or_ended_stays_where_it_is(world: World) -> None:
    draft = world.open_allowance()
    assert "没有更新的版本生效" in reason_against(world, draft)
    publish_newer(world, LATER)
    assert version_for(world, "li_wen", draft) == 2

    void_document(world.office, world.person("li_wen"), draft.id, "开错了")
    assert "已经结束" in reason_against(world, draft)


def test_only_who_opened_it_or_holds_it_or_oversees_moves_a_draft(tmp_path: Path) -> None:
    world = case_world(tmp_path / "office")
    draft = open_grievance(world)
    world.publish(newer_grievance())

    assert version_for(world, "sun_yue", draft) is None
    with pytest.raises(NotYours):
        move_draft(world.office, world.person("sun_yue"), draft.id)
    assert move_draft(world.office, world.person("zhao_min"), draft.id).version == 2


def test_a_draft_that_is_numbered_later_and_opened_from_another_moves_without_a_number(tmp_path: Path) -> None:
    world = case_world(tmp_path / "office")
    parent = open_grievance(world)
    child = open_grievance(world, parent=parent.id)
    before = read_record(world.office.blobs.get(child.head))
    world.publish(newer_grievance())

    moved = move_draft(world.office, world.person(child.opened_by), child.id)

    after = read_record(world.office.blobs.get(moved.head))
    assert not is_drawn(moved.number)
    assert (after.parent, after.given, after.answers) == (before.parent, before.given, before.answers)
    assert moved.given == child.given
