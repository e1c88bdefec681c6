"""The played month: what its script covers, and that the same script comes to the same end."""

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from forms_service.cli.playing import leave_papers, open_play
from forms_service.settings import ROOT, read_settings
from forms_service.workflow.played import CopyReader, Outcome, outcome_of
from forms_service.workflow.script import Script, read_script
from tests.world import CHEAP_PINS

pytestmark = pytest.mark.regulation

SCRIPT = read_script(ROOT / "form_specs" / "demo" / "month.yaml")
BRANCHES = (
    "折让", "赔款", "退货", "换货", "重处理", "不成立", "异议", "不接受", "超过比率", "少于核定", "比率优先", "委托",
    "退回", "逾期", "长假", "国外", "会同", "奖金罚扣", "行政处分", "签呈", "列管改善", "合并看权限", "纸本", "影印本",
    "拒签", "研发", "加工中未确定", "更正",
)  # fmt: skip


def test_the_month_has_thirty_complaints_and_every_branch() -> None:
    complaints = [case for case in SCRIPT.cases if case.form == "customer-complaint"]
    told = " ".join(case.story for case in complaints)
    assert len(complaints) >= 30
    assert [branch for branch in BRANCHES if branch not in told] == []


def _short() -> Script:
    """Take one allowance, one return over the tolerance and one refused answer, to the month's statistics."""
    chosen = [case for case in SCRIPT.cases if "多退超过比率" in case.story or "核决后客户不接受" in case.story]
    begins = min(case.opened for case in chosen) - dt.timedelta(days=1)
    return dataclasses.replace(SCRIPT, cases=tuple(chosen), absences=(), begins=begins)


def _play(folder: Path) -> Outcome:
    settings = read_settings(CHEAP_PINS, data=folder)
    play = open_play(folder, settings, _short())
    reader = CopyReader(play)
    for _ in play.days():
        reader.take_new()
    leave_papers(play.office, folder)
    return outcome_of(play, reader)


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[Path, Outcome], ...]:
    folders = [tmp_path_factory.mktemp(name) for name in ("first", "second")]
    return tuple((folder, _play(folder)) for folder in folders)


def test_all_that_is_left_holds(twice: tuple[tuple[Path, Outcome], ...]) -> None:
    for _, outcome in twice:
        assert (outcome.unsound, outcome.problems, outcome.waiting) == ((), (), {})
        assert outcome.copies > 40
        assert outcome.vouchers >= 2


def test_the_same_script_gives_the_same_registers_and_papers(twice: tuple[tuple[Path, Outcome], ...]) -> None:
    (first, one), (second, other) = twice
    assert (first / "complaints.csv").read_bytes() == (second / "complaints.csv").read_bytes()
    assert one == other
