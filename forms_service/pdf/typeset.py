"""Typesetting: Chinese and Latin text broken into lines, and the largest size at which it fits a cell.

No closing punctuation starts a line, no opening punctuation ends one, and a Latin word or a number stays whole unless
it alone is longer than the line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from forms_service.pdf.box import Box
from forms_service.pdf.fonts import Face

NO_START = frozenset("，。、；：？！）》」』】〕〉”’…—％‰℃,.;:?!)]}%")
NO_END = frozenset("（《「『【〔〈“‘([{￥$¥")
PADDING = 2.0
LEADING = 1.25
FLOOR = 6.0
STEP = 0.5
_WORD = re.compile(r"[!-~]+|\s|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Setting:
    """A text set for a cell: its size and its lines, top to bottom."""

    size: float
    lines: tuple[str, ...]


def set_text(text: str, box: Box, face: Face) -> Setting | None:
    """Set a text as large as the cell allows, from the cell's own size down to the floor; None if it does not fit."""
    size = box.size
    while size >= FLOOR:
        lines = tuple(break_lines(text, (box.x1 - box.x0) - 2 * PADDING, size, face))
        if len(lines) * size * LEADING <= box.y1 - box.y0 - 1 and not (box.align == "right" and len(lines) > 1):
            return Setting(size, lines)
        size -= STEP
    return None


def break_lines(text: str, width: float, size: float, face: Face) -> Iterator[str]:
    """Break a text into lines of at most a width in points; written line breaks stay."""
    for paragraph in text.split("\n"):
        yield from _break_paragraph(paragraph, width, size, face)


def _break_paragraph(paragraph: str, width: float, size: float, face: Face) -> Iterator[str]:
    line = ""
    for word in _words(paragraph, width, size, face):
        if line and face.width(line + word.rstrip(), size) > width:
            done, carried = _settle(line, word)
            yield done.rstrip()
            line = carried
        line = (line + word) if line else word.lstrip() or word
    yield line.rstrip()


def _words(paragraph: str, width: float, size: float, face: Face) -> Iterator[str]:
    for word in _WORD.findall(paragraph):
        if face.width(word, size) <= width:
            yield word
        else:
            yield from word


def _settle(line: str, following: str) -> tuple[str, str]:
    """Move the end of a full line down where it may not stand at its end, or the next may not start one."""
    cut = len(line)
    while cut > 1 and (line[cut - 1] in NO_END or (following if cut == len(line) else line[cut])[0] in NO_START):
        cut -= 1
    return (line, "") if cut <= 1 else (line[:cut], line[cut:])
