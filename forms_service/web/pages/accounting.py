"""Accounting: what can be booked, what cannot and why, and the voucher before it is made."""

from dataclasses import dataclass

from forms_service.web.pages.frame import Link
from forms_service.web.pages.hindrances import HinderedRow
from forms_service.web.words import Tone


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A document with an accounting copy. `voucher` is "" until it is posted; `waits` says what must come with it."""

    href: str
    number: str
    title: str
    customer: str
    amount: str
    sealed: str
    voucher: str
    posted: str
    waits: str


@dataclass(frozen=True, slots=True)
class QueuePage:
    """The documents that wait for a voucher, and those that have one."""

    headline: str
    tab: str
    tabs: tuple[Link, ...]
    rows: tuple[QueueRow, ...]
    hindrances: tuple[HinderedRow, ...]


@dataclass(frozen=True, slots=True)
class VoucherLine:
    """An entry line; the side that is not booked is ""."""

    account: str
    name: str
    debit: str
    credit: str


@dataclass(frozen=True, slots=True)
class CompanionRow:
    """A document that is posted together with this one, and how it stands."""

    title: str
    number: str
    words: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class ComparedCell:
    """A figure beside others; `differs` from the one before it that is there."""

    column: str
    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class PostingPage:
    """One document before accounting: the verdict, what speaks against posting, the voucher that it makes.

    A sound file that may not be posted opens with the first reason; `problems` are those beside it, and `standing` says
    how the file itself stands ("" where the sentence says so).
    """

    document_id: str
    number: str
    title: str
    customer: str
    verdict: str
    word: str
    sentence: str
    standing: str
    problems: tuple[str, ...]
    warnings: tuple[str, ...]
    companions: tuple[CompanionRow, ...]
    compared: tuple[tuple[str, tuple[ComparedCell, ...]], ...]
    voucher: str
    posted: str
    date: str
    summary: str
    lines: tuple[VoucherLine, ...]
    total_debit: str
    total_credit: str
    evidence: str
    copy_label: str
    copy_href: str
    may_post: bool
