"""加签 and 转交: an opinion without a box, whose hash the signature names; a step handed over and taken back."""

from pathlib import Path

import pytest

from forms_service.domain.consultation import Consultation, opinion_hash
from forms_service.domain.document import Document
from forms_service.domain.errors import NotFound, NotYours, ProblemsFound, WrongState
from forms_service.domain.routing import require_turn
from forms_service.signing.evidence import gather
from forms_service.signing.revisions import History
from forms_service.store.documents import Search
from forms_service.workflow.auditing import verify_file
from forms_service.workflow.consulting import consult, give_opinion
from forms_service.workflow.handing_over import colleagues, hand_over, take_back
from forms_service.workflow.opening import open_document
from forms_service.workflow.reading import find
from forms_service.workflow.withdrawing import void_document
from tests.joint_form import ASKED, forge, joint_world
from tests.world import World

QUESTION = "新供应商的基板耐热吗？"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return joint_world(tmp_path / "office")


def _drafted(world: World) -> Document:
    document = open_document(world.office, world.person("li_wen"), "memorandum")
    return world.sign(document, "li_wen", raw={**ASKED, "unit": ""})


def _ask(world: World, document: Document, *asked: str, step: str = "joint_1", by: str = "sun_yue") -> None:
    consult(world.office, world.person(by), document.id, step, asked, QUESTION)


def _asked(world: World, document: Document) -> tuple[Consultation, ...]:
    with world.office.database.read() as tx:
        return tx.consultations.of(document.id)


def _answer(world: World, document: Document, person: str, opinion: str = "耐热合格") -> None:
    (asked,) = [c for c in _asked(world, document) if c.asked == person and c.is_open]
    give_opinion(world.office, world.person(person), asked.id, opinion)


def _opinions(world: World, document: Document) -> tuple[str, ...]:
    """Read from the bytes which opinions the last signature names; the whole file must verify."""
    office, data = world.office, world.office.blobs.get(document.head)
    assert [check.detail for check in verify_file(office, data).checks if check.result == "fail"] == []
    facts = gather(History(data), office.trust, None, office.now(), office.fonts).signings[-1].facts
    assert facts is not None
    return facts.opinions


def _notes(world: World, person: str) -> list[str]:
    with world.office.database.read() as tx:
        return [note.words for note in tx.notes.of(person)]


def test_an_answer_is_kept_with_its_hash_and_the_signature_names_it(world: World) -> None:
    document = _drafted(world)
    _ask(world, document, "xie_fang")
    _answer(world, document, "xie_fang")
    (given,) = _asked(world, document)
    assert given.answered_at is not None
    assert given.sha256 == opinion_hash(given, "耐热合格", given.answered_at)
    signed = world.sign(document, "sun_yue", step="joint_1")
    assert _opinions(world, signed) == (given.sha256,)


def test_an_answer_moves_nothing(world: World) -> None:
    document = _drafted(world)
    _ask(world, document, "xie_fang")
    _answer(world, document, "xie_fang")
    with world.office.database.read() as tx:
        assert tx.documents.get(document.id) == document


def test_a_signature_that_names_other_opinions_than_the_ledger_is_refused(world: World) -> None:
    forged = forge(world, _drafted(world), "joint_1", "sun_yue", opinions=("0" * 64,))
    faults = [check.detail for check in verify_file(world.office, forged).checks if check.result == "fail"]
    assert faults != []


def test_signing_with_an_open_question_needs_a_reason_and_closes_it(world: World) -> None:
    document = _drafted(world)
    _ask(world, document, "xie_fang")
    with pytest.raises(ProblemsFound, match="谢芳还没有答复"):
        world.sign(document, "sun_yue", step="joint_1")
    signed = world.sign(document, "sun_yue", step="joint_1", reason="已电话问过")
    assert _opinions(world, signed) == ()
    with pytest.raises(WrongState, match="不用再答"):
        give_opinion(world.office, world.person("xie_fang"), _asked(world, document)[0].id, "晚了")
    assert "不用再答复" in _notes(world, "xie_fang")[0]


def test_another_members_signature_leaves_the_question_open(world: World) -> None:
    document = _drafted(world)
    _ask(world, document, "xie_fang")
    world.sign(document, "gao_yuan", step="joint_2")
    assert _asked(world, document)[0].is_open


def test_an_ended_document_closes_its_questions(world: World) -> None:
    document = _drafted(world)
    _ask(world, document, "xie_fang")
    void_document(world.office, world.person("li_wen"), document.id, "不买了")
    assert not _asked(world, document)[0].is_open


def test_only_the_holder_asks_and_only_the_asked_answers(world: World) -> None:
    document = _drafted(world)
    with pytest.raises(NotYours):
        _ask(world, document, "xie_fang", by="li_wen")
    _ask(world, document, "xie_fang", "deng_kai")
    with pytest.raises(NotYours):
        give_opinion(world.office, world.person("deng_kai"), _asked(world, document)[0].id, "代答")


def test_a_step_without_consult_asks_nobody(world: World) -> None:
    document = open_document(world.office, world.person("li_wen"), "memorandum")
    with pytest.raises(WrongState, match="不设加签"):
        _ask(world, document, "xie_fang", step="draft", by="li_wen")


@pytest.mark.parametrize(("asked", "question"), [((), QUESTION), (("sun_yue",), QUESTION), (("xie_fang",), " ")])
def test_a_question_needs_somebody_else_and_words(world: World, asked: tuple[str, ...], question: str) -> None:
    document = _drafted(world)
    with pytest.raises(ProblemsFound):
        consult(world.office, world.person("sun_yue"), document.id, "joint_1", asked, question)


def test_the_same_colleague_is_not_asked_twice_while_they_think(world: World) -> None:
    document = _drafted(world)
    _ask(world, document, "xie_fang")
    _ask(world, document, "xie_fang", "deng_kai")
    assert [c.asked for c in _asked(world, document)] == ["xie_fang", "deng_kai"]


def test_who_is_asked_sees_the_document_and_who_is_not_does_not(world: World) -> None:
    document = _drafted(world)
    with pytest.raises(NotFound):
        find(world.office, world.person("xie_fang"), document.id)
    _ask(world, document, "xie_fang")
    find(world.office, world.person("xie_fang"), document.id)
    with pytest.raises(NotFound):
        find(world.office, world.person("deng_kai"), document.id)


def test_who_was_asked_in_vain_sees_it_no_more_and_who_answered_still_does(world: World) -> None:
    document = _drafted(world)
    _ask(world, document, "xie_fang", "deng_kai")
    _answer(world, document, "xie_fang")
    world.sign(document, "sun_yue", step="joint_1", reason="不等了")
    find(world.office, world.person("xie_fang"), document.id)
    with pytest.raises(NotFound):
        find(world.office, world.person("deng_kai"), document.id)


def test_opinions_of_a_round_before_are_not_named_again(world: World) -> None:
    document = _drafted(world)
    _ask(world, document, "xie_fang")
    _answer(world, document, "xie_fang")
    back = world.sign(document, "sun_yue", step="joint_1", decision="return:draft", opinion="缺报价")
    again = world.sign(back, "li_wen", raw={**ASKED, "unit": ""})
    assert _opinions(world, world.sign(again, "sun_yue", step="joint_1")) == ()


def _waiting(world: World, person: str) -> list[str]:
    with world.office.database.read() as tx:
        return [document.id for document in tx.documents.find(Search(candidate=person))]


def test_a_step_handed_over_is_the_colleagues_and_may_be_taken_back(world: World) -> None:
    document = _drafted(world)
    handed = hand_over(world.office, world.person("sun_yue"), document.id, "joint_1", "tang_ying")
    assert (_waiting(world, "sun_yue"), _waiting(world, "tang_ying")) == ([], [document.id])
    assert _waiting(world, "gao_yuan") == [document.id]
    with pytest.raises(NotYours, match="已交给唐颖"):
        world.sign(handed, "sun_yue", step="joint_1")
    back = take_back(world.office, world.person("sun_yue"), document.id, "joint_1")
    assert world.sign(back, "sun_yue", step="joint_1").signed("joint_1") is not None


def test_the_colleague_signs_what_was_handed_over_while_the_others_of_the_group_go_on(world: World) -> None:
    document = _drafted(world)
    handed = hand_over(world.office, world.person("sun_yue"), document.id, "joint_1", "tang_ying")
    other = world.sign(handed, "gao_yuan", step="joint_2")
    assert other.assignee == "tang_ying"
    assert world.sign(other, "tang_ying", step="joint_1").step == "review"


def test_the_ledger_and_both_sides_know_of_a_hand_over(world: World) -> None:
    document = _drafted(world)
    hand_over(world.office, world.person("sun_yue"), document.id, "joint_1", "tang_ying")
    take_back(world.office, world.person("sun_yue"), document.id, "joint_1")
    with world.office.database.read() as tx:
        told = [(r.event.kind, r.event.data["to"]) for r in tx.ledger.of(document.id)[-2:]]
    assert told == [("handed_over", "tang_ying"), ("taken_back", "tang_ying")]
    assert "取回了" in _notes(world, "tang_ying")[0]
    assert "交给您办理" in _notes(world, "tang_ying")[1]


def test_a_step_goes_only_to_somebody_who_holds_it_and_may_sign_it(world: World) -> None:
    document = _drafted(world)
    for to in ("wu_gang", "sun_yue", "nobody"):
        with pytest.raises(NotYours):
            hand_over(world.office, world.person("sun_yue"), document.id, "joint_1", to)
    reading = find(world.office, world.person("sun_yue"), document.id)
    assert [p.id for p in colleagues(reading, world.person("sun_yue"))] == ["tang_ying"]


def test_whoever_does_not_hold_it_neither_hands_it_over_nor_takes_it_back(world: World) -> None:
    document = _drafted(world)
    hand_over(world.office, world.person("sun_yue"), document.id, "joint_1", "tang_ying")
    for person in ("li_wen", "gao_yuan"):
        with pytest.raises((NotYours, WrongState)):
            take_back(world.office, world.person(person), document.id, "joint_1")
    reading = find(world.office, world.person("sun_yue"), document.id)
    assert reading.step is not None
    assert reading.claim is not None
    with pytest.raises(NotYours):
        require_turn(world.person("sun_yue"), reading.step, reading.document, reading.claim)


def test_what_was_handed_to_nobody_is_not_taken_back(world: World) -> None:
    with pytest.raises(WrongState, match="没有交给谁"):
        take_back(world.office, world.person("sun_yue"), _drafted(world).id, "joint_1")
