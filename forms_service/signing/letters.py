"""Letters: what the codes of a drawing's strings look like, by the font that they are drawn in.

Only of a font that the file does not bring along can that be told: every program has its own of that name, and a code
shows the letter that the encoding names. A font inside the file may give any shape to any letter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from forms_service.pdf.standard_fonts import is_known, letter_at, letter_of, standard_face, width_of
from forms_service.signing.form_view import decode_text
from forms_service.signing.revisions import History
from forms_service.signing.syntax import Name, PdfDict, PdfValue

_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_WIDE = ("UCS2-", "UTF16-")
_COLLECTIONS = (("GB", b"GB1"), ("CNS", b"CNS1"), ("JIS", b"Japan1"), ("KS", b"Korea1"))
_FULL_WIDTH = 0x2E80
_NARROWEST, _WIDEST = 0.7, 1.4
_NARROWEST_CJK, _WIDEST_CJK = 200, 1100
_UNKNOWN = "用的字体不在各种程序自带之列，字形是不是这些字无从知道"
_OWN_CODES = "用的字体另有编码，各种程序认得的不一样"
_LATIN = frozenset(("", "/WinAnsiEncoding", "/MacRomanEncoding", "/StandardEncoding", "/PDFDocEncoding"))
_BROUGHT = "用的字体是文件自带的，字形是不是这些字无从知道"


@dataclass(frozen=True, slots=True)
class Letter:
    """A code as drawn: its letter, its width in ems, and whether it is the single-byte space that /Tw widens."""

    text: str
    width: float
    is_space: bool


@dataclass(frozen=True, slots=True)
class Letters:
    """A font's letters. `doubt` says why they may not be those that are seen, "" when they are.

    `widths` are the font's own, None where it leaves them all to the program.
    """

    doubt: str
    face: str = ""
    encoding: str = ""
    differences: Mapping[int, str] = field(default_factory=dict)
    widths: Mapping[int, float] | None = None
    is_wide: bool = False

    def read(self, codes: bytes) -> tuple[Letter, ...]:
        """Read a string's codes in order."""
        if self.is_wide:
            text = codes.decode("utf-16-be", "replace")
            return tuple(Letter(char, 1.0 if ord(char) >= _FULL_WIDTH else 0.5, is_space=False) for char in text)
        return tuple(Letter(self._letter(code), self._width(code), code == 0x20) for code in codes)

    def odd_widths(self, codes: bytes) -> bool:
        """Say whether the font's own widths would push its letters over or far from one another."""
        if self.widths is None or self.is_wide:
            return False
        usual = ((self.widths.get(code, 0.0), width_of(self.face, self._letter(code))) for code in codes)
        return any(not _NARROWEST * normal <= width <= _WIDEST * normal for width, normal in usual)

    def odd_names(self, codes: bytes) -> bool:
        """Say whether some codes have names that not every program knows."""
        return any(code in self.differences and not is_known(self.differences[code]) for code in codes)

    def _letter(self, code: int) -> str:
        named = self.differences.get(code)
        if named is not None:
            return letter_of(named)
        return decode_text(bytes([code])) if self.encoding == "/PDFDocEncoding" else letter_at(code, self.encoding)

    def _width(self, code: int) -> float:
        return (self.widths or {}).get(code) or width_of(self.face or "Helvetica", self._letter(code))


def read_letters(history: History, font: PdfValue, revision: int) -> Letters:
    """Read a font's dictionary."""
    found = history.dictionary(font, revision)
    if found.get("/Subtype") == "/Type0":
        return _read_composite(history, found, revision)
    encoding, differences = _encoding(history, found, revision)
    face = standard_face(str(found.get("/BaseFont", ""))[1:])
    if encoding not in _LATIN or differences is None:
        return Letters(_OWN_CODES, "Helvetica")
    if _is_brought(history, found, revision) or found.get("/Subtype") not in ("/Type1", "/TrueType", "/MMType1"):
        return Letters(_BROUGHT, "Helvetica", encoding, differences)
    if face is None:
        return Letters(_UNKNOWN, "Helvetica", encoding, differences)
    return Letters("", face, encoding, differences, _widths(history, found, revision))


def _read_composite(history: History, font: PdfDict, revision: int) -> Letters:
    """Read a font of many letters: one that is not in the file, by codes that are Unicode's own, is told."""
    below = history.array(font.get("/DescendantFonts"), revision)
    descendant = history.dictionary(below[0] if below else None, revision)
    encoding = history.resolve(font.get("/Encoding"), revision)
    if _is_brought(history, descendant, revision):
        return Letters(_BROUGHT)
    told = isinstance(encoding, Name) and encoding.endswith("-H") and any(part in encoding for part in _WIDE)
    told = told and _is_of_its_collection(history, descendant, revision, str(encoding))
    told = told and _is_usually_wide(history, descendant, revision)
    return Letters("", is_wide=True) if told else Letters(_UNKNOWN)


def _is_of_its_collection(history: History, descendant: PdfDict, revision: int, encoding: str) -> bool:
    """Say whether a font's letters are numbered as its encoding numbers them; programs go by either."""
    system = history.dictionary(descendant.get("/CIDSystemInfo"), revision)
    ordering = history.resolve(system.get("/Ordering"), revision)
    return any(encoding.startswith(f"/Uni{start}-") and ordering == name for start, name in _COLLECTIONS)


def _is_brought(history: History, font: PdfDict, revision: int) -> bool:
    descriptor = history.dictionary(font.get("/FontDescriptor"), revision)
    return any(key in descriptor for key in _FILES)


def _encoding(history: History, font: PdfDict, revision: int) -> tuple[str, Mapping[int, str] | None]:
    """Read an encoding: the name of its base, and the glyphs that it puts elsewhere, None where that cannot be told."""
    found = history.resolve(font.get("/Encoding"), revision)
    if not isinstance(found, dict):
        return str(found or ""), {}
    placed: dict[int, str] | None = {}
    code = 0
    for item in (history.resolve(one, revision) for one in history.array(found.get("/Differences"), revision)):
        if isinstance(item, Name) and placed is not None:
            placed[code] = item[1:]
            code += 1
        elif isinstance(item, int):
            code = item
        else:
            placed = None
    return str(history.resolve(found.get("/BaseEncoding"), revision) or ""), placed


def _widths(history: History, font: PdfDict, revision: int) -> Mapping[int, float] | None:
    """Read the widths that a font gives; what it leaves out some programs take for nothing, or less."""
    if "/Widths" not in font:
        return None
    first, last = (history.resolve(font.get(key), revision) for key in ("/FirstChar", "/LastChar"))
    listed = [history.resolve(width, revision) for width in history.array(font.get("/Widths"), revision)]
    if not isinstance(first, int) or not isinstance(last, int):
        return {}
    numbered = zip(range(first, last + 1), listed, strict=False)
    return {code: width / 1000 for code, width in numbered if isinstance(width, int | float)}


def _is_usually_wide(history: History, font: PdfDict, revision: int) -> bool:
    """Say whether no letter of a font of many letters is so narrow that the next would lie on it."""
    given: list[PdfValue] = [font.get("/DW", 1000)]
    listed = [history.resolve(item, revision) for item in history.array(font.get("/W"), revision)]
    at = 0
    while at < len(listed):
        tail = listed[at + 1] if at + 1 < len(listed) else None
        given.extend(tail if isinstance(tail, tuple) else listed[at + 2 : at + 3])
        at += 2 if isinstance(tail, tuple) else 3
    return all(isinstance(width, int | float) and _NARROWEST_CJK <= width <= _WIDEST_CJK for width in given)
