"""Showing: whether a field's appearance shows exactly the value that is stored (verification, check 9).

The appearance is made anew from the stored value and the field's own rectangle, size and alignment, and must be the
stored stream byte for byte; the embedded font must draw and space its glyphs as ours does, so that a swapped font is
caught.
"""

import struct

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError

from forms_service.pdf.appearance import EMPTY, FONT, text_stream, tick_stream
from forms_service.pdf.box import Box
from forms_service.pdf.embedded import Misdrawn, glyphs_of
from forms_service.pdf.fields import box_of, words_for
from forms_service.pdf.fonts import Fonts
from forms_service.pdf.typeset import Setting, set_text

_STATES = frozenset({"/Yes", "/Off"})


def shows(field: generic.DictionaryObject, fonts: Fonts) -> str | None:
    """Return None when a text field, choice or checkbox shows what it stores, else in Chinese what was found instead.

    A field without value and without appearance shows nothing, as it should. What cannot be read is not shown.
    """
    try:
        if field["/FT"] == "/Sig":
            return None
        box = box_of(field)
        return _ticked(field, box) if field["/FT"] == "/Btn" else _written(field, box, fonts)
    except Misdrawn as swapped:
        return str(swapped)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, PdfReadError, struct.error):
        return "画的样子读不懂"


def _ticked(field: generic.DictionaryObject, box: Box) -> str | None:
    if field.get("/V", "/Off") != field.get("/AS", "/Off") or field["/V"] not in _STATES:
        return "勾选框显示的与存的不同"
    if set(field["/AP"]) != {"/N"} or set(field["/AP"]["/N"]) != _STATES:
        return "勾选框有多余的样子"
    wanted = {"/Yes": tick_stream(box, ticked=True), "/Off": EMPTY}
    for state, stream in wanted.items():
        form = field["/AP"]["/N"][state]
        if bytes(form.data) != stream or not _is_in_place(form, box):
            return "勾选框画的不是原来的样子"
    return None


def _written(field: generic.DictionaryObject, box: Box, fonts: Fonts) -> str | None:
    text = words_for(field, str(field.get("/V", "")))
    if "/AP" not in field:
        return None if text == "" else "有值而没有画出来"
    if set(field["/AP"]) != {"/N"}:
        return "有多余的样子"
    form = field["/AP"]["/N"]
    setting = set_text(text, box, fonts.regular)
    if setting is None:
        return "存的文字放不进这一格"
    if not any(setting.lines):
        return None if bytes(form.data) == EMPTY else "存的是空白，画的却有内容"
    return _drawn(form, box, setting, fonts)


def _drawn(form: generic.StreamObject, box: Box, setting: Setting, fonts: Fonts) -> str | None:
    named = form["/Resources"].get("/Font", {})
    if set(named) != {FONT}:
        return "画的不是存的文字"
    if not _is_in_place(form, box):
        return "画的范围不是这一格"
    glyphs = glyphs_of(named[FONT], sorted(set("".join(setting.lines))), fonts.regular)
    wanted = text_stream(box, setting, fonts.regular, glyphs)
    return None if bytes(form.data) == wanted else "画的不是存的文字"


def _is_in_place(form: generic.StreamObject, box: Box) -> bool:
    """Say whether a drawing fills its box as it is: no matrix moves it, no smaller frame cuts it."""
    corners = tuple(float(corner) for corner in form["/BBox"])
    return "/Matrix" not in form and corners == (0, 0, round(box.width, 2), round(box.height, 2))
