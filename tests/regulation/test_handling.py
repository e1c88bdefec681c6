"""§9(1)–(5): the form goes from desk to desk as the regulation says, each in its time, and says what each must say."""

import datetime as dt
from collections.abc import Callable, Mapping

import pytest

from forms_service.domain.errors import ProblemsFound
from forms_service.workflow.chasing import chase_pending
from tests.cases import child, children, go_on, settle, sign_step
from tests.reading import read_printed
from tests.regulation.office import CLOSED, REFUSED, Moment

ROUTE = {
    "open": "dept:sales",
    "countersign": "person:chen_zhi",
    "register": "gm_office",
    "qa": "dept:qa",
    "plant": "dept:plant",
    "mgr_office": "mgr_office_head",
    "rd": "dept:rd",
    "review": "gm_office",
    "joint_1": "gm_office",
    "joint_2": "dept:plant",
    "joint_3": "dept:rd",
    "propose": "person:li_wen",
    "advise": "gm_office",
    "direct": "deputy_gm",
    "talk": "person:li_wen",
    "confirm": "person:chen_zhi",
    "digest": "gm_office",
    "decide": "deputy_gm",
}


@pytest.mark.regulation(
    "9(1)f", "9(3)c", "9(3)e", "9(3)f", "9(3)g", "9(3)h", "9(3)i", "9(3)j", "9(4)c", "9(4)d", "9(5)c"
)
def test_the_form_goes_from_desk_to_desk_as_the_regulation_says(way: Mapping[str, Moment]) -> None:
    assert {step: moment.turn.claim.role for step, moment in way.items() if step != CLOSED} == ROUTE
    assert [*way] == [*ROUTE, CLOSED]


@pytest.mark.regulation("9(3)e")
def test_the_producing_unit_is_asked_even_where_another_is_thought_liable(way: Mapping[str, Moment]) -> None:
    moment = way["plant"]
    assert (moment.reading.values["proposed_unit"], moment.turn.claim.role) == ("业务部", "dept:plant")


# §9(1)


@pytest.mark.regulation("7(1)①", "7(1)②a", "7(1)②b", "9(1)a", "9(1)b", "9(1)e")
def test_sales_hands_in_no_form_with_a_gap(at: Callable[[str], Moment]) -> None:
    basics = ("order_no", "part_no", "shipped_on", "shipped_qty", "bad_qty")
    told = ("complaint_reason", "demand", "demand_detail", "sales_opinion")
    moment = at("open")
    assert moment.gaps(*basics, *told) >= {*basics, *told}
    assert moment.stored.step == "open"


@pytest.mark.regulation("9(1)c")
def test_the_form_is_to_be_filled_by_the_next_noon_before_the_cases_own_time_begins(way: Mapping[str, Moment]) -> None:
    opened, numbered = way["open"], way["qa"]
    assert opened.due == "2026-11-25 11:59"
    assert (opened.case.case_due_at, way["register"].case.case_due_at) == (None, None)
    assert numbered.case.case_due_at is not None
    assert numbered.world.office.today(numbered.case.case_due_at) == dt.date(2026, 12, 9)


@pytest.mark.regulation("9(1)c")
def test_a_form_that_lies_unfilled_is_chased(at: Callable[[str], Moment]) -> None:
    moment = at("open")
    moment.world.clock.pass_(days=1, hours=4)
    chase_pending(moment.world.office)
    assert any("已逾期 1 天" in words for words in moment.words_to("li_wen"))


@pytest.mark.regulation("9(1)d")
def test_the_office_confirms_the_samples_that_came_with_the_form(at: Callable[[str], Moment]) -> None:
    moment = at("register")
    assert moment.reading.values["sample_count"] == 3
    assert "samples_received" in moment.gaps("samples_received")
    kept = sign_step(moment.world, moment.case)
    assert Moment(moment.world, kept).reading.values["sample_keeper"] == "赵敏"


@pytest.mark.regulation("9(1)g", "9(1)h")
@pytest.mark.parametrize(
    ("demand", "undetermined", "note"), [("exchange", "yes", "产品加工中未确定"), ("allowance", "no", "")]
)
def test_what_is_still_being_processed_is_printed_as_undetermined(
    at: Callable[[str], Moment], demand: str, undetermined: str, note: str
) -> None:
    moment = at("open")
    signed = sign_step(moment.world, moment.case, demand=demand, undetermined=undetermined, demand_amount="")
    assert read_printed(moment.world.office.blobs.get(signed.head))["demand_note"] == note


@pytest.mark.regulation("9(1)h")
def test_an_allowance_is_never_undetermined(at: Callable[[str], Moment]) -> None:
    moment = at("open")
    with pytest.raises(ProblemsFound, match="只用于退货、换货"):
        sign_step(moment.world, moment.case, undetermined="yes")


# §9(2)


@pytest.mark.regulation("9(2)a", "9(2)b", "9(2)c")
def test_a_report_is_due_three_days_after_the_investigation_ended(at: Callable[[str], Moment]) -> None:
    moment = at("plant")
    settle(moment.world)
    assert list(children(moment.world, moment.case)) == []
    moment.world.clock.pass_(days=1)  # from 24 November, when 质管 signed
    sign_step(moment.world, moment.case)
    settle(moment.world)
    report = Moment(moment.world, child(moment.world, moment.case, "investigation-report"))
    assert (report.turn.claim.role, report.due) == ("person:wu_gang", "2026-11-28 23:59")
    done = go_on(moment.world, report.case)
    assert [(signature.step, signature.person) for signature in done.signatures][1:] == [("gm", "wang_jian")]


# §9(3)


@pytest.mark.regulation("5b", "7(2)①a", "7(2)③", "9(3)c", "9(3)d")
def test_quality_management_reports_with_no_gap(at: Callable[[str], Moment]) -> None:
    asked = ("class_found", "inspection", "qa_finding", "root_cause", "proposed_unit")
    assert at("qa").gaps(*asked) == {*asked}


@pytest.mark.regulation("7(4)①a", "7(4)①b", "7(4)②", "9(3)e")
def test_the_producing_unit_reports_with_no_gap(at: Callable[[str], Moment]) -> None:
    asked = ("made_unit", "made_by", "made_on", "cause_analysis", "quick_measure", "lasting_measure", "measure_due")
    assert at("plant").gaps(*asked) == {*asked}


@pytest.mark.regulation("9(3)f", "9(3)g")
@pytest.mark.parametrize(("step", "asked"), [("mgr_office", "mgr_opinion"), ("rd", "rd_opinion")])
def test_managers_and_research_sign_with_an_opinion_only(at: Callable[[str], Moment], step: str, asked: str) -> None:
    assert at(step).gaps(asked) == {asked}


@pytest.mark.regulation("7(3)②", "9(3)h")
def test_nobody_but_the_office_of_the_general_manager_reviews(way: Mapping[str, Moment]) -> None:
    for person in ("li_wen", "sun_yue", "wu_gang", "yuan_li", "gao_yuan"):
        with pytest.raises(REFUSED):
            way["review"].try_to_sign(person, "review")


@pytest.mark.regulation("7(3)②")
def test_the_review_asks_quality_management_or_the_plant_again(at: Callable[[str], Moment]) -> None:
    moment = at("review")
    back = sign_step(moment.world, moment.case, "return:plant", "对策没有期限，请补。")
    assert (back.step, back.signed("qa") is None) == ("plant", False)


@pytest.mark.regulation("9(3)i")
def test_sales_proposes_how_to_handle_it_and_for_how_much(at: Callable[[str], Moment]) -> None:
    assert at("propose").gaps("proposal", "proposed_amount") == {"proposal", "proposed_amount"}


@pytest.mark.regulation("9(3)j")
@pytest.mark.parametrize(("amount", "decider"), [("5000.00", "sales_manager"), ("50000.01", "gm")])
def test_the_amount_that_the_office_advises_picks_who_directs(
    at: Callable[[str], Moment], amount: str, decider: str
) -> None:
    moment = at("advise")
    advised = sign_step(moment.world, moment.case, first_amount=amount)
    directing = Moment(moment.world, advised).turn
    assert (directing.step.id, directing.claim.role) == ("direct", decider)


@pytest.mark.regulation("9(3)j", "9(10)a")
def test_sales_agrees_with_the_customer_to_no_more_than_was_directed(at: Callable[[str], Moment]) -> None:
    moment = at("talk")
    with pytest.raises(ProblemsFound, match="超过批示的交涉上限"):
        sign_step(moment.world, moment.case, agreed_amount="9000.01")


# §9(4), (5)


@pytest.mark.regulation("9(4)a", "9(5)a")
@pytest.mark.parametrize(("step", "holder"), [("talk", "li_wen"), ("digest", "zhao_min")])
def test_sales_talks_and_the_office_sums_up_within_a_day_or_are_chased(
    at: Callable[[str], Moment], step: str, holder: str
) -> None:
    moment = at(step)
    assert (moment.opened_on, moment.due) == (dt.date(2026, 11, 25), "2026-11-26 23:59")
    moment.world.clock.pass_(days=2)
    chase_pending(moment.world.office)
    assert any("已逾期 1 天" in words for words in moment.words_to(holder))
    slip = child(moment.world, moment.case, "reminder-slip")
    assert Moment(moment.world, slip).turn.claim.role == "gm_office"


@pytest.mark.regulation("9(4)b")
def test_what_came_of_the_talk_is_written_down(at: Callable[[str], Moment]) -> None:
    asked = ("talked_on", "talk_with", "outcome", "agreed_amount", "talk_words")
    assert at("talk").gaps(*asked) == {*asked}


@pytest.mark.regulation("9(4)c")
def test_whoever_talked_does_not_read_it_over(way: Mapping[str, Moment]) -> None:
    with pytest.raises(REFUSED):
        way["confirm"].try_to_sign("li_wen", "confirm")


@pytest.mark.regulation("7(3)③a", "9(5)b")
def test_the_office_has_saless_and_the_plants_views_before_it_and_must_draw_them_together(
    at: Callable[[str], Moment],
) -> None:
    moment = at("digest")
    views = moment.reading.values
    assert all(views[name] for name in ("sales_opinion", "proposal", "talk_words", "cause_analysis", "lasting_measure"))
    assert moment.gaps("summary") == {"summary"}
