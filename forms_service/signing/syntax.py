"""PDF syntax, read strictly: bytes into values, and nothing is guessed or mended (ISO 32000-2, clause 7.3).

A parser of our own, because a verdict needs to know where each object lies and to refuse what others repair: duplicate
keys, wrong lengths, odd tokens. What it reads is compared, never drawn.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

_DEEPEST = 60
_SPACE = rb"[\x00\t\n\x0c\r ]"
_REGULAR = rb"[^\x00\t\n\x0c\r ()<>\[\]{}/%]"
_SKIP = rb"(?:[\x00\t\n\x0c\r ]++|%[^\r\n]*+)*+"

_TOKEN = re.compile(
    _SKIP
    + rb"(?:(?P<name>/[^\x00\t\n\x0c\r ()<>\[\]{}/%]*+)"
    + rb"|(?P<ref>(\d{1,10})[\x00\t\n\x0c\r ]++(\d{1,5})[\x00\t\n\x0c\r ]++R(?!" + _REGULAR + rb"))"
    + rb"|(?P<integer>[+-]?\d{1,18}+(?![.\d]|" + _REGULAR + rb"))"
    + rb"|(?P<real>[+-]?(?:\d++\.\d*+|\.\d++|\d++)(?!" + _REGULAR + rb"))"
    + rb"|(?P<dict_start><<)|(?P<dict_end>>>)|(?P<array_start>\[)|(?P<array_end>\])"
    + rb"|(?P<hex><[0-9A-Fa-f\x00\t\n\x0c\r ]*+>)"
    + rb"|(?P<plain>\([^()\\\r]*+\))|(?P<escaped>\((?:[^()\\\r]++|\\[^\r])*+\))|(?P<literal>\()"
    + rb"|(?P<word>true|false|null)(?!" + _REGULAR + rb"))",
)  # fmt: skip
OBJECT = re.compile(
    rb"[\x00\t\n\x0c\r ]*+(\d{1,10})[\x00\t\n\x0c\r ]++(\d{1,5})[\x00\t\n\x0c\r ]++obj(?!" + _REGULAR + rb")"
)
_AFTER_VALUE = re.compile(_SKIP + rb"(?:(?P<end>endobj)|stream(?:\r\n|\n))")
_AFTER_STREAM = re.compile(rb"(?:\r\n|\n|\r)?endstream" + _SKIP + rb"endobj")
_LITERAL_PART = re.compile(rb"[^()\\\r]++|\\(?:\r\n|[\r\n]|[0-7]{1,3}|.)|\r\n?|[()]", re.DOTALL)
_ESCAPE = re.compile(rb"\\(?:[0-7]{1,3}|.)", re.DOTALL)
_HASH = re.compile(rb"#([0-9A-Fa-f]{2})")
_OCTAL = tuple(b"%d" % digit for digit in range(8))
_ESCAPES: Mapping[bytes, bytes] = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_THREE_DIGITS: Mapping[bytes, bytes] = {b"\\%03o" % code: bytes([code & 0xFF]) for code in range(512)}
_WORDS: Mapping[bytes, bool | None] = {b"true": True, b"false": False, b"null": None}


class Malformed(Exception):
    """Say that a file cannot be read without guessing. `check` is the number of the check that it fails."""

    def __init__(self, reason: str, check: int = 7) -> None:
        super().__init__(reason)
        self.reason = reason
        self.check = check


class Name(str):
    """A name with its slash, `/Type`; escapes are resolved. It compares equal to the same text."""

    __slots__ = ()


class Ref(NamedTuple):
    """A reference to an indirect object."""

    number: int
    generation: int


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream: its dictionary and its bytes as stored, still encoded."""

    dictionary: "PdfDict"
    raw: bytes


PdfDict: TypeAlias = dict[str, "PdfValue"]
PdfValue: TypeAlias = bool | int | float | bytes | Name | Ref | Stream | tuple["PdfValue", ...] | PdfDict | None
"""Strings are bytes, arrays tuples. A reader never changes a dictionary that it was given."""

NameTable: TypeAlias = dict[bytes, Name]
"""Names by their spelling; one table a file makes each name once and tells which names occur at all."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An indirect object and the bytes it takes, from its number to the end of `endobj`."""

    number: int
    generation: int
    value: PdfValue
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class StreamHead:
    """A stream whose length is still to be looked up."""

    number: int
    generation: int
    dictionary: PdfDict
    start: int
    data_start: int


def read_value(data: bytes, at: int, names: NameTable) -> tuple[PdfValue, int]:
    """Read one value that starts at an offset; returns it and the offset behind it. Raises Malformed."""
    outer: list[tuple[str, list[PdfValue]]] = []
    items: list[PdfValue] = []
    while True:
        token = _TOKEN.match(data, at)
        if token is None:
            raise Malformed(f"文件第 {at} 字节处的内容不合 PDF 语法")
        at, kind = token.end(), token.lastgroup or ""
        if kind in ("dict_start", "array_start"):
            outer.append((kind, items))
            items = []
            if len(outer) > _DEEPEST:
                raise Malformed(f"文件第 {at} 字节处的内容嵌套超过 {_DEEPEST} 层")
            continue
        if kind in ("dict_end", "array_end"):
            value, items = _close(kind, outer, items, at)
        elif kind == "literal":
            value, at = _read_literal(data, at)
        else:
            value = _read_scalar(kind, token, names)
        if not outer:
            return value, at
        items.append(value)


def read_indirect(data: bytes, at: int, names: NameTable) -> Placed | StreamHead:
    """Read the object whose `n g obj` stands at an offset; a stream comes back as its head. Raises Malformed."""
    header = OBJECT.match(data, at)
    if header is None:
        raise Malformed(f"交叉引用表说第 {at} 字节处有一个对象，那里却没有")
    number, generation = int(header[1]), int(header[2])
    value, behind = read_value(data, header.end(), names)
    after = _AFTER_VALUE.match(data, behind)
    if after is None:
        raise Malformed(f"对象 {number} 没有正常结束（应为 endobj）")
    if after["end"]:
        return Placed(number, generation, value, header.start(1), after.end())
    if not isinstance(value, dict):
        raise Malformed(f"对象 {number} 的数据流前面没有说明它的字典")
    return StreamHead(number, generation, value, header.start(1), after.end())


def finish_stream(data: bytes, head: StreamHead, length: PdfValue) -> Placed:
    """Take a stream's bytes by its length, which must lead exactly to `endstream`. Raises Malformed."""
    if not isinstance(length, int) or isinstance(length, bool) or length < 0:
        raise Malformed(f"对象 {head.number} 的数据流没有写明长度")
    stop = head.data_start + length
    end = _AFTER_STREAM.match(data, stop)
    if end is None:
        raise Malformed(f"对象 {head.number} 的数据流长度写的是 {length}，与实际不符")
    stream = Stream(head.dictionary, data[head.data_start : stop])
    return Placed(head.number, head.generation, stream, head.start, end.end())


def same(one: PdfValue, other: PdfValue) -> bool:
    """Say whether two values are the same in kind and content; `true` is not 1, a name is not a string."""
    if one is other:
        return True
    if type(one) is not type(other):
        return _same_number(one, other)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, Stream) and isinstance(other, Stream):
        return one.raw == other.raw and same(one.dictionary, other.dictionary)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def _same_number(one: PdfValue, other: PdfValue) -> bool:
    numbers = {type(one), type(other)} == {int, float}
    return numbers and one == other


def _close(
    kind: str, outer: list[tuple[str, list[PdfValue]]], items: list[PdfValue], at: int
) -> tuple[PdfValue, list[PdfValue]]:
    opened, enclosing = outer.pop() if outer else ("", [])
    if opened != kind.replace("end", "start"):
        raise Malformed(f"文件第 {at} 字节处的括号不成对")
    return (_to_dict(items, at) if kind == "dict_end" else tuple(items)), enclosing


def _to_dict(items: list[PdfValue], at: int) -> PdfDict:
    keys, values = items[::2], items[1::2]
    found: PdfDict = {key: value for key, value in zip(keys, values, strict=False) if isinstance(key, Name)}
    if len(items) % 2 or any(not isinstance(key, Name) for key in keys):
        raise Malformed(f"文件第 {at} 字节处的字典不成对")
    if len(found) != len(keys):
        twice = next(str(key) for key in keys if keys.count(key) > 1)
        raise Malformed(f"文件第 {at} 字节处的字典里，{twice} 出现了两次")
    return found


def _read_scalar(kind: str, token: re.Match[bytes], names: NameTable) -> PdfValue:
    text = token[kind]
    match kind:
        case "name":
            return names.get(text) or _add_name(text, names)
        case "ref":
            return Ref(int(token[3]), int(token[4]))
        case "integer":
            return int(text)
        case "real":
            return float(text)
        case "plain":
            return text[1:-1]
        case "escaped":
            return _ESCAPE.sub(_replace_escape, text[1:-1])
        case "hex":
            return _read_hex(text[1:-1])
        case _:
            return _WORDS[text]


def _add_name(text: bytes, names: NameTable) -> Name:
    decoded = _HASH.sub(lambda escape: bytes.fromhex(escape[1].decode()), text) if b"#" in text else text
    names[text] = Name(decoded.decode("latin-1"))
    return names[text]


def _read_hex(digits: bytes) -> bytes:
    packed = digits.translate(None, b"\x00\t\n\x0c\r ")
    return bytes.fromhex((packed + b"0" * (len(packed) % 2)).decode())


def _read_literal(data: bytes, at: int) -> tuple[bytes, int]:
    """Read a string in round brackets from behind its first one, with escapes and inner brackets."""
    parts: list[bytes] = []
    depth = 1
    while depth:
        part = _LITERAL_PART.match(data, at)
        if part is None:
            raise Malformed(f"文件第 {at} 字节处的文字没有结束")
        at, text = part.end(), part[0]
        depth += (text == b"(") - (text == b")")
        if depth:
            parts.append(_unescape(text))
    return b"".join(parts), at


def _replace_escape(found: re.Match[bytes]) -> bytes:
    return _THREE_DIGITS.get(found[0]) or _unescape(found[0])


def _unescape(text: bytes) -> bytes:
    if text in (b"\r", b"\r\n"):
        return b"\n"
    if text[:1] != b"\\":
        return text
    escaped = text[1:]
    if escaped[:1] in _OCTAL:
        return bytes([int(escaped, 8) & 0xFF])
    if escaped in (b"\n", b"\r", b"\r\n"):
        return b""
    return _ESCAPES.get(escaped, escaped)
