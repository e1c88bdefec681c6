"""Ruling: the edges of many cells as few straight lines, so that where two cells meet one line is drawn, not two."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from forms_service.pdf.drawing import Frame, Line

_Span = tuple[float, float]


def rule_frames(frames: Iterable[Frame]) -> tuple[Line, ...]:
    """Return the lines that rule frames, thin ones first; edges that touch or overlap become one line."""
    across: dict[tuple[float, float], list[_Span]] = defaultdict(list)
    down: dict[tuple[float, float], list[_Span]] = defaultdict(list)
    for frame in frames:
        if frame.rule:
            x0, y0, x1, y1 = (round(edge, 2) for edge in (frame.x0, frame.y0, frame.x1, frame.y1))
            for y in (y0, y1):
                across[frame.rule, y].append((x0, x1))
            for x in (x0, x1):
                down[frame.rule, x].append((y0, y1))
    lines = [Line(start, y, end, y, rule) for (rule, y), spans in across.items() for start, end in _joined(spans)]
    lines += [Line(x, start, x, end, rule) for (rule, x), spans in down.items() for start, end in _joined(spans)]
    return tuple(sorted(lines, key=lambda line: line.rule))


def _joined(spans: list[_Span]) -> Iterator[_Span]:
    start, end = min(spans)
    for following in sorted(spans):
        if following[0] > end:
            yield start, end
            start, end = following
        end = max(end, following[1])
    yield start, end
