"""The personnel unit's board: who was sanctioned, how and when; nothing of the complaint behind it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One published sanction."""

    person: str
    unit: str
    sanction: str
    approved: str
    published: str
    review: str


@dataclass(frozen=True, slots=True)
class BoardPage:
    """The board."""

    headline: str
    rows: tuple[BoardRow, ...]
