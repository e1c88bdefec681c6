"""A register: its rows, how the list is narrowed, and where each row leads."""

from dataclasses import dataclass

from forms_service.web.pages.frame import Link
from forms_service.web.words import Tone


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a filter's question."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One filter. Without `choices` it is typed; `kind` is the browser's own kind of input (`month`, `search`)."""

    name: str
    label: str
    value: str
    choices: tuple[Choice, ...] = ()
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a cell; `soft` in tone under the main thing. A `whole` one is not broken: a day, a number."""

    text: str
    tone: Tone | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Stay:
    """The time of one step: received, due, sent on, and by how much it was late."""

    step: str
    unit: str
    received: str
    due: str
    sent: str
    used: str
    late: str


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One document. `cells` are its columns' lines; `stays` its steps' times, where they are asked for."""

    href: str
    number: str
    cells: tuple[tuple[Line, ...], ...]
    stays: tuple[Stay, ...]


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """A page of a register. `narrowed` says in words by what, "" for the whole list."""

    title: str
    source: str
    headline: str
    registers: tuple[Link, ...]
    questions: tuple[Question, ...]
    narrowed: str
    action: str
    whole: str
    titles: tuple[str, ...]
    rows: tuple[RegisterRow, ...]
    steps: Link
    export: str
    month: str
    pages: tuple[Link, ...]
