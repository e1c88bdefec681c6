"""Content: what a drawing tells a painter to do, operation by operation (ISO 32000-2, 7.8.2)."""

import re
from collections.abc import Iterator

from forms_service.signing.syntax import Malformed, NameTable, PdfValue, read_value

_SKIP = re.compile(rb"(?:[\x00\t\n\x0c\r ]++|%[^\r\n]*+)*+")
_OPERATOR = re.compile(rb"[A-Za-z'\"][A-Za-z0-9*]*+")
_MOST_OPERATIONS = 20_000

Operation = tuple[str, tuple[PdfValue, ...]]
"""An operator and what stands before it."""


def operations(content: bytes) -> Iterator[Operation]:
    """Yield a drawing's operations in order. Raises Malformed where it is none, or too long to follow."""
    names: NameTable = {}
    operands: list[PdfValue] = []
    at, count = _past_blanks(content, 0), 0
    while at < len(content):
        operator = _OPERATOR.match(content, at)
        if operator is not None:
            yield operator[0].decode(), tuple(operands)
            operands, at, count = [], operator.end(), count + 1
        else:
            value, at = read_value(content, at, names)
            operands.append(value)
        if count > _MOST_OPERATIONS or len(operands) > _MOST_OPERATIONS:
            raise Malformed("栏位的画法太长，没有逐笔读", check=9)
        at = _past_blanks(content, at)


def _past_blanks(content: bytes, at: int) -> int:
    found = _SKIP.match(content, at)
    return found.end() if found else at
