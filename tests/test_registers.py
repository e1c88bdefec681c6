"""Registers and what is read from many documents: they equal the documents' bytes and the ledger."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from forms_service.domain.document import Document
from forms_service.domain.errors import NotFound
from forms_service.store.registered import Wanted
from forms_service.store.registers import load_registers
from forms_service.workflow.reading import find
from forms_service.workflow.rebuilding import rebuild_facts
from forms_service.workflow.registering import Entry, all_entries, entries
from forms_service.workflow.withdrawing import void_document, withdraw_signature
from tests.cases import case_world, go_on, open_complaint, sign_step
from tests.november import November, november
from tests.world import World, make_world

FORM = "customer-complaint"


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> November:
    return november(tmp_path_factory.mktemp("november") / "office")


def _facts(world: World, document_id: str) -> Mapping[str, str]:
    with world.office.database.read() as tx:
        return dict(tx.facts.of([document_id]).get(document_id, {}))


def _numbers(month: November, **narrowed: object) -> list[str]:
    wanted = Wanted(FORM, **narrowed)  # type: ignore[arg-type]  # a test's own conditions
    return [entry.document.number for entry in all_entries(month.world.office, wanted).rows]


def _entry(month: November, document: Document) -> Entry:
    rows = all_entries(month.world.office, Wanted(FORM)).rows
    return next(entry for entry in rows if entry.document.id == document.id)


# Facts


def test_a_signed_steps_values_are_facts_at_once(tmp_path: Path) -> None:
    world = make_world(tmp_path / "office")
    document = world.open_allowance()
    assert _facts(world, document.id) == {}
    signed = world.sign(document, "li_wen")
    found = _facts(world, signed.id)
    assert (found["customer"], found["tax_rate"], found["invoice_date"]) == ("东升电子有限公司", "0.05", "2026-10-28")
    assert "lines" not in found


def test_a_return_and_a_withdrawal_take_their_facts_back(tmp_path: Path) -> None:
    world = make_world(tmp_path / "office")
    signed = world.sign(world.open_allowance(), "li_wen")
    back = world.sign(signed, "lin_guo", decision="return:prepare", opinion="单价不对")
    assert _facts(world, back.id) == {}
    again = world.sign(back, "li_wen")
    assert _facts(world, again.id)
    withdraw_signature(world.office, world.person("li_wen"), again.id)
    assert _facts(world, again.id) == {}


def test_facts_made_again_from_the_bytes_are_the_same(month: November) -> None:
    world = month.world
    cases = [month.plain, month.hindering, month.asked, month.talking, month.draft]
    before = [_facts(world, case.id) for case in cases]
    with world.office.database.write() as tx:
        for case in cases:
            tx.facts.put(case.id, {"customer": "别的"})
    assert rebuild_facts(world.office) > len(cases)
    assert [_facts(world, case.id) for case in cases] == before


# The register


@pytest.mark.regulation("9(3)b", "7(3)①a")
def test_a_complaint_stands_in_the_register_once_from_the_moment_it_is_numbered(tmp_path: Path) -> None:
    world = case_world(tmp_path / "office")
    case = go_on(world, open_complaint(world), until="register")
    assert all_entries(world.office, Wanted(FORM)).total == 0
    numbered = sign_step(world, case)
    (entry,) = all_entries(world.office, Wanted(FORM)).rows
    with world.office.database.read() as tx:
        assert [entry.document.number] == [numbered.number] == list(tx.numbers.drawn(FORM))
        registered = next(row.event for row in tx.ledger.of(case.id) if row.event.data.get("step") == "register")
    assert entry.document.numbered_at == registered.at


def test_a_void_case_keeps_its_row(tmp_path: Path) -> None:
    world = case_world(tmp_path / "office")
    case = go_on(world, open_complaint(world), until="qa")
    void_document(world.office, world.person("zhao_min"), case.id, "重复登记")
    (entry,) = all_entries(world.office, Wanted(FORM)).rows
    assert (entry.document.number, entry.document.state) == (case.number, "void")


@pytest.mark.regulation("7(3)①b")
def test_the_times_of_a_row_are_the_ledgers(month: November) -> None:
    with month.world.office.database.read() as tx:
        signed = [row.event for row in tx.ledger.of(month.plain.id) if row.event.kind == "signed"]
    told = [(time.step.id, time.person, time.ended_at) for time in _entry(month, month.plain).times]
    assert told == [(event.data["step"], event.actor, event.at) for event in signed]
    opened = [time.opened_at for time in _entry(month, month.plain).times]
    assert opened[1:] == [event.at for event in signed][:-1]


def test_a_row_says_whose_desk_it_is_on_and_what_followed(month: November) -> None:
    assert {person.department for person in _entry(month, month.asked).desks} == {"qa"}
    assert {child.form for child in _entry(month, month.plain).following} >= {"sales-allowance", "customer-reply"}
    assert _entry(month, month.plain).desks == ()


def test_the_last_numbered_comes_first(month: November) -> None:
    assert _numbers(month) == ["261104", "261103", "261102", "261101"]
    page = all_entries(month.world.office, Wanted(FORM), limit=2, offset=1)
    assert ([entry.document.number for entry in page.rows], page.total) == (["261103", "261102"], 4)


CONDITIONS: dict[str, tuple[Mapping[str, object], list[str]]] = {
    "state": ({"states": ("finished",)}, ["261102", "261101"]),
    "text in a field": ({"text": "kestrel", "searched": ("customer",)}, ["261103"]),
    "text in the number": ({"text": "1104"}, ["261104"]),
    "text nowhere": ({"text": "华为", "searched": ("customer", "part_no")}, []),
    "a percent sign is no wildcard": ({"text": "%", "searched": ("customer",)}, []),
    "an option": ({"equal": (("class_found", "human"),)}, ["261102"]),
    "a department": ({"equal": (("liable_unit", "制造部"),)}, ["261104", "261101"]),
    "a part of a text": ({"holding": (("part_no", "pcb-6l"),)}, ["261102"]),
    "two fields": ({"equal": (("class_found", "quality"), ("region", "abroad"))}, []),
    "whose desk": ({"desks": ("sun_yue", "tang_ying")}, ["261103"]),
    "nobody's desk": ({"desks": ()}, []),
    "numbered before": ({"numbered_before": dt.datetime(2026, 11, 1, tzinfo=dt.UTC)}, []),
    "ended from": ({"ended_from": dt.datetime(2026, 11, 1, tzinfo=dt.UTC)}, ["261102", "261101"]),
    "late by now": ({"late_at": dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)}, []),
    "late later": ({"late_at": dt.datetime(2027, 1, 1, tzinfo=dt.UTC)}, ["261104", "261103"]),
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_condition_leaves_what_it_says(month: November, name: str) -> None:
    narrowed, expected = CONDITIONS[name]
    assert _numbers(month, **narrowed) == expected


def _may_open(month: November, person_id: str, document: Document) -> bool:
    try:
        find(month.world.office, month.world.office.require_person(person_id), document.id)
    except NotFound:
        return False
    return True


def _everything(month: November) -> Iterator[Document]:
    forms = (FORM, "sales-allowance", "goods-return", "investigation-report", "customer-reply", "timeliness-review")
    for form in forms:
        yield from (entry.document for entry in all_entries(month.world.office, Wanted(form)).rows)


def test_everybody_sees_in_a_register_exactly_what_they_may_open(month: November) -> None:
    office = month.world.office
    documents = list(_everything(month))
    assert len(documents) > 8
    for person in office.organisation.people:
        listed = {e.document.id for d in documents for e in entries(office, person, Wanted(d.form), None).rows}
        assert listed == {d.id for d in documents if _may_open(month, person.id, d)}, person.name


ALLOWANCES = """\
register: allowances
title: 折让登记簿
form: sales-allowance
source: 测试
columns:
  - {title: 编号, shows: [no, customer]}
"""


def test_another_form_has_its_register_by_a_file_alone(tmp_path: Path) -> None:
    (tmp_path / "allowances.yaml").write_text(ALLOWANCES, encoding="utf-8")
    world = make_world(tmp_path / "office")
    signed = world.sign(world.open_allowance(), "li_wen")
    registers, problems = load_registers(tmp_path)
    assert problems == ()
    office = replace(world.office, registers=registers)
    (entry,) = entries(office, world.person("zhou_hao"), Wanted(registers[0].form), 10).rows
    assert (entry.document.number, entry.facts["customer"]) == (signed.number, "东升电子有限公司")


def test_a_sum_over_cases_is_exact(month: November) -> None:
    with month.world.office.database.read() as tx:
        assert tx.facts.sum_of("decided_amount", [month.plain.id, month.hindering.id]) == Decimal(17650)
