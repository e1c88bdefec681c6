"""A box: where an AcroForm field stands on its page, and how its text is set."""

from dataclasses import dataclass
from typing import Literal

from forms_service.domain.widgets import WidgetKind

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Box:
    """One field's place: page from 0, corners in points from the lower left, its largest type size, its alignment."""

    name: str
    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    kind: WidgetKind
    size: float
    align: Align

    @property
    def width(self) -> float:
        """The width in points."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """The height in points."""
        return self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class Square:
    """A square place on a page, for the QR code; the document's id is written to its right."""

    page: int
    x: float
    y: float
    size: float
