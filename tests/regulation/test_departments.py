"""§6, §7: which department does what, and nobody in its place."""

import datetime as dt
from collections.abc import Callable, Mapping

import pytest

from forms_service.domain.errors import NotYours, ProblemsFound
from forms_service.store.registered import Wanted
from forms_service.workflow.chasing import chase_pending, draw_up_slip
from forms_service.workflow.opening import open_document
from forms_service.workflow.registering import all_entries
from tests.cases import child, go_on, sign_step
from tests.regulation.office import CLOSED, REFUSED, Moment


@pytest.mark.regulation("6a")
def test_nobody_outside_sales_brings_a_complaint(way: Mapping[str, Moment]) -> None:
    world = way["open"].world
    for person in ("sun_yue", "wu_gang", "zhao_min", "cao_yang"):
        with pytest.raises(NotYours):
            open_document(world.office, world.person(person), "customer-complaint")


@pytest.mark.regulation("6b")
def test_plant_and_quality_management_themselves_investigate_before_the_review(way: Mapping[str, Moment]) -> None:
    moment = way["review"]
    signed = {signature.step: moment.world.person(signature.person).department for signature in moment.case.signatures}
    assert (signed["qa"], signed["plant"]) == ("qa", "plant")
    for step in ("qa", "plant"):
        with pytest.raises(NotYours):
            way[step].try_to_sign("zhao_min", step)


@pytest.mark.regulation("6c", "7(3)③b")
def test_the_office_alone_decides_on_liability_and_manages_times(way: Mapping[str, Moment]) -> None:
    for person in ("li_wen", "sun_yue", "wu_gang"):
        with pytest.raises(NotYours):
            way["review"].try_to_sign(person, "review")
    with pytest.raises(NotYours, match="催办单由总经理室开立"):
        draw_up_slip(way["qa"].world.office, way["qa"].world.person("sun_yue"), way["qa"].case.id)


@pytest.mark.regulation("7(3)③b")
def test_what_the_office_decides_counts_and_what_was_proposed_stays_beside_it(way: Mapping[str, Moment]) -> None:
    closed = way[CLOSED]
    values = closed.reading.values
    assert (values["proposed_unit"], values["liable_unit"]) == ("业务部", "制造部")
    (row,) = all_entries(closed.world.office, Wanted("customer-complaint")).rows
    assert row.facts["liable_unit"] == "制造部"


@pytest.mark.regulation("6d", "6e")
def test_returned_goods_are_inspected_by_the_inspectors_then_received_by_the_warehouse(
    at: Callable[[str], Moment],
) -> None:
    world, case = at(CLOSED).world, at(CLOSED).case
    goods = Moment(world, go_on(world, child(world, case, "goods-return"), until="inspect"))
    for person, step in (("zheng_tao", "warehouse"), ("zheng_tao", "inspect"), ("li_wen", "inspect")):
        with pytest.raises(REFUSED):
            goods.try_to_sign(person, step)
    inspected = Moment(world, sign_step(world, goods.case, by="xie_fang"))
    for person in ("xie_fang", "li_wen", "wu_gang"):
        with pytest.raises(REFUSED):
            inspected.try_to_sign(person, "warehouse")
    assert inspected.gaps("received_qty") == {"received_qty"}
    assert sign_step(world, inspected.case, by="zheng_tao").signed("warehouse") is not None


@pytest.mark.regulation("7(1)③b")
def test_sales_answers_the_customer_within_a_day_of_the_closing_or_is_chased(at: Callable[[str], Moment]) -> None:
    moment = at(CLOSED)
    reply = Moment(moment.world, child(moment.world, moment.case, "customer-reply"))
    assert (reply.turn.claim.role, reply.due) == ("person:li_wen", "2026-11-26 23:59")
    moment.world.clock.pass_(days=2)
    chase_pending(moment.world.office)
    assert any(f"{reply.case.number}「业务答复」已逾期 1 天" in words for words in moment.words_to("li_wen"))


@pytest.mark.regulation("7(2)①b")
def test_only_quality_management_writes_down_who_it_thinks_responsible(way: Mapping[str, Moment]) -> None:
    for step in ("open", "plant", "review", "digest"):
        person = way[step].turn.claim.people[0].id
        with pytest.raises(ProblemsFound) as refused:
            way[step].try_to_sign(person, step, responsible_first="冯强")
        assert "responsible_first" in {str(problem.where) for problem in refused.value.problems}
    assert way["plant"].reading.values["responsible_first"] == "冯强"


@pytest.mark.regulation("7(3)③a")
def test_the_office_draws_up_the_remedy_beside_what_sales_proposed(way: Mapping[str, Moment]) -> None:
    before, after = way["digest"].reading.values, way["decide"].reading.values
    remedies = ("return_qty", "allowance_amount", "summary")
    assert [before[name] for name in remedies] == [None, None, None]
    assert all(after[name] for name in remedies)
    assert after["proposal"] == before["proposal"]
    with pytest.raises(NotYours):
        way["digest"].try_to_sign("li_wen", "digest")


@pytest.mark.regulation("7(3)④b", "7(3)⑥b")
def test_an_improvement_not_carried_out_in_time_is_chased_at_the_unit_that_was_named(
    at: Callable[[str], Moment],
) -> None:
    moment = at(CLOSED)
    world = moment.world
    sheet = go_on(world, child(world, moment.case, "improvement"), until="execute_one", items__1__done_by="2026-12-10")
    world.clock.at = dt.datetime(2026, 12, 11, 1, 0, tzinfo=dt.UTC)
    chase_pending(world.office)
    assert any(f"{sheet.number}「执行部门一执行」已逾期 1 天" in words for words in moment.words_to("wu_gang"))
    slip = child(world, sheet, "reminder-slip")
    assert dict(slip.given.answers)["unit"] == "制造部"
