import datetime as dt
import hashlib
from dataclasses import replace
from decimal import Decimal

import pytest

from forms_service.domain.course import Who, Within
from forms_service.domain.policies import settings_in_force
from forms_service.domain.widgets import lock_of
from forms_service.store.shelf import lint_folder, lint_text
from tests.domain.spec_text import FILE, NOTE, SHELF, broken, demo_firm, found_in, note, read


def test_the_note_has_no_fault() -> None:
    assert read(NOTE)[1] == ()


def test_the_forms_on_the_shelf_have_no_fault() -> None:
    assert lint_folder(SHELF, demo_firm(), {})[1] == ()


# Each fault is written where it stands: `»` marks the line and column that the problem must name, and there must be
# no second problem beside it.
FAULTS = [
    ("unknown_key", "    mark: parts.price", "    »marks: parts.price"),
    ("unknown_key", "type: yesno}", "type: yesno, »lable: x}"),
    (
        "missing_key",
        "  - rule: filled(serial)\n    say: 没有机号，请确认。\n    level",
        "  - »rule: filled(serial)\n    level",
    ),
    ("empty_value", "say: 合计 {total} 超过五千。", "»say:"),
    ("wrong_shape", "index: [no, customer, total]", "index: »total"),
    ("not_whole_number", "version: 1", "version: »1.0"),
    ("not_whole_number", "version: 1", "version: »0"),
    ("bad_id", "form: repair-note", "form: »Repair_Note"),
    ("unknown_word", "rounding: half_up", "rounding: »half_upp"),
    ("bad_number_pattern", '"R{yy}{mm}{seq:2+}"', '»"R{yy}{mm}"'),
    ("bad_number_pattern", '"R{yy}{mm}{seq:2+}"', '»"R{mm}{seq:3}"'),
    ("unknown_word", "type: yesno", "type: »yesnoo"),
    ("duplicate_key", "  urgent: {", "  urgent: {label: 急, type: yesno}\n  »urgent: {"),
    ("yaml_tag", "version: 1", "version: »!!int 1"),
    ("yaml_anchor", "rounding: half_up", "rounding: »&r half_up"),
    ("key_not_for_type", "type: yesno}", "type: yesno, max_length: »9}"),
    ("key_not_for_calc", "calc: sum(parts.cost)}", "calc: sum(parts.cost), required: »yes}"),
    ("key_not_for_column", "min: 1, max: 99}", "min: 1, max: 99, default: »1}"),
    ("type_not_for_column", "item: {label: 品名, type: text, required: yes}", "item: {label: 品名, type: »attachment}"),
    (
        "choice_without_options",
        "{label: 类别, type: choice, options: {repair: 修理, swap: 换件}, default: repair}",
        "»{label: 类别, type: choice}",
    ),
    ("unknown_option", "default: repair", "default: »repare"),
    ("bad_rows", "rows: 0..4", "rows: »4..0"),
    ("bad_rows", "rows: 0..4", "rows: »0..400"),
    ("unknown_pattern", 'pattern: "[A-Z]{2}[0-9]{4}"', "pattern: »tax_idd"),
    ("bad_pattern", 'pattern: "[A-Z]{2}[0-9]{4}"', 'pattern: »"([A-Z]+)+"'),
    ("number_form", "min: 0.00", "min: »1e3"),
    ("number_form", "min: 0.00", "min: ».5"),
    ("number_form", "min: 0.00", "min: »1_000"),
    ("too_many_places", "min: 0.00", "min: »0.001"),
    ("too_many_places", "min: 1, max: 99", "min: »1.5, max: 99"),
    ("min_above_max", "min: 1, max: 99", "min: »100, max: 99"),
    ("wrong_kind", "max: today", "max: »5"),
    ("unknown_name", "calc: sum(parts.cost)", "calc: sum(»parts.coost)"),
    ("unknown_function", "calc: sum(parts.cost)", "calc: »summ(parts.cost)"),
    ("not_boolean", "- rule: total <= 5000", "- rule: »total"),
    ("kinds_differ", "- rule: total <= 5000", "- rule: »total <= '5000'"),
    ("bad_number", "- rule: total <= 5000", "- rule: total <= »5e3"),
    ("unknown_field", "say: 合计 {total}", "say: 合计 »{totl}"),
    ("brace", "say: 合计 {total}", "say: 合计 »{total"),
    ("unknown_field", "mark: parts.price", "mark: »parts.prise"),
    ("unknown_field", "fills: [view]", "fills: [view, »vieww]"),
    ("filled_twice", "fills: [view]", "fills: [view, »serial]"),
    ("calculated_is_filled", "fills: [view]", "fills: [view, »total]"),
    ("duplicate_step", "id: rd\n", "id: »plant\n"),
    ("unknown_step", "not_same_as: [open]", "not_same_as: [»opened]"),
    ("not_same_as_later", "not_same_as: [open]", "not_same_as: [»client]"),
    ("unknown_step", "return to open", "return to »opem"),
    ("return_forward", "return to open", "return to »chief"),
    ("return_forward", "return to open", "return to »plant"),
    ("cannot_approve", "can: [approve, reject]", "can: [»reject]"),
    ("unknown_action", "can: [approve, reject]", "can: [approve, »rejekt]"),
    ("always_allowed", "can: [approve, reject]", "can: [approve, reject, »delegate]"),
    ("wrong_sign_by", "    sign: 研发", "    sign: 研发\n    sign_by: [»paper_scan]"),
    ("bad_within", "within: 10 days", "within: »ten days"),
    ("wrong_sign_by", "sign_by: [esign_link]", "sign_by: [»pin]"),
    ("wrong_sign_by", "    sign: 研发", "    sign: 研发\n    sign_by: [»esign_link]"),
    ("unknown_word", "sign_by: [esign_link]", "sign_by: [»esign_lnk]"),
    ("unknown_who", "who: dept sales", "who: »department sales"),
    ("unknown_who", "who: dept sales", "who: »dept"),
    ("unknown_department", "who: dept sales", "who: dept »sale"),
    ("unknown_role", "[role rd_manager, dept rd]", "[role »rd_manger, dept rd]"),
    ("unknown_department", "[role rd_manager, dept rd]", "[role rd_manager, dept »r_d]"),
    ("all_of_inside", "to: dept plant", 'to: "»all of [dept plant, dept qa]"'),
    ("all_of_inside", "[role rd_manager, dept rd]", "[role rd_manager, »all of [dept rd, dept qa]]"),
    ("unknown_policy", "policy complaint_authority(total)", "policy »complaint_authorities(total)"),
    ("unknown_name", "policy complaint_authority(total)", "policy complaint_authority(»totl)"),
    ("unknown_field", "who: dept $liable", "who: dept »$liabel"),
    ("wrong_field_type", "who: dept $liable", "who: dept »$serial"),
    ("wrong_field_type", "who: external customer", "who: external »liable"),
    ("unknown_field", "who: external customer", "who: external »custmer"),
    ("external_in_group", "[role rd_manager, dept rd]", "[role rd_manager, »external customer]"),
    ("unknown_step", "[role rd_manager, dept rd]", "[manager of »rd, manager of plant]"),
    ("unknown_department", "to: dept plant", "to: dept »plants"),
    ("copy_keeper", "to: dept plant", "to: »external customer"),
    ("copy_number", "{no: 2, to", "{no: »3, to"),
    ("unknown_word", "colour: blue", "colour: »purple"),
    ("unknown_account", "    output_tax: tax", "    »output_taxes: tax"),
    ("unknown_field", "    output_tax: tax", "    output_tax: »taxx"),
    ("posting_not_money", "    output_tax: tax", "    output_tax: »rate"),
    ("unknown_field", "summary: 修理 {no}", "summary: 修理 »{number}"),
    ("unknown_word", "retain: business_record", "retain: »business_records"),
    ("unknown_field", "index: [no,", "index: [no, »parts,"),
    ("bad_grid", "columns: 12\n", "columns: »10\n"),
    ("bad_cell", "view 12 x2", "»view x2"),
    ("row_width", "- liable 4 | kind 4 | urgent 4", "- »liable 4 | kind 4 | urgent 3"),
    ("table_without_widths", "- parts 12: item 6 | qty 2 | price 2 | cost 2", "- »parts 12"),
    ("widths_of_no_table", "- view 12 x2", "- view 12 x2: »item 12"),
    ("row_width", "item 6 | qty 2 | price 2", "»item 5 | qty 2 | price 2"),
    ("unknown_field", "item 6 | qty 2 | price", "»items 6 | qty 2 | price"),
    ("printed_twice", "item 6 | qty 2 | price 2", "item 3 | »item 3 | qty 2 | price 2"),
]


@pytest.mark.parametrize(("code", "old", "new"), FAULTS, ids=[f"{code}: {new}" for code, _, new in FAULTS])
def test_a_fault_is_named_where_it_stands(code: str, old: str, new: str) -> None:
    marks, found = broken((old, new))

    assert found == tuple(f"{mark} {code}" for mark in marks)


def test_all_faults_come_out_at_once_in_the_order_of_the_file() -> None:
    marks, found = broken(
        ("version: 1", "version: »one"),
        ("type: yesno", "type: »yesnoo"),
        ("- rule: total <= 5000", "- rule: »total"),
        ("who: dept sales", "who: dept »sale"),
        ("urgent 4", "»urgnt 4"),
    )

    assert [line.split(" ")[0] for line in found] == list(marks)


def test_a_problem_says_what_was_found_and_what_was_meant_in_both_languages() -> None:
    _, problems = read(NOTE.replace("who: dept sales", "who: dept sale"))

    assert str(problems[0]) == (
        f"{FILE}:36:36: unknown_department: 没有叫「sale」的部门，是不是「sales」？"
        " / unknown department 'sale'; did you mean 'sales'?"
    )


def test_a_word_with_no_likeness_is_answered_with_the_words_there_are() -> None:
    _, problems = read(NOTE.replace("colour: blue", "colour: 3"))

    assert "可用的是：white、pink、blue、yellow、green。" in problems[0].message


def test_a_form_with_a_fault_gives_no_spec() -> None:
    assert read(NOTE.replace("version: 1", "version: 0"))[0] is None


def test_a_role_that_nobody_holds_is_a_warning_and_lets_the_form_through() -> None:
    empty = replace(demo_firm(), people=())
    text = NOTE.replace("who: dept sales", "who: role sales_clerk")

    spec, problems = lint_text(text.encode(), FILE, empty, {})

    assert spec is not None
    assert (found_in(problems)[0], problems[0].level) == ("36:36 role_without_holder", "warning")


def test_every_step_reads_as_it_is_written() -> None:
    plant, rd, chief, client = note().steps[1:]

    assert plant.who == Who("dept_field", "liable")
    assert plant.within == Within(2, workdays=True)
    assert rd.who == Who("any", of=(Who("role", "rd_manager"), Who("dept", "rd")))
    assert (chief.who.kind, chief.who.name) == ("policy", "complaint_authority")
    assert (client.who, client.sign_by, client.within) == (
        Who("external", "customer"),
        ("esign_link",),
        Within(10, workdays=False),
    )


def test_who_may_return_reject_and_refuse_is_read_from_can() -> None:
    decides = {step.id: (step.returns_to, step.may_reject, step.may_refuse) for step in note().steps if step.decides}

    assert decides == {"plant": (("open",), False, False), "chief": ((), True, False), "client": ((), False, True)}


def test_a_calculated_cell_belongs_to_the_last_step_that_feeds_it() -> None:
    spec = note()

    assert {field.id: lock_of(spec, field) for field in spec.fields if field.calc} == {"total": "open", "tax": "open"}


def test_a_percent_is_read_as_its_fraction() -> None:
    maximum = note().field("rate").maximum

    assert maximum is not None
    assert maximum.source == "1"


def test_a_tables_row_in_the_layout_carries_the_widths_of_its_columns() -> None:
    layout = note().layout

    assert layout.tables[0].spans == (("item", 6), ("qty", 2), ("price", 2), ("cost", 2))
    assert [cell.of for row in layout.rows for cell in row.cells if cell.span == 12] == ["parts", "view"]


def test_the_spec_is_addressed_by_the_digest_of_its_bytes() -> None:
    assert note().sha256 == hashlib.sha256(NOTE.encode()).hexdigest()


def test_the_setting_in_force_is_that_of_the_day() -> None:
    assert settings_in_force(demo_firm(), dt.date(2026, 11, 24))["tax_rate"] == Decimal("0.05")
    assert settings_in_force(demo_firm(), dt.date(2025, 12, 31)) == {}


def test_the_first_step_is_never_the_customers() -> None:
    marks, found = broken(("who: dept sales", "who: »external customer"))

    assert f"{marks[0]} first_step" in found
