"""Standard fonts: the text fonts that programs bring along themselves, for drawings that embed none.

standard_face("ABCDEF+ArialMT")        # "Helvetica"
letter_of("eacute")                    # "é"
width_of("Helvetica", "A")             # 0.667 em

A code in such a font shows the letter that its encoding names, whatever else a file says about it.
"""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from fontTools.agl import AGL2UV, toUnicode
from fontTools.encodings.StandardEncoding import StandardEncoding
from reportlab.pdfbase import pdfmetrics

_SUBSET = re.compile(r"[A-Z]{6}\+")
_STYLE = re.compile(r"(?:MT|PS|PSMT|Std|New|Roman|Regular|Bold|Italic|Oblique|Narrow|[,\-_ ])*")
# Families that every reader draws as Latin letters, and whose letters are about as wide as those of a standard font.
_FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "Helvetica": "Helvetica",
        "Helv": "Helvetica",
        "Arial": "Helvetica",
        "Liberation Sans": "Helvetica",
        "LiberationSans": "Helvetica",
        "Times": "Times-Roman",
        "TimesNewRoman": "Times-Roman",
        "LiberationSerif": "Times-Roman",
        "Courier": "Courier",
        "CourierNew": "Courier",
        "LiberationMono": "Courier",
    }
)
_CODECS: Mapping[str, str] = MappingProxyType({"/WinAnsiEncoding": "cp1252", "/MacRomanEncoding": "mac_roman"})


def standard_face(base_font: str) -> str | None:
    """Name the standard font that stands for a font by its name; None for one that may look like anything."""
    bare = _SUBSET.sub("", base_font, count=1)
    for family in sorted(_FAMILIES, key=len, reverse=True):
        if bare.startswith(family) and _STYLE.fullmatch(bare[len(family) :]):
            return _FAMILIES[family]
    return None


def letter_of(glyph: str) -> str:
    """Give the letter that a glyph's name stands for (Adobe Glyph List); "" for none."""
    return str(toUnicode(glyph))


def is_known(glyph: str) -> bool:
    """Say whether a glyph's name is in the list that every program has (Adobe Glyph List), not made by its rules."""
    return glyph == ".notdef" or glyph in AGL2UV


def letter_at(code: int, encoding: str) -> str:
    """Give the letter at a code of a named encoding, the standard one if the name is none we know; "" for none."""
    codec = _CODECS.get(encoding)
    if codec is not None:
        return bytes([code]).decode(codec, "ignore")
    return letter_of(StandardEncoding[code])


def width_of(face: str, letter: str) -> float:
    """Give a letter's width in ems; a middling one for a letter that the font lacks."""
    return _widths(face).get(letter, 0.6)


@cache
def _widths(face: str) -> Mapping[str, float]:
    glyphs = pdfmetrics.getFont(face).face.glyphWidths
    return MappingProxyType({letter_of(glyph): width / 1000 for glyph, width in glyphs.items()})
