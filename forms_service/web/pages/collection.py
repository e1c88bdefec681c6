"""The receivables that a month's rates of collection leave out, salesperson by salesperson."""

from dataclasses import dataclass

from forms_service.web.pages.frame import Link


@dataclass(frozen=True, slots=True)
class HinderedRow:
    """The receivable of one case's part."""

    number: str
    href: str
    customer: str
    part: str
    amount: str


@dataclass(frozen=True, slots=True)
class Collector:
    """One salesperson. `receivable` and `collected` are as typed, `rate` what comes of them, `fault` why nothing."""

    id: str
    name: str
    rows: tuple[HinderedRow, ...]
    listed: str
    receivable: str
    collected: str
    rate: str
    fault: str


@dataclass(frozen=True, slots=True)
class CollectionPage:
    """A month's list."""

    month: str
    headline: str
    months: tuple[Link, ...]
    collectors: tuple[Collector, ...]
    total: str
    export: str
