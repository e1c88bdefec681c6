"""My key: whether I can sign, since when, how to set a new PIN, and the certificate that I sign with elsewhere."""

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
class OwnRow:
    """A certificate of the person's own; `ended` is "" for the active one."""

    certificate: str
    subject: str
    issuer: str
    since: str
    ended: str
    valid_until: str


@dataclass(frozen=True, slots=True)
class KeyPage:
    """The person's signing key and its history, newest first; `minutes` is how long a challenge lives."""

    sentence: str
    has_key: bool
    on_token: bool
    locked: str
    session: bool
    keys: tuple[KeyRow, ...]
    own: tuple[OwnRow, ...]
    minutes: int
    faults: tuple[Fault, ...]
    done: str
