"""客户抱怨处理表: what each step must say, and what is refused, clause by clause."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

import pytest

from forms_service.domain.evaluating import evaluate
from tests.cases import RETURNED, UNFOUNDED
from tests.forms.desk import TODAY, Filled, shelf
from tests.forms.stages import fill_to


def complaint(step: str, **typed: str) -> Filled:
    return fill_to("customer-complaint", step, **typed)


@pytest.mark.parametrize("step", [step.id for step in shelf()["customer-complaint"].steps if not step.joint])
def test_the_usual_case_is_refused_nowhere(step: str) -> None:
    assert complaint(step).said() == []


@pytest.mark.regulation("5a", "7(1)①", "7(1)②a", "7(1)②b", "9(1)a", "9(1)b", "9(1)e")
@pytest.mark.parametrize(
    "name",
    [
        "order_no",
        "part_no",
        "shipped_on",
        "shipped_qty",
        "bad_qty",
        "class_reported",
        "complaint_reason",
        "demand",
        "demand_detail",
        "sales_opinion",
        "region",
    ],
)
def test_what_sales_must_establish_cannot_be_left_out(name: str) -> None:
    assert name in complaint("open", **{name: ""}).faulty()


@pytest.mark.regulation("5a")
def test_a_complaint_is_of_one_of_two_classes() -> None:
    field = shelf()["customer-complaint"].field("class_reported")
    assert [option.label.zh_hans for option in field.options] == ["质量异常", "非质量异常(人为)"]


@pytest.mark.regulation("9(1)a")
def test_no_more_is_bad_than_was_shipped() -> None:
    assert complaint("open", bad_qty="2000").said() == []
    assert complaint("open", bad_qty="2000.001").faulty() == {"bad_qty"}


@pytest.mark.regulation("9(1)b")
def test_the_customer_may_demand_what_the_regulation_lists() -> None:
    options = shelf()["customer-complaint"].field("demand").options
    assert [option.label.zh_hans for option in options] == ["退货", "换货", "折让", "赔款", "重处理", "其他"]


@pytest.mark.regulation("9(1)c")
def test_a_form_filled_the_day_after_is_marked_late_and_asks_why() -> None:
    assert complaint("open").values["filled_late"] is False
    late = complaint("open", received_on=(TODAY - dt.timedelta(days=1)).isoformat())
    assert late.values["filled_late"] is True
    assert late.said("warning") == ["接获客户反应的日期是 2026-12-08，已经超过填表时限。处理表应立即填写，请写明原因。"]


@pytest.mark.regulation("9(1)d")
def test_a_complaint_comes_with_samples_or_a_reason_why_not() -> None:
    without = {"samples__1__item": "", "samples__1__pieces": "", "samples__1__state": ""}
    assert complaint("open", **without).faulty() == {"no_sample"}
    assert complaint("open", **without, no_sample="客户已全数报废").said() == []


@pytest.mark.regulation("9(1)d")
def test_the_office_confirms_how_many_samples_came() -> None:
    assert complaint("register", samples_received="2").faulty() == {"samples_note"}
    assert complaint("register", samples_received="2", samples_note="客户留一件").said() == []


@pytest.mark.regulation("9(1)g")
def test_goods_still_in_process_leave_the_quantity_open_and_say_so() -> None:
    filled = complaint("open", demand="goods_return", demand_amount="", undetermined="yes")
    assert filled.said() == []
    assert filled.values["demand_note"] == "产品加工中未确定"


@pytest.mark.regulation("9(1)g")
def test_without_that_note_a_return_states_its_quantity() -> None:
    assert complaint("open", demand="goods_return", demand_amount="").faulty() == {"demand_qty"}


@pytest.mark.regulation("9(1)h")
@pytest.mark.parametrize("demand", ["allowance", "compensation", "rework", "other"])
def test_that_note_is_for_returns_and_exchanges_only(demand: str) -> None:
    assert complaint("open", demand=demand, demand_amount="", undetermined="yes").faulty() == {"undetermined"}


@pytest.mark.regulation("9(1)g")
def test_what_was_undetermined_is_settled_before_the_decision() -> None:
    open_ = {**RETURNED, "demand_qty": "", "undetermined": "yes"}
    assert complaint("talk", **open_).faulty() == {"settled_qty"}
    assert complaint("talk", **open_, settled_qty="100").said() == []


@pytest.mark.regulation("7(2)①a", "7(2)③", "9(3)c")
@pytest.mark.parametrize("name", ["qa_finding", "root_cause", "inspection", "class_found", "needs_rd", "reporter"])
def test_quality_management_leaves_nothing_out(name: str) -> None:
    assert name in complaint("qa", **{name: ""}).faulty()


@pytest.mark.regulation("9(3)d")
def test_quality_management_proposes_who_is_liable() -> None:
    assert complaint("qa", proposed_unit="").faulty() == {"proposed_unit"}
    assert complaint("qa", proposed_unit="", proposed_party="明达基板材料有限公司").said() == []


@pytest.mark.regulation("7(2)①b")
def test_quality_management_alone_proposes_the_persons() -> None:
    spec = shelf()["customer-complaint"]
    assert [s.id for s in spec.steps if {"responsible_first", "responsible_second"} & set(s.fills)] == ["qa"]
    assert "(拟)" in spec.field("responsible_first").label.zh_hans


@pytest.mark.regulation("5b")
def test_the_class_is_corrected_beside_what_was_first_reported() -> None:
    values = complaint("qa", class_found="human").values
    assert (values["class_reported"], values["class_found"]) == ("quality", "human")


@pytest.mark.regulation("7(4)①a", "7(4)①b", "7(4)②")
@pytest.mark.parametrize(
    "name", ["made_unit", "made_by", "made_on", "cause_analysis", "quick_measure", "lasting_measure", "measure_due"]
)
def test_the_producing_unit_leaves_nothing_out(name: str) -> None:
    assert complaint("plant", **{name: ""}).faulty() == {name}


@pytest.mark.regulation("9(3)e")
def test_the_producing_unit_is_asked_whoever_is_liable() -> None:
    step = shelf()["customer-complaint"].step("plant")
    assert (step.who.kind, step.who.name, step.when) == ("dept", "plant", None)


@pytest.mark.regulation("7(3)⑥a", "9(6)a", "9(6)c")
@pytest.mark.parametrize("name", ["review_opinion", "origin_unit", "track", "ours", "negligence"])
def test_the_review_decides_everything_it_is_asked(name: str) -> None:
    assert name in complaint("review", **{name: ""}).faulty()


@pytest.mark.regulation("9(6)c")
@pytest.mark.parametrize("track", ["yes", "no"])
def test_improvement_is_tracked_or_not_as_the_review_says(track: str) -> None:
    assert complaint("review", track=track).said() == []


@pytest.mark.regulation("9(6)d")
def test_human_negligence_is_not_tracked() -> None:
    assert complaint("review", negligence="yes", track="yes").faulty() == {"track"}
    assert complaint("review", negligence="yes", track="no").said() == []


@pytest.mark.regulation("9(6)b")
def test_our_own_fault_asks_for_a_way_to_handle_it() -> None:
    assert complaint("review", handling_method="").faulty() == {"handling_method"}
    assert "liable_unit" in complaint("review", liable_unit="", liable_share="").faulty()


@pytest.mark.parametrize(("second", "stopped"), [("40%", set[str]()), ("40.01%", {"liable_share"})])
def test_the_shares_of_liability_add_up_to_the_whole(second: str, stopped: set[str]) -> None:
    shared = {"liable_share": "60%", "second_unit": "sales", "second_share": second}
    assert complaint("review", **shared).faulty() == stopped


@pytest.mark.regulation("7(3)③b", "6c")
def test_the_decision_on_liability_is_the_offices_beside_the_proposal() -> None:
    spec = shelf()["customer-complaint"]
    assert [s.id for s in spec.steps if "liable_unit" in s.fills] == ["review"]
    assert (spec.step("review").who.name, spec.step("qa").fills.count("proposed_unit")) == ("gm_office", 1)


@pytest.mark.regulation("9(12)a", "9(12)b")
def test_another_firms_liability_names_the_firm_and_who_handles_it_jointly() -> None:
    outside = {"liable_share": "70%", "outside_party": "明达基板材料有限公司", "outside_share": "30%"}
    assert complaint("review", **outside).faulty() == {"joint_first"}
    assert complaint("review", **outside, joint_first="plant").said() == []
    assert complaint("review", liable_share="70%", outside_share="30%").faulty() == {"outside_share"}


@pytest.mark.regulation("9(10)a")
def test_sales_agrees_to_no_more_than_was_directed() -> None:
    assert complaint("talk", agreed_amount="9000.00").said() == []
    assert complaint("talk", agreed_amount="9000.01").faulty() == {"agreed_amount"}


@pytest.mark.regulation("9(4)b")
@pytest.mark.parametrize("name", ["talked_on", "talk_with", "outcome", "talk_words"])
def test_the_talk_with_the_customer_is_written_down(name: str) -> None:
    assert name in complaint("talk", **{name: ""}).faulty()


@pytest.mark.regulation("9(3)i")
def test_sales_proposes_how_to_handle_it() -> None:
    assert complaint("propose", proposal="").faulty() == {"proposal"}


@pytest.mark.regulation("7(3)③a", "9(5)b")
def test_the_office_draws_views_and_remedy_together() -> None:
    assert complaint("digest", summary="").faulty() == {"summary"}
    assert complaint("digest", allowance_amount="").faulty() == {"not_standing"}


def test_a_complaint_that_does_not_stand_has_no_other_remedy() -> None:
    assert complaint("digest", **UNFOUNDED).said() == []
    assert complaint("digest", **{**UNFOUNDED, "compensation_amount": "1"}).faulty() == {"not_standing"}


def test_the_decided_amount_adds_allowance_compensation_and_the_value_of_what_comes_back() -> None:
    typed = {"return_qty": "100", "exchange_qty": "20", "sale_price": "86.50", "compensation_amount": "500"}
    values = complaint("digest", **typed).values
    assert values["returned_value"] == Decimal("10380.00")
    assert values["decided_amount"] == Decimal("19880.00")


@pytest.mark.regulation("9(6)e")
def test_the_loss_is_the_sum_of_its_kinds() -> None:
    values = complaint("digest", compensation_amount="500", loss_rework="120.50", loss_exchange="30").values
    assert values["loss_amount"] == Decimal("9650.50")
    assert "示例" in (shelf()["customer-complaint"].field("loss_return").help or "")


@pytest.mark.regulation("9(6)f")
def test_the_kind_of_penalty_is_one_of_a_closed_list_and_may_be_none() -> None:
    options = shelf()["customer-complaint"].field("penalty_kind").options
    assert [option.id for option in options] == ["none", "bonus", "warning", "minor", "major"]
    assert complaint("digest", penalty_kind="warning").faulty() == {"penalty_note"}
    assert complaint("digest", penalty_kind="warning", penalty_note="漏做槽液分析", penalty_person="冯强").said() == []


@pytest.mark.regulation("13(2)③b")
def test_a_hindered_receivable_is_that_of_the_part_complained_of() -> None:
    assert complaint("digest", hinders_collection="yes").faulty() == {"receivable_amount"}
    assert complaint("digest", receivable_amount="100").faulty() == {"receivable_amount"}


@pytest.mark.regulation("7(3)④a", "9(6)d", "13(1)①a", "13(1)②a", "9(13)a")
@pytest.mark.parametrize(
    ("typed", "opened"),
    [
        ({}, {"sales-allowance", "measure-check"}),
        ({"allowance_amount": "", "compensation_amount": "700"}, {"sales-allowance", "measure-check"}),
        (RETURNED, {"goods-return", "measure-check"}),
        ({"allowance_amount": "", "exchange_qty": "20", "sale_price": "86.50"}, {"goods-return", "measure-check"}),
        ({"allowance_amount": "", "rework_qty": "20"}, {"goods-return", "measure-check"}),
        ({"rework_qty": "20"}, {"sales-allowance", "goods-return", "measure-check"}),
        (UNFOUNDED, {"receivable-notice"}),
        ({"track": "yes"}, {"sales-allowance", "improvement"}),
    ],
)
def test_each_remedy_opens_its_own_form(typed: Mapping[str, str], opened: set[str]) -> None:
    always = {"investigation-report", "customer-reply", "timeliness-review"}
    values = complaint("digest", **typed).values
    follows = shelf()["customer-complaint"].follow_on
    due = {f.form for f in follows if not f.offered and (f.when is None or evaluate(f.when, values) is True)}
    assert due == opened | always


@pytest.mark.regulation("9(7)b", "9(7)c", "9(7)d", "9(7)e", "9(7)f")
def test_five_copies_go_to_five_keepers() -> None:
    copies = shelf()["customer-complaint"].copies
    assert [copy.to.name for copy in copies] == ["qa", "plant", "sales", "accounting", "gm_office"]


@pytest.mark.regulation("9(10)c")
def test_the_customer_never_sees_the_form() -> None:
    assert shelf()["customer-complaint"].visible_to_customer == "never"


@pytest.mark.regulation("9(3)j", "9(4)d", "7(3)②")
def test_the_route_is_the_regulations() -> None:
    route = [step.joint or step.id for step in shelf()["customer-complaint"].steps]
    assert list(dict.fromkeys(route)) == [
        *("open", "countersign", "register", "qa", "plant", "mgr_office", "rd", "review", "joint"),
        *("propose", "advise", "direct", "talk", "confirm", "digest", "decide"),
    ]


def test_every_form_of_the_shelf_is_without_a_fault() -> None:
    assert len(shelf()) == 17
