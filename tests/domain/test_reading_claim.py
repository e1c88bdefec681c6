"""What a form opens from, what follows, its times, groups, copies and locks read as they are written."""

from forms_service.domain.course import Receipt, Reminder, Who, Within
from forms_service.domain.outlines import FormOutline, published_together
from forms_service.domain.widgets import NUMBER, lock_of, widgets
from forms_service.store.shelf import lint_text
from tests.domain.full_text import CLAIM, FILE, claim, neighbours, read_beside
from tests.domain.spec_text import NOTE, demo_firm, read


def test_a_form_opened_from_any_form_knows_what_every_document_has() -> None:
    text = NOTE.replace("fields:\n  customer", "opens_from: {form: any, as: late, optional: yes}\nfields:\n  customer")
    calc = text.replace(
        "  total: {label", "  days: {label: 逾期, type: integer, calc: late.days_late}\n  total: {label"
    )

    assert read(calc.replace("urgent 4", "urgent 2 | days 2"))[1] == ()


def test_what_a_form_opens_from_reads_as_it_is_written() -> None:
    opens = claim().opens_from

    assert opens is not None
    assert (opens.form, opens.alias, opens.limit, opens.optional) == ("case", "case", 2, False)
    assert opens.copy == (("customer", "case.customer"), ("case_no", "case.no"))
    assert opens.when is not None
    assert opens.when.names == {"case.state", "case.amount"}
    assert opens.report == "step_times"


def test_what_follows_reads_as_it_is_written() -> None:
    follow = [(f.form, f.on, f.parent, f.offered) for f in claim().follow_on]

    assert follow == [
        ("payment", "finished", "", False),
        ("visit", "signed plant", "", False),
        ("case", "finished", "case", False),
        ("visit", "rejected", "", False),
        ("inquiry", "finished", "", True),
    ]


def test_what_is_late_reads_as_it_is_written() -> None:
    late = claim().late

    assert late is not None
    assert late.remind == (
        Reminder("before", 1, workdays=True),
        Reminder("on", 0, workdays=False),
        Reminder("every", 2, workdays=True),
    )
    assert (late.slip, late.again, late.tell) == ("reminder", Within(2, workdays=True), Who("role", "gm"))


def test_a_step_for_all_of_several_becomes_a_step_for_each() -> None:
    spec = claim()
    members = spec.boxes("joint")

    assert [(step.id, step.name, step.sign) for step in members] == [
        ("joint_1", "会签（质量管理部）", "会签 质量管理部"),
        ("joint_2", "会签（研发部）", "会签 研发部"),
        ("joint_3", "会签（会同单位）", "会签 会同单位"),
    ]
    assert [step.who for step in members] == [Who("dept", "qa"), Who("dept", "rd"), Who("dept_field", "unit")]
    assert all(step.decides and step.returns_to == ("plant",) for step in members)


def test_the_name_of_a_group_means_every_member_or_its_beginning() -> None:
    spec = claim()

    assert spec.step("decide").not_same_as == ("open", "joint_1", "joint_2", "joint_3")
    assert spec.step("back").returns_to == ("joint_1",)


def test_what_is_calculated_from_the_parent_alone_is_locked_by_the_first_step() -> None:
    spec = claim()

    assert lock_of(spec, spec.field("case_amount")) == "open"


def test_the_day_on_which_all_is_due_is_locked_by_the_step_that_starts_the_clock() -> None:
    spec = claim()

    assert lock_of(spec, spec.field("due_on")) == "register"


def test_a_form_numbered_later_has_its_number_in_that_steps_lock() -> None:
    locks = {widget.name: widget.locked_by for widget in widgets(claim())}

    assert locks[NUMBER] == "register"


def test_a_receipt_names_what_is_noted_of_a_copy() -> None:
    records = (("voucher_no", "传票号码"), ("booked_on", "作账日期"))

    assert claim().copies[1].receipt == Receipt(records, Within(3, workdays=True))


def test_a_copys_condition_and_department_may_come_from_the_form() -> None:
    changed = CLAIM.replace("    to: dept accounting\n", "    to: dept $unit\n    when: accepted\n")
    spec, problems = read_beside(changed)

    assert spec is not None, problems
    assert spec.copies[1].to == Who("dept_field", "unit")
    assert spec.copies[1].when is not None
    assert spec.copies[1].when.names == {"accepted"}


def test_a_steps_time_may_come_from_a_policy_for_the_option_chosen_or_end_with_a_day() -> None:
    by_policy = CLAIM.replace("within: 2 days", "within: policy talk_days by where")
    where = by_policy.replace(
        "  region: {", "  where: {label: 交货地, type: choice, options: {domestic: 内, abroad: 外}}\n  region: {"
    )
    spec, problems = read_beside(
        where.replace("within: 7 days", "within: until due_on")
        .replace("order_no, region,", "order_no, region, where,")
        .replace("region 4", "region 2 | where 2")
    )

    assert spec is not None, problems
    assert spec.step("open").within == Within(0, workdays=False, setting="open_days")
    assert spec.step("joint_1").within == Within(0, workdays=False, setting="talk_days", by="where")
    until = spec.step("client").within
    assert until is not None
    assert until.until is not None
    assert until.until.names == {"due_on"}


def test_a_form_once_published_is_read_with_the_fields_that_later_versions_dropped() -> None:
    later = FormOutline("case", 4, "客诉案", (), "case", optional=True)
    joined = published_together([later, neighbours()["case"]])

    spec, problems = lint_text(CLAIM.encode(), FILE, demo_firm(), {}, others={**neighbours(), **joined})

    assert joined["case"].version == 4
    assert spec is not None, problems
