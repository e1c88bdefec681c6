"""What may be done with a document beside signing it: take in paper, note a copy's receipt, open what follows."""

from dataclasses import dataclass

from forms_service.web.pages.frame import Fault
from forms_service.web.words import Due


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A sealed copy of which its keeper notes something. `asks` are name and label of each fact, for who may note it.

    `told` are label and text of what was noted, `by` who noted it and when; `due` while it is waited for.
    """

    no: int
    label: str
    told: tuple[tuple[str, str], ...]
    by: str
    due: Due | None
    asks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """A form that may be opened from the document; `reason` says why not now, "" when it can."""

    form: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Dealings:
    """All of it, for one reader. `takes_paper`: they may take in the customer's paper now."""

    takes_paper: bool = False
    receipts: tuple[ReceiptRow, ...] = ()
    openings: tuple[OpeningRow, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperPage:
    """The page on which a customer's stamped paper is taken in. `accept` are file endings."""

    document_id: str
    number: str
    title: str
    step: str
    customer: str
    seen: str
    may_refuse: bool
    has_key: bool
    session: bool
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """The page on which a copy's receipt is noted again after a fault."""

    document_id: str
    number: str
    title: str
    no: int
    label: str
    faults: tuple[Fault, ...]
