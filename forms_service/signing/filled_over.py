"""Filled over: in files that are not ours, a field that was there from the first may hide the page once it is filled.

Its author can lay an empty box over the words that others sign; whoever fills it or signs in it last puts other words
there. The page is drawn before and after.
"""

from collections.abc import Iterator
from itertools import islice

from forms_service.pdf.pdfium import Box, hidden
from forms_service.signing.evidence import Evidence
from forms_service.signing.field_changes import changed_fields
from forms_service.signing.page_tree import Sheet, sheets
from forms_service.signing.rectangles import rectangle
from forms_service.signing.syntax import Ref

_MOST_LOOKS = 60  # each draws a page three times


def covered_by_filling(evidence: Evidence) -> Iterator[str]:
    """Tell each field, filled or signed after the first signature, that hides what its page itself showed before."""
    touched = list(islice(_touched(evidence), _MOST_LOOKS + 1))
    for revision, sheet, drawn in touched[:_MOST_LOOKS]:
        before, after = (evidence.history.data[: evidence.history.revisions[revision - n].end] for n in (1, 0))
        told = hidden(before, after, sheet.place, [box for _, box in drawn])
        for name in dict.fromkeys(name for (name, _), hides in zip(drawn, told, strict=True) if hides):
            label = evidence.label(name)
            yield f"栏位「{label}」填写或签章之后，盖住了第 {sheet.place + 1} 页上原有的内容，请看一看。"
    if len(touched) > _MOST_LOOKS:
        yield f"填写与签章超过 {_MOST_LOOKS} 处，没有逐一看过有没有盖住页面上原有的内容。"


def _touched(evidence: Evidence) -> Iterator[tuple[int, Sheet, list[tuple[str, Box]]]]:
    """Give each page on which a save after the first signature filled fields, with their names and boxes."""
    for revision in range((evidence.certified or 0) + 1, len(evidence.forms)):
        changed = changed_fields(evidence.forms[revision - 1], evidence.forms[revision])
        names = [name for name in changed if name in evidence.forms[revision - 1].fields]
        for sheet in sheets(evidence.history, revision) if names else ():
            drawn = [(name, box) for name in names for box in _boxes(evidence, revision, sheet, name)]
            if drawn:
                yield revision, sheet, drawn


def _boxes(evidence: Evidence, revision: int, sheet: Sheet, name: str) -> Iterator[Box]:
    """Give the boxes of a field on a page that draw something."""
    field = evidence.forms[revision].fields.get(name)
    for number in sorted(set(field.widgets) & set(sheet.annotations)) if field else ():
        widget = evidence.history.dictionary(Ref(number, 0), revision)
        box = rectangle(evidence.history, widget, revision)
        if box is not None and "/AP" in widget:
            yield box
