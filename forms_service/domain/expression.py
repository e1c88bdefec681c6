"""The expression language (placeholder of its records; the room's owner fills it)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed, typed expression. `roots` are the names it reads (`lines` for `lines.amount`)."""

    source: str
    kind: str
    roots: frozenset[str]
