"""Page changes: what a revision did to pages and to the fonts that a form shares, and which of it may be borne.

A page may take up signature boxes that may come; a page of a file that is not ours may get annotations where its
certification says so. Whether those lie over anything is another question: `overlays` asks it.
"""

from collections.abc import Iterator

from forms_service.signing.comparison import Comparison, Found, differing
from forms_service.signing.syntax import PdfDict, PdfValue, Ref, same

_KEPT_BY_PROGRAMS = frozenset({"/LastModified", "/PieceInfo"})


def compare_pages(pair: Comparison) -> Iterator[Found]:
    """Account for the pages whose annotations grew as they may; every other change of a page is left to be refused."""
    for number in sorted(pair.new.numbers - pair.explained):
        if pair.was_there(number):
            old, new = pair.values(number)
            if isinstance(old, dict) and isinstance(new, dict) and old.get("/Type") == "/Page":
                _explain_page(pair, number, old, new)
    if pair.allowance.annotations:
        _explain_annotations(pair)
    yield from ()


def shared_fonts_kept(pair: Comparison, old: PdfValue, new: PdfValue) -> bool:
    """Say whether a form's shared resources only grew: every font that was there is the same still."""
    return _grew(pair, old, new, depth=2)


def _grew(pair: Comparison, old: PdfValue, new: PdfValue, depth: int) -> bool:
    if same(old, new):
        return True
    was = pair.history.resolve(old, pair.before.revision)
    now = pair.history.resolve(new, pair.after.revision)
    if was is None:
        pair.explain_new(new)
        return True
    if depth == 0 or not isinstance(was, dict) or not isinstance(now, dict):
        return same(was, now)
    pair.explain_role(old, new)
    for key in now.keys() - was.keys():
        pair.explain_new(now[key])
    return all(key in now and _grew(pair, item, now[key], depth - 1) for key, item in was.items())


def _explain_page(pair: Comparison, number: int, old: PdfDict, new: PdfDict) -> None:
    borne = _KEPT_BY_PROGRAMS if pair.allowance.foreign else frozenset()
    changed = differing(old, new) - borne
    grown = bool(pair.allowance.new_boxes) and pair.took_boxes(old.get("/Annots"), new.get("/Annots"))
    if changed <= {"/Annots"} and (not changed or grown or pair.allowance.annotations):
        pair.explained.add(number)
        pair.explain_role(old.get("/Annots"), new.get("/Annots"))


def _explain_annotations(pair: Comparison) -> None:
    """Account for annotations that came or changed, fields and their boxes left out; none may go."""
    boxes = {n for field in pair.after.fields.values() for n in (field.number, *field.widgets)}
    for page in _pages(pair):
        before = pair.history.array(
            pair.history.dictionary(page, pair.before.revision).get("/Annots"), pair.before.revision
        )
        listed = pair.history.dictionary(page, pair.after.revision).get("/Annots")
        after = pair.history.array(listed, pair.after.revision)
        if not {ref for ref in before if isinstance(ref, Ref)} <= {ref for ref in after if isinstance(ref, Ref)}:
            continue
        if isinstance(listed, Ref):
            pair.explained.add(listed.number)
        for ref in after:
            if isinstance(ref, Ref) and ref.number not in boxes and (ref in before or not pair.was_there(ref.number)):
                pair.explained.add(ref.number)
                found = pair.history.dictionary(ref, pair.after.revision)
                for key in found.keys() - {"/Parent", "/P", "/Popup", "/IRT"}:
                    pair.explain_new(found[key])
                pair.explain_new(found.get("/Popup"))


def _pages(pair: Comparison) -> Iterator[Ref]:
    entries = pair.new.known
    for number, entry in entries.items():
        if entry.kind != "f" and pair.was_there(number):
            value = pair.history.value(number, pair.after.revision)
            if isinstance(value, dict) and value.get("/Type") == "/Page":
                yield Ref(number, entry.which if entry.kind == "n" else 0)
