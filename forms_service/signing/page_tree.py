"""The page tree: the pages of a revision in their order, and the annotations on each."""

from collections.abc import Iterator
from dataclasses import dataclass

from forms_service.signing.revisions import History
from forms_service.signing.syntax import Malformed, PdfDict, PdfValue, Ref

_DEEPEST = 40
_MOST_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its place from 0, its dictionary, the numbers of its annotations in order, and its object's own.

    `number` is None for a page that stands in its parent itself.
    """

    place: int
    dictionary: PdfDict
    annotations: tuple[int, ...]
    number: int | None


def count_pages(history: History, revision: int) -> int:
    """Count the pages by walking the page tree. Raises Malformed for one without end."""
    return sum(1 for _ in _pages(history, revision, history.root(revision).get("/Pages"), set(), 0))


def sheets(history: History, revision: int) -> tuple[Sheet, ...]:
    """List the pages of a revision. Raises Malformed for a tree without end."""
    found: list[Sheet] = []
    for node, dictionary in _pages(history, revision, history.root(revision).get("/Pages"), set(), 0):
        listed = history.array(dictionary.get("/Annots"), revision)
        numbers = tuple(ref.number for ref in listed if isinstance(ref, Ref))
        found.append(Sheet(len(found), dictionary, numbers, node.number if isinstance(node, Ref) else None))
        if len(found) > _MOST_PAGES:
            raise Malformed(f"页数超过 {_MOST_PAGES}", check=6)
    return tuple(found)


def _pages(
    history: History, revision: int, node: PdfValue, seen: set[int], depth: int
) -> Iterator[tuple[PdfValue, PdfDict]]:
    if depth > _DEEPEST or (isinstance(node, Ref) and node.number in seen):
        raise Malformed("页面目录的层次太深、连成了圈，或同一页列了两次", check=6)
    if isinstance(node, Ref):
        seen.add(node.number)
    tree = history.dictionary(node, revision)
    if tree.get("/Type") == "/Page":
        yield node, tree
        return
    for kid in history.array(tree.get("/Kids"), revision):
        yield from _pages(history, revision, kid, seen, depth + 1)
