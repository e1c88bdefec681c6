"""An embedded font as found in a file: whether it draws and spaces characters exactly as our own face does.

Outlines are compared, not bytes: another version of HarfBuzz may write the same glyphs otherwise. What could make a
viewer draw them differently from what was compared (other tables, instructions, a second font file, other widths) is
refused.
"""

import struct
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise

from pyhanko.pdf_utils import generic

from forms_service.pdf.fonts import UNITS, Face, open_font, tables_of, trace

_TABLES = frozenset({"cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp"})
_FILES = frozenset({"/FontFile", "/FontFile2", "/FontFile3"})
_SIMPLE_HEADER = 10
_INSTRUCTED, _MORE, _WORDS = 0x0100, 0x0020, 0x0001
_SCALES = ((0x0008, 2), (0x0040, 4), (0x0080, 8))


class Misdrawn(ValueError):
    """Say why an embedded font does not draw a text as ours does; the message is for the reader of a verdict."""


def glyphs_of(font: generic.DictionaryObject, chars: Iterable[str], face: Face) -> Mapping[str, int]:
    """Return the glyph ids of characters in an embedded font that draws each as our face does.

    Raises Misdrawn, naming the first character that it draws or spaces otherwise.
    """
    descendant = font["/DescendantFonts"][0]
    _require_identity(font, descendant)
    data = bytes(descendant["/FontDescriptor"]["/FontFile2"].data)
    if not is_plain(data):
        raise Misdrawn("字体被换过：里面有我们不写的内容")
    embedded, widths = open_font(data), _widths(descendant)
    glyphs = {char: embedded.get_nominal_glyph(ord(char)) or 0 for char in chars}
    for char, glyph in glyphs.items():
        if glyph == 0:
            raise Misdrawn("画的不是存的文字")
        if trace(embedded, glyph) != face.trace(char):
            raise Misdrawn(f"字体被换过：「{char}」画的不是这个字")
        if widths.get(glyph, UNITS) != face.advance(char):
            raise Misdrawn(f"字体的字宽被改过：「{char}」")
    return glyphs


@lru_cache(maxsize=64)
def is_plain(data: bytes) -> bool:
    """Say whether a font file holds our tables only, and no glyph with instructions, which could bend its outline."""
    tables = tables_of(data)
    if set(tables) != _TABLES:
        return False
    long_offsets = struct.unpack_from(">h", tables["head"], 50)[0] == 1
    count = struct.unpack_from(">H", tables["maxp"], 4)[0]
    offsets = struct.unpack_from(f">{count + 1}{'I' if long_offsets else 'H'}", tables["loca"])
    scale = 1 if long_offsets else 2
    glyphs = (tables["glyf"][start * scale : end * scale] for start, end in pairwise(offsets))
    return not any(_is_instructed(glyph) for glyph in glyphs)


def _require_identity(font: generic.DictionaryObject, descendant: generic.DictionaryObject) -> None:
    as_we_write = (
        font["/Subtype"] == "/Type0"
        and font["/Encoding"] == "/Identity-H"
        and len(font["/DescendantFonts"]) == 1
        and descendant["/Subtype"] == "/CIDFontType2"
        and descendant["/CIDToGIDMap"] == "/Identity"
        and descendant.get("/DW") == UNITS
        and _FILES & set(descendant["/FontDescriptor"]) == {"/FontFile2"}
    )
    if not as_we_write:
        raise Misdrawn("字体被换过")


def _widths(descendant: generic.DictionaryObject) -> dict[int, float]:
    listed = list(descendant.get("/W", ()))
    widths: dict[int, float] = {}
    for glyph, own in zip(listed[::2], listed[1::2], strict=True):
        if not isinstance(own, generic.ArrayObject) or len(own) != 1 or int(glyph) in widths:
            raise Misdrawn("字体的字宽被改过")
        widths[int(glyph)] = float(own[0])
    return widths


def _is_instructed(glyph: bytes) -> bool:
    """Say whether a glyph's description (OpenType `glyf`) carries instructions."""
    if not glyph:
        return False
    contours = struct.unpack_from(">h", glyph)[0]
    if contours < 0:
        return _is_instructed_composite(glyph)
    return bool(struct.unpack_from(">H", glyph, _SIMPLE_HEADER + 2 * contours)[0])


def _is_instructed_composite(glyph: bytes) -> bool:
    at, flags = _SIMPLE_HEADER, _MORE
    while flags & _MORE:
        flags = struct.unpack_from(">H", glyph, at)[0]
        if flags & _INSTRUCTED:
            return True
        at += 4 + (4 if flags & _WORDS else 2) + next((size for flag, size in _SCALES if flags & flag), 0)
    return False
