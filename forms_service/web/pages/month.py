"""A month: five figures, how its cases divide, what its review still misses, and where its statistics are signed."""

from dataclasses import dataclass

from forms_service.web.pages.chart import Chart
from forms_service.web.pages.frame import Link
from forms_service.web.words import Tone


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the five figures; `href` leads to the cases that it counts."""

    label: str
    value: str
    href: str
    tone: Tone | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """One line of a table of counts. `names` are what it is counted by; `href` is "" where nothing can be listed."""

    names: tuple[str, ...]
    count: int
    quantity: str
    loss: str
    days: str
    late: int
    href: str


@dataclass(frozen=True, slots=True)
class Division:
    """A chart with its table under it."""

    chart: Chart
    heading: str
    tallies: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """A case of which the review still misses something."""

    number: str
    customer: str
    href: str
    lacks: str


@dataclass(frozen=True, slots=True)
class Statistics:
    """The document in which the month is signed. `href` is "" while there is none; `sentence` says how it stands."""

    title: str
    number: str
    href: str
    sentence: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class MonthPage:
    """A month's page. `collection` is the month's list for accounting, "" for who may not read it."""

    month: str
    headline: str
    months: tuple[Link, ...]
    figures: tuple[Figure, ...]
    statistics: Statistics
    divisions: tuple[Division, ...]
    whole: tuple[Tally, ...]
    missing: tuple[Missing, ...]
    collection: str
