"""A month's figures, and the rate of collection: sums that anyone can do again."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.collection import Hindered, collection_rate, total_of
from forms_service.domain.statistics import ClosedCase, by_days, figures, grouped

CASE = ClosedCase(
    "d", "261101", "东升", "quality", "质量异常", "制造部", Decimal(120), Decimal("3000.10"), 12, 0, "对策", "折让"
)


def test_cases_are_counted_and_added_up_exactly() -> None:
    found = figures((CASE, replace(CASE, days=17, late_days=2), replace(CASE, days=3)))
    assert (found.count, found.late, found.quantity, found.loss) == (3, 1, Decimal(360), Decimal("9000.30"))
    assert found.average_days == Decimal("10.7")


def test_no_case_comes_to_nothing() -> None:
    assert (figures(()).count, figures(()).average_days) == (0, Decimal(0))


def test_the_largest_group_comes_first() -> None:
    cases = (replace(CASE, unit="业务部"), CASE, CASE)
    assert [(unit, len(found)) for unit, found in grouped(cases, lambda case: case.unit)] == [
        ("制造部", 2),
        ("业务部", 1),
    ]


@pytest.mark.parametrize(
    ("days", "span"), [(0, "0–5 天"), (5, "0–5 天"), (6, "6–10 天"), (30, "21–30 天"), (31, "30 天以上")]
)
def test_a_case_falls_into_the_span_of_its_days(days: int, span: str) -> None:
    assert [words for words, found in by_days((replace(CASE, days=days),)) if found] == [span]


@given(st.lists(st.integers(0, 400)))
def test_every_case_falls_into_one_span(days: list[int]) -> None:
    spans = by_days(replace(CASE, days=taken) for taken in days)
    assert sum(len(found) for _, found in spans) == len(days)


@pytest.mark.regulation("9(9)c")
def test_a_case_says_what_its_review_lacks() -> None:
    assert CASE.lacks == ()
    lacking = replace(CASE, measure="", result="", unfinished=("G261201",))
    assert lacking.lacks == ("没有改善对策", "没有处理结果", "改善 G261201 未完成")


@pytest.mark.regulation("13(2)③a")
@pytest.mark.parametrize(
    ("collected", "receivable", "listed", "rate"),
    [
        ("80000", "186000", "86000", "0.8"),
        ("1", "3", "0", "0.3333"),
        ("0", "100", "0", "0"),
        ("5", "86000", "86000", None),
    ],
)
def test_what_is_listed_leaves_the_base_of_the_rate(
    collected: str, receivable: str, listed: str, rate: str | None
) -> None:
    found = collection_rate(Decimal(collected), Decimal(receivable), Decimal(listed))
    assert found == (None if rate is None else Decimal(rate))


def test_what_is_listed_adds_up() -> None:
    listed = Hindered("d", "261101", "li_wen", "东升", "PCB", Decimal("86000.05"))
    assert total_of((listed, listed)) == Decimal("172000.10")
    assert total_of(()) == 0
