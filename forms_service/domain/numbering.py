"""Document numbers: a pattern such as `A{yy}{mm}{seq:3}`, its period, and the texts it gives.

`{seq:3}` is three digits and then full; `{seq:2+}` starts with two and grows. Counting is the store's business.

    pattern = parse_pattern("A{yy}{mm}{seq:3}")
    pattern.period(dt.date(2026, 11, 24))     # "2026-11"
    pattern.write(dt.date(2026, 11, 24), 7)   # "A2611007"
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from forms_service.domain.errors import SeriesFull

LONGEST = 16
UNNUMBERED = "未编号-"  # no drawn number has such characters, so a draft is never taken for a numbered document

PartKind = Literal["text", "yyyy", "yy", "mm", "dd", "seq"]

_PART = re.compile(r"\{(?P<date>yyyy|yy|mm|dd)\}|\{seq:(?P<width>[1-9])(?P<grows>\+?)\}|(?P<text>[A-Za-z0-9_-]+)")
_NUMBER = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST}}}")
_DATE_WIDTHS = {"yyyy": 4, "yy": 2, "mm": 2, "dd": 2}
_NEEDS = {"mm": ("yy", "yyyy"), "dd": ("mm",)}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a pattern: literal text, a piece of the date, or the running number."""

    kind: PartKind
    text: str = ""


@dataclass(frozen=True, slots=True)
class NumberPattern:
    """A pattern that was read without a fault. `width` is the running number's least width in digits."""

    source: str
    parts: tuple[Part, ...]
    width: int
    grows: bool

    def period(self, on: dt.date) -> str:
        """Name the series that a day belongs to: `2026-11-24`, `2026-11`, `2026`, or "" when it never restarts."""
        kinds = {part.kind for part in self.parts}
        if "dd" in kinds:
            return on.isoformat()
        if "mm" in kinds:
            return f"{on.year:04}-{on.month:02}"
        return f"{on.year:04}" if kinds & {"yy", "yyyy"} else ""

    def write(self, on: dt.date, seq: int) -> str:
        """Write the number of the `seq`th document (from 1) of the day's series; raises SeriesFull past its room."""
        if seq < 1:
            raise ValueError(f"numbers count from 1, not {seq}")
        number = "".join(self._write_part(part, on, seq) for part in self.parts)
        if (not self.grows and seq >= 10**self.width) or len(number) > LONGEST:
            raise SeriesFull(
                f"编号「{self.source}」的本期序号已用完(要取第 {seq} 号)。"
                "请发布加宽序号的新版表单，已用的编号不会重用。"
            )
        return number

    def _write_part(self, part: Part, on: dt.date, seq: int) -> str:
        match part.kind:
            case "text":
                return part.text
            case "yyyy":
                return f"{on.year:04}"
            case "yy":
                return f"{on.year % 100:02}"
            case "mm":
                return f"{on.month:02}"
            case "dd":
                return f"{on.day:02}"
            case "seq":
                return f"{seq:0{self.width}}"


def parse_pattern(source: str) -> NumberPattern:
    """Read a number pattern; raises ValueError whose Chinese message says what was found and what was expected."""
    matches = _match_parts(source)
    sequences = [m for m in matches if m["width"]]
    if len(sequences) != 1:
        raise ValueError(f"编号「{source}」里有 {len(sequences)} 个序号，应当恰好有一个，如 {{seq:3}}。")
    dates = [m["date"] for m in matches if m["date"]]
    _require_whole_date(source, dates)
    width = int(sequences[0]["width"])
    shortest = width + sum(_DATE_WIDTHS[d] for d in dates) + sum(len(m["text"] or "") for m in matches)
    if shortest > LONGEST:
        raise ValueError(f"编号「{source}」有 {shortest} 位，最多 {LONGEST} 位。请缩短前缀或序号。")
    return NumberPattern(source, tuple(map(_part, matches)), width, bool(sequences[0]["grows"]))


def parse_number(text: str) -> str:
    """Accept a document number as typed; raises ValueError for anything but 1–16 ASCII letters, digits, `-`, `_`.

    Full-width and look-alike digits are refused, not mended: two different texts are never one number.
    """
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"编号「{text}」应为 1 至 {LONGEST} 位半角字母、数字、- 或 _。请照单据上的编号输入。")
    return text


def draft_number(document_id: str) -> str:
    """Name a document that is numbered at a later step, until that step is signed."""
    return UNNUMBERED + document_id[:8]


def is_drawn(number: str) -> bool:
    """Say whether a document's number was drawn from its series, and is no draft's name."""
    return not number.startswith(UNNUMBERED)


def _match_parts(source: str) -> list[re.Match[str]]:
    matches: list[re.Match[str]] = []
    position = 0
    while position < len(source):
        match = _PART.match(source, position)
        if match is None:
            raise ValueError(
                f"编号「{source}」第 {position + 1} 个字符起看不懂。"
                "可用半角字母、数字、-、_ 和 {yyyy} {yy} {mm} {dd} {seq:3} {seq:2+}。"
            )
        matches.append(match)
        position = match.end()
    return matches


def _require_whole_date(source: str, dates: list[str]) -> None:
    """Refuse a pattern in which two periods would give one number."""
    if len(set(dates)) != len(dates) or {"yy", "yyyy"} <= set(dates):
        raise ValueError(f"编号「{source}」里同一个日期部分写了两次，请只留一个。")
    for part, needed in _NEEDS.items():
        if part in dates and not set(needed) & set(dates):
            wanted = " 或 ".join(f"{{{name}}}" for name in needed)
            raise ValueError(f"编号「{source}」有 {{{part}}} 却没有 {wanted}，隔期会重号。请补上。")


def _part(match: re.Match[str]) -> Part:
    match match.lastgroup:
        case "text":
            return Part("text", match["text"])
        case "date":
            return Part(match["date"])  # type: ignore[arg-type]  # the pattern matches exactly the date kinds
        case _:
            return Part("seq")
