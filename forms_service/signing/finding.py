"""A finding: what one check came to, before it is numbered and titled."""

from collections.abc import Iterable
from dataclasses import dataclass

from forms_service.signing.verdict import Result

_MOST = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """Passed, failed or not looked at, with a Chinese sentence or a few."""

    result: Result
    detail: str


PASSED = Finding("pass", "符合。")


def fail(detail: str) -> Finding:
    """Fail with what was found."""
    return Finding("fail", detail)


def not_checked(detail: str) -> Finding:
    """Leave a check open, saying why."""
    return Finding("not_checked", detail)


def judge(faults: Iterable[str], passed: str = "符合。", doubts: Iterable[str] = ()) -> Finding:
    """Fail with the faults, the first few in words; pass without any. Doubts alone leave it to a person."""
    found = list(dict.fromkeys(faults))
    if found:
        return fail(_join(found))
    left = list(dict.fromkeys(doubts))
    return not_checked(_join(left)) if left else Finding("pass", passed)


def _join(found: list[str]) -> str:
    rest = f"（另有 {len(found) - _MOST} 处）" if len(found) > _MOST else ""
    return "".join(found[:_MOST]) + rest
