"""Cross-reference sections: the tables and streams that say where a revision's objects lie, read strictly.

A section is one `xref` table with its trailer, or one cross-reference stream (ISO 32000-2, clauses 7.5.4 to 7.5.8).
Hybrid files, which say one thing to old readers and another to new ones, are refused.
"""

import re
import zlib
from dataclasses import dataclass
from typing import Literal, NamedTuple

from forms_service.signing.syntax import (
    OBJECT,
    Malformed,
    NameTable,
    PdfDict,
    PdfValue,
    Placed,
    Stream,
    finish_stream,
    read_indirect,
    read_value,
)

LARGEST_DECODED = 32 * 1024 * 1024
_MOST_OBJECTS = 1_000_000
_MOST_SECTIONS = 2_000

_SPACES = rb"[\x00\t\n\x0c\r ]"
_XREF = re.compile(rb"[\t\n\r ]*+xref[\t ]*+(?:\r\n|\n|\r)" + _SPACES + rb"*+")
_SUBSECTION = re.compile(rb"(\d{1,10})[\t ]++(\d{1,10})[\t ]*+(?:\r\n|\n|\r)")
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])(?: \r| \n|\r\n)")
_HEAD = re.compile(rb"\d{10} 65535 f")
_TRAILER = re.compile(_SPACES + rb"*+trailer")
_TAIL = re.compile(
    rb"(?:" + _SPACES + rb"++|%(?!%EOF)[^\r\n]*+)*+startxref" + _SPACES + rb"++(\d{1,12})" + _SPACES + rb"++%%EOF"
)
_LINE_END = re.compile(rb"(?:\r\n|\n|\r)?")
_FINAL = re.compile(rb"startxref" + _SPACES + rb"++(\d{1,12})" + _SPACES + rb"++%%EOF" + _SPACES + rb"*+\Z")


class Entry(NamedTuple):
    """Where an object lies: at an offset (`n`), nowhere (`f`), or as the nth part of an object stream (`s`).

    `where` is the offset or the stream's number; `which` is the generation or the place in the stream.
    """

    kind: Literal["n", "f", "s"]
    where: int
    which: int


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its place, its entries by object number, its trailer, and the ends of what belongs to it.

    `end` is behind its own bytes, `eof` behind the `%%EOF` that follows it, `after` behind that line's end; `startxref`
    is the offset written before that `%%EOF`. None follows the first of the two sections of a linearised file.
    """

    offset: int
    end: int
    entries: dict[int, Entry]
    trailer: PdfDict
    startxref: int | None
    eof: int
    after: int
    stream: int | None = None


def read_sections(data: bytes, names: NameTable) -> tuple[Section, ...]:
    """Follow the sections from the end of the file by `/Prev`; the oldest comes first. Raises Malformed."""
    found: dict[int, Section] = {}
    at: PdfValue = _last_startxref(data)
    while at is not None:
        if not isinstance(at, int) or isinstance(at, bool) or not 0 <= at < len(data):
            raise Malformed("交叉引用表的位置（/Prev 或 startxref）不在文件里")
        if at in found:
            raise Malformed(f"交叉引用表首尾相接成了圈（第 {at} 字节）")
        if len(found) == _MOST_SECTIONS:
            raise Malformed(f"交叉引用表超过 {_MOST_SECTIONS} 段")
        found[at] = read_section(data, at, names)
        if sum(len(section.entries) for section in found.values()) > _MOST_OBJECTS:
            raise Malformed(f"各段交叉引用表一共超过 {_MOST_OBJECTS} 项")
        at = found[at].trailer.get("/Prev")
    return tuple(reversed(found.values()))


def read_section(data: bytes, at: int, names: NameTable) -> Section:
    """Read the section at an offset. Raises Malformed."""
    table = _XREF.match(data, at)
    if table is None and OBJECT.match(data, at) is None:
        raise Malformed(f"第 {at} 字节处应有交叉引用表，那里却没有：文件写坏了，或传送时被改过。请重新取得原件")
    section = _read_table(data, at, table.end(), names) if table else _read_stream(data, at, names)
    if "/XRefStm" in section.trailer:
        raise Malformed(
            "文件带两套交叉引用（hybrid），不同的程序会读出不同的内容。"
            "Word 直接存出的 PDF 常是这样：请先用别的程序另存成普通的 PDF，再签章"
        )
    return section


def inflate(stream: Stream) -> bytes:
    """Decode a cross-reference or object stream: no filter or Flate, with PNG predictors. Raises Malformed."""
    filters = stream.dictionary.get("/Filter")
    if filters in (None, ()):
        return stream.raw
    if filters not in ("/FlateDecode", ("/FlateDecode",)):
        raise Malformed("对象流用了不认得的压缩方式")
    engine = zlib.decompressobj()
    try:
        plain = engine.decompress(stream.raw, LARGEST_DECODED)
    except zlib.error as error:
        raise Malformed("对象流的压缩数据是坏的") from error
    if engine.unconsumed_tail:
        raise Malformed(f"对象流展开后超过 {LARGEST_DECODED // 1024 // 1024} MB")
    parameters = stream.dictionary.get("/DecodeParms")
    if isinstance(parameters, tuple) and len(parameters) == 1:
        parameters = parameters[0]
    if not isinstance(parameters, dict | None):
        raise Malformed("对象流没有就地写明怎样展开（/DecodeParms）")
    return _unpredict(plain, parameters) if parameters else plain


def _last_startxref(data: bytes) -> int:
    tail = data[-1100:]
    found = _FINAL.search(tail)
    if found is None:
        raise Malformed("文件末尾不是完整的「startxref … %%EOF」：可能被截断，或后面加了东西", check=1)
    return int(found[1])


def _read_table(data: bytes, offset: int, at: int, names: NameTable) -> Section:
    entries: dict[int, Entry] = {}
    while subsection := _SUBSECTION.match(data, at):
        first, count = int(subsection[1]), int(subsection[2])
        if len(entries) + count > _MOST_OBJECTS:
            raise Malformed(f"交叉引用表超过 {_MOST_OBJECTS} 项")
        if first == 1 and _HEAD.match(data, subsection.end()):  # many programs count such a table from 0
            raise Malformed(f"第 {offset} 字节处的交叉引用表从 1 数起，却以第 0 项开头，不同的程序会读出不同的内容")
        at = subsection.end() + 20 * count
        lines = list(_ENTRY.finditer(data, subsection.end(), at))
        if len(lines) != count or any(line.start() != subsection.end() + 20 * n for n, line in enumerate(lines)):
            raise Malformed(f"第 {offset} 字节处的交叉引用表有写坏的行")
        for number, line in enumerate(lines, first):
            if number in entries:
                raise Malformed(f"对象 {number} 在同一段交叉引用表里出现了两次")
            entries[number] = _entry("n" if line[3] == b"n" else "f", int(line[1]), int(line[2]))
    trailer = _TRAILER.match(data, at)
    if trailer is None:
        raise Malformed(f"第 {offset} 字节处的交叉引用表后面没有 trailer")
    dictionary, end = read_value(data, trailer.end(), names)
    return _section(data, offset, end, entries, dictionary, None)


def _read_stream(data: bytes, offset: int, names: NameTable) -> Section:
    head = read_indirect(data, offset, names)
    if isinstance(head, Placed):
        raise Malformed(f"第 {offset} 字节处应有交叉引用表，却是别的对象")
    placed = finish_stream(data, head, head.dictionary.get("/Length"))
    if not isinstance(placed.value, Stream) or head.dictionary.get("/Type") != "/XRef":
        raise Malformed(f"第 {offset} 字节处应有交叉引用表，却是别的数据流")
    return _section(data, offset, placed.end, _stream_entries(placed.value), head.dictionary, placed.number)


def _section(
    data: bytes, offset: int, end: int, entries: dict[int, Entry], trailer: PdfValue, stream: int | None
) -> Section:
    if not isinstance(trailer, dict):
        raise Malformed(f"第 {offset} 字节处的 trailer 不是字典")
    tail = _TAIL.match(data, end)
    if tail is None:
        return Section(offset, end, entries, trailer, None, end, end, stream)
    line_end = _LINE_END.match(data, tail.end())
    after = line_end.end() if line_end else tail.end()
    return Section(offset, end, entries, trailer, int(tail[1]), tail.end(), after, stream)


def _stream_entries(stream: Stream) -> dict[int, Entry]:
    widths = stream.dictionary.get("/W")
    size = stream.dictionary.get("/Size")
    if not isinstance(widths, tuple) or len(widths) != 3 or not isinstance(size, int):
        raise Malformed("交叉引用流没有写明 /W 与 /Size")
    one, two, three = (width if isinstance(width, int) and 0 <= width <= 8 else -1 for width in widths)
    if min(one, two, three) < 0 or one + two + three == 0:
        raise Malformed("交叉引用流的 /W 不对")
    plain, row = inflate(stream), one + two + three
    numbers = _stream_numbers(stream.dictionary.get("/Index", (0, size)))
    if len(plain) != row * len(numbers):
        raise Malformed("交叉引用流的长度与它的 /Index 不符")
    entries: dict[int, Entry] = {}
    for place, number in enumerate(numbers):
        cells = plain[place * row : (place + 1) * row]
        kind = int.from_bytes(cells[:one], "big") if one else 1
        if number in entries:
            raise Malformed(f"对象 {number} 在同一段交叉引用流里出现了两次")
        where, which = int.from_bytes(cells[one : one + two], "big"), int.from_bytes(cells[one + two :], "big")
        entries[number] = _entry(_KINDS.get(kind, "f"), where, which)
    return entries


def _entry(kind: Literal["n", "f", "s"], where: int, which: int) -> Entry:
    """Take an object at offset 0, where the header stands, for the free one that every reader takes it for."""
    return Entry("f" if kind == "n" and where == 0 else kind, where, which)


_KINDS: dict[int, Literal["n", "f", "s"]] = {0: "f", 1: "n", 2: "s"}


def _stream_numbers(index: PdfValue) -> list[int]:
    if not isinstance(index, tuple) or len(index) % 2:
        raise Malformed("交叉引用流的 /Index 不成对")
    numbers: list[int] = []
    for first, count in zip(index[::2], index[1::2], strict=True):
        if not isinstance(first, int) or not isinstance(count, int) or first < 0 or not 0 <= count <= _MOST_OBJECTS:
            raise Malformed("交叉引用流的 /Index 不对")
        if len(numbers) + count > _MOST_OBJECTS:
            raise Malformed(f"交叉引用表超过 {_MOST_OBJECTS} 项")
        numbers.extend(range(first, first + count))
    return numbers


def _unpredict(plain: bytes, parameters: PdfDict) -> bytes:
    predictor, columns = parameters.get("/Predictor", 1), parameters.get("/Columns", 1)
    if predictor == 1:
        return plain
    whole_bytes = parameters.get("/Colors", 1) == 1 and parameters.get("/BitsPerComponent", 8) == 8
    if not isinstance(columns, int) or not isinstance(predictor, int) or predictor < 10 or not whole_bytes:
        raise Malformed("对象流用了不认得的预测方式")
    if not 0 < columns <= max(len(plain), 1):
        raise Malformed("对象流的预测方式写的列数不对")
    rows, above = [], bytes(columns)
    for at in range(0, len(plain), columns + 1):
        above = _unpredict_row(plain[at], plain[at + 1 : at + 1 + columns], above)
        rows.append(above)
    return b"".join(rows)


def _unpredict_row(kind: int, row: bytes, above: bytes) -> bytes:
    """Undo one PNG row filter (RFC 2083, clause 6)."""
    if kind == 0:
        return row
    if kind == 2:
        return bytes((new + old) & 0xFF for new, old in zip(row, above, strict=False))
    out = bytearray()
    for place, new in enumerate(row):
        left = out[place - 1] if place else 0
        corner = above[place - 1] if place else 0
        base = {1: left, 3: (left + above[place]) // 2, 4: _paeth(left, above[place], corner)}.get(kind)
        if base is None:
            raise Malformed("对象流用了不认得的预测方式")
        out.append((new + base) & 0xFF)
    return bytes(out)


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))
