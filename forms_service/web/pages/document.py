"""The document page: where it stands, on whose desk and since when; what happened, what is to come; its files."""

from dataclasses import dataclass
from typing import Literal

from forms_service.web.pages.beside import QuestionRow
from forms_service.web.pages.dealings import Dealings
from forms_service.web.pages.frame import Link, PageImage
from forms_service.web.pages.sheet import SheetBlock
from forms_service.web.words import Due, Tone


@dataclass(frozen=True, slots=True)
class RouteEntry:
    """One line of the route: a step done, at hand or to come, or an event beside it."""

    kind: Literal["done", "now", "future", "event"]
    title: str
    who: str
    outcome: str = ""
    opinion: str = ""
    when: str = ""
    taken: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CaseBox:
    """One document in the diagram. `where` says on whose desk it is; `below` was opened from it."""

    href: str
    title: str
    number: str
    state: str
    tone: Tone
    where: str
    current: bool
    below: tuple["CaseBox", ...]


@dataclass(frozen=True, slots=True)
class CopyRow:
    """A sealed copy, or one that is still to be sealed (`href` is "")."""

    label: str
    colour: str
    colour_word: str
    department: str
    sealed: str
    size: str
    href: str


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file beside the PDF."""

    name: str
    size: str
    sha256: str
    href: str


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A step that is one of the reader's, and to whom it was handed over."""

    step: str
    name: str
    to: str


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A document. What the viewer may do is told by the `may_*` flags; the workflow asks again.

    `questions` are those that the viewer was asked and has not answered.
    """

    document_id: str
    number: str
    title: str
    state: str
    tone: Tone
    sentence: str
    due: Due | None
    case_due: Due | None
    customer: str
    amount: str
    opened: str
    round: int
    route: tuple[RouteEntry, ...]
    case: tuple[CaseBox, ...]
    images: tuple[PageImage, ...]
    reading: tuple[SheetBlock, ...]
    copies: tuple[CopyRow, ...]
    files: tuple[FileRow, ...]
    voucher: str
    head: str
    pdf_size: str
    void_reason: str
    may_sign: bool
    handed: HandedOver | None
    questions: tuple[QuestionRow, ...]
    may_withdraw: bool
    may_void: bool
    may_invite: bool
    consenting: str
    paper_due: bool
    dealings: Dealings
    may_move_to: int | None
    done: str


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """What a document is, for those who may know. `rounds` says which papers no longer count, "" when all do."""

    firm: str
    title: str
    number: str
    opened: str
    signed: int
    steps: int
    rounds: str
    successor: Link | None


@dataclass(frozen=True, slots=True)
class StatusPage:
    """What anyone may know of a document whose code they scanned: that it is ours, and whether it still holds.

    `facts` is None for a document that is hidden from customers, of which nothing else is told. `limit` is in words.
    """

    state: str
    tone: Tone
    sentence: str
    facts: StatusFacts | None
    limit: str
