"""Seals (印章): red vector seals for the firm, a person and a party, drawn from glyph outlines; no font travels along.

The seal stands at the left of a signature box, the lines beside it at the right, each within its own part.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from pyhanko.pdf_utils import generic, layout
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import BaseStamp, BaseStampStyle

from forms_service.pdf.fonts import UNITS, Face, Fonts

_RED = "0.78 0.10 0.10"
_INK = "0.10 0.10 0.12"
_LINE_SIZE = 7.5
_LINE_FLOOR = 4.5
_MARGIN = 2.0
_EM_MIDDLE = 380  # the height in units at which a Chinese glyph's body has its middle
_FIRM_WORDS = "单据专用章"
_PARTY_WORDS = "统一发票专用章"


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
    """Make the style that `signing.sign` draws a signature box with."""
    return SealStampStyle(stamp=stamp, fonts=fonts)


def draw_stamp(stamp: Stamp, fonts: Fonts, width: float, height: float) -> bytes:
    """Draw a seal and its lines in a box of points, as a content stream; lines that are too long are set smaller."""
    side = min(height, width * (0.62 if stamp.kind == "party" else 0.45)) - 2 * _MARGIN
    across = side * 1.25 if stamp.kind == "party" else side
    across = min(across, width * 0.5)
    seal = "\n".join(_SEALS[stamp.kind](stamp, fonts, across, side))
    left = across + 3 * _MARGIN
    lines = "\n".join(_lines(stamp.lines, fonts.regular, left, width - _MARGIN - left, height))
    move = f"1 0 0 1 {_MARGIN + across / 2:.2f} {height / 2:.2f} cm"
    return f"q\n{move}\n{_RED} RG {_RED} rg\n{seal}\nQ\nq\n{_INK} rg\n{lines}\nQ".encode("ascii")


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
    yield from _arc(stamp.name, fonts.bold, radius * 0.78, radius * 0.78, 225, radius * 0.34)
    yield from _row(_FIRM_WORDS, fonts.bold, -radius * 0.62, radius * 0.22, radius * 1.0)


def _party(stamp: Stamp, fonts: Fonts, across: float, side: float) -> Iterator[str]:
    wide, high = across / 2 - 1, side / 2 - 1
    yield f"{side / 32:.2f} w"
    yield _ellipse(wide, high)
    yield from _arc(stamp.name, fonts.bold, wide * 0.8, high * 0.74, 200, high * 0.34)
    yield from _row(stamp.tax_id, fonts.bold, -high * 0.02, high * 0.32, wide * 1.3)
    yield from _row(_PARTY_WORDS, fonts.bold, -high * 0.52, high * 0.24, wide * 1.15)


def _person(stamp: Stamp, fonts: Fonts, across: float, side: float) -> Iterator[str]:
    """Set the name in columns from right to left as on a carved seal; 印 fills a name of three characters."""
    del across
    half = side / 2 - 1
    name = stamp.name if len(stamp.name) % 2 == 0 or len(stamp.name) > 4 else f"{stamp.name}印"
    rows = min(len(name), 2)
    columns = math.ceil(len(name) / rows)
    cell_x, cell_y = (2 * half - 3) / columns, (2 * half - 3) / rows
    yield f"{side / 22:.2f} w {-half:.2f} {-half:.2f} {2 * half:.2f} {2 * half:.2f} re S"
    for number, char in enumerate(name):
        x = half - 1.5 - cell_x * (number // rows + 0.5)
        y = half - 1.5 - cell_y * (number % rows + 0.5)
        yield _glyph(_Glyph(char, x, y, cell_y * 0.98, squeeze=min(1.0, cell_x / cell_y)), fonts.bold)


_SEALS = {"firm": _firm, "person": _person, "party": _party}


def _arc(text: str, face: Face, wide: float, high: float, degrees: float, size: float) -> Iterator[str]:
    """Set a text along the upper part of an ellipse, read from the left; more characters stand closer."""
    step = math.radians(min(degrees / max(len(text) - 1, 1), 42))
    room = step * min(wide, high) if len(text) > 1 else size
    for number, char in enumerate(text):
        angle = math.pi / 2 + step * (len(text) - 1) / 2 - step * number
        x, y = wide * math.cos(angle), high * math.sin(angle)
        turn = math.atan2(y * wide, x * high) - math.pi / 2
        yield _glyph(_Glyph(char, x, y, size, turn, min(1.0, room / size)), face)


def _row(text: str, face: Face, y: float, size: float, width: float) -> Iterator[str]:
    natural = face.width(text, size)
    squeeze = min(1.0, width / natural) if natural else 1.0
    x = -natural * squeeze / 2
    for char in text:
        advance = face.width(char, size) * squeeze
        yield _glyph(_Glyph(char, x + advance / 2, y, size, squeeze=squeeze), face)
        x += advance


def _lines(lines: tuple[str, ...], face: Face, left: float, width: float, height: float) -> Iterator[str]:
    longest = max((face.width(line, 1) for line in lines), default=1)
    size = max(_LINE_FLOOR, min(_LINE_SIZE, width / longest, height / (len(lines) * 1.3)))
    top = height / 2 + (len(lines) - 1) * size * 1.3 / 2
    for number, line in enumerate(lines):
        x, squeeze = left, min(1.0, width / max(face.width(line, size), 0.01))
        for char in line:
            advance = face.width(char, size) * squeeze
            yield _glyph(_Glyph(char, x + advance / 2, top - number * size * 1.3, size, squeeze=squeeze), face)
            x += advance


def _glyph(glyph: _Glyph, face: Face) -> str:
    """Draw a character's outline, filled, its body's middle on the point."""
    outline = face.outline(glyph.char)
    if not outline:
        return ""
    scale = glyph.size / UNITS
    cos, sin = math.cos(glyph.turn), math.sin(glyph.turn)
    middle = face.advance(glyph.char) / 2
    places = 1 if glyph.size > _LINE_SIZE else 2  # a tenth of a point shows in small type only
    parts = []
    for operator, coordinates in outline:
        points = []
        for px, py in zip(coordinates[::2], coordinates[1::2], strict=True):
            dx, dy = (px - middle) * scale * glyph.squeeze, (py - _EM_MIDDLE) * scale
            points.append(f"{glyph.x + dx * cos - dy * sin:.{places}f} {glyph.y + dx * sin + dy * cos:.{places}f}")
        parts.append(" ".join((*points, operator)))
    return "\n".join((*parts, "f"))


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
