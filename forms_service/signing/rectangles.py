"""Rectangles of annotations: read, put in order, and held against one another."""

from forms_service.pdf.pdfium import Box
from forms_service.signing.revisions import History
from forms_service.signing.syntax import PdfDict


def rectangle(history: History, annotation: PdfDict, revision: int) -> Box | None:
    """Read the box of an annotation; None when it has none, or nothing can be seen in it."""
    corners = [history.resolve(n, revision) for n in history.array(annotation.get("/Rect"), revision)]
    numbers = [float(n) for n in corners if isinstance(n, int | float)]
    if len(numbers) != 4 or len(corners) != 4:
        return None
    left, right = sorted((numbers[0], numbers[2]))
    bottom, top = sorted((numbers[1], numbers[3]))
    return (left, bottom, right, top) if right - left > 1 and top - bottom > 1 else None


def overlap(one: Box, other: Box) -> bool:
    """Say whether two boxes share more than an edge."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > 1 and down > 1


def common(one: Box, other: Box) -> Box:
    """Give what two boxes share; one that ends before it begins when they share nothing."""
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])
