"""The archive of a department: its copies month by month, and one box to find one."""

from dataclasses import dataclass

from forms_service.web.pages.frame import Link


@dataclass(frozen=True, slots=True)
class ArchivedCopy:
    """A filed copy."""

    number: str
    title: str
    customer: str
    copy_label: str
    colour: str
    sealed: str
    amount: str
    keywords: str
    document_href: str
    pdf_href: str


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """A department's copies. `problems` name the numbers that are missing."""

    department: str
    headline: str
    departments: tuple[Link, ...]
    months: tuple[Link, ...]
    query: str
    copies: tuple[ArchivedCopy, ...]
    problems: tuple[str, ...]
