"""奖罚通知单: what is deducted, how much of it this month, and what the law of the place allows."""

from decimal import Decimal

import pytest

from tests.forms.desk import Desk, shelf

PENALTY = Desk(
    "reward-penalty",
    "open",
    {
        "complaint_no": "261103",
        "loss_amount": "3000.00",
        "approved_kind": "bonus",
        "statistics_no": "S261201",
        "plant_share": "60%",
        "sales_share": "40%",
        "service_share": "0%",
        "action": "penalty",
        "kind": "bonus",
        "target": "person",
        "unit": "plant",
        "incident": "压合温度设定错误",
        "clause": "客户投诉处理办法第12条(2)",
        "base_total": "100",
        "jurisdiction": "cn",
        "lowest_wage": "2000",
        "variable_only": "yes",
        "settled": "yes",
        "month": "2026-12",
        "people.1.name": "陈小明",
        "people.1.base": "10",
        "people.1.bonus": "1000",
        "people.1.wage": "6000",
    },
)


@pytest.mark.regulation("9(6)h")
def test_the_deduction_is_the_units_loss_by_base_points() -> None:
    filled = PENALTY.fill()
    assert filled.said() == []
    assert filled.values["share"] == Decimal("1800.00")  # 60 % of 3,000
    assert filled.row("people")["deduction"] == Decimal("180.00")  # 1,800 ÷ 100 × 10


@pytest.mark.regulation("9(6)h")
@pytest.mark.parametrize(
    ("bonus", "due", "carried"),
    [("360.00", "180.00", "0.00"), ("359.98", "179.99", "0.01"), ("0", "0.00", "180.00")],
)
def test_at_most_half_of_the_months_bonus_is_taken_and_the_rest_carried_on(bonus: str, due: str, carried: str) -> None:
    row = PENALTY.fill(people__1__bonus=bonus).row("people")
    assert (row["due"], row["carried"]) == (Decimal(due), Decimal(carried))


@pytest.mark.regulation("9(6)h")
def test_what_was_carried_on_is_due_with_the_next_notice() -> None:
    filled = PENALTY.fill(people__1__brought="400", people__1__bonus="1000")
    assert (filled.row("people")["due"], filled.row("people")["carried"]) == (Decimal("500.00"), Decimal("80.00"))
    assert (filled.values["deducted"], filled.values["carried_over"]) == (Decimal("500.00"), Decimal("80.00"))


@pytest.mark.parametrize(
    ("wage", "lowest", "cap"),
    [
        ("2400", "1000", "480.00"),  # a fifth of the wage
        ("2300", "2000", "300.00"),  # what the lowest wage leaves
        ("2000", "2000", "0.00"),
        ("1900", "2000", "0.00"),
    ],
)
def test_on_the_mainland_a_fifth_of_the_wage_and_the_lowest_wage_bound_it(wage: str, lowest: str, cap: str) -> None:
    row = PENALTY.fill(people__1__wage=wage, lowest_wage=lowest).row("people")
    assert row["cap"] == Decimal(cap)


def test_in_taiwan_the_bonus_alone_bounds_it() -> None:
    filled = PENALTY.fill(jurisdiction="tw", lowest_wage="", people__1__wage="1000")
    assert filled.said() == []
    assert filled.row("people")["cap"] == Decimal("500.00")


@pytest.mark.parametrize("name", ["variable_only", "settled"])
def test_no_wage_is_touched_and_nothing_is_withheld_beforehand(name: str) -> None:
    assert PENALTY.fill(**{name: "no"}).faulty() == {name}


@pytest.mark.regulation("12(2)a")
def test_penalties_fall_on_the_three_units_that_bear_a_share() -> None:
    units = ("plant", "sales", "service", "qa", "rd")
    assert [unit for unit in units if PENALTY.fill(unit=unit).said() == []] == ["plant", "sales"]


@pytest.mark.regulation("12(2)a")
def test_the_service_department_may_be_penalised_too() -> None:
    shares = {"plant_share": "0%", "sales_share": "0%", "service_share": "100%"}
    assert PENALTY.fill(unit="service", **shares).said() == []


@pytest.mark.regulation("12(2)a")
def test_a_whole_unit_may_be_penalised() -> None:
    people = {"people.2.name": "王五", "people.2.base": "90", "people.2.bonus": "900", "people.2.wage": "5000"}
    filled = PENALTY.fill(target="unit", team="压合二组", **people)
    assert filled.said() == []
    assert filled.row("people", 2)["deduction"] == Decimal("1620.00")


def test_a_notice_to_a_person_names_one() -> None:
    other = {"people.2.name": "王五", "people.2.base": "10", "people.2.bonus": "900", "people.2.wage": "5000"}
    assert "people" in PENALTY.fill(**other).faulty()


def test_base_points_beyond_the_units_total_are_refused() -> None:
    assert any("超过责任部门总基点数 100" in said for said in PENALTY.fill(people__1__base="101").said())


@pytest.mark.parametrize(
    ("typed", "conversion"),
    [
        ({}, "不折算"),
        ({"loss_amount": "6666.50"}, "不折算"),  # 399.99
        ({"loss_amount": "6666.67"}, "警告"),  # 400.00
        ({"loss_amount": "16000", "base_total": "12", "people__1__base": "1"}, "记小过"),  # 800 a point
        ({"loss_amount": "20000", "people__1__bonus": "1200"}, "记大过"),  # the whole month's bonus
    ],
)
def test_the_deduction_is_converted_into_a_sanction_by_its_scale(typed: dict[str, str], conversion: str) -> None:
    assert PENALTY.fill(**typed).values["conversion"] == conversion


def test_another_kind_than_the_approved_one_wants_a_reason() -> None:
    assert any("核决的惩处不同" in said for said in PENALTY.fill(kind="warning").said("warning"))


def test_a_sanction_falls_on_a_person_only() -> None:
    assert "target" in PENALTY.fill(kind="warning", target="unit").faulty()


def test_a_reward_names_its_money_and_takes_none() -> None:
    reward = {"action": "reward", "kind": "commend", "base_total": "", "unit": "qa"}
    assert PENALTY.fill(**reward).said() == ["奖励要写每个人的奖金。"]
    filled = PENALTY.fill(**reward, people__1__award="300")
    assert filled.said() == []
    assert (filled.values["deducted"], filled.values["awarded"]) == (Decimal(0), Decimal("300.00"))


@pytest.mark.regulation("12(2)b", "12(2)c", "12(2)d")
def test_the_office_of_the_general_manager_issues_it_and_he_alone_approves() -> None:
    spec = shelf()["reward-penalty"]
    assert [(step.who.kind, step.who.name) for step in spec.steps[:2]] == [("role", "gm_office"), ("role", "gm")]
