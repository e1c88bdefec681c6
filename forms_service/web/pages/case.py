"""The whole case: its documents as boxes hanging from one another, and one timeline over all of them."""

from dataclasses import dataclass

from forms_service.web.pages.document import CaseBox, RouteEntry


@dataclass(frozen=True, slots=True)
class CaseMoment:
    """One thing that happened in the case, and to which document."""

    entry: RouteEntry
    title: str
    number: str
    href: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case as far as its reader may see it. `earlier` is folded; `latest` ends with the newest."""

    document_id: str
    title: str
    number: str
    sentence: str
    boxes: tuple[CaseBox, ...]
    across: bool
    earlier: tuple[CaseMoment, ...]
    latest: tuple[CaseMoment, ...]
