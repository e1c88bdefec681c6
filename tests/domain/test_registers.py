"""A register's file: what it may say, and every fault of it at its line."""

import pytest

from forms_service.domain.facts import list_facts, show_fact
from forms_service.domain.faults import Faults
from forms_service.domain.outlines import outline_form
from forms_service.domain.registers import Register, check_register, parse_register
from forms_service.settings import ROOT
from forms_service.store.registers import lint_register, load_registers
from forms_service.store.yaml_text import read_document
from tests.forms.desk import shelf

TEXT = """\
register: complaints
title: 客户抱怨案件登记追踪表
form: customer-complaint
source: 客户投诉处理办法 §9(3)
columns:
  - {title: 编号, shows: [no, numbered_at]}
  - {title: 类别, shows: [class_found or class_reported], lists: [return_qty]}
filters: [region]
search: [customer]
monthly: {kind: class_found, unit: liable_unit, customer: customer, quantity: bad_qty, loss: loss_amount,
          measure: lasting_measure, result: [return_qty]}
"""


def _read(text: str) -> tuple[Register | None, list[tuple[str, int]]]:
    faults = Faults()
    node, _ = read_document(text.encode(), "register.yaml")
    register = parse_register(node, faults) if node is not None else None
    return register, [
        (problem.code, problem.where.line) for problem in faults.in_order() if not isinstance(problem.where, str)
    ]


def _unknown(text: str) -> list[str]:
    register, faults = _read(text)
    assert register is not None, faults
    node, _ = read_document((ROOT / "form_specs" / "customer_complaint.yaml").read_bytes(), "form.yaml")
    form = outline_form(node) if node is not None else None
    return [problem.code for problem in check_register(register, form)]


def test_a_register_is_read_as_it_is_written() -> None:
    register, faults = _read(TEXT)
    assert faults == []
    assert register is not None
    assert register.columns[1].shows == (("class_found", "class_reported"),)
    assert register.names == ("no", "numbered_at", "class_found", "class_reported", "return_qty")
    assert register.monthly is not None
    assert register.monthly.report == ""


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("register: complaints", "register: 投诉", ("bad_id", 1)),
        ("title: 客户抱怨案件登记追踪表\n", "", ("missing_key", 1)),
        ("filters:", "filter:", ("unknown_key", 8)),
        ("shows: [no, numbered_at]", "", ("empty_column", 6)),
        ("kind: class_found, ", "", ("missing_key", 10)),
        ("columns:", "columns: []\nmonthly2:", ("unknown_key", 6)),
    ],
)
def test_a_fault_is_told_at_its_line(old: str, new: str, fault: tuple[str, int]) -> None:
    register, faults = _read(TEXT.replace(old, new, 1))
    assert register is None
    assert fault in faults


def test_every_name_must_be_the_forms_or_the_systems() -> None:
    assert _unknown(TEXT) == []
    assert _unknown(TEXT.replace("search: [customer]", "search: [costumer]")) == ["unknown_field"]
    assert _unknown(TEXT.replace("loss: loss_amount", "loss: lost")) == ["unknown_field"]
    assert _unknown(TEXT.replace("[no, numbered_at]", "[nr]")) == ["unknown_field"]


def test_a_register_of_no_form_is_refused() -> None:
    register, _ = _read(TEXT)
    assert register is not None
    assert [problem.code for problem in check_register(register, None)] == ["unknown_form"]


def test_every_register_of_the_shelf_agrees_with_its_form() -> None:
    folder = ROOT / "form_specs" / "registers"
    registers, problems = load_registers(folder)
    assert (len(registers), problems) == (len(list(folder.glob("*.yaml"))), ())
    assert [lint_register(path)[1] for path in folder.glob("*.yaml")] == [()] * len(registers)


@pytest.mark.parametrize(
    ("field", "text", "shown"),
    [
        ("region", "abroad", "国外"),
        ("undetermined", "no", "否"),
        ("decided_amount", "12000.5", "12,000.50"),
        ("liable_share", "0.6", "60%"),
        ("sample_count", "3", "3"),
        ("received_on", "2026-11-24", "2026-11-24"),
        ("bad_qty", "", ""),
    ],
)
def test_a_fact_is_shown_as_its_cell_shows_it(field: str, text: str, shown: str) -> None:
    assert show_fact(shelf()["customer-complaint"].field(field), text) == shown


def test_what_is_filled_is_listed_with_its_label() -> None:
    facts = {"return_qty": "40", "not_standing": "no", "allowance_amount": "3000", "ours": "yes"}
    names = ("return_qty", "exchange_qty", "allowance_amount", "not_standing", "ours", "nothing")
    told = list_facts(shelf()["customer-complaint"], facts, names)
    assert told == ("核定退货量 40", "核定折让(未税) 3,000.00", "属我方责任")
