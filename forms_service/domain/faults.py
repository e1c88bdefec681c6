"""Faults: the list that grows while a text is read, so that all its faults are told at once.

Every message is said twice, in Chinese and in English: what was found, what was expected, what to do.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from forms_service.domain.problem import Level, Place, Problem

MOST_LISTED = 20


@dataclass(slots=True)
class Faults:
    """Collects Problems in the order found; `in_order` gives them by line."""

    found: list[Problem] = field(default_factory=list)

    @property
    def any_error(self) -> bool:
        """Say whether something was found that is more than a warning."""
        return any(problem.level == "error" for problem in self.found)

    def add(self, place: Place, code: str, chinese: str, english: str, level: Level = "error") -> None:
        """Note one fault at a place."""
        self.found.append(fault(place, code, chinese, english, level))

    def add_unknown(self, place: Place, code: str, noun: tuple[str, str], word: str, known: Iterable[str]) -> None:
        """Note a word that is none of the known ones, with the nearest of them; `noun` is (Chinese, English)."""
        words = tuple(known)
        self.add(
            place,
            code,
            f"没有叫「{word}」的{noun[0]}{_hint_chinese(word, words)}",
            f"unknown {noun[1]} '{word}'{_hint_english(word, words)}",
        )

    def extend(self, problems: Iterable[Problem]) -> None:
        """Note faults that another reader found."""
        self.found.extend(problems)

    def in_order(self) -> tuple[Problem, ...]:
        """List the faults by file, line and column; those without a line last."""
        return tuple(sorted(self.found, key=_position))


def fault(place: Place, code: str, chinese: str, english: str, level: Level = "error") -> Problem:
    """Make a Problem whose message speaks both languages."""
    return Problem(place, code, f"{chinese} / {english}", level)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that a slip of the hand would most likely turn into this one, if one is near."""
    return next(iter(difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)), None)


def _hint_chinese(word: str, known: tuple[str, ...]) -> str:
    near = nearest(word, known)
    if near is not None:
        return f"，是不是「{near}」？"
    return f"。可用的是：{_listed(known, '、')}。" if known else "。"


def _hint_english(word: str, known: tuple[str, ...]) -> str:
    near = nearest(word, known)
    if near is not None:
        return f"; did you mean '{near}'?"
    return f"; expected one of: {_listed(known, ', ')}" if known else ""


def _listed(known: tuple[str, ...], comma: str) -> str:
    rest = f"{comma}…" if len(known) > MOST_LISTED else ""
    return comma.join(known[:MOST_LISTED]) + rest


def _position(problem: Problem) -> tuple[bool, Place | str]:
    return (isinstance(problem.where, str), problem.where)
