"""客户投诉案件统计表 and 行政处分审视表: what the office fixes each month, and what the meeting adds to it."""

from decimal import Decimal

import pytest

from tests.forms.desk import Desk, shelf

PERIOD = {"period": "2026-11"}
CASE = {
    "cases.1.case_no": "261101",
    "cases.1.customer": "东升电子有限公司",
    "cases.1.kind": "质量异常",
    "cases.1.unit": "制造部",
    "cases.1.qty": "120",
    "cases.1.loss": "3000",
    "cases.1.days": "12",
    "cases.1.plant_share": "60%",
    "cases.1.sales_share": "40%",
    "cases.1.service_share": "0%",
    "cases.1.other_share": "0%",
    "reviews.1.review_no": "261101",
    "reviews.1.late_days": "0",
    "reviews.1.measure": "压合程序加设温度锁定",
    "reviews.1.result": "折让 3,000 元",
}
MEETING = {"meeting_on": "2026-12-08", "findings": "压合课列为下月稽核重点。"}
STATISTICS = Desk("monthly-statistics", "prepare", CASE | MEETING, given=PERIOD)
REVIEW = Desk("sanction-review", "review", {"review_note": "已逐案审视。"}, given=PERIOD)


def test_the_months_figures_are_worked_out_from_its_cases() -> None:
    second = {name.replace(".1.", ".2."): text for name, text in CASE.items()}
    second |= {"cases.2.case_no": "261102", "cases.2.days": "17", "reviews.2.late_days": "2"}
    values = STATISTICS.fill(**second).values
    assert [values[name] for name in ("month", "case_count", "late_count", "unreviewed")] == ["2026-11", 2, 1, 0]
    assert [values[name] for name in ("qty_total", "loss_total", "average_days")] == [240, 6000, Decimal("14.5")]


@pytest.mark.regulation("9(9)b")
def test_the_shares_of_a_case_add_up_to_the_whole() -> None:
    assert STATISTICS.fill().said() == []
    assert STATISTICS.fill(cases__1__other_share="0.01%").faulty() == {"cases.1.other_share"}


@pytest.mark.regulation("9(9)b")
def test_a_share_left_open_is_refused() -> None:
    assert "cases.1.plant_share" in STATISTICS.fill(cases__1__plant_share="").faulty()


@pytest.mark.regulation("9(9)c")
def test_a_case_without_measure_or_result_is_pointed_out() -> None:
    filled = STATISTICS.fill(reviews__1__result="")
    assert filled.values["unreviewed"] == 1
    assert filled.said("warning") == ["有 1 案没有改善对策或处理结果，请在会上查明。"]


def test_a_month_without_a_case_is_signed_as_well() -> None:
    empty = Desk("monthly-statistics", "prepare", MEETING, given=PERIOD).fill()
    assert empty.said() == []
    assert [empty.values[name] for name in ("case_count", "loss_total", "average_days")] == [0, 0, 0]


@pytest.mark.regulation("9(9)b")
def test_the_heads_of_the_departments_decide_together() -> None:
    heads = [step.who.name for step in shelf()["monthly-statistics"].steps if step.joint]
    assert heads == ["plant_manager", "qa_manager", "rd_manager", "sales_manager", "service_manager"]


@pytest.mark.regulation("9(9)a", "12(1)a")
def test_both_are_due_on_the_tenth() -> None:
    every = [shelf()[form].opens_every for form in ("monthly-statistics", "sanction-review")]
    assert [(each.due_day, each.report) for each in every if each] == [
        (10, "complaint_statistics"),
        (10, "sanction_list"),
    ]


@pytest.mark.regulation("12(1)a")
def test_a_month_without_a_sanction_is_signed_as_well() -> None:
    filled = REVIEW.fill()
    assert (filled.said(), filled.values["sanction_count"]) == ([], 0)


@pytest.mark.regulation("12(1)d")
@pytest.mark.parametrize(("count", "stopped"), [(0, {"published_on"}), (1, set[str]())])
def test_personnel_publishes_what_there_is(count: int, stopped: set[str]) -> None:
    desk = Desk(
        "sanction-review", "publish", {"personnel_note": "已公布于人事公布栏。"}, {"sanction_count": count}, PERIOD
    )
    assert desk.fill(published_on="2026-12-09").faulty() == stopped
