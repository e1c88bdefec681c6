"""Reports: what a form's first step is given from many documents, taken through the real forms to where it shows."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from forms_service.domain.document import Document
from forms_service.domain.errors import NotOpenable
from forms_service.domain.reports import REPORT_NAMES
from forms_service.workflow.opening import open_document
from forms_service.workflow.publicising import published
from forms_service.workflow.reading import read
from forms_service.workflow.reporting import REPORTS, Subject
from forms_service.workflow.sanctioning import sanctions_in
from forms_service.workflow.sweeping import sweep
from forms_service.workflow.timing import ROWS
from tests.cases import child, go_on, sign_step
from tests.november import November, november
from tests.world import copy_of

SHARES = {
    **{f"cases__{row}__{name}": "0%" for row in (1, 2) for name in ("plant_share", "service_share", "other_share")},
    "cases__1__plant_share": "100%",
    "cases__1__sales_share": "0%",
    "cases__2__sales_share": "100%",
    "meeting_on": "2026-12-01",
    "findings": "各案依检讨结论办理。",
}
PENALTY = {
    "action": "penalty",
    "kind": "warning",
    "target": "person",
    "unit": "sales",
    "incident": "订单规格抄错。",
    "base_total": "10",
    "jurisdiction": "cn",
    "lowest_wage": "2000",
    "variable_only": "yes",
    "settled": "yes",
    "month": "2026-12",
    "people__1__name": "周浩",
    "people__1__base": "10",
    "people__1__bonus": "20000",
    "people__1__wage": "30000",
    "told_on": "2026-12-01",
}
MEMORIAL = {
    "kind": "discipline",
    "topic": "周浩抄错订单规格，拟予警告",
    "account": "经查属实。",
    "proposal": "拟予警告一次。",
    "offender": "周浩",
    "unit_of_offender": "sales",
    "sanction": "warning",
    "unit_one": "sales",
    "needs_deputy": "no",
    "instruction": "准。",
}


@dataclass(frozen=True)
class Settled:
    """November after the heads have settled the shares: the statistics that they signed."""

    month: November
    statistics: Document


@dataclass(frozen=True)
class Sanctioned:
    """November after somebody's sanction was approved: the memorial that says so."""

    month: November
    memorial: Document


@pytest.fixture
def month(tmp_path: Path) -> November:
    """November as it ends, for a test to go on in."""
    return november(tmp_path / "office")


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> Settled:
    month = november(tmp_path_factory.mktemp("met") / "office")
    return Settled(month, _signed_statistics(month))


@pytest.fixture
def settled(met: Settled, tmp_path: Path) -> Settled:
    return replace(met, month=_copied(met.month, tmp_path))


@pytest.fixture(scope="module")
def approved(met: Settled, tmp_path_factory: pytest.TempPathFactory) -> Sanctioned:
    month = _copied(met.month, tmp_path_factory.mktemp("approved"))
    return Sanctioned(month, _approved_memorial(month))


@pytest.fixture
def sanctioned(approved: Sanctioned, tmp_path: Path) -> Sanctioned:
    return replace(approved, month=_copied(approved.month, tmp_path))


def _copied(month: November, folder: Path) -> November:
    return replace(month, world=copy_of(month.world, folder / "office"))


def _report(month: November, name: str, parent: Document | None = None, period: str = "") -> Mapping[str, str]:
    return REPORTS[name](month.world.office, Subject(parent, period))


def _signed_statistics(month: November) -> Document:
    signed = go_on(month.world, month.monthly("monthly-statistics", "2026-12-01"), **SHARES)
    assert signed.state == "finished"
    return signed


def _approved_memorial(month: November) -> Document:
    office = month.world.office
    notice = open_document(office, office.require_person("zhao_min"), "reward-penalty", month.hindering.id)
    notice = go_on(month.world, notice, **PENALTY)
    sweep(office)
    return go_on(month.world, child(month.world, notice, "memorial"), complaint_no=month.hindering.number, **MEMORIAL)


def test_every_report_that_a_form_may_name_is_made() -> None:
    assert tuple(REPORTS) == REPORT_NAMES


@pytest.mark.regulation("9(9)a")
def test_the_statistics_hold_exactly_the_cases_closed_in_the_month(met: Settled) -> None:
    given = read(met.month.world.office, met.statistics).values
    rows = given["cases"]
    assert isinstance(rows, tuple)
    assert [(row["case_no"], row["kind"], row["unit"], row["loss"]) for row in rows] == [
        ("261101", "质量异常", "制造部", 9000),
        ("261102", "非质量异常(人为)", "业务部", 5200),
    ]
    assert (given["case_count"], given["loss_total"], given["unreviewed"]) == (2, 14200, 0)


def test_a_case_closed_after_the_month_is_the_next_months(month: November) -> None:
    month.turn("2026-12-02")
    go_on(month.world, month.talking, talked_on="2026-12-02")
    closed = [_report(month, "complaint_statistics", period=p).get("cases.1.case_no") for p in ("2026-12", "2026-10")]
    assert closed == ["261104", None]


def test_an_improvement_that_is_not_finished_is_told_with_its_case(month: November) -> None:
    world = month.world
    tracked = go_on(world, month.asked, track="yes", talked_on="2026-11-24")
    sweep(world.office)
    improvement = child(world, tracked, "improvement")
    told = _report(month, "complaint_statistics", period="2026-11")
    assert told["reviews.3.result"] == f"核定折让(未税) 9,000.00；改善 {improvement.number} 未完成"


@pytest.mark.regulation("14b")
def test_a_review_is_given_every_steps_time_as_the_ledger_has_it(month: November) -> None:
    month.turn("2026-12-02")
    closed = go_on(month.world, month.talking, talked_on="2026-12-02")
    told = _report(month, "step_times", closed)
    with month.world.office.database.read() as tx:
        signed = [row.event for row in tx.ledger.of(closed.id) if row.event.kind == "signed"]
    done = [told[f"times.{place}.done_on"] for place in range(1, len(signed) + 1)]
    assert done == [month.world.office.today(event.at).isoformat() for event in signed]
    late = {told[f"times.{place}.step"]: told[f"times.{place}.late_days"] for place in range(1, len(signed) + 1)}
    assert late["业务交涉"] == "7"
    assert set(late.values()) == {"0", "7"}


def test_the_late_steps_stand_in_a_review_that_has_no_room_for_all(month: November) -> None:
    world, case = month.world, month.talking
    month.turn("2026-12-02")
    for _ in range(9):
        case = go_on(world, case, "confirm", talked_on="2026-12-02")
        case = sign_step(world, case, "return:talk", "请再谈")
    told = _report(month, "step_times", go_on(world, case, talked_on="2026-12-02"))
    assert len([key for key in told if key.endswith(".step")]) == ROWS
    assert [text for key, text in told.items() if key.endswith("late_days") and text != "0"] == ["7"]


@pytest.mark.regulation("12(2)b")
def test_a_penalty_waits_until_the_heads_have_settled_the_shares(month: November, met: Settled) -> None:
    with pytest.raises(NotOpenable, match="责任比率还没有会同判定"):
        _report(month, "penalty_basis", month.hindering)
    assert _report(met.month, "penalty_basis", met.month.hindering) == {
        "statistics_no": met.statistics.number,
        "plant_share": "0%",
        "sales_share": "100%",
        "service_share": "0%",
    }


@pytest.mark.regulation("12(1)b", "12(1)d")
def test_a_sanction_is_published_by_the_personnel_unit_and_not_before(sanctioned: Sanctioned) -> None:
    month = sanctioned.month
    assert sanctioned.memorial.state == "finished"
    review = month.monthly("sanction-review", "2027-01-01")
    assert published(month.world.office) == ()
    review = go_on(month.world, review, until="publish", review_note="已审视。")
    assert published(month.world.office) == ()
    go_on(month.world, review, published_on="2027-01-01", personnel_note="已登公布栏。")
    (notice,) = published(month.world.office)
    assert (notice.person, notice.unit, notice.sanction) == ("周浩", "业务部", "警告")
    assert (notice.approved_on, notice.published_on) == (dt.date(2026, 12, 1), dt.date(2027, 1, 1))


@pytest.mark.regulation("12(1)a", "12(1)b")
def test_a_sanction_stands_in_one_months_review_only_once_it_is_approved(approved: Sanctioned) -> None:
    month = approved.month
    office = month.world.office
    found = {period: sanctions_in(office, period) for period in ("2026-11", "2026-12", "2027-01")}
    assert [sanction.memorial_no for sanction in found["2026-12"]] == [approved.memorial.number]
    assert found["2026-11"] == found["2027-01"] == ()
    assert _report(month, "sanction_list", period="2026-11") == {"sanctions": ""}


def test_an_undecided_memorial_lists_nobody(settled: Settled) -> None:
    month = settled.month
    office = month.world.office
    memorial = open_document(office, month.world.person("zhao_min"), "memorial", month.hindering.id)
    go_on(month.world, memorial, until="gm", complaint_no=month.hindering.number, **MEMORIAL)
    assert sanctions_in(office, "2026-12") == ()
