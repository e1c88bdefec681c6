"""Embedding a subset: the font objects that show some characters, one set for each revision."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from forms_service.pdf.fonts import UNITS, Face, is_radical


@dataclass(frozen=True, slots=True)
class EmbeddedSubset:
    """An embedded font and the glyph id of each of its characters."""

    reference: generic.IndirectObject
    glyphs: Mapping[str, int]


def embed_subset(writer: BasePdfFileWriter, face: Face, text: str) -> EmbeddedSubset:
    """Write a subset of a face for a text's characters as a Type 0 font, Identity-H (ISO 32000-2 §9.7)."""
    subset = face.subset(char for char in text if char != "\n")
    name = pdf_name(f"/{_tag(subset.glyphs)}+{face.name}")
    file = _stream(writer, {"/Length1": generic.NumberObject(len(subset.data))}, subset.data)
    descriptor = _add(
        writer,
        {
            "/Type": pdf_name("/FontDescriptor"),
            "/FontName": name,
            "/Flags": generic.NumberObject(4),
            "/FontBBox": _numbers(-1000, -300, 3000, 1200),
            "/ItalicAngle": generic.NumberObject(0),
            "/Ascent": generic.NumberObject(880),
            "/Descent": generic.NumberObject(-120),
            "/CapHeight": generic.NumberObject(733),
            "/StemV": generic.NumberObject(80),
            "/FontFile2": file,
        },
    )
    system = {"/Registry": "Adobe", "/Ordering": "Identity"}
    descendant = _add(
        writer,
        {
            "/Type": pdf_name("/Font"),
            "/Subtype": pdf_name("/CIDFontType2"),
            "/BaseFont": name,
            "/CIDSystemInfo": generic.DictionaryObject(
                {
                    **{pdf_name(key): generic.pdf_string(text) for key, text in system.items()},
                    pdf_name("/Supplement"): generic.NumberObject(0),
                }
            ),
            "/FontDescriptor": descriptor,
            "/DW": generic.NumberObject(UNITS),
            "/W": _widths(face, subset.glyphs),
            "/CIDToGIDMap": pdf_name("/Identity"),
        },
    )
    font = _add(
        writer,
        {
            "/Type": pdf_name("/Font"),
            "/Subtype": pdf_name("/Type0"),
            "/BaseFont": name,
            "/Encoding": pdf_name("/Identity-H"),
            "/DescendantFonts": generic.ArrayObject([descendant]),
            "/ToUnicode": _stream(writer, {}, _to_unicode(subset.glyphs)),
        },
    )
    return EmbeddedSubset(font, subset.glyphs)


def _tag(glyphs: Mapping[str, int]) -> str:
    """Name a subset by its characters: six capital letters (ISO 32000-2 §9.9.2)."""
    digest = hashlib.sha256("".join(glyphs).encode()).digest()
    return "".join(chr(ord("A") + byte % 26) for byte in digest[:6])


def _widths(face: Face, glyphs: Mapping[str, int]) -> generic.ArrayObject:
    widths = generic.ArrayObject()
    for char, glyph in glyphs.items():
        if face.advance(char) != UNITS:
            widths += [generic.NumberObject(glyph), _numbers(face.advance(char))]
    return widths


def _to_unicode(glyphs: Mapping[str, int]) -> bytes:
    """Map glyphs back to text; where a radical and an ideograph share one, the ideograph is what was meant."""
    chars: dict[int, str] = {}
    for char in sorted(glyphs, key=is_radical, reverse=True):
        chars[glyphs[char]] = char
    pairs = [f"<{glyph:04X}> <{char.encode('utf-16-be').hex().upper()}>" for glyph, char in sorted(chars.items())]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    mapped = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{mapped}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode("ascii")


def _add(writer: BasePdfFileWriter, entries: Mapping[str, generic.PdfObject]) -> generic.IndirectObject:
    return writer.add_object(generic.DictionaryObject({pdf_name(key): value for key, value in entries.items()}))


def _stream(writer: BasePdfFileWriter, entries: Mapping[str, generic.PdfObject], data: bytes) -> generic.IndirectObject:
    stream = generic.StreamObject({pdf_name(key): value for key, value in entries.items()}, stream_data=data)
    stream.compress()
    return writer.add_object(stream)


def _numbers(*values: int) -> generic.ArrayObject:
    return generic.ArrayObject(generic.NumberObject(value) for value in values)
