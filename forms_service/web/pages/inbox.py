"""The inbox: what waits for me, why it is mine, and how long there is."""

from dataclasses import dataclass

from forms_service.web.pages.frame import Link
from forms_service.web.pages.hindrances import HinderedRow
from forms_service.web.words import Due, Tone


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One document in a list. `where` says whose desk it is on, or why it is mine; `mark` that it is not quite mine."""

    href: str
    number: str
    title: str
    customer: str
    amount: str
    where: str
    state: str
    tone: Tone
    due: Due | None
    since: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class NoteRow:
    """Something that one was told; `href` is "" where there is nothing to look at, or no longer anything to see."""

    words: str
    when: str
    href: str
    new: bool


@dataclass(frozen=True, slots=True)
class InboxPage:
    """A list of documents, or of notes. `recent` are the last ones done, shown when there is nothing to do.

    `only` narrows what waits, `hindrances` stand above it. `newest` is the number of the newest note shown, 0 where
    there is none to be seen.
    """

    headline: str
    tab: str
    tabs: tuple[Link, ...]
    query: str
    rows: tuple[InboxRow, ...]
    recent: tuple[InboxRow, ...]
    waiting: bool
    more: bool
    only: tuple[Link, ...] = ()
    notes: tuple[NoteRow, ...] = ()
    newest: int = 0
    hindrances: tuple[HinderedRow, ...] = ()


@dataclass(frozen=True, slots=True)
class FormCard:
    """A form that can be opened now."""

    form: str
    title: str
    source: str
    route: str


@dataclass(frozen=True, slots=True)
class NewPage:
    """The forms that a person may open."""

    forms: tuple[FormCard, ...]


def headline(count: int, late: int, today: int) -> str:
    """Write the inbox's first line: `3 件待您处理，1 件今天到期`."""
    if not count:
        return "没有待您签核的单据"
    parts = [f"{count} 件待您处理"]
    if late:
        parts.append(f"{late} 件已逾期")
    if today:
        parts.append(f"{today} 件今天到期")
    return "，".join(parts)
