"""催办单, 洽办单, 签呈, 异常处理单 and 改善表: what must be said on them, and to whom they go."""

import pytest

from tests.forms.desk import Desk, shelf

REPLY = Desk("reminder-slip", "reply", {"late_reason": "等候外协复验", "promised_on": "2026-12-10"})
ANSWER = Desk("inquiry-slip", "answer", {"late_reason": "样品转送延误", "prevention": "样品随单当日送达"})
MEMORIAL = Desk(
    "memorial",
    "draft",
    {
        "origin_no": "261103",
        "origin_title": "客户抱怨处理表",
        "kind": "objection",
        "topic": "本案责任归属请重新判定",
        "account": "压合记录显示温度正常。",
        "proposal": "拟请总经理室会同质管复查。",
        "unit_one": "qa",
        "needs_deputy": "no",
    },
)
SANCTION = {
    "kind": "discipline",
    "complaint_no": "261103",
    "offender": "陈小明",
    "unit_of_offender": "plant",
    "sanction": "warning",
}
ABNORMALITY = Desk(
    "abnormality",
    "report",
    {
        "happened_on": "2026-12-08",
        "customer": "dongsheng",
        "part_no": "PCB-0417",
        "no_loss": "yes",
        "phenomenon": "外箱受潮，内包完好",
        "handling": "现场更换外箱",
        "unit_one": "warehouse",
    },
)
UNITS = {"unit_one": "制造部", "unit_two": None, "unit_three": None}
PLAN = Desk(
    "improvement",
    "draft",
    {
        "cause": "压合温度未锁定",
        "items.1.measure": "程序加设温度锁定",
        "items.1.unit": "plant",
        "items.1.done_by": "2027-01-08",
    },
    UNITS,
)


@pytest.mark.parametrize("name", ["late_reason", "promised_on"])
def test_a_reminder_is_answered_with_a_reason_and_a_day(name: str) -> None:
    assert REPLY.fill().said() == []
    assert REPLY.fill(**{name: ""}).faulty() == {name}


def test_a_promise_of_yesterday_is_none() -> None:
    assert REPLY.fill(promised_on="2026-12-08").faulty() == {"promised_on"}


@pytest.mark.regulation("14d")
@pytest.mark.parametrize("name", ["late_reason", "prevention"])
def test_an_inquiry_is_answered_with_the_reason_of_the_delay(name: str) -> None:
    assert ANSWER.fill().said() == []
    assert ANSWER.fill(**{name: ""}).faulty() == {name}


@pytest.mark.regulation("14c")
def test_an_inquiry_is_for_a_review_that_found_something_late() -> None:
    opens = shelf()["inquiry-slip"].opens_from
    assert opens is not None
    assert opens.when is not None
    assert (opens.form, "review.late_count > 0" in opens.when.source) == ("timeliness-review", True)


@pytest.mark.parametrize(("length", "faulty"), [(60, set[str]()), (61, {"topic"})])
def test_a_memorials_topic_has_sixty_characters(length: int, faulty: set[str]) -> None:
    assert MEMORIAL.fill(topic="字" * length).faulty() == faulty


@pytest.mark.regulation("9(11)")
def test_an_objection_names_the_decision_it_is_about() -> None:
    assert MEMORIAL.fill().said() == []
    assert MEMORIAL.fill(origin_no="", origin_title="").faulty() == {"kind"}
    assert MEMORIAL.fill(origin_no="", origin_title="", kind="other").said() == []


@pytest.mark.regulation("9(11)")
def test_every_department_may_write_a_memorial() -> None:
    spec, org = shelf()["memorial"], {"sales", "qa", "plant", "mgr_office", "rd", "inspection", "warehouse"}
    assert {who.name for who in spec.steps[0].who.of} == org | {"accounting", "hr", "service", "gm_office"}


@pytest.mark.regulation("9(6)i")
@pytest.mark.parametrize("name", ["complaint_no", "offender", "unit_of_offender", "sanction", "unit_one"])
def test_a_sanction_names_the_case_the_person_and_who_is_heard(name: str) -> None:
    assert MEMORIAL.fill(**SANCTION).said() == []
    assert name in MEMORIAL.fill(**{**SANCTION, name: ""}).faulty()


def test_units_are_heard_once_each_from_the_first_cell_on() -> None:
    assert MEMORIAL.fill(unit_two="rd", unit_three="plant").said() == []
    assert MEMORIAL.fill(unit_two="qa").faulty() == {"unit_two"}
    assert MEMORIAL.fill(unit_one="", unit_two="rd").faulty() == {"unit_two"}


@pytest.mark.regulation("3b")
def test_where_there_is_a_loss_it_is_a_complaint() -> None:
    assert ABNORMALITY.fill().said() == []
    assert ABNORMALITY.fill(no_loss="no").said() == ["已经造成损失的，请改填《客户抱怨处理表》。"]
    assert shelf()["abnormality"].number.startswith("X")


@pytest.mark.regulation("3c")
def test_any_unit_may_report_an_abnormality() -> None:
    first = shelf()["abnormality"].steps[0].who
    assert {"sales", "service", "plant", "warehouse", "qa"} <= {who.name for who in first.of}


@pytest.mark.regulation("3d")
def test_a_unit_that_is_named_must_reply() -> None:
    reply = Desk("abnormality", "second", {}, {"unit_two": "研发部"})
    assert reply.fill().faulty() == {"reply_two"}


@pytest.mark.regulation("6f", "7(2)②", "7(3)④c")
def test_an_improvement_goes_through_its_owners_in_order() -> None:
    route = [(step.id, step.who.name) for step in shelf()["improvement"].steps]
    assert route == [
        ("raise", "gm_office"),
        ("draft", "plant"),
        ("confirm", "gm_office"),
        ("execute_one", "unit_one"),
        ("execute_two", "unit_two"),
        ("execute_three", "unit_three"),
        ("urge", "gm_office"),
        ("inspect", "qa"),
        ("effect", "gm_office"),
    ]


def test_measures_are_for_the_units_that_were_named() -> None:
    assert PLAN.fill().said() == []
    assert PLAN.fill(items__1__unit="rd").said() != []
    assert PLAN.fill(items__1__done_by="2026-12-08").faulty() == {"items.1.done_by"}


@pytest.mark.regulation("7(3)④c")
def test_an_effect_is_confirmed_with_its_day() -> None:
    effect = Desk("improvement", "effect", {"checked_on": "2026-12-09", "effective": "no", "effect_note": "仍有一批"})
    assert effect.fill().said() == []
    assert effect.fill(checked_on="").faulty() == {"checked_on"}
