"""会签 and 或签 on real bytes: any order, each on what the one before left, and a verdict that takes nothing else."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from forms_service.domain.document import Document
from forms_service.domain.errors import NotFound, NotYours, StalePage
from forms_service.signing.verdict import Verdict
from forms_service.store.documents import Search
from forms_service.workflow.auditing import verify_file
from forms_service.workflow.distributing import distribute_pending
from forms_service.workflow.opening import open_document
from forms_service.workflow.reading import find, read
from forms_service.workflow.withdrawing import withdraw_signature
from tests.joint_form import ASKED, forge, joint_world
from tests.reading import read_printed
from tests.world import World

MEMBERS = {"joint_1": "sun_yue", "joint_2": "gao_yuan", "joint_3": "cao_yang"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return joint_world(tmp_path / "office")


def _drafted(world: World, **changes: str) -> Document:
    document = open_document(world.office, world.person("li_wen"), "memorandum")
    return world.sign(document, "li_wen", raw={**ASKED, **changes})


def _member(world: World, document: Document, step: str, **given: object) -> Document:
    return world.sign(document, MEMBERS[step], step=step, **given)


def _agreed(world: World, document: Document) -> Document:
    for step in MEMBERS:
        document = _member(world, document, step)
    return document


def _finished(world: World) -> Document:
    document = _agreed(world, _drafted(world))
    for person in ("yuan_li", "wu_gang", "lin_guo", "chen_zhi"):
        document = world.sign(document, person)
    return document


def _verdict(world: World, data: bytes) -> Verdict:
    return verify_file(world.office, data)


def _faults(verdict: Verdict) -> list[str]:
    return [check.detail for check in verdict.checks if check.result == "fail"]


def _waiting(world: World, person: str) -> list[str]:
    with world.office.database.read() as tx:
        return [document.id for document in tx.documents.find(Search(candidate=person))]


def _notes(world: World, person: str) -> list[str]:
    with world.office.database.read() as tx:
        return [note.words for note in tx.notes.of(person)]


@pytest.mark.parametrize("order", list(itertools.permutations(MEMBERS)))
def test_members_sign_in_any_order_and_every_state_verifies(world: World, order: tuple[str, ...]) -> None:
    document = _drafted(world)
    for step in order:
        document = _member(world, document, step)
        assert _faults(_verdict(world, world.office.blobs.get(document.head))) == []
    assert document.step == "review"


def test_a_sealed_copy_of_the_whole_way_is_accepted(world: World) -> None:
    document = _finished(world)
    assert document.state == "finished"
    distribute_pending(world.office)
    with world.office.database.read() as tx:
        (copy,) = tx.copies.of(document.id)
    verdict = _verdict(world, world.office.blobs.get(copy.sha256))
    assert (verdict.verdict, _faults(verdict)) == ("accepted", [])


def test_everybody_who_is_a_member_is_asked_at_once(world: World) -> None:
    document = _drafted(world)
    for person in ("sun_yue", "tang_ying", "gao_yuan", "cao_yang"):
        assert _waiting(world, person) == [document.id]
    assert _waiting(world, "yuan_li") == []


def test_whoever_signed_is_asked_no_more_and_the_others_still_are(world: World) -> None:
    document = _member(world, _drafted(world), "joint_2")
    assert (_waiting(world, "gao_yuan"), _waiting(world, "cao_yang")) == ([], [document.id])


def test_a_member_signs_their_own_box_only(world: World) -> None:
    with pytest.raises(NotYours):
        world.sign(_drafted(world), "gao_yuan", step="joint_1")


def test_a_member_whose_page_shows_older_bytes_signs_nothing(world: World) -> None:
    before = _drafted(world)
    now = _member(world, before, "joint_2")
    with pytest.raises(StalePage):
        _member(world, before, "joint_1", seen=before.head)
    with world.office.database.read() as tx:
        assert tx.documents.get(now.id) == now


def test_a_member_whose_department_is_blank_is_not_waited_for(world: World) -> None:
    document = _drafted(world, unit="")
    for step in ("joint_2", "joint_1"):
        document = _member(world, document, step)
    assert document.step == "review"
    assert _faults(_verdict(world, world.office.blobs.get(document.head))) == []


def test_a_return_to_the_group_asks_all_of_it_again(world: World) -> None:
    document = _agreed(world, _drafted(world))
    back = world.sign(document, "lin_guo", decision="return:joint_1", opinion="请再议")
    assert (back.step, back.round, back.head) == ("joint_1", 2, document.signatures[1].base)
    assert read_printed(world.office.blobs.get(back.head))["decision_03_joint_2"] == ""
    for person in ("sun_yue", "gao_yuan", "cao_yang"):
        assert _waiting(world, person) == [back.id]
    assert _faults(_verdict(world, world.office.blobs.get(_agreed(world, back).head))) == []


def test_a_return_by_one_member_leaves_the_old_round_whole(world: World) -> None:
    document = _member(world, _drafted(world), "joint_3")
    back = _member(world, document, "joint_1", decision="return:draft", opinion="缺报价")
    assert (back.step, back.signatures) == ("draft", ())
    with world.office.database.read() as tx:
        returned = next(r.event for r in tx.ledger.of(back.id) if r.event.kind == "returned")
    assert _faults(_verdict(world, world.office.blobs.get(str(returned.data["head"])))) == []


def test_a_member_takes_their_signature_back_and_the_earlier_ones_stay(world: World) -> None:
    document = _member(world, _member(world, _drafted(world), "joint_3"), "joint_1")
    back = withdraw_signature(world.office, world.person("sun_yue"), document.id)
    assert ([s.step for s in back.signatures], back.step) == (["draft", "joint_3"], "joint_1")
    assert _waiting(world, "sun_yue") == [back.id]


def test_drafts_of_the_other_members_outlast_a_signature(world: World) -> None:
    document = _drafted(world)
    reading = read(world.office, document)
    assert [turn.step.id for turn in reading.turns] == list(MEMBERS)
    at_hers = find(world.office, world.person("cao_yang"), document.id)
    assert at_hers.step is not None
    assert at_hers.step.id == "joint_3"


def test_the_first_of_two_decides_in_their_own_role_and_the_other_is_told(world: World) -> None:
    document = _agreed(world, _drafted(world))
    assert _waiting(world, "lin_guo") == _waiting(world, "yuan_li") == [document.id]
    signed = world.sign(document, "yuan_li")
    assert signed.signatures[-1].role == "经理"
    assert _waiting(world, "lin_guo") == []
    assert _notes(world, "lin_guo") == [f"{document.number}「核阅」由袁立新签章同意，您不用再办。"]
    assert _notes(world, "yuan_li") == []
    with pytest.raises(StalePage):
        world.sign(document, "lin_guo")


def test_a_step_after_the_group_is_refused_while_a_member_is_missing(world: World) -> None:
    document = _member(world, _member(world, _drafted(world), "joint_3"), "joint_1")
    assert any(
        "缺少「会办（研发部经理）」" in f for f in _faults(_verdict(world, forge(world, document, "review", "yuan_li")))
    )


def test_a_member_who_signs_after_the_group_is_over_is_refused(world: World) -> None:
    skipped = _drafted(world, unit="")
    for step in ("joint_1", "joint_2"):
        skipped = _member(world, skipped, step)
    over = world.sign(skipped, "yuan_li")
    faults = _faults(_verdict(world, forge(world, over, "joint_3", "cao_yang")))
    assert any("没有按流程的次序签" in fault for fault in faults)


def test_a_member_who_drafted_it_is_refused(world: World) -> None:
    faults = _faults(_verdict(world, forge(world, _drafted(world), "joint_1", "li_wen")))
    assert any("同一个人签的" in fault for fault in faults)


def test_a_member_for_whom_the_drafter_signs_is_refused(world: World) -> None:
    forged = forge(world, _drafted(world), "joint_1", "tang_ying", on_behalf_of="li_wen")
    assert any("同一个人签的" in fault for fault in _faults(_verdict(world, forged)))


def test_a_role_that_says_for_whom_and_a_statement_that_does_not_are_refused(world: World) -> None:
    forged = forge(world, _drafted(world), "joint_1", "tang_ying", role="质量管理部（代 孙悦）")
    assert any("与是不是代签对不上" in fault for fault in _faults(_verdict(world, forged)))


def test_of_two_members_who_sign_at_the_same_moment_one_is_asked_again(world: World) -> None:
    document = _drafted(world)
    for person in MEMBERS.values():
        world.person(person)
    with ThreadPoolExecutor() as pool:
        tries = {step: pool.submit(_member, world, document, step) for step in ("joint_1", "joint_2")}
    stopped = {step: done.exception() for step, done in tries.items() if done.exception() is not None}
    assert [type(stop) for stop in stopped.values()] in ([], [StalePage])
    now = find(world.office, world.person("cao_yang"), document.id).document
    for step in stopped:
        now = _member(world, now, step)
    assert {s.step for s in now.signatures} == {"draft", "joint_1", "joint_2"}
    assert _faults(_verdict(world, world.office.blobs.get(now.head))) == []


def test_the_group_has_one_time_for_all_its_members(world: World) -> None:
    document = _drafted(world)
    world.clock.pass_(hours=3)
    assert _member(world, document, "joint_2").due_at == document.due_at is not None


def test_a_member_sees_the_document_while_it_is_their_turn_and_not_before(world: World) -> None:
    document = open_document(world.office, world.person("li_wen"), "memorandum")
    with pytest.raises(NotFound):
        find(world.office, world.person("gao_yuan"), document.id)
    drafted = world.sign(document, "li_wen", raw=ASKED)
    find(world.office, world.person("gao_yuan"), drafted.id)
