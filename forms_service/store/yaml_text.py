"""YAML text: bytes read into domain nodes, every scalar still text, every fault of the YAML named at its place.

The subset that a form needs: one document of mappings, lists and scalars. Tags, anchors, aliases and merge keys are
refused, so nothing in a file means anything but what stands on its line, and no file can unfold into a bomb.

    node, problems = read_document(path.read_bytes(), "form_specs/sales_allowance.yaml")
"""

from collections.abc import Iterator
from functools import lru_cache

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamStartEvent,
)
from ruamel.yaml.reader import ReaderError

from forms_service.domain.faults import Faults
from forms_service.domain.node import Mapping, Node, Scalar, Sequence
from forms_service.domain.problem import Place, Problem

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MERGE_KEY = "<<"
_KEPT = 128  # texts whose trees are kept: a form is read again with every other that names it


@lru_cache(maxsize=_KEPT)
def read_document(text: bytes, file: str) -> tuple[Node | None, tuple[Problem, ...]]:
    """Read one YAML document; the node is None when the text cannot be read as one at all.

    A tree may come back together with problems: its lines are right, so the rest of the file can be checked too.
    """
    faults = Faults()
    decoded = _decode(text, file, faults)
    node = None if decoded is None else _read_text(decoded, file, faults)
    return node, faults.in_order()


def _decode(text: bytes, file: str, faults: Faults) -> str | None:
    if len(text) > MAX_BYTES:
        chinese = f"文件有 {len(text):,} 字节，最多 {MAX_BYTES:,} 字节。请拆成几份。"
        faults.add(Place(file, 1, 1), "too_long", chinese, f"file has {len(text):,} bytes, at most {MAX_BYTES:,}")
        return None
    try:
        return text.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        place = _place_at(text[: error.start].decode("utf-8"), file)
        chinese = f"字节 0x{text[error.start]:02x} 不是 UTF-8 文字。请把文件另存为 UTF-8。"
        faults.add(place, "not_utf8", chinese, f"byte 0x{text[error.start]:02x} is not UTF-8; save the file as UTF-8")
        return None


def _read_text(text: str, file: str, faults: Faults) -> Node | None:
    reader = _TreeReader(file, faults, iter(YAML(typ="safe", pure=True).parse(text)))
    try:
        return reader.read()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = reader.place(mark) if mark is not None else Place(file, 1, 1)
        detail = error.problem or str(error)
    except ReaderError as error:
        place = _place_at(text[: error.position], file)
        detail = f"character U+{ord(text[error.position]):04X} is not allowed"
    except _TooDeepError as error:
        place, detail = error.place, f"nested deeper than {MAX_DEPTH} levels"
    faults.add(place, "yaml_syntax", f"这里不合 YAML 写法。请检查缩进、冒号、引号和括号（{detail}）", f"YAML: {detail}")
    return None


def _place_at(before: str, file: str) -> Place:
    line = before.count("\n") + 1
    return Place(file, line, len(before) - (before.rfind("\n") + 1) + 1)


def _at_key(key: Node, value: Node) -> Node:
    """Move a value that was left out to its key: the parser places it on the next line that has something."""
    left_out = isinstance(value, Scalar) and value.text == "" and not value.quoted
    return Scalar("", key.place) if left_out else value


class _TooDeepError(Exception):
    def __init__(self, place: Place) -> None:
        super().__init__(str(place))
        self.place = place


class _TreeReader:
    """Builds the tree from the parser's events and notes what it refuses on the way."""

    def __init__(self, file: str, faults: Faults, events: Iterator[Event]) -> None:
        self._file = file
        self._faults = faults
        self._events = events

    def place(self, mark: StringMark) -> Place:
        return Place(self._file, mark.line + 1, mark.column + 1)

    def read(self) -> Node | None:
        start = self._next()
        if isinstance(start, StreamStartEvent):
            start = self._next()
        if not isinstance(start, DocumentStartEvent):
            self._faults.add(Place(self._file, 1, 1), "empty_file", "文件里什么也没有写。", "the file is empty")
            return None
        if start.version or start.tags:
            place = self.place(start.start_mark)
            self._faults.add(place, "yaml_directive", "不能用 % 指令，请删去这一行。", "directives are refused")
        node = self._node(self._next(), depth=1)
        self._require_end()
        return node

    def _require_end(self) -> None:
        following = self._next()
        if isinstance(following, DocumentEndEvent):
            following = self._next()
        if isinstance(following, DocumentStartEvent):
            place = self.place(following.start_mark)
            self._faults.add(place, "second_document", "一个文件只写一份，请删去「---」及其后。", "one document a file")

    def _next(self) -> Event:
        return next(self._events)

    def _node(self, event: Event, depth: int) -> Node:
        place = self.place(event.start_mark)
        if depth > MAX_DEPTH:
            raise _TooDeepError(place)
        self._refuse_decorations(event, place)
        match event:
            case MappingStartEvent():
                return self._mapping(place, depth)
            case SequenceStartEvent():
                return Sequence(tuple(self._items(depth)), place)
            case ScalarEvent():
                return Scalar(str(event.value), place, quoted=event.style is not None)
            case _:
                return Scalar("", place)

    def _items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := self._next(), SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _mapping(self, place: Place, depth: int) -> Mapping:
        pairs: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(event := self._next(), MappingEndEvent):
            key = self._node(event, depth + 1)
            value = _at_key(key, self._node(self._next(), depth + 1))
            if isinstance(key, Scalar) and self._takes_key(key, pairs):
                pairs[key.text] = (key, value)
            elif not isinstance(key, Scalar):
                self._faults.add(key.place, "key_not_text", "键应是一个词，不能是列表或映射。", "a key must be text")
        return Mapping(tuple(pairs.values()), place)

    def _takes_key(self, key: Scalar, pairs: dict[str, tuple[Scalar, Node]]) -> bool:
        if key.text == MERGE_KEY and not key.quoted:
            self._faults.add(
                key.place, "yaml_merge", "不能用合并键「<<」，请把内容写全。", "merge keys are refused; write it out"
            )
            return False
        if key.text in pairs:
            first = pairs[key.text][0].place.line
            self._faults.add(
                key.place,
                "duplicate_key",
                f"键「{key.text}」在第 {first} 行已经写过，请只留一个。",
                f"key '{key.text}' was already written on line {first}",
            )
            return False
        return True

    def _refuse_decorations(self, event: Event, place: Place) -> None:
        if isinstance(event, AliasEvent):
            self._faults.add(
                place,
                "yaml_alias",
                f"不能用别名「*{event.anchor}」，请把内容写全。",
                "aliases are refused; write it out",
            )
        elif isinstance(event, NodeEvent) and event.anchor is not None:
            self._faults.add(
                place, "yaml_anchor", f"不能用锚「&{event.anchor}」，请删去。", f"anchor '&{event.anchor}' is refused"
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._faults.add(place, "yaml_tag", f"不能用标签「{tag}」，请删去。", f"tag '{tag}' is refused")
