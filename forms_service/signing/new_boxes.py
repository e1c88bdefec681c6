"""New boxes: a signature box that comes after others have signed shows nothing of its own, and hides nothing.

A box that nobody signed is a picture on the page that no signature speaks for; one that lies over a field puts other
words in the place of what was signed (the signature attack on certified documents). In a document of ours only the box
of a timestamp comes later; whoever gets a timestamp could draw in it, so it has no size.
"""

from collections.abc import Iterator

from forms_service.signing.comparison import Comparison
from forms_service.signing.crossrefs import inflate
from forms_service.signing.form_view import FieldView
from forms_service.signing.syntax import PdfDict, PdfValue, Stream

_LEAST_OVERLAP_PT = 1.0
_Rect = tuple[float, float, float, float]


def box_fault(pair: Comparison, box: FieldView) -> str | None:
    """Say what is wrong with a new signature box, None when nothing is. Raises Malformed."""
    for mine in _widgets(pair, box):
        if not pair.allowance.foreign and not _is_nowhere(mine):
            return "是后加的，却在页面上占了地方"
        if box.value is None and _draws(pair, mine):
            return "是没有签的签章栏，却画了东西"
        for field in pair.before.fields.values():
            if not field.is_signature and any(_overlap(mine, other) for other in _widgets(pair, field)):
                return f"盖在栏位「{field.name}」上面"
    return None


def _widgets(pair: Comparison, field: FieldView) -> Iterator[PdfDict]:
    numbers = field.widgets or (() if field.number is None else (field.number,))
    for number in numbers:
        value = pair.history.value(number, pair.after.revision)
        if isinstance(value, dict):
            yield value


def _is_nowhere(widget: PdfDict) -> bool:
    """Say whether a box has no size: in our documents only a timestamp's box may come, and there is nothing to see."""
    box = _rect(widget.get("/Rect"))
    return box is not None and (box[0] == box[2] or box[1] == box[3])


def _draws(pair: Comparison, widget: PdfDict) -> bool:
    """Say whether a box has an appearance with anything but blanks and comments in it."""
    normal = pair.history.resolve(
        pair.history.dictionary(widget.get("/AP"), pair.after.revision).get("/N"), pair.after.revision
    )
    if not isinstance(normal, Stream):
        return normal is not None
    return any(line.strip() and not line.lstrip().startswith(b"%") for line in inflate(normal).splitlines())


def _overlap(one: PdfDict, other: PdfDict) -> bool:
    """Say whether two boxes lie over each other; a box that does not name its page lies on every one."""
    pages = {page for page in (one.get("/P"), other.get("/P")) if page is not None}
    a, b = _rect(one.get("/Rect")), _rect(other.get("/Rect"))
    if len(pages) > 1 or a is None or b is None:
        return False
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return min(width, height) > _LEAST_OVERLAP_PT


def _rect(value: PdfValue) -> _Rect | None:
    """Read a rectangle by its two corners, whichever comes first."""
    if not isinstance(value, tuple) or len(value) != 4:
        return None
    numbers = [float(n) for n in value if isinstance(n, int | float)]
    if len(numbers) != 4:
        return None
    x1, y1, x2, y2 = numbers
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
