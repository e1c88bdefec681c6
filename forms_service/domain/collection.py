"""Collection: what is taken out of a salesperson's receivables before their rate of collection is reckoned (§13(2)③).

Only the complained part's receivable, only of cases that hinder collection. It takes no money from anyone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from forms_service.domain.money import Money


@dataclass(frozen=True, slots=True)
class Hindered:
    """The receivable of one case's complained part (料号); `salesperson` is a person's id."""

    document_id: str
    number: str
    salesperson: str
    customer: str
    part: str
    amount: Money


def total_of(listed: Iterable[Hindered]) -> Money:
    """Add up what is listed."""
    return sum((case.amount for case in listed), Decimal(0))


def collection_rate(collected: Money, receivable: Money, listed: Money) -> Decimal | None:
    """Return collected ÷ (receivable − listed) to four places; None where nothing was to be collected."""
    base = receivable - listed
    return round(collected / base, 4) if base > 0 else None
