"""Pages: where on the pages, as they are shown, the boxes of fields stand. It judges nothing."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from forms_service.signing.revisions import History
from forms_service.signing.syntax import Malformed, PdfDict, PdfValue, Ref
from forms_service.signing.verdict import Place

_DEEPEST = 20
_INHERITED = ("/MediaBox", "/CropBox", "/Rotate")
_A4 = (0.0, 0.0, 595.28, 841.89)
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its number from 1, what part of the plane it shows, how far it is turned, and its annotations' objects.

    `turned` is clockwise, in quarters.
    """

    number: int
    shows: Box
    turned: int
    annotations: tuple[Ref, ...]

    @property
    def shape(self) -> float:
        """The page's height, as shown, in widths."""
        left, bottom, right, top = self.shows
        tall = (top - bottom) / ((right - left) or 1.0) or 1.0
        return round(1 / tall if self.turned % 2 else tall, 4)

    def place(self, box: Box) -> Place:
        """Say where a box of the plane stands on the page as shown, in parts of its sides from its top left."""
        left, bottom, right, top = self.shows
        wide, high = (right - left) or 1.0, (top - bottom) or 1.0
        at = ((box[0] - left) / wide, (top - box[3]) / high, (box[2] - left) / wide, (top - box[1]) / high)
        for _ in range(self.turned):
            at = (1 - at[3], at[0], 1 - at[1], at[2])
        x, y, right_, bottom_ = (round(min(max(part, 0.0), 1.0), 4) for part in at)
        return Place(self.number, x, y, round(right_ - x, 4), round(bottom_ - y, 4))


def pages_of(history: History, revision: int) -> tuple[Page, ...]:
    """List the pages as of a revision. Raises Malformed for a tree without end."""
    leaves = _leaves(history, revision, history.root(revision).get("/Pages"), {}, 0)
    return tuple(_page(history, revision, number, leaf) for number, leaf in enumerate(leaves, 1))


def place_of(history: History, pages: tuple[Page, ...], revision: int, widgets: tuple[int, ...]) -> Place | None:
    """Say where the first of some boxes stands that stands on a page at all; one without size is seen nowhere."""
    for page in pages:
        for ref in page.annotations:
            if ref.number in widgets:
                box = _box(history, revision, history.dictionary(ref, revision).get("/Rect"))
                return page.place(box) if box and box[2] > box[0] and box[3] > box[1] else None
    return None


def _leaves(history: History, revision: int, node: PdfValue, passed: PdfDict, depth: int) -> Iterator[PdfDict]:
    if depth > _DEEPEST:
        raise Malformed("页面目录的层次太深，或连成了圈", check=6)
    tree = {**passed, **history.dictionary(node, revision)}
    if tree.get("/Type") == "/Page":
        yield tree
        return
    handed = {key: tree[key] for key in _INHERITED if key in tree}
    for kid in history.array(tree.get("/Kids"), revision):
        yield from _leaves(history, revision, kid, handed, depth + 1)


def _page(history: History, revision: int, number: int, leaf: PdfDict) -> Page:
    media = _box(history, revision, leaf.get("/MediaBox")) or _A4
    shows = _box(history, revision, leaf.get("/CropBox")) or media
    turned = history.resolve(leaf.get("/Rotate"), revision)
    listed = history.array(leaf.get("/Annots"), revision)
    boxes = tuple(item for item in listed if isinstance(item, Ref))
    return Page(number, shows, turned // 90 % 4 if isinstance(turned, int) else 0, boxes)


def _box(history: History, revision: int, value: PdfValue) -> Box | None:
    """Read a rectangle by its lower left and upper right corners, whichever two were written (ISO 32000-2, 7.9.5)."""
    found = [history.resolve(item, revision) for item in history.array(value, revision)]
    sides = [float(item) for item in found if isinstance(item, int | float)]
    if len(sides) != 4 or not all(math.isfinite(side) for side in sides):
        return None
    return min(sides[0], sides[2]), min(sides[1], sides[3]), max(sides[0], sides[2]), max(sides[1], sides[3])
