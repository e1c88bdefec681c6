"""The month after: statistics, the heads' shares, penalties that wait for them, sanctions and their publication."""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest

from forms_service.domain.document import Document
from forms_service.domain.errors import NotOpenable, NotYours
from forms_service.store.documents import Search
from forms_service.workflow.opening import open_document
from forms_service.workflow.posting import post
from forms_service.workflow.reading import read
from forms_service.workflow.receipting import note_receipt
from forms_service.workflow.sweeping import sweep
from tests.cases import UNFOUNDED, case_world, close_case, go_on, next_turn, settle, sign_step
from tests.stories import closed_case
from tests.world import World, copy_of

DECEMBER = dt.datetime(2026, 12, 1, 1, 0, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Month:
    """An office in December, with the case that it closed in November and what the month opened."""

    world: World
    case: Document

    def form(self, form: str) -> Document:
        """Return the one document of a form."""
        with self.world.office.database.read() as tx:
            (found,) = tx.documents.find(Search(form=form))
        return found

    def settle_shares(self) -> Document:
        """Let the heads settle the shares of November's case."""
        return go_on(self.world, self.form("monthly-statistics"))

    def penalise(self) -> Document:
        """Open a notice on the case."""
        return open_document(self.world.office, self.world.person("zhao_min"), "reward-penalty", self.case.id)

    def archived(self, document: Document) -> list[str]:
        """List the departments that hold a copy of a document."""
        settle(self.world)
        office = self.world.office
        ids = [department.id for department in office.organisation.departments]
        return [d for d in ids if any(entry.number == document.number for entry in office.archive.entries(d))]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Month:
    """The month as it begins, of which every test has a copy."""
    world = case_world(tmp_path_factory.mktemp("month") / "office")
    case = close_case(world, penalty_kind="bonus", penalty_person="冯强", penalty_note="温度设定错误")
    world.clock.at = DECEMBER
    sweep(world.office)
    return Month(world, case)


@pytest.fixture(scope="module")
def met(begun: Month, tmp_path_factory: pytest.TempPathFactory) -> Month:
    """The month after the heads settled the shares of November's case, of which tests have a copy."""
    month = replace(begun, world=copy_of(begun.world, tmp_path_factory.mktemp("met") / "office"))
    month.settle_shares()
    return month


@pytest.fixture
def settled(met: Month, tmp_path: Path) -> Month:
    return replace(met, world=copy_of(met.world, tmp_path / "office"))


@pytest.fixture
def month(begun: Month, tmp_path: Path) -> Month:
    return replace(begun, world=copy_of(begun.world, tmp_path / "office"))


@pytest.mark.regulation("9(9)a")
def test_novembers_cases_stand_in_the_statistics_that_are_due_on_the_tenth(month: Month) -> None:
    statistics = month.form("monthly-statistics")
    values = read(month.world.office, sign_step(month.world, statistics)).values
    cases = values["cases"]
    assert isinstance(cases, tuple)
    assert [row["case_no"] for row in cases] == [month.case.number]
    assert values["month"] == "2026-11"
    assert statistics.case_due_at is not None
    assert month.world.office.local(statistics.case_due_at).date() == dt.date(2026, 12, 10)


@pytest.mark.regulation("9(9)b")
def test_the_shares_are_the_meetings_and_the_figures_nobodys(month: Month) -> None:
    signed = go_on(month.world, month.form("monthly-statistics"), cases__1__loss="1.00")
    assert read(month.world.office, signed).values["loss_total"] == Decimal("9000.00")
    assert {s.person for s in signed.signatures} >= {"wu_gang", "sun_yue", "gao_yuan", "cao_yang"}
    assert month.archived(signed) == ["sales", "qa", "plant", "rd", "gm_office"]


@pytest.mark.regulation("12(2)c")
def test_a_penalty_waits_for_the_meeting(month: Month) -> None:
    with pytest.raises(NotOpenable, match="还没有会同判定"):
        month.penalise()
    month.settle_shares()
    notice = sign_step(month.world, month.penalise())
    values = read(month.world.office, notice).values
    assert [str(values[name]) for name in ("ratio", "share", "statistics_no")] == ["0.6", "5400.00", "S261201"]


@pytest.mark.regulation("12(2)b")
def test_nobody_but_the_office_issues_a_penalty(settled: Month) -> None:
    with pytest.raises(NotYours):
        open_document(settled.world.office, settled.world.person("wu_gang"), "reward-penalty", settled.case.id)


@pytest.mark.regulation("12(2)c")
def test_no_penalty_without_our_liability(tmp_path: Path) -> None:
    case = closed_case(**UNFOUNDED).taken(tmp_path / "office")
    with pytest.raises(NotOpenable):
        open_document(case.world.office, case.world.person("zhao_min"), "reward-penalty", case.document.id)


@pytest.mark.regulation("12(2)d")
def test_the_smallest_penalty_goes_to_the_general_manager(settled: Month) -> None:
    notice = sign_step(settled.world, settled.penalise(), people__1__base="0.02")
    assert read(settled.world.office, notice).values["deducted"] == Decimal("1.08")
    turn = next_turn(settled.world, notice)
    assert turn is not None
    assert turn.claim.role == "gm"


@pytest.mark.regulation("12(2)e", "12(2)f")
def test_three_copies_follow_the_approval_and_accounting_notes_its_check(settled: Month) -> None:
    notice = go_on(settled.world, settled.penalise(), until="gm")
    assert settled.archived(notice) == []
    notice = go_on(settled.world, notice)
    assert settled.archived(notice) == ["accounting", "hr", "gm_office"]
    office, keeper = settled.world.office, settled.world.person("he_mei")
    note_receipt(office, keeper, notice.id, 2, {"checked_on": "2026-12-09", "voucher_no": "V-1"})
    with pytest.raises(NotYours):
        note_receipt(office, settled.world.person("peng_li"), notice.id, 2, {"checked_on": "2026-12-09"})


@pytest.mark.regulation("9(6)h")
def test_accounting_takes_off_the_bonus_what_may_be_taken_this_month(settled: Month) -> None:
    notice = go_on(settled.world, settled.penalise())
    settle(settled.world)
    voucher = post(settled.world.office, settled.world.person("he_mei"), notice.id)
    assert [(entry.account_code, entry.debit, entry.credit) for entry in voucher.lines] == [
        ("2201", Decimal("500.00"), Decimal(0)),
        ("7190", Decimal(0), Decimal("500.00")),
    ]


@pytest.mark.regulation("9(6)i", "12(1)b", "12(1)c", "12(1)d")
def test_a_sanction_goes_by_memorial_to_the_review_and_to_the_board(settled: Month) -> None:
    go_on(settled.world, settled.penalise(), kind="warning")
    settle(settled.world)
    memorial = settled.form("memorial")
    assert memorial.assignee == "zhao_min"
    sanction = {"kind": "discipline", "complaint_no": settled.case.number, "sanction": "warning"}
    go_on(settled.world, memorial, **sanction, offender="冯强", unit_of_offender="plant", unit_one="plant")
    settled.world.clock.at = dt.datetime(2027, 1, 4, 1, 0, tzinfo=dt.UTC)
    sweep(settled.world.office)
    with settled.world.office.database.read() as tx:
        november, december = sorted(tx.documents.find(Search(form="sanction-review")), key=lambda each: each.opened_at)
    assert _sanctioned(settled, november) == []
    assert _sanctioned(settled, december, published_on="2027-01-04") == ["冯强"]


def _sanctioned(month: Month, review: Document, **typed: str) -> list[object]:
    """Let a review go its way; returns who stands in it."""
    done = go_on(month.world, review, **typed)
    assert (done.state, month.archived(done)) == ("finished", ["hr", "gm_office"])
    rows = read(month.world.office, done).values["sanctions"]
    assert isinstance(rows, tuple)
    return [row["person"] for row in rows]
