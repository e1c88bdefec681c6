"""Labels: printed words set into their places, in lines or smaller where they must be, never over the edge."""

from collections.abc import Iterator

from forms_service.domain.errors import ProblemsFound
from forms_service.domain.problem import Problem
from forms_service.pdf.box import Align
from forms_service.pdf.drawing import Place, Shade, Text
from forms_service.pdf.fonts import Face, Fonts
from forms_service.pdf.typeset import balance_lines

FLOOR = 5.5
EASY = 7.5
_SIDE = 2.0
_LEADING = 1.2
_CAP = 0.36  # from the middle of a line down to its baseline, in ems


def set_label(
    label: str,
    place: Place,
    fonts: Fonts,
    where: str,
    *,
    size: float = 8.5,
    bold: bool = False,
    align: Align = "center",
    lines: int = 2,
) -> list[Text]:
    """Set a label in the middle of a place in at most so many lines; raises ProblemsFound where it does not fit."""
    face = fonts.strong(label) if bold else fonts.regular
    x0, y0, x1, y1 = place
    for tried, most in _trials(size, lines):
        found = balance_lines(label, x1 - x0 - 2 * _SIDE, tried, face, most)
        if found is not None and len(found) * tried * _LEADING <= y1 - y0:
            return list(_stack(found, place, tried, bold=face is fonts.bold, align=align))
    raise ProblemsFound((Problem(where, "label_too_long", f"「{label}」在印刷格里放不下。请加宽这一格或缩短文字。"),))


def fits_comfortably(label: str, width: float, face: Face) -> bool:
    """Say whether a label stands in two lines of a width without being set small."""
    return balance_lines(label, width - 2 * _SIDE, EASY, face, 2) is not None


def note(x: float, middle: float, words: str, size: float, *, shade: Shade = "ink", align: Align = "left") -> Text:
    """Set small words in one line around the height of their middle."""
    return Text(x, middle - size * _CAP, words, size, shade=shade, align=align)


def _trials(size: float, lines: int) -> Iterator[tuple[float, int]]:
    """Yield sizes and numbers of lines to try: one line while it is easy to read, then more, then smaller."""
    steps = range(int((size - FLOOR) * 2) + 1)
    yield from ((size - step / 2, 1) for step in steps if size - step / 2 >= EASY)
    yield from ((size - step / 2, lines) for step in steps)


def _stack(lines: tuple[str, ...], place: Place, size: float, *, bold: bool, align: Align) -> Iterator[Text]:
    x0, y0, x1, y1 = place
    x = {"left": x0 + 3 * _SIDE, "center": (x0 + x1) / 2, "right": x1 - 3 * _SIDE}[align]
    step = size * _LEADING
    top = (y0 + y1) / 2 + step * (len(lines) - 1) / 2
    for number, line in enumerate(lines):
        yield Text(x, top - step * number - size * _CAP, line, size, bold=bold, align=align)
