"""A document opened from another: when it may be, what it is given, and that nobody can type otherwise."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from forms_service.domain.document import Document
from forms_service.domain.errors import NotFound, NotOpenable, NotYours, ProblemsFound
from forms_service.pdf.read import read_record
from forms_service.workflow.auditing import verify_copy, verify_file
from forms_service.workflow.distributing import distribute_pending
from forms_service.workflow.drafting import try_out
from forms_service.workflow.opening import open_document, open_for_office, openable_forms, openable_from
from forms_service.workflow.withdrawing import void_document
from tests.case_forms import CUSTOMER, GRIEVANCE, case_world, finished_grievance, open_grievance, sign_until
from tests.reading import read_printed
from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return case_world(tmp_path / "office")


def _rebate(world: World, parent: Document) -> Document:
    return open_document(world.office, world.person("li_wen"), "rebate", parent.id)


def _offered(world: World, person: str, document: Document) -> Mapping[str, str]:
    found = openable_from(world.office, world.person(person), document.id)
    return {openable.form: openable.reason for openable in found}


def test_a_form_that_needs_a_parent_is_not_opened_from_nothing(world: World) -> None:
    assert "rebate" not in {f.form for f in openable_forms(world.office, world.person("li_wen"))}
    with pytest.raises(NotOpenable, match="原单"):
        open_document(world.office, world.person("li_wen"), "rebate")


def test_an_optional_parent_may_be_left_out_and_its_names_are_blank(world: World) -> None:
    assert "grievance" in {f.form for f in openable_forms(world.office, world.person("li_wen"))}
    document = sign_until(world, open_grievance(world), "prepare")
    assert read_printed(world.office.blobs.get(document.head))["is_new"] == ""


def test_a_parent_that_is_not_ready_is_refused_with_the_condition(world: World) -> None:
    unfinished = sign_until(world, open_grievance(world), "look")
    with pytest.raises(NotOpenable, match="状态是「已结案」"):
        _rebate(world, unfinished)


def test_a_child_knows_its_parent_case_and_values(world: World) -> None:
    parent = finished_grievance(world)
    child = _rebate(world, parent)
    assert (child.parent, child.case, child.subject) == (parent.id, parent.id, CUSTOMER)
    assert dict(child.given.answers) == {
        "customer": CUSTOMER,
        "grievance_no": "261101",
        "approved": "12,000.00",
    }
    record = read_record(world.office.blobs.get(child.head))
    assert record.parent is not None
    assert (record.parent.number, record.parent.sha256) == ("261101", parent.head)


def test_the_record_names_only_what_a_step_asks_for(world: World) -> None:
    record = read_record(world.office.blobs.get(_rebate(world, finished_grievance(world)).head))
    assert [(named.name, named.text) for named in record.given] == [("grievance.amount", "12000")]


def test_what_was_given_overrides_what_is_typed(world: World) -> None:
    child = _rebate(world, finished_grievance(world))
    typed = {"customer": "华信通讯设备股份有限公司", "approved": "99", "amount": "500"}
    values, problems = try_out(world.office, world.person("li_wen"), child.id, typed)
    assert (values["customer"], str(values["approved"]), problems) == (CUSTOMER, "12000.00", ())
    signed = world.sign(child, "li_wen", raw=typed)
    printed = read_printed(world.office.blobs.get(signed.head))
    assert (printed["customer"], printed["approved"]) == (CUSTOMER, "12,000.00")


def test_a_check_reads_the_parents_value(world: World) -> None:
    child = _rebate(world, finished_grievance(world))
    with pytest.raises(ProblemsFound, match="超过核定 12,000"):
        world.sign(child, "li_wen", raw={"amount": "12000.01"})
    assert world.sign(child, "li_wen", raw={"amount": "12000"}).step == "deputy"


def test_a_step_whose_condition_reads_the_parent_is_skipped_and_verified(world: World) -> None:
    small = _rebate(world, finished_grievance(world, amount="10000"))
    signed = world.sign(world.sign(small, "li_wen", raw={"amount": "500"}), "wang_jian")
    assert [signature.step for signature in signed.signatures] == ["prepare", "gm"]
    assert verify_file(world.office, world.office.blobs.get(signed.head)).verdict == "review"


def test_bytes_whose_first_step_strays_from_what_was_given_are_refused(world: World) -> None:
    """Sign another amount than the firm fixed, as a program that leaves the rule out would."""
    child = _rebate(world, finished_grievance(world))
    free = replace(child, given=replace(child.given, answers=()))
    with world.office.database.write() as tx:
        tx.documents.save(free, child.revision, tx.documents.candidates(child.id))
    typed = {"customer": CUSTOMER, "grievance_no": "261101", "approved": "99000", "amount": "500"}
    signed = world.sign(free, "li_wen", raw=typed)
    verdict = verify_file(world.office, world.office.blobs.get(signed.head))
    assert [check.no for check in verdict.failed] == [4]
    assert "12,000.00" in verdict.sentence


def test_no_more_than_the_limit_stand_beside_one_parent(world: World) -> None:
    parent = finished_grievance(world)
    first = _rebate(world, parent)
    with pytest.raises(NotOpenable, match="最多开 1 张"):
        _rebate(world, parent)
    void_document(world.office, world.person("li_wen"), first.id, "改开")
    assert _rebate(world, parent).number == "R2611002"


def test_two_who_open_at_once_keep_to_the_limit(world: World) -> None:
    parent = finished_grievance(world)
    world.person("li_wen")

    def tried() -> str:
        try:
            return _rebate(world, parent).number
        except NotOpenable:
            return "refused"

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(lambda _: tried(), range(3))) == ["R2611001", "refused", "refused"]


def test_a_parent_that_one_may_not_see_is_not_there(world: World) -> None:
    parent = finished_grievance(world)
    with pytest.raises(NotFound):
        open_document(world.office, world.person("peng_li"), "rebate", parent.id)


def test_only_the_first_steps_people_open_it(world: World) -> None:
    parent = finished_grievance(world)
    with pytest.raises(NotYours):
        open_document(world.office, world.person("sun_yue"), "rebate", parent.id)
    assert "rebate" not in _offered(world, "sun_yue", parent)


def test_what_may_be_opened_from_a_document_is_listed_with_the_reason_when_not(world: World) -> None:
    document = sign_until(world, open_grievance(world), "look")
    offered = _offered(world, "li_wen", document)
    assert offered.keys() == {"rebate", "grievance"}
    assert offered["grievance"] == ""
    assert offered["rebate"] == "要等它的状态是「已结案」，并且它的「核定金额」大于 0。"
    parent = sign_until(world, document, "decide")
    assert _offered(world, "li_wen", parent)["rebate"] == ""
    _rebate(world, parent)
    assert "最多开 1 张" in _offered(world, "li_wen", parent)["rebate"]


def test_any_document_may_be_remarked_upon_and_remarks_are_counted(world: World) -> None:
    parent = finished_grievance(world)
    assert "remark" in _offered(world, "chen_zhi", parent)
    remarks = [open_document(world.office, world.person("chen_zhi"), "remark", parent.id) for _ in range(2)]
    signed = world.sign(remarks[1], "chen_zhi", raw={"words": "另案跟进"})
    printed = read_printed(world.office.blobs.get(signed.head))
    assert (printed["about"], printed["ordinal"]) == ("261101", "2")


def test_the_office_opens_on_the_desk_of_the_first_step(world: World) -> None:
    parent = finished_grievance(world)
    child = open_for_office(world.office, "rebate", parent=parent.id)
    assert child is not None
    assert child.opened_by == "office"
    with world.office.database.read() as tx:
        assert set(tx.documents.candidates(child.id)) >= {"li_wen", "zhou_hao", "pan_yue"}


def test_a_child_of_a_child_stays_in_the_case(world: World) -> None:
    parent = finished_grievance(world)
    again = open_grievance(world, parent.id)
    assert (again.parent, again.case) == (parent.id, parent.id)
    remark = open_for_office(world.office, "remark", parent=again.id)
    assert remark is not None
    assert (remark.parent, remark.case) == (again.id, parent.id)


def test_a_setting_that_a_condition_reads_is_that_of_the_opening_and_stays(world: World) -> None:
    """A step that was rightly left out stays so, whatever the policy says later; the record shows why."""
    world.amend("policies/complaint_authority.yaml", 'value: "on"', 'value: "off"')
    source = GRIEVANCE.replace(
        "name: 业务交涉,", "name: 业务交涉, when: 'amount > 0 and policy.first_decision == \"on\"',"
    )
    world.publish(source.replace("version: 1", "version: 2").encode(), "grievance.yaml")
    document = sign_until(world, open_grievance(world), "register")
    world.amend("policies/complaint_authority.yaml", 'value: "off"', 'value: "on"')
    world.clock.pass_(days=1)
    finished = sign_until(world, document, "decide")
    assert [s.step for s in finished.signatures] == ["prepare", "register", "look", "decide"]
    record = read_record(world.office.blobs.get(finished.head))
    assert [(named.name, named.text) for named in record.given] == [("policy.first_decision", "off")]
    distribute_pending(world.office)
    with world.office.database.read() as tx:
        (copy,) = tx.copies.of(finished.id)
    assert verify_copy(world.office, copy).verdict == "accepted"
