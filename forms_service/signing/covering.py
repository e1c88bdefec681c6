"""Covering: in files that are not ours, a signature drawn in a box that was there from the first may hide the page.

Its author can lay an empty box over the words that others sign; whoever signs in it last puts a picture there.
"""

from collections.abc import Iterator

from forms_service.pdf.pdfium import Box, hides
from forms_service.signing.evidence import Evidence
from forms_service.signing.page_tree import sheets
from forms_service.signing.rectangles import rectangle
from forms_service.signing.signatures import SignatureFound
from forms_service.signing.syntax import Ref


def covered_by_signing(evidence: Evidence) -> Iterator[str]:
    """Tell each signature that hides what its page showed before, in a box that an earlier signature covered."""
    history, first = evidence.history, evidence.certified
    for found in evidence.found:
        if first is None or found.revision <= first or found.field not in evidence.forms[found.revision - 1].fields:
            continue
        before, after = (history.data[: history.revisions[found.revision - n].end] for n in (1, 0))
        for page, box in _drawn_in(evidence, found):
            if hides(before, after, page, box):
                label = evidence.label(found.field)
                yield f"签章栏「{label}」签上之后，盖住了第 {page + 1} 页上原有的内容，请看一看。"


def _drawn_in(evidence: Evidence, found: SignatureFound) -> Iterator[tuple[int, Box]]:
    """Give the boxes in which a signature is drawn, each with the place of its page."""
    history, field = evidence.history, evidence.forms[found.revision].fields[found.field]
    for sheet in sheets(history, found.revision):
        for number in sorted(set(field.widgets) & set(sheet.annotations)):
            widget = history.dictionary(Ref(number, 0), found.revision)
            box = rectangle(history, widget, found.revision)
            if box is not None and "/AP" in widget:
                yield sheet.place, box
