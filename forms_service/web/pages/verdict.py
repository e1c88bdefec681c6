"""The verify page: it takes a file, and shows the statement of its verdict with where its pictures and report are."""

from collections.abc import Mapping
from dataclasses import dataclass

from forms_service.proof.statement import Statement
from forms_service.web.pages.frame import Fault

LIMIT = "20 MB"  # how large a file may be, in words


@dataclass(frozen=True, slots=True)
class VerdictPage:
    """A verdict on one file. `pictures` are addresses by the leaves' keys."""

    statement: Statement
    pictures: Mapping[str, str]
    report: str


@dataclass(frozen=True, slots=True)
class VerifyPage:
    """The page that takes a file. `limit` is in words."""

    limit: str
    faults: tuple[Fault, ...]
    result: VerdictPage | None
