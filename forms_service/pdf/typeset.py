"""Typesetting: Chinese and Latin text broken into lines, and the largest size at which it fits a cell.

No closing punctuation starts a line, no opening punctuation ends one, and a Latin word or a number stays whole unless
it alone is longer than the line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from forms_service.pdf.box import Box
from forms_service.pdf.fonts import Face

NO_START = frozenset("，。、；：？！）》」』】〕〉｝］〗”’…—～·々％‰℃,.;:?!)]}%")
NO_END = frozenset("（《「『【〔〈｛［〖“‘([{￥＄$¥")
PADDING = 3.0
MARGIN = 1.5
LEADING = 1.25
FLOOR = 6.0
ONE_LINE_FLOOR = 7.5
STEP = 0.5
# Latin, Greek and Cyrillic letters, digits and ASCII signs stand together; an ideograph or a sign stands alone.
_WORD = re.compile(r"[!-~À-ɏͰ-ӿ]+|\s|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Setting:
    """A text set for a cell: its size and its lines, top to bottom."""

    size: float
    lines: tuple[str, ...]


def set_text(text: str, box: Box, face: Face) -> Setting | None:
    """Set a text as large as the cell allows, from the cell's own size down to the floor; None if it does not fit.

    A cell for a short text is set in one line while that stays easy to read, an amount always.
    """
    if box.kind != "longtext" and "\n" not in text:
        lowest = FLOOR if box.align == "right" else ONE_LINE_FLOOR
        for size in _sizes(box.size, lowest):
            if face.width(text, size) <= _room(box) and size * LEADING <= _depth(box):
                return Setting(size, (text,))
    return None if box.align == "right" else _set_lines(text, box, face)


def room_in(box: Box) -> int:
    """Return how many Chinese characters a cell holds at the floor size."""
    lines = 1 if box.align == "right" else int(_depth(box) / (FLOOR * LEADING))
    return int(_room(box) / FLOOR) * lines


def break_lines(text: str, width: float, size: float, face: Face) -> Iterator[str]:
    """Break a text into lines of at most a width in points; written line breaks stay."""
    for paragraph in text.split("\n"):
        yield from _break_paragraph(paragraph, width, size, face)


def balance_lines(text: str, width: float, size: float, face: Face, most: int) -> tuple[str, ...] | None:
    """Break a short text into as few lines as it needs, about equally long; None if it needs more than `most`.

    A part in brackets goes to a line of its own where that is enough.
    """
    natural = face.width(text, size)
    if natural <= width:
        return (text,)
    head, bracket, tail = text.partition("(" if "(" in text else "（")
    if most > 1 and head and bracket and max(face.width(part, size) for part in (head, bracket + tail)) <= width:
        return (head, bracket + tail)
    for count in range(2, most + 1):
        lines = _equal_lines(text, width, size, face, count)
        if lines is not None:
            return lines
    return None


def _equal_lines(text: str, width: float, size: float, face: Face, count: int) -> tuple[str, ...] | None:
    """Narrow the lines for as long as their number stays."""
    found = None
    for narrower in _sizes(width, face.width(text, size) / count):
        lines = tuple(break_lines(text, narrower, size, face))
        if len(lines) > count or any(face.width(word, size) > narrower for word in _WORD.findall(text)):
            break
        found = lines
    return found


def _set_lines(text: str, box: Box, face: Face) -> Setting | None:
    for size in _sizes(box.size, FLOOR):
        lines = tuple(break_lines(text, _room(box), size, face))
        if len(lines) * size * LEADING <= _depth(box):
            return Setting(size, lines)
    return None


def _room(box: Box) -> float:
    return box.width - 2 * PADDING


def _depth(box: Box) -> float:
    return box.height - 2 * MARGIN


def _sizes(largest: float, lowest: float) -> Iterator[float]:
    size = largest
    while size >= lowest:
        yield size
        size -= STEP


def _break_paragraph(paragraph: str, width: float, size: float, face: Face) -> Iterator[str]:
    """Fill line after line with words; blanks at a break are dropped."""
    line: list[str] = []
    used, first = 0.0, True
    for word in _words(paragraph, width, size, face):
        advance = 0.0 if word.isspace() else face.width(word, size)
        while line and used + advance > width:
            carried = _carry(line, word)
            yield "".join(line).rstrip()
            line, used, first = carried, face.width("".join(carried), size), False
        if line or first or not word.isspace():
            line.append(word)
            used += face.width(word, size)
    yield "".join(line).rstrip()


def _words(paragraph: str, width: float, size: float, face: Face) -> Iterator[str]:
    for word in _WORD.findall(paragraph):
        if face.width(word, size) <= width:
            yield word
        else:
            yield from word


def _carry(line: list[str], following: str) -> list[str]:
    """Take off a full line the words that may not end it, or without which the following may not start the next.

    Where that would leave nothing, the line stays as it is: a run of brackets has to break somewhere.
    """
    for cut in range(len(line), 0, -1):
        coming = line[cut] if cut < len(line) else following
        if line[cut - 1][-1] not in NO_END and coming[0] not in NO_START:
            carried = line[cut:]
            del line[cut:]
            return carried
    return []
