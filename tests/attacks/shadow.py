"""Shadow attacks: content prepared before somebody signs, and brought to light, or hidden, after.

Nobody can prepare a document of ours, for the firm signs first. They are shown for foreign letters, whose author may
have prepared anything, and for ours as what an insider saves in a later revision.
"""

import re

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests import spoiling
from tests.attacks import bases, forge
from tests.attacks.attack import LATER, Attack, Family
from tests.attacks.siblings import COUNTERSIGNED, SAVED_BEFORE, SEALED
from tests.signing import foreign
from tests.tampering import Spoil, append

Writer = IncrementalPdfFileWriter
_COVER = b"1 1 1 rg 60 790 200 30 re f"


def covered(writer: Writer) -> None:
    """Lay an opaque note over the words of the page."""
    page, _ = writer.find_page_for_modification(0)
    rect = generic.ArrayObject([generic.NumberObject(n) for n in (60, 790, 260, 820)])
    form = generic.StreamObject(
        generic.DictionaryObject({pdf_name("/Subtype"): pdf_name("/Form"), pdf_name("/BBox"): rect}),
        stream_data=_COVER,
    )
    note = {
        pdf_name("/Type"): pdf_name("/Annot"),
        pdf_name("/Subtype"): pdf_name("/Square"),
        pdf_name("/Rect"): rect,
        pdf_name("/F"): generic.NumberObject(4),
        pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): writer.add_object(form)}),
    }
    writer.register_annotation(page, writer.add_object(generic.DictionaryObject(note)))


def uncovered(writer: Writer) -> None:
    """Take the last annotation of the page away again."""
    page, _ = writer.find_page_for_modification(0)
    opened = page.get_object()
    notes = [n for n in opened["/Annots"] if n.get_object().get("/Subtype") != "/Square"]
    opened[pdf_name("/Annots")] = generic.ArrayObject(notes)
    writer.update_container(opened)


def cover_freed(pdf: bytes) -> bytes:
    """Free the note's object in the table, and leave the list of annotations alone."""
    number = int(re.findall(rb"\n(\d+) 0 obj\n<<\n/Type /Annot\n/Subtype /Square", pdf)[-1])
    freed = forge.revision(pdf, {})
    return freed.replace(b"xref\ntrailer", b"xref\n%d 1\n0000000000 00001 f \ntrailer" % number)


def cover_emptied(pdf: bytes) -> bytes:
    """Overwrite the note's drawing with nothing."""
    number = int(re.findall(rb"\n(\d+) 0 obj\n<<\n/Subtype /Form\n/BBox \[ 60 790", pdf)[-1])
    return forge.revision(pdf, {number: forge.stream(b"", b"/Subtype /Form /BBox [60 790 260 820]")})


def _hidden_letter() -> bytes:
    return bases.prepared_page(covered)


def two_faced(pdf: bytes) -> bytes:
    """Prepare a page content that nothing leads to yet."""
    return forge.revision(pdf, {forge.free_number(pdf): forge.stream(b"BT /F1 12 Tf 72 800 Td (PAY 999) Tj ET")})


def switched(pdf: bytes) -> bytes:
    """Lead the page to the prepared content by a table alone, without writing an object again."""
    prepared = pdf.index(b"(PAY 999)")
    where = pdf.rindex(b" 0 obj", 0, prepared)
    start = pdf.rindex(b"\n", 0, where) + 1
    content = int(re.findall(rb"/Contents (\d+) 0 R", pdf)[0])
    found = forge.revision(pdf, {})
    return found.replace(b"xref\ntrailer", b"xref\n%d 1\n%010d 00000 n \ntrailer" % (content, start))


def turned(pdf: bytes) -> bytes:
    """Let the page name the prepared content."""
    prepared = int(re.findall(rb"\n(\d+) 0 obj\n<<  /Length \d+ >>\nstream\nBT /F1 12 Tf 72 800", pdf)[-1])
    page = next(n for n in re.findall(rb"\n(\d+) 0 obj\n<<\n[^>]*?/Contents \d+ 0 R", pdf))
    body = re.sub(rb"/Contents \d+ 0 R", b"/Contents %d 0 R" % prepared, forge.body(pdf, int(page)))
    return forge.revision(pdf, {int(page): body})


def _two_faced_letter() -> bytes:
    return foreign.signed(two_faced(foreign.page()))


def font_overwritten(pdf: bytes) -> bytes:
    """Overwrite the font that the page's words are drawn in."""
    number = int(re.findall(rb"\n(\d+) 0 obj\n<<\n/BaseFont /Helvetica", pdf)[0])
    return forge.revision(pdf, {number: b"<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>"})


def value_shown_otherwise(writer: Writer) -> None:
    """Let a field show other words than it stores, as its author prepared it."""
    foreign.fill(writer, "900.00")
    field = writer.root["/AcroForm"]["/Fields"][0].get_object()
    field[pdf_name("/V")] = pdf_string("100.00")


def _covered_by_insider(writer: Writer) -> None:
    covered(writer)


def _then(pdf: bytes) -> bytes:
    return foreign.signed(pdf, "Signature2")


def _uncovered_by_last() -> bytes:
    return _then(append(_hidden_letter(), uncovered))


SHADOW = Family(
    "shadow",
    "影子攻击（藏、换、又藏又换）",
    (
        Attack(
            "shadow hide: the cover taken off",
            "藏：签后揭去盖在正文上的遮块，另存",
            10,
            lambda: append(_hidden_letter(), uncovered),
            COUNTERSIGNED,
            at=LATER,
        ),
        Attack(
            "shadow hide: the cover taken off, then signed",
            "藏：揭去遮块，再由别人签",
            10,
            _uncovered_by_last,
            COUNTERSIGNED,
            at=LATER,
        ),
        Attack(
            "shadow hide: the cover freed",
            "藏：在交叉引用表里放掉遮块",
            10,
            lambda: cover_freed(_hidden_letter()),
            SAVED_BEFORE,
            at=LATER,
        ),
        Attack(
            "shadow hide: the cover freed, then signed",
            "藏：放掉遮块，再由别人签",
            10,
            lambda: _then(cover_freed(_hidden_letter())),
            SAVED_BEFORE,
            at=LATER,
        ),
        Attack(
            "shadow hide: the cover emptied",
            "藏：遮块的样子改成空白",
            10,
            lambda: cover_emptied(_hidden_letter()),
            COUNTERSIGNED,
            at=LATER,
        ),
        Attack(
            "shadow hide: the cover emptied, then signed",
            "藏：遮块改空，再由别人签",
            10,
            lambda: _then(cover_emptied(_hidden_letter())),
            COUNTERSIGNED,
            at=LATER,
        ),
        Attack(
            "shadow replace: the page's font overwritten",
            "换：正文的字体换成别的字形",
            10,
            lambda: font_overwritten(bases.letter()),
            COUNTERSIGNED,
            at=LATER,
        ),
        Attack(
            "shadow replace: the font overwritten, then signed",
            "换：字体换掉，再由别人签",
            10,
            lambda: _then(font_overwritten(bases.letter())),
            COUNTERSIGNED,
            at=LATER,
        ),
        Attack(
            "shadow hide-and-replace: the table turned",
            "又藏又换：交叉引用表改指预先藏好的正文",
            7,
            lambda: switched(_two_faced_letter()),
            SAVED_BEFORE,
            at=LATER,
        ),
        Attack(
            "shadow hide-and-replace: the table turned, then signed",
            "又藏又换：改指之后再由别人签",
            7,
            lambda: _then(switched(_two_faced_letter())),
            SAVED_BEFORE,
            at=LATER,
        ),
        Attack(
            "shadow hide-and-replace: the page turned",
            "又藏又换：页面改指预先藏好的正文",
            10,
            lambda: turned(_two_faced_letter()),
            SAVED_BEFORE,
            at=LATER,
        ),
        Attack(
            "shadow by an insider: a cover laid on",
            "核签人在页面上盖遮块",
            10,
            lambda: bases.by_insider(covered),
            SEALED,
        ),
        Attack(
            "shadow by an insider: content kept for later",
            "核签人预先藏好日后要用的对象",
            10,
            lambda: bases.by_insider(spoiling.leave_loose),
            SEALED,
        ),
        Attack(
            "shadow by an insider: the shown font overwritten",
            "核签人换掉金额所用的字体",
            8,
            lambda: bases.by_insider(spoiling.swap_shown_font),
            SEALED,
        ),
    ),
)
_ = Spoil
