import pytest

from forms_service.domain.faults import Faults
from forms_service.domain.linting import check_distinct, check_glyphs, check_published
from forms_service.domain.widgets import widgets
from forms_service.store.yaml_text import read_document
from tests.domain.spec_text import FILE, NOTE, broken, found_in, note, read

# As in test_parsing: `»` marks where the fault must show, and no second problem may stand beside it.
FAULTS = [
    (
        "filled_by_nobody",
        [("  urgent: {", "  »colour: {label: 颜色, type: text}\n  urgent: {"), ("urgent 4", "urgent 2 | colour 2")],
    ),
    (
        "not_printed",
        [("  urgent: {", "  »colour: {label: 颜色, type: text}\n  urgent: {"), ("[view]", "[view, colour]")],
    ),
    ("not_printed", [("no 4 | opened_on 4 | customer 4", "opened_on 8 | customer 4"), ("  paper: A4", "  »paper: A4")]),
    (
        "not_printed",
        [("sign.chief 6 x3 | sign.client 6 x3", "sign.client 12 x3"), ("  - {id: chief", "  - »{id: chief")],
    ),
    ("printed_twice", [("total 4 | rate 4", "total 2 | »total 2 | rate 4")]),
    ("printed_twice", [("no 4 | opened_on 4", "no 2 | »no 2 | opened_on 4")]),
    ("unknown_field", [("urgent 4", "»urgnt 4")]),
    ("unknown_step", [("sign.chief 6", "»sign.cheif 6")]),
    ("table_not_full_width", [("parts 12: item", "»parts 6 | view 6: item"), ("    - view 12 x2\n", "")]),
    (
        "name_is_prefix",
        [
            ("serial: {", "»rat: {"),
            ("urgent, received_on, serial,", "urgent, received_on, rat,"),
            ("serial 6", "rat 6"),
            ("filled(serial)", "filled(rat)"),
        ],
    ),
    ("name_is_prefix", [("      item: {", "      »pri: {"), ("12: item 6", "12: pri 6")]),
    (
        "reserved_id",
        [
            ("serial: {", "»sign_serial: {"),
            ("received_on, serial,", "received_on, sign_serial,"),
            ("serial 6", "sign_serial 6"),
            ("filled(serial)", "filled(sign_serial)"),
        ],
    ),
    (
        "reserved_id",
        [
            ("serial: {", "»today: {"),
            ("received_on, serial,", "received_on, today,"),
            ("serial 6", "today 6"),
            ("- rule: filled(serial)", "- rule: total > 0"),
        ],
    ),
    (
        "bad_id",
        [
            ("serial: {", "»Serial: {"),
            ("received_on, serial,", "received_on, Serial,"),
            ("serial 6", "Serial 6"),
            ("filled(serial)", "filled(Serial)"),
        ],
    ),
    (
        "calculation_cycle",
        [
            ("calc: sum(parts.cost)", "calc: »sum(parts.cost) + tax"),
            ('calc: "round(total * rate, 2)"', 'calc: "»round(total * rate, 2)"'),
        ],
    ),
    ("calculation_cycle", [("calc: price * qty", "calc: »cost * qty")]),
    (
        "calculation_cycle",
        [("calc: price * qty", "calc: »total * qty"), ("calc: sum(parts.cost)", "calc: »sum(parts.cost)")],
    ),
    ("in_no_lock", [("tax: {label: 税额", "»tax: {label: 税额"), ('"round(total * rate, 2)"', "5.00")]),
    ("locks_nothing", [("- {id: plant", "- »{id: plant"), (", can: [approve, return to open]", "")]),
    (
        "ambiguous_name",
        [
            ("rate: {label: 税率", "qty: {label: 税率"),
            ("serial, parts, rate]", "serial, parts, qty]"),
            ("rate 4", "qty 4"),
            ("total * rate", "total * qty"),
            ("calc: price * qty", "calc: »price * qty"),
        ],
    ),
    ("unreachable_step", [("    when: urgent", "    when: »filled(view)")]),
    ("unreachable_step", [("    when: urgent", "    when: »no")]),
    ("passing_condition", [("    when: urgent", "    when: »urgent and opened_on < today")]),
    ("first_step", [("name: 开立,", "name: 开立, when: »urgent,")]),
    (
        "read_before_filled",
        [
            ("complaint_authority(total)", "complaint_authority(»len(view))"),
            ("    fills: [view]\n    sign: 研发\n", "    sign: 研发\n    can: [approve, reject]\n"),
            ("  - id: client\n", "  - id: client\n    fills: [view]\n"),
        ],
    ),
    (
        "read_before_filled",
        [("type: yesno}", "type: yesno, show_when: »filled(view)}")],
    ),
    ("read_before_filled", [("default: policy.tax_rate", "default: »len(serial) * 0.01")]),
    (
        "read_before_filled",
        [
            ("who: external customer", "who: external »customer"),
            ("fills: [customer, liable", "fills: [liable"),
            ("  - id: client\n", "  - id: client\n    fills: [customer]\n"),
        ],
    ),
    (
        "customer_may_not_see",
        [("visible_to_customer: yes", "visible_to_customer: never"), ("  - id: client", "  - »id: client")],
    ),
]


@pytest.mark.parametrize(("code", "changes"), FAULTS, ids=[f"{code}: {changes[-1][1]}" for code, changes in FAULTS])
def test_a_fault_between_parts_is_named_where_it_stands(code: str, changes: list[tuple[str, str]]) -> None:
    marks, found = broken(*changes)

    assert found == tuple(f"{mark} {code}" for mark in marks)


def test_a_share_of_a_total_is_no_cycle() -> None:
    changed = NOTE.replace(
        "      cost: {", "      share: {label: 占比, type: percent, calc: cost / total}\n      cost: {"
    )

    assert read(changed.replace("qty 2 | price 2", "qty 1 | share 1 | price 2"))[1] == ()


def test_no_pdf_field_name_of_a_published_form_begins_another() -> None:
    names = [widget.name for widget in widgets(note())]

    assert [(a, b) for a in names for b in names if a != b and b.startswith(a)] == []


def test_a_character_without_glyph_is_named_where_it_stands() -> None:
    text = NOTE.replace("name: 核决,", "name: 核𠮷决,")
    node, _ = read_document(text.encode(), FILE)
    faults = Faults()

    assert node is not None
    check_glyphs(node, lambda said: tuple(c for c in said if c == "𠮷"), faults)

    line = text[: text.index("𠮷")].count("\n") + 1
    column = text.splitlines()[line - 1].index("𠮷") + 1
    assert found_in(faults.in_order()) == (f"{line}:{column} no_glyph",)
    assert "𠮷" in faults.found[0].message


def test_the_same_version_with_other_bytes_than_published_is_refused() -> None:
    spec = note()

    problems = check_published(spec, {("repair-note", 1): "0" * 64})

    assert [problem.code for problem in problems] == ["published_differs"]
    assert "请把 version 改成 2" in problems[0].message


def test_the_published_bytes_themselves_and_a_new_version_are_let_through() -> None:
    spec = note()

    assert check_published(spec, {("repair-note", 1): spec.sha256}) == ()
    assert check_published(spec, {("repair-note", 2): "0" * 64}) == ()


def test_two_files_of_one_version_are_refused() -> None:
    assert [problem.code for problem in check_distinct([note(), note()])] == ["duplicate_form"]
