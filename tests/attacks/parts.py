"""Double parts: a shadow attack in which an object that may change is also what a page is drawn from.

The author of a foreign letter lets its particulars, its catalog, its description or a field stand among the page's own
resources; what changes later is only that, by the look of it.
"""

import re
from collections.abc import Callable

from pyhanko.sign.fields import MDPPerm

from tests.attacks import forge
from tests.attacks.attack import LATER, Attack, Family
from tests.attacks.siblings import COUNTERSIGNED
from tests.signing import foreign

_PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Annots [7 0 R]"
    b" /Resources << /Font << /F1 5 0 R >> /XObject %d 0 R >> >>"
)
_FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /Font << /F1 5 0 R >> >>"
_DESCRIBED = (
    b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n"
    b"%s\n</rdf:RDF></x:xmpmeta>"
)
_LAST = 12


def letter(xobjects: int, changed: dict[int, bytes], level: MDPPerm | None = None) -> bytes:
    """Write a letter whose page draws from an object of whatever other part, and sign it."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: _PAGE % xobjects,
        4: words(b"PAY 100.00"),
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        6: b"<< /Fields [7 0 R] >>",
        7: b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (note) /Rect [72 600 272 620] /P 3 0 R /F 4 >>",
        8: words(b"PAY 100.00", _FORM),
        9: words(b"PAY 900.00", _FORM),
        _LAST: b"<< /Title (A letter) >>",
        **changed,
    }
    return foreign.signed(forge.scratch(objects, b"/Info %d 0 R" % _LAST), certify=level)


def words(text: bytes, dictionary: bytes = b"", font: bytes = b"F1") -> bytes:
    return forge.stream(b"BT /%s 18 Tf 72 700 Td (%s) Tj ET" % (font, text), dictionary)


def particulars_that_draw() -> bytes:
    """The particulars name what the page draws; then they are brought up to date."""
    pdf = letter(_LAST, {4: forge.stream(b"/X Do"), _LAST: b"<< /Title (A letter) /X 8 0 R /Y 9 0 R >>"})
    return forge.revision(pdf, {_LAST: b"<< /Title (A letter) /X 9 0 R /Y 8 0 R >>"})


def catalog_that_draws() -> bytes:
    """The page draws its catalog's extensions, which may change."""
    catalog = b"<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R /Extensions 8 0 R >>"
    pdf = letter(1, {1: catalog, 4: forge.stream(b"/Extensions Do")})
    return forge.revision(pdf, {1: forge.body(pdf, 1).replace(b"/Extensions 8 0 R", b"/Extensions 9 0 R")})


def description_that_is_shown() -> bytes:
    """The description (XMP) is the page's content as well."""
    pdf = letter(10, {1: b"<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R /Metadata 4 0 R >>", 4: _described(b"100")})
    return forge.revision(pdf, {4: _described(b"900")})


def field_that_draws() -> bytes:
    """The page draws what a field's border and colours name."""
    field = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (note) /Rect [72 600 272 620] /P 3 0 R /F 4 /MK %d 0 R >>"
    pdf = letter(7, {4: forge.stream(b"/MK Do"), 7: field % 8})
    return forge.revision(pdf, {7: field % 9})


def field_whose_drawing_is_the_pages() -> bytes:
    """The page draws what draws a field, through the field; then the drawing is overwritten, as if to fill it."""
    field = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (note) /Rect [72 600 272 620] /P 3 0 R /F 4 /AP 8 0 R >>"
    pdf = letter(7, {4: forge.stream(b"/AP Do"), 7: field})
    return forge.revision(pdf, {8: words(b"PAY 900.00", _FORM)})


def particulars_of_that_name() -> bytes:
    """The page's font is the particulars, and is called what the trailer calls them."""
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /%s >>"
    page = (_PAGE % 8).replace(b"/F1 5 0 R", b"/Info %d 0 R" % _LAST)
    pdf = letter(8, {3: page, 4: words(b"PAY 100.00", font=b"Info"), _LAST: font % b"Helvetica"})
    return forge.revision(pdf, {_LAST: font % b"ZapfDingbats"})


def content_listed_as_a_note() -> bytes:
    """The page's content is overwritten and listed among the notes, which the certification lets come and change."""
    pdf = letter(10, {}, MDPPerm.ANNOTATE)
    page = re.sub(rb"/Annots \[(.*?)\]", rb"/Annots [\1 4 0 R]", forge.body(pdf, 3), flags=re.DOTALL)
    return forge.revision(pdf, {3: page, 4: words(b"PAY 900.00")})


def _described(amount: bytes) -> bytes:
    return forge.stream(_DESCRIBED % (b"BT /F1 18 Tf 72 700 Td (PAY %s.00) Tj ET" % amount))


_ROWS: tuple[tuple[str, str, Callable[[], bytes]], ...] = (
    ("the particulars draw the page", "文件说明（/Info）兼作页面的图形", particulars_that_draw),
    ("a font called the particulars", "字体取名 /Info，就是文件说明", particulars_of_that_name),
    ("the catalog draws the page", "文件目录兼作页面的图形", catalog_that_draws),
    ("the description is the content", "文件说明（XMP）兼作页面内容", description_that_is_shown),
    ("a field draws the page", "栏位兼作页面的图形", field_that_draws),
    ("a field's drawing is the page's", "栏位的样子兼作页面的图形", field_whose_drawing_is_the_pages),
    ("the content is listed as a note", "页面内容列作批注", content_listed_as_a_note),
)
PARTS = Family(
    "parts",
    "一物两用：可以改的东西，同时也是页面的内容",
    tuple(
        attack
        for name, said, build in _ROWS
        for attack in (
            Attack(f"double part: {name}", f"{said}，签后另存", 10, build, COUNTERSIGNED, at=LATER),
            Attack(
                f"double part: {name}, then signed",
                f"{said}，改后再由别人签",
                10,
                lambda build=build: foreign.signed(build(), "Signature2"),  # type: ignore[misc]  # bound now
                COUNTERSIGNED,
                at=LATER,
            ),
        )
    ),
)
