"""Whatever people do with a case, in any order: every stored state verifies, every number and follow-on is once."""

import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from forms_service.domain.document import Document
from forms_service.domain.errors import FormsError
from forms_service.domain.numbering import is_drawn
from forms_service.store.documents import Search
from forms_service.workflow.auditing import verify_copy, verify_file
from forms_service.workflow.opening import open_document
from forms_service.workflow.sweeping import sweep
from forms_service.workflow.withdrawing import void_document, withdraw_signature
from tests.case_forms import TYPED, case_world, open_grievance, sign_until
from tests.paper import PNG, take_in
from tests.world import World

HOLDER = ""  # whoever may sign
PEOPLE = (HOLDER, HOLDER, HOLDER, HOLDER, "li_wen", "zhao_min", "sun_yue", "lin_guo", "wang_jian", "he_mei")
STEPS = ("prepare", "register", "look", "talk", "decide")
_DECISIONS = st.sampled_from(["approve"] * 6 + ["return:prepare", "return:register", "return:customer", "reject"])
_COMMANDS = st.one_of(
    st.tuples(st.just("sign"), st.sampled_from(PEOPLE), _DECISIONS),
    st.tuples(st.just("paper"), st.sampled_from(["li_wen", "zhou_hao"]), st.sampled_from(["accept", "refuse"])),
    st.tuples(st.just("withdraw"), st.sampled_from(PEOPLE[4:]), st.just("")),
    st.tuples(st.just("void"), st.just("li_wen"), st.just("")),
    st.tuples(st.just("open"), st.just("li_wen"), st.sampled_from(["rebate", "grievance"])),
    st.tuples(st.just("sweep"), st.just(""), st.just("")),
)


@settings(max_examples=10, deadline=None)
@given(st.sampled_from(STEPS), st.sampled_from(["yes", "no"]), st.lists(_COMMANDS, max_size=12))
def test_no_way_through_a_case_ends_unverifiable_or_double(
    until: str, accepted: str, commands: list[tuple[str, str, str]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = case_world(Path(folder))
        sign_until(world, open_grievance(world), until, accepted=accepted)
        for command, person, choice in commands:
            with suppress(FormsError):
                _ACTS[command](_Act(world, _newest(world), person, choice))
        with suppress(FormsError):
            sweep(world.office)
        _require_sound(world)


@dataclass(frozen=True)
class _Act:
    """One thing that somebody does to the newest document."""

    world: World
    document: Document
    person: str
    choice: str


def _sign(act: _Act) -> None:
    usual = {**TYPED.get(str(act.document.step), {}), "amount": "500" if act.document.form == "rebate" else "12000"}
    raw = usual if act.document.step == "prepare" else TYPED.get(str(act.document.step), {})
    opinion = "" if act.choice == "approve" else "请再核对"
    with act.world.office.database.read() as tx:
        holders = tx.documents.candidates(act.document.id)
    person = act.person or next(iter(holders), "li_wen")
    act.world.sign(act.document, person, decision=act.choice, opinion=opinion, raw=raw)


def _open(act: _Act) -> None:
    open_document(act.world.office, act.world.person(act.person), act.choice, act.document.parent or act.document.id)


_ACTS: Mapping[str, Callable[[_Act], object]] = {
    "sign": _sign,
    "paper": lambda act: take_in(act.world, act.document, act.person, PNG, accepts=act.choice == "accept"),
    "withdraw": lambda act: withdraw_signature(act.world.office, act.world.person(act.person), act.document.id),
    "void": lambda act: void_document(act.world.office, act.world.person(act.person), act.document.id, "改开"),
    "open": _open,
    "sweep": lambda act: sweep(act.world.office),
}


def _newest(world: World) -> Document:
    with world.office.database.read() as tx:
        return tx.documents.find(Search(), limit=1)[0]


def _require_sound(world: World) -> None:
    with world.office.database.read() as tx:
        assert tx.ledger.first_broken() is None
        documents = tx.documents.find(Search())
        states = {document.id: tx.judged.of(document.id) for document in documents}
        copies = [copy for document in documents for copy in tx.copies.of(document.id)]
        drawn = [number for form in ("grievance", "rebate", "remark") for number in tx.numbers.drawn(form)]
        followed = [row.event for row in tx.ledger.rows() if row.event.kind == "followed"]
    numbered = [document.number for document in documents if is_drawn(document.number)]
    assert sorted(numbered) == sorted(drawn)
    assert len({(event.document_id, event.data["ordinal"]) for event in followed}) == len(followed)
    for head in (head for heads in states.values() for head in heads):
        verdict = verify_file(world.office, world.office.blobs.get(head))
        assert verdict.verdict == "review", verdict.sentence
    for copy in copies:
        verdict = verify_copy(world.office, copy)
        assert verdict.verdict == "accepted", verdict.sentence
