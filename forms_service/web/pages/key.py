"""My key: whether I can sign, since when, and how to set a new PIN."""

from dataclasses import dataclass

from forms_service.web.pages.frame import Fault


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key that a person had or has."""

    certificate: str
    made: str
    state: str
    valid_until: str


@dataclass(frozen=True, slots=True)
class KeyPage:
    """The person's signing key and its history, newest first."""

    sentence: str
    has_key: bool
    locked: str
    session: bool
    keys: tuple[KeyRow, ...]
    faults: tuple[Fault, ...]
    done: str
