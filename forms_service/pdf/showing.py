"""Showing: whether a field's appearance shows exactly the value that is stored (verification, check 9).

The appearance is made anew from the stored value and the field's own rectangle, size and alignment, and must be the
stored stream byte for byte; the embedded font's glyphs must be drawn as ours are, so that a swapped font is caught.
"""

from pyhanko.pdf_utils import generic

from forms_service.domain.widgets import WidgetKind
from forms_service.pdf.appearance import EMPTY, FONT, text_stream, tick_stream
from forms_service.pdf.box import Align, Box
from forms_service.pdf.fonts import Fonts, open_font, trace
from forms_service.pdf.typeset import Setting, set_text

_MULTILINE = 1 << 12
_ALIGNMENTS: tuple[Align, ...] = ("left", "center", "right")


def shows(field: generic.DictionaryObject, fonts: Fonts) -> str | None:
    """Return None when a text field or checkbox shows what it stores, else in Chinese what was found instead.

    A field without value and without appearance shows nothing, as it should.
    """
    if field["/FT"] == "/Sig":
        return None
    box = box_of(field)
    if field["/FT"] == "/Btn":
        return _ticked(field, box)
    return _written(field, box, fonts)


def box_of(field: generic.DictionaryObject) -> Box:
    """Read a field's box out of its own dictionary; the page is not known and given as 0."""
    x0, y0, x1, y1 = (float(value) for value in field["/Rect"])
    multiline = bool(int(field.get("/Ff", 0)) & _MULTILINE)
    kind: WidgetKind = "longtext" if multiline else "text"
    size = float(str(field["/DA"]).split(" Tf", maxsplit=1)[0].split()[-1]) if "/DA" in field else 0.0
    return Box(str(field["/T"]), 0, x0, y0, x1, y1, kind, size, _ALIGNMENTS[int(field.get("/Q", 0))])


def _ticked(field: generic.DictionaryObject, box: Box) -> str | None:
    if field.get("/V", "/Off") != field.get("/AS", "/Off"):
        return "勾选框显示的与存的不同"
    states = field["/AP"]["/N"]
    if set(states) != {"/Yes", "/Off"}:
        return "勾选框有多余的样子"
    wanted = {"/Yes": tick_stream(box, ticked=True), "/Off": EMPTY}
    differs = any(bytes(states[state].data) != stream for state, stream in wanted.items())
    return "勾选框画的不是原来的样子" if differs else None


def _written(field: generic.DictionaryObject, box: Box, fonts: Fonts) -> str | None:
    text = str(field.get("/V", ""))
    if "/AP" not in field:
        return None if text == "" else "有值而没有画出来"
    if set(field["/AP"]) != {"/N"}:
        return "有多余的样子"
    form = field["/AP"]["/N"]
    setting = set_text(text, box, fonts.regular)
    if setting is None:
        return "存的文字放不进这一格"
    if not any(setting.lines):
        return None if bytes(form.data) == EMPTY else "存的是空白,画的却有内容"
    return _drawn(form, box, setting, fonts)


def _drawn(form: generic.StreamObject, box: Box, setting: Setting, fonts: Fonts) -> str | None:
    resources = form.get("/Resources", {}).get("/Font", {})
    if set(resources) != {FONT}:
        return "画的不是存的文字"
    font = resources[FONT]
    descendant = font["/DescendantFonts"][0]
    if font["/Encoding"] != "/Identity-H" or descendant["/CIDToGIDMap"] != "/Identity":
        return "字体被换过"
    embedded = open_font(bytes(descendant["/FontDescriptor"]["/FontFile2"].data))
    glyphs = {char: embedded.get_nominal_glyph(ord(char)) or 0 for char in set("".join(setting.lines))}
    swapped = next((c for c, glyph in glyphs.items() if trace(embedded, glyph) != fonts.regular.trace(c)), None)
    if swapped is not None:
        return f"字体被换过：「{swapped}」画的不是这个字"
    if _frame(form) != (0, 0, round(box.width, 2), round(box.height, 2)):
        return "画的范围不是这一格"
    wanted = text_stream(box, setting, fonts.regular, glyphs)
    return None if bytes(form.data) == wanted else "画的不是存的文字"


def _frame(form: generic.StreamObject) -> tuple[float, ...] | None:
    """Return the drawn part of the plane, or None when a matrix moves it."""
    return None if "/Matrix" in form else tuple(float(corner) for corner in form["/BBox"])
