"""Field changes: which fields a revision touched, and what of it no rule allows."""

from collections.abc import Iterator

from forms_service.signing.comparison import CONTENT, FIELDS, PAGES, Comparison, Found, differing
from forms_service.signing.form_view import FieldView, FormView, read_text
from forms_service.signing.overlays import box_fault
from forms_service.signing.revisions import refs_in
from forms_service.signing.syntax import Ref, same

_FILLING = frozenset({"/V", "/AP", "/AS"})
_SIGNING = frozenset({"/V", "/AP"})
_FOREIGN = frozenset({"/M", "/BS", "/RV"})
_CHOOSING = frozenset({"/I", "/TI"})  # which of a list is chosen, and which stands at its top; check 9 looks at them
_FOREIGN_SIGNING = frozenset({"/F", "/M", "/AS", "/MK", "/BS", "/DA"})
_ACTIONS = frozenset({"/A", "/AA"})
_PERMISSIONS = frozenset({"/Lock", "/SV"})


def changed_fields(before: FormView, after: FormView) -> tuple[str, ...]:
    """Name the fields whose own objects differ between two revisions, new and lost ones included."""
    names = dict.fromkeys((*before.fields, *after.fields))
    return tuple(name for name in names if not _is_same(before.fields.get(name), after.fields.get(name)))


def compare_fields(pair: Comparison) -> Iterator[Found]:
    """Compare every field; only those of the allowance may differ, and only in how they are filled or signed."""
    for name in dict.fromkeys((*pair.before.fields, *pair.after.fields)):
        old, new = pair.before.fields.get(name), pair.after.fields.get(name)
        if old is None or new is None:
            yield from _came_or_went(pair, name, new)
        elif (old.number, old.widgets) != (new.number, new.widgets):
            yield FIELDS, name, "换成了另一个对象"
        elif not same(old.dictionary, new.dictionary):
            yield from _compare_field(pair, old, new)
        elif pair.allowance.foreign:
            _release(pair, old)
        yield from _compare_boxes(pair, new)


def _is_same(one: FieldView | None, other: FieldView | None) -> bool:
    return one is not None and other is not None and same(one.dictionary, other.dictionary)


def _compare_field(pair: Comparison, old: FieldView, new: FieldView) -> Iterator[Found]:
    if new.number is not None:
        pair.explained.add(new.number)
    allowed = _allowed_keys(pair, old, new)
    for key in sorted(differing(old.dictionary, new.dictionary) - allowed):
        yield _say(pair, key, old, new)
    for key in allowed & {"/AP", "/V", "/Lock", "/RV", "/MK"}:
        pair.explain_new(new.dictionary.get(key))
    _release(pair, old)
    drawn = old.own.get("/AP")
    if pair.allowance.foreign and isinstance(drawn, Ref) and drawn != new.own.get("/AP"):
        pair.replaced.add(drawn.number)


def _release(pair: Comparison, old: FieldView) -> None:
    """Note what drew a field that may be filled or signed; overwriting it is a way of filling in other programs.

    A box that is signed already is done: its stamp says who signed, and stays. A button is set by naming another of
    its states, and these stay as they are drawn.
    """
    done = (old.is_signature and old.value is not None) or old.dictionary.get("/FT") == "/Btn"
    may = pair.allowance.foreign and not done and old.name in {*pair.allowance.fields, pair.allowance.signature}
    dictionaries = [old.own, *(pair.history.value(n, pair.before.revision) for n in old.widgets)] if may else []
    for dictionary in dictionaries:
        drawn = dictionary.get("/AP") if isinstance(dictionary, dict) else None
        for number in refs_in(drawn):
            pair.released.add(number)
            pair.released.update(_forms_in(pair, number))


def _forms_in(pair: Comparison, number: int) -> Iterator[int]:
    """Number the states of an appearance that is kept apart from its field."""
    states = pair.history.value(number, pair.before.revision)
    if isinstance(states, dict) and "/Subtype" not in states:
        yield from refs_in(states)


def _allowed_keys(pair: Comparison, old: FieldView, new: FieldView) -> frozenset[str]:
    allowance = pair.allowance
    if old.is_signature:
        if new.name != allowance.signature or old.value is not None:
            return frozenset()
        locks = allowance.may_lock and "/Lock" not in old.dictionary
        dated = frozenset({"/M"}) if allowance.outside else frozenset[str]()
        more = _FOREIGN_SIGNING if allowance.foreign else frozenset()
        typed = frozenset({"/Type"} if allowance.foreign and new.dictionary.get("/Type") == "/Annot" else ())
        return _SIGNING | dated | more | typed | ({"/Lock"} if locks else frozenset()) | _vanishing(pair, new)
    if new.name not in allowance.fields:
        return frozenset()
    chosen = _CHOOSING if new.dictionary.get("/FT") == "/Ch" else frozenset[str]()
    return _FILLING | (_FOREIGN | chosen if allowance.foreign else frozenset())


def _vanishing(pair: Comparison, new: FieldView) -> frozenset[str]:
    """Let a foreign signature's box become nothing: then it shows nothing, and covers nothing."""
    box = new.dictionary.get("/Rect")
    gone = isinstance(box, tuple) and len(box) == 4 and same(box[:2], box[2:])
    return frozenset({"/Rect"} if gone and pair.allowance.foreign else ())


def _say(pair: Comparison, key: str, old: FieldView, new: FieldView) -> Found:
    if key == "/V" and not new.is_signature:
        was = read_text(old, pair.history, pair.before.revision)
        now = read_text(new, pair.history, pair.after.revision)
        return FIELDS, new.name, f"的内容从「{_shown(was)}」改成了「{_shown(now)}」"
    if key == "/AP":
        return FIELDS, new.name, "画出来的样子被换过"
    if key in _ACTIONS:
        return CONTENT, new.name, "加上了动作"
    if key in _PERMISSIONS:
        return PAGES, new.name, f"的锁定范围（{key}）改了"
    return FIELDS, new.name, f"的属性 {key} 改了"


def _came_or_went(pair: Comparison, name: str, new: FieldView | None) -> Iterator[Found]:
    if new is None:
        yield FIELDS, name, "不见了"
    elif new.number is None or name not in pair.allowance.new_boxes or not new.is_signature:
        yield FIELDS, name, "是后加的"
    else:
        fault = box_fault(pair, new)
        if fault is not None:
            yield PAGES, name, fault
        pair.explain_new(Ref(new.number, 0))
        for key in ("/V", "/AP", "/Lock"):
            pair.explain_new(new.dictionary.get(key))


def _compare_boxes(pair: Comparison, new: FieldView | None) -> Iterator[Found]:
    """Compare the boxes of a field that stand apart from it: only files that are not ours have such."""
    for number in new.widgets if new else ():
        if new is None or number == new.number or number not in pair.new.numbers:
            continue
        pair.explained.add(number)
        old, now = (value if isinstance(value, dict) else {} for value in pair.values(number))
        mine = pair.allowance.foreign and new.name in {*pair.allowance.fields, pair.allowance.signature}
        if pair.was_there(number) and differing(old, now) - (_FILLING | _FOREIGN if mine else frozenset()):
            yield FIELDS, new.name, "的样子被换过"
        pair.explain_new(now.get("/AP"))


def _shown(value: str | bool) -> str:
    if isinstance(value, bool):
        return "勾选" if value else "未勾选"
    return value if len(value) <= 40 else f"{value[:40]}…"
