"""Hindrances: what the house could not do by itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HinderedRow:
    """A document with something due: what was not done, why, and what to do; since when, as it is printed."""

    href: str
    number: str
    title: str
    what: str
    reason: str
    advice: str
    since: str
