"""An attack: how the file is made, the check that must name it, and the honest document that it imitates."""

import datetime as dt
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from forms_service.signing.expected import Expected
from forms_service.signing.trust import TrustList
from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import verify
from tests.tampering import AT, fonts, trust

NOW = AT + dt.timedelta(hours=12)
"""After the honest documents of ours were signed, and before any certificate runs out."""

LATER = AT + dt.timedelta(days=3650)
"""After the foreign ones were, which stock pyHanko dates by the clock on the wall."""

Build = Callable[[], bytes]
Anchors = Callable[[], TrustList]


@dataclass(frozen=True, slots=True)
class Sibling:
    """An honest document that looks like an attack and is none."""

    name: str
    build: Build
    verdict: Literal["accepted", "review"]
    at: dt.datetime = NOW
    anchors: Anchors = trust


@dataclass(frozen=True, slots=True)
class Attack:
    """One way to cheat. `said` tells it in Chinese; `expected` is what the store knows, None offline.

    `check` refuses it; None says that nothing was altered, and that it must never be accepted all the same.
    """

    name: str
    said: str
    check: int | None
    build: Build
    sibling: Sibling
    expected: Callable[[], Expected] | None = None
    at: dt.datetime = NOW
    anchors: Anchors = trust


@dataclass(frozen=True, slots=True)
class Family:
    """Attacks of one kind."""

    name: str
    title: str
    attacks: tuple[Attack, ...]


@functools.cache
def built(attack: Attack | Sibling) -> bytes:
    """Make an attack's file once."""
    return attack.build()


def judge(
    pdf: bytes, expected: Expected | None = None, at: dt.datetime = NOW, anchors: TrustList | None = None
) -> Verdict:
    """Judge a file by the demo firm's trust list."""
    return verify(pdf, anchors or trust(), expected, at, fonts())


def judged(one: Attack | Sibling) -> Verdict:
    """Judge an attack or an honest document by its own anchors and time, and by what the store knows of it."""
    expected = one.expected() if isinstance(one, Attack) and one.expected else None
    return judge(built(one), expected, one.at, one.anchors())


def failed(verdict: Verdict) -> list[int]:
    """Number the checks that failed, in order."""
    return [check.no for check in verdict.failed]
