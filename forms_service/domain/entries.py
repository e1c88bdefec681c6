"""Entries: the keys of one mapping, taken one by one as the text, number or list that each should be.

Every wrong shape is noted and answered with None (or nothing), so that the reading goes on and all faults come out.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from forms_service.domain.faults import Faults
from forms_service.domain.node import Mapping, Node, Scalar, Sequence
from forms_service.domain.problem import Place
from forms_service.domain.spec import Label

LANGUAGES = ("zh-Hans", "zh-Hant", "en")

Word = TypeVar("Word", bound=str)

_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")
_SHAPES = {
    Scalar: ("一个值", "a single value"),
    Sequence: ("列表", "a list"),
    Mapping: ("「键: 值」的映射", "a mapping"),
}


class Entries:
    """One mapping being read. Unknown keys are noted at once; a key is taken by name, in any order."""

    def __init__(self, node: Mapping, faults: Faults, known: Iterable[str]) -> None:
        self.place = node.place
        self.faults = faults
        self._node = node
        words = tuple(known)
        for key, _ in node:
            if key.text not in words:
                faults.add_unknown(key.place, "unknown_key", ("键", "key"), key.text, words)

    def peek(self, key: str) -> Node | None:
        """Return what is written under a key, noting nothing."""
        return self._node.get(key)

    def has(self, key: str) -> bool:
        """Say whether a key is written, whatever its value."""
        return self.peek(key) is not None

    def refuse_key(self, key: str, code: str, chinese: str, english: str) -> None:
        """Note that a key is written where it may not be, at its value; says nothing where it is not written."""
        value = self._node.get(key)
        if value is not None:
            self.faults.add(value.place, code, chinese, f"'{key}': {english}")

    def node(self, key: str, *, required: bool = False) -> Node | None:
        """Return what stands under a key; an empty value counts as missing."""
        value = self._node.get(key)
        if value is not None and not (isinstance(value, Scalar) and value.text == "" and not value.quoted):
            return value
        if value is not None:
            self.faults.add(value.place, "empty_value", f"「{key}」没有写值。", f"'{key}' has no value")
        elif required:
            self.faults.add(self.place, "missing_key", f"这里缺少「{key}」。", f"missing key '{key}'")
        return None

    def scalar(self, key: str, *, required: bool = False) -> Scalar | None:
        """Take a single value."""
        return as_scalar(self.node(key, required=required), self.faults)

    def text(self, key: str, *, required: bool = False) -> str | None:
        """Take a text."""
        scalar = self.scalar(key, required=required)
        return None if scalar is None else scalar.text

    def label(self, key: str) -> Label:
        """Take a required text for readers, in Chinese alone or by language."""
        return read_label(self.node(key, required=True), self.faults)

    def whole(self, key: str, *, required: bool = False, least: int = 0) -> int | None:
        """Take a whole number."""
        scalar = self.scalar(key, required=required)
        if scalar is None:
            return None
        if not _WHOLE.fullmatch(scalar.text) or int(scalar.text) < least:
            self.faults.add(
                scalar.place,
                "not_whole_number",
                f"「{key}」写的是「{scalar.text}」，应是不小于 {least} 的整数，如 {max(least, 1)}。",
                f"'{key}' is '{scalar.text}', expected a whole number from {least}",
            )
            return None
        return int(scalar.text)

    def yes_no(self, key: str) -> bool:
        """Take `yes` or `no`; absent is no."""
        return self.word(key, ("yes", "no")) == "yes"

    def word(self, key: str, allowed: tuple[Word, ...], *, required: bool = False) -> Word | None:
        """Take one of a closed list of words."""
        scalar = self.scalar(key, required=required)
        if scalar is None:
            return None
        found = next((word for word in allowed if word == scalar.text), None)
        if found is None:
            self.faults.add_unknown(scalar.place, "unknown_word", (f"「{key}」写法", f"'{key}'"), scalar.text, allowed)
        return found

    def words(self, key: str) -> tuple[Scalar, ...]:
        """Take a list of single values; absent is empty."""
        nodes = self.items(key)
        return tuple(s for s in (as_scalar(node, self.faults) for node in nodes) if s is not None)

    def items(self, key: str, *, required: bool = False) -> tuple[Node, ...]:
        """Take a list of anything; absent is empty."""
        node = self.node(key, required=required)
        if node is None or isinstance(node, Sequence):
            return () if node is None else node.items
        note_shape(node, Sequence, self.faults)
        return ()

    def pairs(self, key: str, *, required: bool = False) -> tuple[tuple[Scalar, Node], ...]:
        """Take a mapping whose keys are free; absent is empty."""
        node = self.node(key, required=required)
        return () if node is None else as_pairs(node, self.faults)

    def entries(self, key: str, known: Iterable[str], *, required: bool = False) -> "Entries | None":
        """Take a mapping with known keys."""
        node = self.node(key, required=required)
        return None if node is None else read_entries(node, self.faults, known)


def read_entries(node: Node, faults: Faults, known: Iterable[str]) -> Entries | None:
    """Open a mapping whose keys are known."""
    if isinstance(node, Mapping):
        return Entries(node, faults, known)
    note_shape(node, Mapping, faults)
    return None


def as_pairs(node: Node, faults: Faults) -> tuple[tuple[Scalar, Node], ...]:
    """Take a node as a mapping whose keys are free."""
    if isinstance(node, Mapping):
        return node.pairs
    note_shape(node, Mapping, faults)
    return ()


def as_scalar(node: Node | None, faults: Faults) -> Scalar | None:
    """Take a node as a single value."""
    if node is None or isinstance(node, Scalar):
        return node
    note_shape(node, Scalar, faults)
    return None


def read_label(node: Node | None, faults: Faults) -> Label:
    """Take a node as a text for readers: Chinese alone, or a mapping by language that has `zh-Hans`."""
    if isinstance(node, Mapping):
        languages = Entries(node, faults, LANGUAGES)
        chinese = languages.text("zh-Hans", required=True)
        return Label(chinese or "", languages.text("zh-Hant"), languages.text("en"))
    scalar = as_scalar(node, faults)
    return Label("" if scalar is None else scalar.text)


def note_shape(node: Node, expected: type[Node], faults: Faults) -> None:
    """Note that a list, a mapping or a single value stands where another of the three should."""
    found, wanted = _SHAPES[type(node)], _SHAPES[expected]
    faults.add(
        node.place,
        "wrong_shape",
        f"这里写的是{found[0]}，应是{wanted[0]}。",
        f"found {found[1]}, expected {wanted[1]}",
    )


def inside(scalar: Scalar, offset: int) -> Place:
    """Return the place of a character inside a value that stands on one line."""
    return Place(scalar.place.file, scalar.place.line, scalar.place.column + offset + scalar.quoted)


def each_text(node: Node) -> Iterator[Scalar]:
    """Yield every single value below a node, in the order written, keys left out."""
    match node:
        case Scalar():
            yield node
        case Sequence():
            for item in node.items:
                yield from each_text(item)
        case Mapping():
            for _, value in node:
                yield from each_text(value)
