"""Faults of what a form opens from, what follows, its times and its groups; `»` marks where each must show."""

import pytest

from forms_service.domain.linting_around import lint_around
from forms_service.domain.outlines import outline_form
from forms_service.store.yaml_text import read_document
from tests.domain.full_text import CLAIM, broken_claim, claim, neighbours, read_beside
from tests.domain.spec_text import broken, demo_firm, found_in

JOINT = "who: all of [dept qa, dept rd, dept $unit]"
FAULTS = [
    ("unknown_key", "  limit: 2", "  »limits: 2"),
    ("not_whole_number", "limit: 2", "limit: »0"),
    ("unknown_form", "  form: case", "  form: »cases"),
    ("missing_key", "  form: case\n  as: case", "  »as: case"),
    ("unknown_name", 'case.state == "finished"', '»case.stat == "finished"'),
    ("unknown_option", 'case.state == "finished"', 'case.state == »"closed"'),
    ("unknown_name", "case.amount > 0", "»amount > 0"),
    ("not_boolean", 'when: case.state == "finished" and case.amount > 0', "when: »case.amount"),
    ("unknown_field", "copy: {customer:", "copy: {»custmer:"),
    ("unknown_name", "case_no: case.no}", "case_no: »case.number}"),
    ("unknown_name", "case_no: case.no}", "case_no: »case.lines}"),
    ("copied_kind", "case_no: case.no}", "case_no: »case.amount}"),
    ("copied_kind", "case_no: case.no}", "case_no: case.no, region: »case.kind}"),
    ("copied_kind", "case_no: case.no}", "case_no: case.no, handler: »case.closed}"),
    ("copied_later", "case_no: case.no}", "case_no: case.no, »plan: case.no}"),
    ("unknown_word", "report: step_times", "report: »step_time"),
    ("unknown_word", "report: step_times", "report: step_times\n  optional: »maybe"),
    ("unknown_name", "calc: case.amount}", "calc: »case.amont}"),
    ("unknown_step", "number_at: register", "number_at: »registre"),
    ("joint_step", "number_at: register", "number_at: »joint"),
    ("unknown_form", "open: payment", "open: »payments"),
    ("not_opened_from", "open: payment", "open: »alone"),
    ("not_opened_from", "open: payment", "open: »case"),
    ("open_or_offer", "{when: amount > 10, offer: inquiry}", "»{when: amount > 10, offer: inquiry, open: visit}"),
    ("open_or_offer", "{when: amount > 10, offer: inquiry}", "»{when: amount > 10}"),
    ("unknown_alias", "parent: case}", "parent: »cas}"),
    ("unknown_event", "on: signed plant", "on: »sigend plant"),
    ("unknown_step", "on: signed plant", "on: signed »plants"),
    ("joint_step", "on: signed plant", "on: signed »joint"),
    ("unknown_name", "when: amount > 10,", "when: »amont > 10,"),
    ("read_before_filled", "{open: visit, on: signed plant}", "{open: visit, on: signed open, when: »filled(plan)}"),
    ("unknown_step", "due: {from: register", "due: {from: »registry"),
    ("joint_step", "due: {from: register", "due: {from: »joint"),
    ("unknown_name", "policy.case_days_domestic if", "»policy.case_days_home if"),
    ("missing_key", "due: {from: register, days:", "due: »{days:"),
    ("bad_reminder", "[1 workday before,", "[»a day before,"),
    ("bad_reminder", "every 2 workdays]", "»every workday]"),
    ("unknown_form", "slip: reminder", "slip: »remindr"),
    ("not_opened_from", "slip: reminder", "slip: »payment"),
    ("bad_within", "again: 2 workdays", "again: »policy plant_days"),
    ("again_of_nothing", "  slip: reminder\n  again: 2 workdays", "  again: »2 workdays"),
    ("unknown_role", "tell: role gm\n", "tell: role »gn\n"),
    ("wrong_tell", "tell: role gm\n", "tell: »external customer\n"),
    ("unknown_field", "total: amount,", "total: »amont,"),
    ("not_summed", "total: amount,", "total: »region,"),
    ("unknown_field", "same: [customer, order_no]", "same: [customer, »order]"),
    ("bad_within", "within: 30 days}", "within: »30 workdays}"),
    ("unknown_setting", "within: policy plant_days", "within: policy »plants_days"),
    ("unknown_setting", "within: policy plant_days", "within: policy »talk_days by region"),
    ("unknown_field", "within: policy plant_days", "within: policy talk_days by »regoin"),
    ("wrong_field_type", "within: policy plant_days", "within: policy talk_days by »order_no"),
    ("wrong_kind", "within: policy plant_days", "within: until »amount"),
    ("unknown_name", "within: policy plant_days", "within: until »due_at"),
    ("unknown_field", "person $handler", "person »$handlr"),
    ("wrong_field_type", "person $handler", "person »$unit"),
    ("unknown_who", "person $handler", "person »handler"),
    ("unknown_alias", "who: case.opened_by", "who: »cas.opened_by"),
    ("too_few_members", JOINT, "who: »all of [dept qa]"),
    ("same_member", JOINT, "who: »all of [dept qa, dept qa]"),
    ("external_in_group", JOINT, "who: all of [dept qa, »external customer]"),
    ("all_of_inside", JOINT, "who: all of [dept qa, »all of [dept rd, dept plant]]"),
    ("unknown_step", "can: [approve, return to joint]", "can: [approve, return to »joint_1]"),
    ("unknown_step", "not_same_as: [joint]\n    can", "not_same_as: [»joint_2]\n    can"),
    ("unknown_step", "colour: white, after: decide", "colour: white, after: »decides"),
    ("joint_step", "colour: white, after: decide", "colour: white, after: »joint"),
    ("not_boolean", "colour: white, after: decide", "colour: white, after: decide, when: »amount"),
    ("bad_id", "{voucher_no: 传票号码,", "{»voucherNo: 传票号码,"),
    ("wrong_shape", "{voucher_no: 传票号码,", "{voucher_no: »[传票号码],"),
    (
        "missing_key",
        "{records: {voucher_no: 传票号码, booked_on: 作账日期}, within: 3 workdays}",
        "»{within: 3 workdays}",
    ),
    ("unknown_key", "within: 3 workdays}", "»due: 3 workdays}"),
]


TOGETHER = [
    (
        "joint_fills",
        [(f"{JOINT}\n", f"{JOINT}\n    fills: »[plan]\n"), ("    fills: [plan]\n", "    can: [approve, reject]\n")],
    ),
    (
        "never_happens",
        [
            ("open: visit, on: rejected", "open: »visit, on: rejected"),
            ("[approve, reject]", "[approve, return to open]"),
        ],
    ),
    (
        "never_happens",
        [
            ("on: rejected", "on: refused"),
            ("open: visit, on: ref", "open: »visit, on: ref"),
            ("[approve, refuse]", "[approve]"),
        ],
    ),
    ("missing_key", [("{name: earlier", "»{name: earlier"), (" same: [customer, order_no],", "")]),
    ("missing_key", [("due: {from: register, days:", "due: »{days:")]),
    (
        "duplicate_step",
        [
            ("  - id: joint\n", "  - »id: joint\n"),
            ("id: plant\n", "id: joint_2\n"),
            ("on: signed plant", "on: signed joint_2"),
            ("return to plant", "return to joint_2"),
            ("sign.plant", "sign.joint_2"),
        ],
    ),
    (
        "ambiguous_name",
        [
            ("together: {name: earlier", "together: »{name: case"),
            ("amount + earlier <=", "amount <="),
            ("先前的 {earlier}", "先前的"),
            ("amount + earlier)", "amount)"),
        ],
    ),
    (
        "ambiguous_name",
        [
            ("  order_no: {label", "  »case_due: {label"),
            ("customer, order_no]", "customer, case_due]"),
            ("case_no, order_no, region", "case_no, case_due, region"),
            ("order_no 4", "case_due 4"),
        ],
    ),
    ("ambiguous_name", [("calc: case.amount}", "calc: »case.amount if case.title == 'x' else 0}")]),
    ("opens_twice", [("together: {", "opens_every: »{month: previous, due_day: 10}\ntogether: {")]),
]

ORDER = [
    (
        "number_at_external",
        [
            ("number_at: register", "number_at: client"),
            ("  - id: client", "  - »id: client"),
            (", after: decide}", "}"),
        ],
    ),
    (
        "needed_step",
        [
            ("who: role gm_office, sign: 受理,", "who: role gm_office, when: »accepted, sign: 受理,"),
            ("due: {from: register", "due: {from: open"),
        ],
    ),
    ("needed_step", [("sign: 核决,\n", "sign: 核决, when: »accepted,\n")]),
    (
        "copy_without_number",
        [
            ("after: decide}", "after: open}"),
            ("  - {no: 1", "  - »{no: 1"),
            ("受理, can: [approve, consult, return to open]}", "受理, can: [approve, consult]}"),
        ],
    ),
    (
        "return_past_copy",
        [("[approve, refuse]", "[approve, refuse, return to back]"), ("  - id: client", "  - »id: client")],
    ),
    (
        "return_past_copy",
        [("[approve, refuse]", "[approve, refuse, return to decide]"), ("  - id: client", "  - »id: client")],
    ),
    ("return_past_copy", [(", after: decide}", ", after: plant}"), ("  - id: joint", "  - »id: joint")]),
    ("external_consults", [("[approve, refuse]", "[approve, refuse, consult]"), ("  - id: client", "  - »id: client")]),
    (
        "paper_scan_field",
        [("accept: [pdf, jpg]}", "accept: [pdf, jpg], required: yes}"), ("  - id: client", "  - »id: client")],
    ),
    (
        "paper_scan_field",
        [
            ("fills: [scan]", "fills: [scan, plan]"),
            ("    fills: [plan]\n", ""),
            ("  - id: client", "  - »id: client"),
            ("责任单位\n    within", "责任单位\n    can: [approve, reject]\n    within"),
        ],
    ),
    ("opener_may_be_missing", [("limit: 2", "optional: yes"), ("  - id: back", "  - »id: back")]),
    ("read_before_filled", [("policy.case_days_domestic if region", "»policy.case_days_domestic if plan")]),
]


@pytest.mark.parametrize(("code", "changes"), [(code, [(old, new)]) for code, old, new in FAULTS] + TOGETHER + ORDER)
def test_a_fault_is_named_where_it_stands(code: str, changes: list[tuple[str, str]]) -> None:
    marks, found = broken_claim(*changes)

    assert found == tuple(f"{mark} {code}" for mark in marks)


def test_a_monthly_form_is_due_on_a_day_that_every_month_has() -> None:
    line = "opens_every: {month: previous, due_day: »31}\nfields:\n"

    marks, found = broken(("fields:\n  customer", f"{line}  customer"))

    assert found == (f"{marks[0]} too_large",)


def test_a_form_without_any_time_is_never_late() -> None:
    marks, found = broken(
        ("fields:\n  customer", "late: »{remind: [on due]}\nfields:\n  customer"),
        (", within: 2 workdays}", "}"),
        ("    within: 10 days\n", ""),
    )

    assert found == (f"{marks[0]} never_late",)


def test_a_misspelt_key_of_the_form_is_named_before_what_follows_from_it() -> None:
    marks, found = broken_claim(("opens_from:\n", "»opens_form:\n"))

    assert found[0] == f"{marks[0]} unknown_key"


def test_the_names_of_a_form_that_is_not_there_are_not_judged() -> None:
    marks, found = broken_claim(("  form: case\n", "  form: »case_1\n"))

    assert found == (f"{marks[0]} unknown_form",)


def test_a_form_that_may_come_later_is_a_warning_when_one_form_is_published() -> None:
    others = {form: outline for form, outline in neighbours().items() if form != "payment"}

    problems = lint_around(claim(), demo_firm(), others, complete=False)

    assert [(problem.code, problem.level) for problem in problems] == [("unknown_form", "warning")]


def test_the_first_step_may_be_a_fields_that_is_fixed_when_the_document_is_opened() -> None:
    changed = CLAIM.replace("case_no: case.no}", "case_no: case.no, unit: case.kind_of_unit}")
    marks, found = broken_claim(("name: 开立, who: dept sales", "name: 开立, who: dept »$unit"))

    assert found == (f"{marks[0]} read_before_filled",)
    assert (
        read_beside(
            changed.replace("case.kind_of_unit", "case.step_department").replace("who: dept sales", "who: dept $unit")
        )[1]
        == ()
    )


def test_a_field_keeps_its_kind_through_all_versions_of_its_form() -> None:
    older = CLAIM.replace("order_no: {label: 订单编号, type: text", "order_no: {label: 订单编号, type: integer")
    node, _ = read_document(older.encode(), "older.yaml")
    outline = outline_form(node) if node is not None else None
    assert outline is not None

    problems = lint_around(claim(), demo_firm(), {**neighbours(), "claim": outline}, complete=True)

    assert found_in(problems) == ("33:3 kind_changed",)


def days_of(*within: tuple[str, str]) -> list[tuple[str, str]]:
    text = CLAIM
    for old, new in within:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return [(problem.code, problem.level) for problem in read_beside(text)[1]]


def test_steps_that_take_longer_than_the_whole_are_refused_for_the_shortest_option() -> None:
    assert days_of(("within: 7 days", "within: 9 days")) == []  # 3 + 2 + 1 + 9 = 15 within the country
    assert days_of(("within: 7 days", "within: 10 days")) == [("steps_too_long", "error")]


def test_steps_that_are_too_long_only_where_all_are_gone_are_a_warning() -> None:
    conditional = ("  - id: back\n", "  - id: back\n    when: accepted\n    within: 5 days\n")

    assert days_of(conditional) == [("steps_too_long", "warning")]


def test_a_time_is_held_against_the_option_that_both_depend_on() -> None:
    where = [
        ("options: {home: 国内, abroad: 国外}", "options: {domestic: 国内, abroad: 国外}"),
        ("if region == 'home'", "if region == 'domestic'"),
        ("within: 2 days", "within: policy talk_days by region"),
    ]

    assert days_of(*where, ("within: 7 days", "within: 10 days")) == []  # abroad 3 + 6 + 1 + 10 = 20
    assert days_of(*where, ("within: 7 days", "within: 11 days")) == [("steps_too_long", "error")]
