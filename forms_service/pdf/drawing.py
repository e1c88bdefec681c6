"""Marks: what is printed on a page, in points from the lower left, in the order of drawing."""

from dataclasses import dataclass
from typing import Literal

from forms_service.pdf.box import Align

Shade = Literal["tint", "band", "ink", "soft"]
Place = tuple[float, float, float, float]
"""A rectangle: left, lower, right, upper edge."""


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
    """A rectangle, ruled or filled; a rule of 0 is not drawn."""

    x0: float
    y0: float
    x1: float
    y1: float
    rule: float = 0.5
    fill: Shade | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line."""

    x0: float
    y0: float
    x1: float
    y1: float
    rule: float = 0.5


@dataclass(frozen=True, slots=True)
class FirmName:
    """Where the firm's name is printed, centred; it is known only when the page is rendered."""

    x: float
    y: float
    size: float


Mark = Text | Frame | Line | FirmName
