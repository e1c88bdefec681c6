"""Statistics of a month: its closed cases, counted and added up. Pure sums; what a case is, the register says."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

# Days from acceptance to closing, as the chart groups them: up to and with each; the last one has no end.
SPANS = (5, 10, 15, 20, 30)


@dataclass(frozen=True, slots=True)
class ClosedCase:
    """A case closed in a month. `days` from acceptance to closing; `late_days` past the day it was due, 0 in time.

    `kind` is an option's id and `kind_words` its label. `unfinished` are the numbers of what was to follow for its
    improvement and has not come to its end.
    """

    document_id: str
    number: str
    customer: str
    kind: str
    kind_words: str
    unit: str
    quantity: Decimal
    loss: Decimal
    days: int
    late_days: int
    measure: str
    result: str
    unfinished: tuple[str, ...] = ()

    @property
    def lacks(self) -> tuple[str, ...]:
        """Say what the month's review still misses of the case."""
        blank = [words for words, text in (("没有改善对策", self.measure), ("没有处理结果", self.result)) if not text]
        return (*blank, *(f"改善 {number} 未完成" for number in self.unfinished))


@dataclass(frozen=True, slots=True)
class Figures:
    """What some cases come to."""

    count: int
    quantity: Decimal
    loss: Decimal
    late: int
    average_days: Decimal


def figures(cases: Iterable[ClosedCase]) -> Figures:
    """Count some cases and add them up; the average is to one place, and 0 of none."""
    found = tuple(cases)
    days = Decimal(sum(case.days for case in found))
    return Figures(
        count=len(found),
        quantity=sum((case.quantity for case in found), Decimal(0)),
        loss=sum((case.loss for case in found), Decimal(0)),
        late=sum(case.late_days > 0 for case in found),
        average_days=round(days / len(found), 1) if found else Decimal(0),
    )


def grouped(
    cases: Iterable[ClosedCase], by: Callable[[ClosedCase], str]
) -> tuple[tuple[str, tuple[ClosedCase, ...]], ...]:
    """Group cases by a text, the largest group first."""
    groups: defaultdict[str, list[ClosedCase]] = defaultdict(list)
    for case in cases:
        groups[by(case)].append(case)
    return tuple(
        (name, tuple(found)) for name, found in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    )


def by_days(cases: Iterable[ClosedCase]) -> tuple[tuple[str, tuple[ClosedCase, ...]], ...]:
    """Group cases by the days that they took, in the order of SPANS, empty groups too."""
    groups: dict[str, list[ClosedCase]] = {_span(edge): [] for edge in (*SPANS, None)}
    for case in cases:
        groups[_span(next((edge for edge in SPANS if case.days <= edge), None))].append(case)
    return tuple((words, tuple(found)) for words, found in groups.items())


def _span(edge: int | None) -> str:
    if edge is None:
        return f"{SPANS[-1]} 天以上"
    before = SPANS[SPANS.index(edge) - 1] + 1 if edge != SPANS[0] else 0
    return f"{before}–{edge} 天"
