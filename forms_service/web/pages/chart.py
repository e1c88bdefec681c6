"""Bar charts, drawn by hand as SVG: the geometry is worked out here, so that the template only writes it down.

A chart is 320 units wide: about as many pixels as a phone has, and a third of a desk's screen.
"""

from collections.abc import Iterable
from dataclasses import dataclass

WIDTH = 320
BAR = 14
STEP = 44  # from one bar to the next: its label stands above it
_LABEL = 14
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. `href` is "" where there is nothing to look at; lengths and places are in the chart's units."""

    label: str
    figure: str
    href: str
    label_y: int
    bar_y: int
    length: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars one under another. `words` tell the whole to who does not see it."""

    title: str
    words: str
    bars: tuple[Bar, ...]
    height: int
    width: int = WIDTH
    thickness: int = BAR


def draw(title: str, groups: Iterable[tuple[str, int, str]]) -> Chart:
    """Draw a chart of counts: each with its label and where its cases are; the largest fills the width."""
    found = tuple(groups)
    largest = max((count for _, count, _ in found), default=0)
    bars = tuple(
        Bar(
            label=label,
            figure=f"{count} 件",
            href=href,
            label_y=place * STEP + _LABEL,
            bar_y=place * STEP + _LABEL + 7,
            length=max(round(WIDTH * count / largest), _SHORTEST) if count else 0,
        )
        for place, (label, count, href) in enumerate(found)
    )
    words = f"{title}：" + "，".join(f"{bar.label} {bar.figure}" for bar in bars)
    return Chart(title, words, bars, max(len(found) * STEP, STEP))
