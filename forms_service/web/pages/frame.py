"""The frame of every page: the firm, who is here, and where they can go."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go. `count` is shown beside the words when it is not zero."""

    href: str
    words: str
    current: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds a page. `viewer` is "" for a page that anyone may read."""

    firm: str
    mark: str
    demo: bool
    viewer: str = ""
    department: str = ""
    nav: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of what was handed in; `anchor` is the id of the field to mend, "" for none."""

    anchor: str
    message: str


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """A page that says what stopped, and where to go on."""

    status: int
    title: str
    message: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class PageImage:
    """A picture of one page of exact bytes. `number` counts from 1."""

    src: str
    number: int
    alt: str
