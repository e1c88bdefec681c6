"""A Problem: one fault of one input, with where it is, a stable code and words for the person who can mend it."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a text file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault. `where` is a Place of a spec, or a field id (`lines.2.qty` for row 2 of a table, rows from 1)."""

    where: Place | str
    code: str
    message: str
    level: Level = "error"

    def __str__(self) -> str:
        return f"{self.where}: {self.code}: {self.message}"
