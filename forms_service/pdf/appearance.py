"""Appearances: the content stream that shows a field's value, in one small regular grammar.

The verifier makes the same stream anew from the stored value (`showing`), so nothing here may depend on anything but
the box, the text and the glyph ids.
"""

from collections.abc import Mapping

from forms_service.pdf.box import Box
from forms_service.pdf.fonts import Face
from forms_service.pdf.typeset import LEADING, MARGIN, PADDING, Setting

FONT = "/F0"
EMPTY = b"/Tx BMC\nEMC"
_TICK = ((0.16, 0.50), (0.40, 0.22), (0.86, 0.80))


def text_stream(box: Box, setting: Setting, face: Face, glyphs: Mapping[str, int]) -> bytes:
    """Draw set lines in a box whose lower left corner is the origin; an empty text is drawn as nothing."""
    if not any(setting.lines):
        return EMPTY
    drawn = [_line(box, setting, face, glyphs, number) for number in range(len(setting.lines))]
    clip = f"0 0 {box.width:.2f} {box.height:.2f} re W n"
    body = "\n".join(("/Tx BMC", "q", clip, "BT", f"{FONT} {setting.size:g} Tf", "0 g", *drawn, "ET", "Q", "EMC"))
    return body.encode("ascii")


def tick_stream(box: Box, *, ticked: bool) -> bytes:
    """Draw a tick, or nothing, in a checkbox; its frame is printed on the page."""
    if not ticked:
        return EMPTY
    points = [(x * box.width, y * box.height) for x, y in _TICK]
    path = " ".join(f"{x:.2f} {y:.2f} {'l' if n else 'm'}" for n, (x, y) in enumerate(points))
    return f"/Tx BMC\nq\n{box.width / 9:.2f} w 1 J 1 j 0 G\n{path} S\nQ\nEMC".encode("ascii")


def _line(box: Box, setting: Setting, face: Face, glyphs: Mapping[str, int], number: int) -> str:
    text = setting.lines[number]
    codes = "".join(f"{glyphs[char]:04X}" for char in text)
    x = _start(box, face.width(text, setting.size))
    return f"1 0 0 1 {x:.2f} {_baseline(box, setting, number):.2f} Tm <{codes}> Tj"


def _start(box: Box, width: float) -> float:
    if box.align == "right":
        return box.width - PADDING - width
    return (box.width - width) / 2 if box.align == "center" else PADDING


def _baseline(box: Box, setting: Setting, number: int) -> float:
    """Set long texts from the top, others in the middle; a Chinese glyph's body reaches 0.88 above, 0.12 below."""
    step = setting.size * LEADING
    block = step * len(setting.lines)
    top = box.height - MARGIN if box.kind == "longtext" else (box.height + block) / 2
    return top - step * number - (step - setting.size) / 2 - setting.size * 0.88
