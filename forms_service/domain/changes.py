"""Changes: what differs between two states of the organisation's files, value by value, for the eyes of who signs it.

>>> compare({"roles.yaml": before}, {"roles.yaml": after})
(Change(file='roles.yaml', path=('gm',), before='总经理', after='总裁'),)
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from forms_service.domain.node import Mapping as MappingNode
from forms_service.domain.node import Node, Scalar, Sequence

Path = tuple[str, ...]
Nodes = Mapping[str, Node]


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs. `before` is None for a value that is new, `after` for one that is gone."""

    file: str
    path: Path
    before: str | None
    after: str | None


def compare(before: Nodes, after: Nodes) -> tuple[Change, ...]:
    """List every value that differs, file by file; of a file that is new or gone, every value."""
    names = dict.fromkeys((*sorted(before), *sorted(after)))
    return tuple(change for name in names for change in _compare_file(name, before.get(name), after.get(name)))


def _compare_file(name: str, before: Node | None, after: Node | None) -> Iterator[Change]:
    old, new = ({} if node is None else dict(_values(node, ())) for node in (before, after))
    for path in dict.fromkeys((*old, *new)):
        if old.get(path) != new.get(path):
            yield Change(name, path, old.get(path), new.get(path))


def _values(node: Node, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield every value below a node with its path; a list of single values is one value, other lists count from 1."""
    match node:
        case Scalar():
            yield path, node.text
        case MappingNode():
            for key, value in node:
                yield from _values(value, (*path, key.text))
        case Sequence() if all(isinstance(item, Scalar) for item in node.items):
            yield path, "、".join(item.text for item in node.items if isinstance(item, Scalar))
        case Sequence():
            for number, item in enumerate(node.items, 1):
                yield from _values(item, (*path, str(number)))
