"""Fonts: the two embedded faces, parsed once a process; what they can print, how wide, and small subsets of them.

fonts = load_fonts(Path("fonts"))
fonts.missing("𠮷野")          # ("𠮷",)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import uharfbuzz as hb
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "NotoSansSC"
BOLD = "NotoSansSC-Bold"
UNITS = 1000
"""A PDF's glyph units an em; both faces are drawn in the same."""
# Layout tables play no part in a PDF; `post` and `name` are for desktops.
_DROPPED = ("GSUB", "GPOS", "GDEF", "post", "name", "OS/2", "gasp", "DSIG")
_KANGXI = range(0x2E80, 0x2FE0)

Outline = tuple[tuple[str, tuple[float, ...]], ...]


@dataclass(frozen=True, slots=True)
class Subset:
    """A font file holding only some characters' glyphs, and their glyph ids in it."""

    data: bytes
    glyphs: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One face. `name` is its ReportLab and PostScript name; widths are in ems of `UNITS`."""

    name: str
    path: Path
    covered: frozenset[int]
    _face: Any = field(repr=False)
    _font: Any = field(repr=False)

    def covers(self, char: str) -> bool:
        """Say whether the face has a glyph for a character."""
        return ord(char) in self.covered

    def covers_all(self, text: str) -> bool:
        """Say whether the face has a glyph for every character of a text."""
        return all(ord(char) in self.covered for char in text)

    def advance(self, char: str) -> int:
        """Return a character's width in units; that of the missing glyph where there is none."""
        return _advance(self._font, ord(char))

    def width(self, text: str, size: float) -> float:
        """Return a text's width in points at a size."""
        return sum(self.advance(char) for char in text) * size / UNITS

    def outline(self, char: str) -> Outline:
        """Return a character's drawing as (operator, coordinates) in units; empty for a blank."""
        return draw(self._font, self._font.get_nominal_glyph(ord(char)) or 0)

    def trace(self, char: str) -> tuple[object, ...]:
        """Return a character's drawing for comparison with another font's (`trace`)."""
        return trace(self._font, self._font.get_nominal_glyph(ord(char)) or 0)

    def subset(self, chars: Iterable[str]) -> Subset:
        """Cut out the glyphs of some characters; equal input gives equal bytes."""
        wanted = sorted({ord(char) for char in chars})
        cut = hb.SubsetInput()
        cut.unicode_set.update(wanted)
        cut.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
        cut.drop_table_tag_set.update(hb_tag(tag) for tag in _DROPPED)
        plan = hb.SubsetPlan(self._face, cut)
        new = plan.old_to_new_glyph_mapping
        glyphs = {chr(code): int(new[self._font.get_nominal_glyph(code)]) for code in wanted}
        return Subset(bytes(plan.execute().blob.data), glyphs)


@dataclass(frozen=True, slots=True, eq=False)
class Fonts:
    """The regular face, in which everything typed is printed, and the bold one for labels and titles."""

    regular: Face
    bold: Face

    def strong(self, text: str) -> Face:
        """Return the bold face, or for a text with a rare character that it lacks the regular one."""
        return self.bold if self.bold.covers_all(text) else self.regular

    def missing(self, text: str) -> tuple[str, ...]:
        """Name the characters that the regular face cannot print, each once, in order; line breaks do not count."""
        return tuple(dict.fromkeys(c for c in text if c != "\n" and not self.regular.covers(c)))


@lru_cache(maxsize=4)
def load_fonts(folder: Path) -> Fonts:
    """Parse the faces in a folder, once a process, and make them known to ReportLab."""
    return Fonts(
        _load(folder / "NotoSansSC-Regular.ttf", REGULAR),
        _load(folder / "NotoSansSC-Bold.ttf", BOLD),
    )


@lru_cache(maxsize=64)
def open_font(data: bytes) -> Any:
    """Open a font file's bytes for `trace` and glyph look-ups; the same bytes are parsed once."""
    return hb.Font(hb.Face(hb.Blob(data)))


def tables_of(data: bytes) -> Mapping[str, bytes]:
    """Return the tables of a font file by their four letters."""
    face = hb.Face(hb.Blob(data))
    return {tag: bytes(face.reference_table(tag).data) for tag in face.table_tags}


@lru_cache(maxsize=8192)
def trace(font: Any, glyph: int) -> tuple[object, ...]:
    """Return a glyph's drawing as it stands in the font, quicker than `draw`, to be compared and not to be drawn."""
    tracer = _Tracer()
    font.draw_glyph_with_pen(glyph, tracer)
    return tuple(tracer.moves)


def draw(font: Any, glyph: int) -> Outline:
    """Return a glyph's drawing; curves are cubic."""
    pen = _Pen()
    font.draw_glyph_with_pen(glyph, pen)
    return tuple(pen.strokes)


def is_radical(char: str) -> bool:
    """Say whether a character is a Kangxi radical or its like, which share their glyph with an ideograph."""
    return ord(char) in _KANGXI


def hb_tag(tag: str) -> int:
    """Pack a table's four letters as HarfBuzz wants them."""
    return int.from_bytes(tag.encode("ascii"), "big")


@lru_cache(maxsize=65536)
def _advance(font: Any, code: int) -> int:
    return int(font.get_glyph_h_advance(font.get_nominal_glyph(code) or 0))


def _load(path: Path, name: str) -> Face:
    face = hb.Face(hb.Blob.from_file_path(str(path)))
    if name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(name, str(path), asciiReadable=False))
    return Face(name, path, frozenset(face.unicodes), face, hb.Font(face))


class _Tracer:
    """Note an outline as it comes, one word and its points after another."""

    __slots__ = ("moves",)

    def __init__(self) -> None:
        self.moves: list[object] = []

    def moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802 - the pen protocol's own names
        self.moves += ("m", point)

    def lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self.moves += ("l", point)

    def curveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        self.moves += ("c", points)

    def qCurveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        self.moves += ("q", points)

    def closePath(self) -> None:  # noqa: N802
        self.moves.append("h")


class _Pen:
    """Collect an outline; quadratic curves become cubic, which is all that a PDF knows."""

    def __init__(self) -> None:
        self.strokes: list[tuple[str, tuple[float, ...]]] = []
        self._at = (0.0, 0.0)

    def moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802 - the pen protocol's own names
        self._go("m", point)

    def lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self._go("l", point)

    def curveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        self._go("c", *points)

    def qCurveTo(self, control: tuple[float, float], end: tuple[float, float]) -> None:  # noqa: N802
        first = tuple(a + (c - a) * 2 / 3 for a, c in zip(self._at, control, strict=True))
        second = tuple(e + (c - e) * 2 / 3 for e, c in zip(end, control, strict=True))
        self._go("c", (first[0], first[1]), (second[0], second[1]), end)

    def closePath(self) -> None:  # noqa: N802
        self.strokes.append(("h", ()))

    def _go(self, operator: str, *points: tuple[float, float]) -> None:
        self.strokes.append((operator, tuple(round(value, 2) for point in points for value in point)))
        self._at = points[-1]
