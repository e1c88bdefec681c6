"""What follows from a document opens by itself, once, whatever sweeps at once or dies half-way."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from forms_service.domain.document import Document
from forms_service.domain.errors import NotFound
from forms_service.store.blobs import Blobs
from forms_service.store.documents import Search
from forms_service.workflow.distributing import distribute_pending
from forms_service.workflow.dossiers import case_of
from forms_service.workflow.following import follow_pending
from forms_service.workflow.opening import open_document
from forms_service.workflow.sweeping import sweep
from forms_service.workflow.withdrawing import void_document, withdraw_signature
from tests.case_forms import case_world, finished_grievance, open_grievance, sign_until
from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return case_world(tmp_path / "office")


def _children(world: World, document: Document) -> tuple[Document, ...]:
    with world.office.database.read() as tx:
        return tx.documents.find(Search(parent=document.id))


def _told(world: World, document: Document) -> list[str]:
    with world.office.database.read() as tx:
        return [row.event.kind for row in tx.ledger.of(document.id)]


def test_a_finished_documents_follow_on_opens_after_its_copies_were_sealed(world: World) -> None:
    document = finished_grievance(world)
    assert follow_pending(world.office) == 0
    distribute_pending(world.office)
    assert follow_pending(world.office) == 1
    (child,) = _children(world, document)
    assert (child.form, child.opened_by, child.case) == ("rebate", "office", document.id)
    assert _told(world, document)[-2:] == ["sealed", "followed"]


def test_a_sweep_seals_and_then_opens_what_follows(world: World) -> None:
    finished_grievance(world)
    assert sweep(world.office).counts["followed"] == 1
    assert sweep(world.office).counts["followed"] == 0


def test_what_does_not_meet_its_condition_does_not_open(world: World) -> None:
    document = finished_grievance(world, "chen_zhi", amount="0")
    sweep(world.office)
    assert _children(world, document) == ()
    assert "not_followed" not in _told(world, document)


def test_what_is_offered_never_opens_by_itself(world: World) -> None:
    document = finished_grievance(world)
    sweep(world.office)
    assert [child.form for child in _children(world, document)] == ["rebate"]


def test_an_event_of_a_signature_opens_while_the_document_goes_on(world: World) -> None:
    document = sign_until(world, open_grievance(world), "talk", accepted="no")
    assert follow_pending(world.office) == 1
    (child,) = _children(world, document)
    assert (child.form, child.number) == ("grievance", f"未编号-{child.id[:8]}")


def test_a_signature_taken_back_before_the_sweep_opens_nothing(world: World) -> None:
    document = sign_until(world, open_grievance(world), "talk", accepted="no")
    back = withdraw_signature(world.office, world.person("li_wen"), document.id)
    assert follow_pending(world.office) == 0
    sign_until(world, back, "talk", accepted="no")
    assert follow_pending(world.office) == 1
    assert len(_children(world, document)) == 1


def test_a_step_signed_again_opens_nothing_twice(world: World) -> None:
    document = sign_until(world, open_grievance(world), "talk", accepted="no")
    follow_pending(world.office)
    again = world.sign(document, "lin_guo", decision="return:register", opinion="请再核对")
    sign_until(world, again, "talk", accepted="no")
    assert follow_pending(world.office) == 0
    assert len(_children(world, document)) == 1


def test_a_rejected_document_has_its_own_follow_on(world: World) -> None:
    document = sign_until(world, open_grievance(world), "talk")
    world.sign(document, "lin_guo", decision="reject", opinion="查无此事")
    assert follow_pending(world.office) == 1
    assert [child.form for child in _children(world, document)] == ["remark"]


def test_a_void_document_is_followed_by_nothing(world: World) -> None:
    document = sign_until(world, open_grievance(world), "talk", accepted="no")
    void_document(world.office, world.person("li_wen"), document.id, "重复")
    assert follow_pending(world.office) == 0


def test_what_the_limit_forbids_is_told_and_not_tried_for_ever(world: World) -> None:
    document = finished_grievance(world)
    open_document(world.office, world.person("li_wen"), "rebate", document.id)
    sweep(world.office)
    assert _told(world, document)[-1] == "not_followed"
    with world.office.database.read() as tx:
        assert tx.follow_ons.pending() == ()


def test_three_sweepers_at_once_open_one(world: World) -> None:
    document = finished_grievance(world)
    distribute_pending(world.office)
    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(lambda _: follow_pending(world.office), range(3))) == 1
    assert len(_children(world, document)) == 1
    assert _told(world, document).count("followed") == 1


class Killed(BaseException):
    """The process is gone."""


class LastBlobs(Blobs):
    """A store that is killed as soon as its bytes are on disk."""

    def put(self, data: bytes) -> str:
        super().put(data)
        raise Killed


def test_a_kill_while_it_opens_leaves_it_due_and_its_number_free(world: World) -> None:
    document = finished_grievance(world)
    distribute_pending(world.office)
    with pytest.raises(Killed):
        follow_pending(replace(world.office, blobs=LastBlobs(world.office.blobs.folder)))
    assert (_children(world, document), "followed" in _told(world, document)) == ((), False)
    assert follow_pending(world.office) == 1
    assert [child.number for child in _children(world, document)] == ["R2611001"]


def test_the_whole_case_is_listed_in_order_with_what_each_came_from(world: World) -> None:
    first = sign_until(world, open_grievance(world), "talk", accepted="no")
    follow_pending(world.office)
    (second,) = _children(world, first)
    sign_until(world, first, "decide")
    sweep(world.office)
    case = case_of(world.office, world.person("li_wen"), second)
    assert [(each.reading.spec.form, each.parent, each.depth) for each in case] == [
        ("grievance", None, 0),
        ("grievance", first.id, 1),
        ("rebate", first.id, 1),
    ]


def test_of_a_case_one_sees_what_one_may(world: World) -> None:
    document = finished_grievance(world)
    sweep(world.office)
    (rebate,) = _children(world, document)
    assert [each.reading.spec.form for each in case_of(world.office, world.person("sun_yue"), document)] == [
        "grievance"
    ]
    with pytest.raises(NotFound):
        open_document(world.office, world.person("sun_yue"), "remark", rebate.id)
