"""Whatever people do, in whatever order: numbers are drawn once, the ledger is whole, every stored state verifies."""

import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from forms_service.domain.document import Document
from forms_service.domain.errors import FormsError
from forms_service.domain.events import Event, first_broken
from forms_service.domain.numbering import parse_pattern
from forms_service.store.database import Database
from forms_service.workflow.auditing import verify_file
from forms_service.workflow.inviting import check_code, invite_pending, send_code
from forms_service.workflow.receiving import Answer, answer
from forms_service.workflow.withdrawing import void_document, withdraw_signature
from tests.world import START, World, make_world

PATTERN = parse_pattern("A{yy}{mm}{seq:3}")
STAFF = ("li_wen", "lin_guo", "wang_jian", "zhou_hao")
ENDED = {"finished", "rejected", "refused", "void"}
_DECISIONS = st.sampled_from(["approve", "approve", "approve", "return:prepare", "return:deputy_gm", "reject"])
_COMMANDS = st.one_of(
    st.tuples(st.just("sign"), st.sampled_from(STAFF), _DECISIONS),
    st.tuples(st.just("withdraw"), st.sampled_from(STAFF), st.just("")),
    st.tuples(st.just("customer"), st.just(""), st.sampled_from(["accept", "accept", "refuse"])),
    st.tuples(st.just("void"), st.sampled_from(STAFF), st.just("")),
)
ORDER = ("li_wen", "lin_guo", "wang_jian")


@given(st.lists(st.sampled_from(["draw", "fail", "next month"]), max_size=25))
def test_no_number_is_drawn_twice_and_none_is_left_out(commands: list[str]) -> None:
    month, drawn = 11, []
    with Database.open("sqlite://") as database:
        for command in commands:
            if command == "next month":
                month = 12
                continue
            with suppress(ZeroDivisionError), database.write() as tx:
                number = tx.numbers.draw("f", PATTERN, START.date().replace(month=month))
                tx.ledger.append(Event(START, "opened", number, "li_wen", {}))
                if command == "fail":
                    raise ZeroDivisionError
                drawn.append(number)
        with database.read() as tx:
            rows = tuple(tx.ledger.rows())
    expected = [f"A26{m}{n:03}" for m in (11, 12) for n in range(1, sum(d[3:5] == str(m) for d in drawn) + 1)]
    assert drawn == expected
    assert first_broken(rows) is None
    assert [row.event.document_id for row in rows] == drawn


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 3), st.lists(_COMMANDS, max_size=6))
def test_no_way_through_the_office_ends_unsigned_or_unverifiable(
    ahead: int, commands: list[tuple[str, str, str]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = make_world(Path(folder))
        document = world.open_allowance()
        for person in ORDER[:ahead]:
            document = world.sign(document, person)
        for command, person, choice in commands:
            ended, before = document.state in ENDED, document
            with suppress(FormsError):
                document = _do(world, document, command, person, choice)
            assert not ended or document == before
        _require_sound(world, document)


def _do(world: World, document: Document, command: str, person: str, choice: str) -> Document:
    match command:
        case "sign":
            return world.sign(document, person, decision=choice, opinion="" if choice == "approve" else "请再核对")
        case "withdraw":
            return withdraw_signature(world.office, world.person(person), document.id)
        case "void":
            return void_document(world.office, world.person(person), document.id, "改开")
        case _:
            return _customer(world, document, accepts=choice == "accept")


def _customer(world: World, document: Document, *, accepts: bool) -> Document:
    if document.step != "customer":
        return document
    invite_pending(world.office)
    token = world.mail().split("/c/")[1].split()[0]
    send_code(world.office, token)
    grant = check_code(world.office, token, "314159")
    return answer(
        world.office, token, grant, Answer(document.head, accepts=accepts, name="张丽华", opinion="不对", consents=True)
    )


def _require_sound(world: World, document: Document) -> None:
    with world.office.database.read() as tx:
        assert tx.ledger.first_broken() is None
        stored = tx.judged.of(document.id)
    assert document.head in stored
    for head in stored:
        verdict = verify_file(world.office, world.office.blobs.get(head))
        assert verdict.verdict == "review", verdict.sentence
    if document.state == "finished":
        assert [s.step for s in document.signatures] == ["prepare", "deputy_gm", "gm", "customer"]
