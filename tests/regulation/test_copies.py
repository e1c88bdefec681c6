"""§9(7), §13(1): who keeps which copy, from when on, and what begins with it."""

from collections.abc import Callable, Mapping

import pytest

from forms_service.domain.document import Document
from tests.cases import child, children, customer_accepts, go_on, next_turn, settle
from tests.regulation.office import CLOSED, Moment
from tests.world import World


def _kept(world: World, document: Document) -> dict[str, list[int]]:
    """List the copies of a document in every archive of the firm that holds one."""
    office = world.office
    kept = {
        department.id: sorted(e.copy_no for e in office.archive.entries(department.id) if e.document_id == document.id)
        for department in office.organisation.departments
    }
    return {department: numbers for department, numbers in kept.items() if numbers}


@pytest.mark.regulation("9(7)a")
def test_no_copy_of_a_case_lies_anywhere_before_its_decision(way: Mapping[str, Moment]) -> None:
    for step, moment in way.items():
        assert step == CLOSED or _kept(moment.world, moment.case) == {}


@pytest.mark.regulation("9(7)b", "9(7)c", "9(7)d", "9(7)e", "9(7)f")
def test_a_closed_case_lies_once_with_each_of_five_keepers_and_nobody_else(way: Mapping[str, Moment]) -> None:
    closed = way[CLOSED]
    assert _kept(closed.world, closed.case) == {
        "sales": [3],
        "qa": [1],
        "plant": [2],
        "accounting": [4],
        "gm_office": [5],
    }


@pytest.mark.regulation("9(7)d", "13(1)a")
def test_with_the_third_copy_sales_has_on_its_desk_what_was_decided(way: Mapping[str, Moment]) -> None:
    closed = way[CLOSED]
    desks = {}
    for document in children(closed.world, closed.case):
        turn = next_turn(closed.world, document)
        desks[document.form] = turn.claim.role if turn else ""
    sales = {form for form, role in desks.items() if role == "person:li_wen"}
    assert sales == {"sales-allowance", "goods-return", "customer-reply"}
    assert list(children(way["decide"].world, way["decide"].case)) == []


@pytest.mark.regulation("13(1)①b", "13(1)①d", "13(1)①e")
def test_an_allowance_lies_with_sales_and_accounting_once_the_customer_signed(at: Callable[[str], Moment]) -> None:
    moment = at(CLOSED)
    world = moment.world
    waiting = go_on(world, child(world, moment.case, "sales-allowance"))
    settle(world)
    assert (waiting.step, _kept(world, waiting)) == ("customer", {})
    done = go_on(world, customer_accepts(world, waiting))
    settle(world)
    assert _kept(world, done) == {"sales": [1], "accounting": [2]}


@pytest.mark.regulation("13(2)⑤a", "13(2)⑤c")
def test_an_allowance_states_four_figures_a_line_and_one_of_three_proofs(at: Callable[[str], Moment]) -> None:
    moment = at(CLOSED)
    world = moment.world
    waiting = Moment(world, go_on(world, child(world, moment.case, "sales-allowance")))
    assert waiting.case.amount == "9,450.00"
    rows = waiting.reading.values["lines"]
    assert isinstance(rows, tuple)
    figures = ("allowance_price", "amount", "new_price", "received")
    assert [str(rows[0][name]) for name in figures] == ["7.50", "9000.00", "79.00", "94800.00"]
    signed = Moment(world, customer_accepts(world, waiting.case))
    assert signed.faults(evidence="signed_form") == {"evidence"}
    assert signed.faults(evidence="invoice_copy") == {"invoice_copy"}
    assert signed.faults(evidence="other") == {"evidence"}
    assert signed.faults(evidence="") == {"evidence"}
