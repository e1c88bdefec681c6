"""Marks: what is printed on a page, in points from the lower left, in the order of drawing."""

from dataclasses import dataclass
from typing import Literal

from forms_service.pdf.box import Align

Shade = Literal["tint", "ink", "soft", "seal"]


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text on a baseline; `x` is its left end, middle or right end by its alignment."""

    x: float
    y: float
    text: str
    size: float
    bold: bool = False
    align: Align = "left"
    shade: Shade = "ink"
    spread: float = 0.0


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle, ruled or filled."""

    x0: float
    y0: float
    x1: float
    y1: float
    rule: float = 0.6
    fill: Shade | None = None


@dataclass(frozen=True, slots=True)
class FirmName:
    """Where the firm's name is printed, centred; it is known only when the page is rendered."""

    x: float
    y: float
    size: float


Mark = Text | Frame | FirmName
