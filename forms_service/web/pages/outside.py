"""The page of signing elsewhere: what to take away, what to do with it, what to bring back, what was wrong."""

from collections.abc import Mapping
from dataclasses import dataclass

from forms_service.web.pages.frame import Fault


@dataclass(frozen=True, slots=True)
class Prepared:
    """The file to be signed: where it is, its digest, its size, when it was filled."""

    href: str
    sha256: str
    size: str
    filled: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """The certificate that the person registered: whose it says it is, its fingerprint, until when it is good."""

    name: str
    sha256: str
    until: str


@dataclass(frozen=True, slots=True)
class BroughtCell:
    """A cell in which a file says something else than stands there; `left_out` says why it is not carried over."""

    label: str
    now: str
    brought: str
    left_out: str


@dataclass(frozen=True, slots=True)
class BroughtPage:
    """What a file was filled with, for confirmation; `keep` are the names and texts that confirming sends.

    `signed`: the file bears a signature that does not count. `has_draft`: the step's draft is kept but for these cells.
    """

    cells: tuple[BroughtCell, ...]
    ignored: tuple[str, ...]
    signed: bool
    has_draft: bool
    keep: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OutsidePage:
    """Signing a step elsewhere. `mine` says that the step at hand is the reader's."""

    document_id: str
    number: str
    title: str
    step: str
    step_name: str
    limit: str
    mine: bool
    certificate: Certificate | None
    prepared: Prepared | None
    brought: BroughtPage | None
    faults: tuple[Fault, ...]
