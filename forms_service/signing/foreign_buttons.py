"""Buttons in files that are not ours: a tick that changed after a signature is stored, and is seen to have changed."""

from collections.abc import Iterator

from forms_service.pdf.pdfium import Face
from forms_service.signing.form_view import FieldView
from forms_service.signing.looking import Looker
from forms_service.signing.moments import PRINTS, Moment, Widget
from forms_service.signing.syntax import Name

_PUSH_BUTTON = 1 << 16
_LEAST_CHANGE = 0.004  # of full black over the whole box: a thin tick in a large one
_NOT = "未选"


def compare_button(
    looker: Looker, before: Moment, old: FieldView, after: Moment, new: FieldView, *, stored: bool, shown: bool
) -> Iterator[tuple[bool, str]]:
    """Say what is wrong with a button that changed, or cannot be told."""
    if is_push_button(new):
        if stored or shown:
            yield True, "是按钮，样子却换过"
        return
    mismatch = state_fault(after, new)
    if (stored or shown) and mismatch:
        yield True, mismatch
    elif shown and not stored:
        yield True, "存的内容没变，画出来的样子却换过"
    else:
        yield from _compare_states(before, old, after, new)
        if stored:
            yield from _look(looker, before, old, after, new)


def state_fault(moment: Moment, field: FieldView) -> str:
    """Say how the state of a button's boxes differs from what it stores; "" when it does not."""
    value = moment.history.resolve(field.value, moment.revision)
    stands = frozenset({str(value)} if isinstance(value, Name) and value != "/Off" else ())
    seen = moment.states(field)
    return "" if seen == stands else f"存的是 {'、'.join(stands) or _NOT}，画出来的是 {'、'.join(sorted(seen)) or _NOT}"


def is_push_button(field: FieldView) -> bool:
    """Say whether a field is a button that holds nothing and shows its caption."""
    flags = field.dictionary.get("/Ff", 0)
    return field.dictionary.get("/FT") == "/Btn" and isinstance(flags, int) and bool(flags & _PUSH_BUTTON)


def _compare_states(before: Moment, old: FieldView, after: Moment, new: FieldView) -> Iterator[tuple[bool, str]]:
    """Tell of a box that draws a state otherwise than it would have, whichever state it is in."""
    for was, now in zip(before.boxes(old), after.boxes(new), strict=False):
        drawn = before.states_drawn(was)
        if drawn and drawn != after.states_drawn(now):
            yield False, "换了打勾的样子，请看一看"


def _look(looker: Looker, before: Moment, old: FieldView, after: Moment, new: FieldView) -> Iterator[tuple[bool, str]]:
    """Look at the boxes whose state changed: what was ticked has become darker, what is no longer ticked lighter."""
    turned = [
        (was, now) for was, now in zip(before.widgets(old), after.widgets(new), strict=False) if was.state != now.state
    ]
    unseen = [reason for _, now in turned if (reason := after.unseen(now))]
    if turned and len(unseen) == len(turned):
        yield True, f"勾选改了，却没有人看得见：{unseen[0]}"
        return
    for was, now in turned:
        if not after.unseen(now):
            yield from _compare(looker, before, was, after, now)


def _compare(looker: Looker, before: Moment, was: Widget, after: Moment, now: Widget) -> Iterator[tuple[bool, str]]:
    earlier, later = looker.face(before, was), looker.face(after, now)
    ticked = now.state != "/Off"
    grown = _darkness(later) - _darkness(earlier) if earlier and later else 0.0
    if earlier is None or later is None:
        yield False, "要看的页面太多，请对着画面看一看"
    elif abs(grown) < _LEAST_CHANGE:
        yield True, "勾选改了，看上去却和以前一样"
    elif (grown > 0) != ticked:
        yield False, f"改成了{'勾选' if ticked else '不勾选'}，画面上却{'少' if ticked else '多'}了东西，请看一看"
    elif "/OC" in now.dictionary or after.crowded(now) or not now.flags & PRINTS:
        yield False, "勾选改了，栏位上面压着东西、可以关掉或印不出来，请看一看"


def _darkness(face: Face) -> float:
    return sum(255 - grey for grey in face.dots) / (255 * len(face.dots)) if face.dots else 0.0
