"""A copy cut early: sealed at its step's signature from the bytes as they then were; nothing goes back behind it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from forms_service.domain.document import Document
from forms_service.domain.errors import NotFound, WrongState
from forms_service.signing.stock import stock_opinions
from forms_service.store.copies import SealedCopy
from forms_service.workflow.archiving import check_archive, rebuild_archive
from forms_service.workflow.auditing import verify_copy, verify_file
from forms_service.workflow.distributing import distribute_pending
from forms_service.workflow.opening import open_document
from forms_service.workflow.reading import find
from forms_service.workflow.withdrawing import withdraw_signature
from tests.case_forms import case_world, finished_grievance
from tests.paper import PNG, take_in
from tests.reading import read_printed
from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return case_world(tmp_path / "office")


def _signed_by(world: World, *people: str) -> Document:
    parent = finished_grievance(world, amount="9000")
    document = open_document(world.office, world.person("li_wen"), "rebate", parent.id)
    for person in people:
        document = world.sign(document, person, raw={"amount": "500"} if document.step == "prepare" else {})
    return document


def _copies(world: World, document: Document) -> Mapping[int, SealedCopy]:
    with world.office.database.read() as tx:
        return {copy.no: copy for copy in tx.copies.of(document.id)}


def waiting_for_its_cut(world: World) -> Document:
    """Let the step be signed after which a copy is cut early."""
    return _signed_by(world, "li_wen", "wang_jian")


def _cut(world: World) -> Document:
    document = waiting_for_its_cut(world)
    distribute_pending(world.office)
    return document


def _finished(world: World) -> Document:
    document = _cut(world)
    return world.sign(take_in(world, document, "li_wen", PNG), "he_mei")


def test_nothing_is_cut_before_its_step_is_signed(world: World) -> None:
    document = _signed_by(world, "li_wen")
    distribute_pending(world.office)
    assert _copies(world, document) == {}


def test_the_copy_is_sealed_from_the_bytes_of_its_step(world: World) -> None:
    document = _cut(world)
    copy = _copies(world, document)[1]
    data = world.office.blobs.get(copy.sha256)
    assert data.startswith(world.office.blobs.get(document.head))
    assert read_printed(data)["sys_copy_label"] == "第一联 仓储先行"
    assert (copy.department, copy.filed_at is not None) == ("warehouse", True)


def test_a_copy_that_was_cut_late_is_cut_from_the_same_bytes(world: World) -> None:
    at_gm = _signed_by(world, "li_wen", "wang_jian")
    take_in(world, at_gm, "li_wen", PNG)
    distribute_pending(world.office)
    data = world.office.blobs.get(_copies(world, at_gm)[1].sha256)
    assert data.startswith(world.office.blobs.get(at_gm.head))
    assert read_printed(data)["scan"] == ""


def test_an_early_copy_is_accepted_and_says_what_is_not_in_it(world: World) -> None:
    verdict = verify_copy(world.office, _copies(world, _cut(world))[1])
    assert verdict.verdict == "accepted", verdict.sentence
    assert any("总经理核签" in said and "先行裁出" in said for said in verdict.not_checked_here)
    assert all(opinion.sound for opinion in stock_opinions(_early_bytes(world), world.office.trust))


def _early_bytes(world: World) -> bytes:
    (entry,) = world.office.archive.entries("warehouse")
    return world.office.archive.read_copy("warehouse", entry.month, entry.file_name)


def test_the_others_are_cut_at_the_end_and_nothing_twice(world: World) -> None:
    document = _finished(world)
    assert (distribute_pending(world.office), distribute_pending(world.office)) == (1, 0)
    copies = _copies(world, document)
    assert list(copies) == [1, 2]
    assert verify_copy(world.office, copies[2]).verdict == "accepted"
    assert world.office.blobs.get(copies[2].sha256).startswith(world.office.blobs.get(document.head))


def test_an_early_cut_of_the_whole_way_is_no_late_copy(world: World) -> None:
    """The label alone does not make a copy: later signatures have no place in an early one, nor may one be missing."""
    document = _finished(world)
    distribute_pending(world.office)
    with world.office.database.read() as tx:
        heads = tx.judged.of(document.id)
    for head in heads:
        assert verify_file(world.office, world.office.blobs.get(head)).verdict == "review"


def test_the_archive_checks_and_rebuilds_early_copies_too(world: World) -> None:
    _finished(world)
    distribute_pending(world.office)
    assert check_archive(world.office) == ()
    before = world.office.archive.entries("warehouse")
    assert rebuild_archive(world.office) == ()
    assert world.office.archive.entries("warehouse") == before
    assert dict(before[0].index)["scan"] == ""


def test_no_later_step_returns_to_the_cut_or_before(world: World) -> None:
    document = take_in(world, _cut(world), "li_wen", PNG)
    with pytest.raises(WrongState):
        world.sign(document, "he_mei", decision="return:gm", opinion="金额不对")
    back = world.sign(document, "he_mei", decision="return:customer", opinion="扫描看不清")
    assert (back.step, back.round) == ("customer", 2)
    again = world.sign(take_in(world, back, "li_wen", PNG), "he_mei")
    distribute_pending(world.office)
    assert [verify_copy(world.office, copy).verdict for copy in _copies(world, again).values()] == ["accepted"] * 2


def test_the_signature_that_cut_a_copy_is_not_withdrawn(world: World) -> None:
    document = _signed_by(world, "li_wen", "wang_jian")
    with pytest.raises(WrongState, match="裁出"):
        withdraw_signature(world.office, world.person("wang_jian"), document.id)


def test_who_keeps_an_early_copy_sees_the_document_from_then_on(world: World) -> None:
    document = _signed_by(world, "li_wen")
    with pytest.raises(NotFound):
        find(world.office, world.person("zheng_tao"), document.id)
    signed = world.sign(document, "wang_jian")
    assert find(world.office, world.person("zheng_tao"), signed.id).document == signed


def test_what_is_cut_of_a_rejected_document_stays_cut(world: World) -> None:
    document = _cut(world)
    refused = take_in(world, document, "li_wen", PNG, accepts=False)
    distribute_pending(world.office)
    assert (refused.state, list(_copies(world, document))) == ("refused", [1])
