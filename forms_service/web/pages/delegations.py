"""Delegations (代理): who signs for me while I am away, for whom I sign, and a new one."""

from dataclasses import dataclass

from forms_service.web.pages.beside import Choice
from forms_service.web.pages.frame import Fault
from forms_service.web.words import Tone


@dataclass(frozen=True, slots=True)
class DelegationRow:
    """One delegation in words; `may_end` where the reader may revoke it now."""

    id: str
    principal: str
    delegate: str
    about: str
    reason: str
    state: str
    tone: Tone
    made: str
    may_end: bool


@dataclass(frozen=True, slots=True)
class DelegationsPage:
    """The reader's delegations. `principals` are offered to whoever may delegate for others who are away."""

    sentence: str
    given: tuple[DelegationRow, ...]
    received: tuple[DelegationRow, ...]
    made: tuple[DelegationRow, ...]
    principals: tuple[Choice, ...]
    delegates: tuple[Choice, ...]
    forms: tuple[Choice, ...]
    faults: tuple[Fault, ...]
    done: str
