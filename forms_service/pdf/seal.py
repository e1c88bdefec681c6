"""Seals (印章): red vector seals for the firm, a person and a party, drawn from glyph outlines; no font travels along.

The seal stands at the left of a signature box, the lines beside it at the right, each within its own part.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from pyhanko.pdf_utils import generic, layout
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import BaseStamp, BaseStampStyle

from forms_service.domain.errors import MissingGlyph
from forms_service.pdf.fonts import UNITS, Face, Fonts
from forms_service.pdf.typeset import break_lines

_RED = "0.78 0.10 0.10"
_INK = "0.10 0.10 0.12"
_LINE_SIZE = 7.5
_LINE_EASY = 6.0
_LINE_FLOOR = 4.5
_LINE_LEADING = 1.3
_MARGIN = 2.0
_TALLEST = 47.0  # 17 mm; larger ones would crowd out the words beside them
_EM_MIDDLE = 380  # the height in units at which a Chinese glyph's body has its middle
_FIRM_WORDS = "单据专用章"
_PARTY_WORDS = "统一发票专用章"
_SAMPLES = 180
_GRID = 4  # outlines are written in steps of 4 units: 0.03 pt in the lines, and a fifth fewer bytes


@dataclass(frozen=True, slots=True)
class Stamp:
    """What to draw in a signature box: whose seal, the name in it, the lines beside it; `tax_id` in a party's seal."""

    kind: Literal["firm", "person", "party"]
    name: str
    lines: tuple[str, ...]
    tax_id: str = ""


@dataclass(frozen=True, slots=True)
class _Glyph:
    """A character's place: its middle, its size in points, its turn in radians, its squeeze across."""

    char: str
    x: float
    y: float
    size: float
    turn: float = 0.0
    squeeze: float = 1.0


@dataclass(frozen=True, slots=True)
class _Arc:
    """The upper part of an ellipse around the origin, from one angle (in degrees) clockwise to the other."""

    wide: float
    high: float
    start: float
    end: float


@dataclass(frozen=True)
class SealStampStyle(BaseStampStyle):
    """Hand pyHanko a seal as the appearance of a signature."""

    stamp: Stamp | None = None
    fonts: Fonts | None = field(default=None, repr=False)

    def create_stamp(
        self, writer: BasePdfFileWriter, box: layout.BoxConstraints, text_params: dict[str, str]
    ) -> BaseStamp:
        """Make the appearance for a box; the words come from the stamp, not from pyHanko's parameters."""
        del text_params
        if self.stamp is None or self.fonts is None:
            raise RuntimeError("a seal needs its stamp and its fonts; use stamp_style")
        return _SealStamp(writer, self, box, draw_stamp(self.stamp, self.fonts, float(box.width), float(box.height)))


def stamp_style(stamp: Stamp, fonts: Fonts) -> BaseStampStyle:
    """Make the style that `signing.sign` draws a signature box with; raises MissingGlyph, naming the characters."""
    missing = fonts.missing("".join((stamp.name, stamp.tax_id, *stamp.lines)))
    if missing:
        named = "、".join(f"「{char}」(U+{ord(char):04X})" for char in missing)
        raise MissingGlyph(f"印章上的{named}印不出来。请在组织资料中换成常用字。")
    return SealStampStyle(stamp=stamp, fonts=fonts)


def draw_stamp(stamp: Stamp, fonts: Fonts, width: float, height: float) -> bytes:
    """Draw a seal and its lines in a box of points, as a content stream; lines that are too long are set smaller."""
    across, side = _measures(stamp, width, height)
    seal = "\n".join(_SEALS[stamp.kind](stamp, fonts, across, side))
    left = across + 3 * _MARGIN
    lines = "\n".join(_lines(stamp.lines, fonts.regular, left, width - _MARGIN - left, height))
    move = f"1 0 0 1 {_MARGIN + across / 2:.2f} {height / 2:.2f} cm"
    return f"q\n{move}\n{_RED} RG {_RED} rg\n{seal}\nQ\nq\n{_INK} rg\n{lines}\nQ".encode("ascii")


def _measures(stamp: Stamp, width: float, height: float) -> tuple[float, float]:
    """Return how wide and how tall the seal is; a party's is an oval of four to three."""
    stretch = 4 / 3 if stamp.kind == "party" else 1.0
    side = min(height - 2 * _MARGIN, _TALLEST, width * 0.47 / stretch)
    return side * stretch, side


class _SealStamp(BaseStamp):
    def __init__(
        self, writer: BasePdfFileWriter, style: SealStampStyle, box: layout.BoxConstraints, stream: bytes
    ) -> None:
        super().__init__(writer, style, box)
        self._stream = stream

    def render(self) -> bytes:
        return self._stream

    def as_form_xobject(self) -> generic.StreamObject:
        form = super().as_form_xobject()
        form.compress()
        return form


def _firm(stamp: Stamp, fonts: Fonts, across: float, side: float) -> Iterator[str]:
    del across
    radius = side / 2 - 1
    yield f"{side / 32:.2f} w"
    yield _ellipse(radius, radius)
    yield _star(radius * 0.34)
    yield from _arc(stamp.name, fonts, _Arc(radius * 0.78, radius * 0.78, 205, -25), radius * 0.34)
    yield from _row(_FIRM_WORDS, fonts, -radius * 0.62, radius * 0.22, radius * 1.0)


def _party(stamp: Stamp, fonts: Fonts, across: float, side: float) -> Iterator[str]:
    """Set the name above, the tax number across the middle, the seal's purpose below, clear of each other."""
    wide, high = across / 2 - 1, side / 2 - 1
    yield f"{side / 32:.2f} w"
    yield _ellipse(wide, high)
    yield from _arc(stamp.name, fonts, _Arc(wide * 0.8, high * 0.73, 176, 4), high * 0.33)
    yield from _row(stamp.tax_id, fonts, -high * 0.23, high * 0.27, wide * 1.3)
    yield from _row(_PARTY_WORDS, fonts, -high * 0.61, high * 0.25, wide * 0.98)


def _person(stamp: Stamp, fonts: Fonts, across: float, side: float) -> Iterator[str]:
    """Set the name in columns from right to left as on a carved seal; 印 or 之印 fills the four places."""
    del across
    half = side / 2 - 1
    name = stamp.name + {2: "之印", 3: "印"}.get(len(stamp.name), "")
    rows = min(len(name), 2)
    columns = math.ceil(len(name) / rows)
    cell_x, cell_y = (2 * half - 3) / columns, (2 * half - 3) / rows
    yield f"{side / 22:.2f} w {-half:.2f} {-half:.2f} {2 * half:.2f} {2 * half:.2f} re S"
    for number, char in enumerate(name):
        x = half - 1.5 - cell_x * (number // rows + 0.5)
        y = half - 1.5 - cell_y * (number % rows + 0.5)
        yield _glyph(_Glyph(char, x, y, cell_y * 0.98, squeeze=min(1.0, cell_x / cell_y)), fonts.strong(char))


_SEALS = {"firm": _firm, "person": _person, "party": _party}


def _arc(text: str, fonts: Fonts, arc: _Arc, size: float) -> Iterator[str]:
    """Set a text along an arc, read from the left, its characters equally far apart and at most so far as looks one."""
    angles = _angles(arc, len(text), size * 1.25)
    points = [(arc.wide * math.cos(angle), arc.high * math.sin(angle)) for angle in angles]
    room = min((math.dist(a, b) for a, b in pairwise(points)), default=size)
    for char, angle, (x, y) in zip(text, angles, points, strict=True):
        turn = math.atan2(arc.wide * math.sin(angle), arc.high * math.cos(angle)) - math.pi / 2
        yield _glyph(_Glyph(char, x, y, size, turn, min(1.0, room / size)), fonts.strong(char))


def _angles(arc: _Arc, count: int, widest: float) -> list[float]:
    """Divide an arc into equal lengths, no longer than `widest`, and return the angles of its points in radians."""
    first, span = math.radians(arc.start), math.radians(arc.start - arc.end)
    at = [first - span * n / _SAMPLES for n in range(_SAMPLES + 1)]
    lengths = [0.0]
    for a, b in pairwise(at):
        piece = math.hypot(arc.wide * (math.cos(a) - math.cos(b)), arc.high * (math.sin(a) - math.sin(b)))
        lengths.append(lengths[-1] + piece)
    step = min(lengths[-1] / max(count - 1, 1), widest)
    begin = (lengths[-1] - step * (count - 1)) / 2
    return [_at_length(at, lengths, begin + step * n) for n in range(count)]


def _at_length(angles: list[float], lengths: list[float], wanted: float) -> float:
    return next((a for a, length in zip(angles, lengths, strict=True) if length >= wanted - 1e-9), angles[-1])


def _row(text: str, fonts: Fonts, y: float, size: float, width: float) -> Iterator[str]:
    natural = sum(fonts.strong(char).width(char, size) for char in text)
    squeeze = min(1.0, width / natural) if natural else 1.0
    x = -natural * squeeze / 2
    for char in text:
        advance = fonts.strong(char).width(char, size) * squeeze
        yield _glyph(_Glyph(char, x + advance / 2, y, size, squeeze=squeeze), fonts.strong(char))
        x += advance


def _lines(lines: tuple[str, ...], face: Face, left: float, width: float, height: float) -> Iterator[str]:
    """Set the lines beside the seal, in the largest size at which they fit, each broken only where it must be."""
    size, broken = _fitting(lines, face, width, height)
    top = height / 2 + (len(broken) - 1) * size * _LINE_LEADING / 2
    for number, line in enumerate(broken):
        x = left
        for char in line:
            advance = face.width(char, size)
            yield _glyph(_Glyph(char, x + advance / 2, top - number * size * _LINE_LEADING, size), face)
            x += advance


def _fitting(lines: tuple[str, ...], face: Face, width: float, height: float) -> tuple[float, list[str]]:
    """Find the size for the lines: smaller rather than broken, but broken rather than hard to read."""
    size = _LINE_SIZE
    while True:
        broken = [part for line in lines for part in break_lines(line, width, size, face)]
        fits = len(broken) * size * _LINE_LEADING <= height and (len(broken) == len(lines) or size < _LINE_EASY)
        if fits or size <= _LINE_FLOOR:
            return size, broken
        size -= 0.25


def _glyph(glyph: _Glyph, face: Face) -> str:
    """Draw a character's outline, filled, its body's middle on the point; like characters have like bytes."""
    path = _path(face, glyph.char)
    if not path:
        return ""
    scale = glyph.size / UNITS
    across = (scale * glyph.squeeze * math.cos(glyph.turn), scale * glyph.squeeze * math.sin(glyph.turn))
    upward = (-scale * math.sin(glyph.turn), scale * math.cos(glyph.turn))
    middle = face.advance(glyph.char) / 2
    x = glyph.x - middle * across[0] - _EM_MIDDLE * upward[0]
    y = glyph.y - middle * across[1] - _EM_MIDDLE * upward[1]
    turned = " ".join(f"{value * _GRID:.5f}".rstrip("0").rstrip(".") for value in (*across, *upward))
    return f"q {turned} {x:.2f} {y:.2f} cm\n{path}\nQ"


@lru_cache(maxsize=2048)
def _path(face: Face, char: str) -> str:
    """Write a character's outline in whole steps; filling closes its parts, so `h` is not written."""
    parts = [
        f"{' '.join(f'{value / _GRID:.0f}' for value in coordinates)} {operator}"
        for operator, coordinates in face.outline(char)
        if operator != "h"
    ]
    return "\n".join((*parts, "f")) if parts else ""


def _ellipse(wide: float, high: float) -> str:
    """Draw an ellipse around the origin with four curves."""
    k = 0.5523
    return (
        f"{wide:.2f} 0 m {wide:.2f} {high * k:.2f} {wide * k:.2f} {high:.2f} 0 {high:.2f} c "
        f"{-wide * k:.2f} {high:.2f} {-wide:.2f} {high * k:.2f} {-wide:.2f} 0 c "
        f"{-wide:.2f} {-high * k:.2f} {-wide * k:.2f} {-high:.2f} 0 {-high:.2f} c "
        f"{wide * k:.2f} {-high:.2f} {wide:.2f} {-high * k:.2f} {wide:.2f} 0 c S"
    )


def _star(radius: float) -> str:
    """Draw a solid five-pointed star; ten corners and the non-zero rule leave no hole in it."""
    inner = radius * math.sin(math.radians(18)) / math.sin(math.radians(54))
    corners = []
    for corner in range(10):
        reach, angle = (inner if corner % 2 else radius), math.pi / 2 + corner * math.pi / 5
        corners.append(f"{reach * math.cos(angle):.2f} {reach * math.sin(angle):.2f}")
    return f"{corners[0]} m " + " ".join(f"{point} l" for point in corners[1:]) + " h f"
