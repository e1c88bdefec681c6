"""A document that is numbered at a later step: a draft has no number; each number is drawn once, with a signature."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from forms_service.domain.document import Document
from forms_service.domain.errors import StalePage, VerdictRefused
from forms_service.domain.numbering import parse_pattern
from forms_service.domain.record import IssueRecord, SignatureFacts
from forms_service.pdf.read import read_record
from forms_service.pdf.seal import Stamp
from forms_service.signing.expected import Expected
from forms_service.signing.timestamps import NoTimestamp, TimeAuthority
from forms_service.signing.verify import verify
from forms_service.store.blobs import Blobs
from forms_service.workflow.auditing import expect, verify_file
from forms_service.workflow.demonstrating import PIN
from forms_service.workflow.keying import unlock_key
from forms_service.workflow.reading import find
from forms_service.workflow.revising import Revision, print_step, revise
from forms_service.workflow.withdrawing import withdraw_signature
from tests.case_forms import case_world, open_grievance, sign_until
from tests.reading import read_printed
from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return case_world(tmp_path / "office")


def _printed(world: World, document: Document) -> str:
    return str(read_printed(world.office.blobs.get(document.head))["sys_no"])


def _record(world: World, document: Document) -> IssueRecord:
    return read_record(world.office.blobs.get(document.head))


def _drawn(world: World) -> tuple[str, ...]:
    with world.office.database.read() as tx:
        return tx.numbers.drawn("grievance")


def test_a_draft_has_a_name_and_no_number(world: World) -> None:
    draft = open_grievance(world)
    assert (draft.number, draft.numbered_at) == (f"未编号-{draft.id[:8]}", None)
    assert (_printed(world, draft), _record(world, draft).number, _drawn(world)) == ("", "", ())


def test_the_number_is_printed_and_locked_by_the_step_that_draws_it(world: World) -> None:
    numbered = sign_until(world, open_grievance(world), "register")
    assert (numbered.number, _printed(world, numbered), _drawn(world)) == ("261101", "261101", ("261101",))
    register = next(step for step in _record(world, numbered).steps if step.id == "register")
    assert "sys_no" in register.lock
    assert numbered.numbered_at is not None


def test_the_series_is_that_of_the_day_of_numbering(world: World) -> None:
    draft = sign_until(world, open_grievance(world), "prepare")
    world.clock.pass_(days=10)
    assert sign_until(world, draft, "register").number == "261201"


def test_the_ledger_says_the_number_with_the_signature(world: World) -> None:
    numbered = sign_until(world, open_grievance(world), "register")
    with world.office.database.read() as tx:
        told = [(row.event.kind, row.event.data.get("number")) for row in tx.ledger.of(numbered.id)]
    assert told == [("opened", ""), ("signed", None), ("signed", "261101")]


def test_a_step_that_returns_the_draft_draws_no_number(world: World) -> None:
    draft = sign_until(world, open_grievance(world), "prepare")
    back = world.sign(draft, "zhao_min", decision="return:prepare", opinion="数量请补")
    assert (back.number, _drawn(world)) == (draft.number, ())
    (returned,) = [h for h in _heads(world, back) if h not in {draft.head, draft.signatures[0].base}]
    verdict = verify_file(world.office, world.office.blobs.get(returned))
    assert verdict.verdict == "review", verdict.sentence
    assert verdict.number == ""


def test_a_return_to_before_the_numbering_keeps_the_number(world: World) -> None:
    numbered = sign_until(world, open_grievance(world), "register")
    back = world.sign(numbered, "sun_yue", decision="return:prepare", opinion="订单编号不对")
    assert (back.number, _printed(world, back)) == ("261101", "")
    again = sign_until(world, back, "register")
    assert (again.number, _printed(world, again), _drawn(world)) == ("261101", "261101", ("261101",))


def test_a_withdrawn_numbering_keeps_the_number(world: World) -> None:
    numbered = sign_until(world, open_grievance(world), "register")
    withdrawn = withdraw_signature(world.office, world.person("zhao_min"), numbered.id)
    assert sign_until(world, withdrawn, "register").number == "261101"
    assert _drawn(world) == ("261101",)


class Killed(BaseException):
    """The process is gone."""


class LastBlobs(Blobs):
    """A store that is killed as soon as its bytes are on disk."""

    def put(self, data: bytes) -> str:
        super().put(data)
        raise Killed


def test_a_kill_after_the_bytes_gives_the_number_back(world: World) -> None:
    draft = sign_until(world, open_grievance(world), "prepare")
    world.person("zhao_min")
    dying = replace(world, office=replace(world.office, blobs=LastBlobs(world.office.blobs.folder)))
    with pytest.raises(Killed):
        dying.sign(draft, "zhao_min")
    assert _drawn(world) == ()
    assert sign_until(world, draft, "register").number == "261101"


class SilentTimeAuthority(TimeAuthority):
    """A time authority that does not answer."""

    def stamp(self, digest: bytes) -> bytes:
        raise NoTimestamp(f"no answer for {digest.hex()}")


def test_a_signature_that_fails_gives_the_number_back(world: World) -> None:
    draft = sign_until(world, open_grievance(world), "prepare")
    silent = replace(world, office=replace(world.office, timestamper=SilentTimeAuthority()))
    with pytest.raises(NoTimestamp):
        silent.sign(draft, "zhao_min")
    assert _drawn(world) == ()


def test_a_judgement_that_refuses_gives_the_number_back(world: World) -> None:
    draft = sign_until(world, open_grievance(world), "prepare")
    distrustful = replace(world.office, anchor=replace(world.office.anchor, anchors=(), sha256=""))
    with pytest.raises(VerdictRefused):
        replace(world, office=distrustful).sign(draft, "zhao_min")
    assert _drawn(world) == ()


def _at_once(acts: list[Callable[[], Document]]) -> list[Document | StalePage]:
    def tried(act: Callable[[], Document]) -> Document | StalePage:
        try:
            return act()
        except StalePage as stale:
            return stale

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(tried, act) for act in acts]]


def test_two_that_are_numbered_at_once_get_two_numbers(world: World) -> None:
    drafts = [sign_until(world, open_grievance(world), "prepare") for _ in range(3)]
    world.person("zhao_min")
    numbered = _at_once([lambda draft=draft: world.sign(draft, "zhao_min") for draft in drafts])  # type: ignore[misc]
    assert sorted(d.number for d in numbered if isinstance(d, Document)) == ["261101", "261102", "261103"]


def test_one_that_is_signed_twice_at_once_gets_one_number(world: World) -> None:
    draft = sign_until(world, open_grievance(world), "prepare")
    world.person("zhao_min"), world.person("su_ting")
    done = _at_once([lambda: world.sign(draft, "zhao_min"), lambda: world.sign(draft, "su_ting")])
    assert sorted(type(each).__name__ for each in done) == ["Document", "StalePage"]
    assert _drawn(world) == ("261101",)


def test_a_number_other_than_the_ledgers_is_refused(world: World) -> None:
    numbered = sign_until(world, open_grievance(world), "register")
    known = expect(world.office, numbered.id)
    assert known.number == "261101"
    assert _judge(world, numbered, known) == ()
    assert _judge(world, numbered, replace(known, number="261102")) == (4,)


def _judge(world: World, document: Document, known: Expected) -> tuple[int, ...]:
    office = world.office
    verdict = verify(office.blobs.get(document.head), office.trust, known, office.now(), office.fonts)
    return tuple(check.no for check in verdict.failed)


def _heads(world: World, document: Document) -> frozenset[str]:
    with world.office.database.read() as tx:
        return tx.judged.of(document.id)


def test_every_stored_state_of_a_numbered_document_verifies(world: World) -> None:
    finished = sign_until(world, open_grievance(world), "decide")
    for head in _heads(world, finished):
        verdict = verify_file(world.office, world.office.blobs.get(head))
        assert verdict.verdict == "review", verdict.sentence


def test_the_hundredth_case_grows_by_a_digit_and_the_office_is_told(world: World) -> None:
    draft = sign_until(world, open_grievance(world), "prepare")
    with world.office.database.write() as tx:
        for _ in range(99):
            tx.numbers.draw("grievance", parse_pattern("{yy}{mm}{seq:2+}"), world.office.today(world.clock.at))
    assert sign_until(world, draft, "register").number == "2611100"
    with world.office.database.read() as tx:
        assert any("2611100" in note.words for note in tx.notes.of("zhao_min", 5))


@pytest.mark.parametrize(("printed", "said"), [("", "却没有编号"), ("２６１１０１", "不成编号")])
def test_a_step_that_should_number_and_does_not_is_refused(world: World, printed: str, said: str) -> None:
    """Sign the numbering step without a number, as a program that leaves the rule out would."""
    draft = sign_until(world, open_grievance(world), "prepare")
    office, person = world.office, world.person("zhao_min")
    reading = find(office, person, draft.id)
    step = reading.spec.step("register")
    facts = SignatureFacts(draft.id, step.id, draft.round, person.id, "总经理室", "approve")
    cells = {**print_step(reading.spec, step, facts, reading.values, ""), "sys_no": printed}
    stamp = Stamp("person", person.name, ("受理", person.name, ""))
    revision = Revision(facts, cells, "受理", unlock_key(office, person, PIN), stamp)
    signed = office.blobs.get(revise(office, reading, step, revision, office.now()))
    verdict = verify(signed, office.trust, None, office.now(), office.fonts)
    assert [check.no for check in verdict.failed] == [11]
    assert said in verdict.sentence


def test_another_step_cannot_write_the_number(world: World) -> None:
    numbered = sign_until(world, open_grievance(world), "register")
    office, person = world.office, world.person("sun_yue")
    reading = find(office, person, numbered.id)
    step = reading.spec.step("look")
    facts = SignatureFacts(numbered.id, step.id, numbered.round, person.id, "质管", "approve")
    cells = {**print_step(reading.spec, step, facts, reading.values, ""), "sys_no": "261199"}
    stamp = Stamp("person", person.name, ("质管", person.name, ""))
    revision = Revision(facts, cells, "质管", unlock_key(office, person, PIN), stamp)
    signed = office.blobs.get(revise(office, reading, step, revision, office.now()))
    verdict = verify(signed, office.trust, None, office.now(), office.fonts)
    assert 8 in [check.no for check in verdict.failed]
