"""Drawings of fields as programs write them, and as those who hide something do, for files that are not ours."""

import io
from collections.abc import Mapping

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from reportlab.pdfgen.canvas import Canvas

from tests.signing import others
from tests.tampering import Spoil

Writer = IncrementalPdfFileWriter
HELVETICA: Mapping[str, str] = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
SECOND_BOX = (72, 100, 172, 150)


def dictionary(**pairs: generic.PdfObject) -> generic.DictionaryObject:
    return generic.DictionaryObject({pdf_name(f"/{key}"): value for key, value in pairs.items()})


def numbers(*given: float) -> generic.ArrayObject:
    return generic.ArrayObject([generic.FloatObject(number) for number in given])


def raw(array: generic.ArrayObject) -> list[generic.PdfObject]:
    """List what stands in an array: references stay references."""
    return [array.raw_get(place) for place in range(len(array))]


def names(pairs: Mapping[str, str]) -> generic.DictionaryObject:
    return generic.DictionaryObject({pdf_name(key): pdf_name(value) for key, value in pairs.items()})


def form(content: str, font: generic.PdfObject | None = None, **more: generic.PdfObject) -> generic.StreamObject:
    """Make a drawing 200 points wide and 20 high, with one font F1."""
    resources = dictionary(Font=dictionary(F1=font or names(HELVETICA)))
    made = dictionary(Subtype=pdf_name("/Form"), BBox=numbers(0, 0, 200, 20), Resources=resources)
    for key, value in more.items():
        made[pdf_name(f"/{key}")] = value
    return generic.StreamObject(dict(made), stream_data=content.encode("latin-1"))


def chinese(text: str, encoding: str = "/UniGB-UTF16-H", collection: str = "GB1") -> generic.StreamObject:
    """Draw a text in a Chinese font that every program has of its own."""
    told = dictionary(Registry=pdf_string("Adobe"), Ordering=pdf_string(collection), Supplement=generic.NumberObject(4))
    below = names({"/Type": "/Font", "/Subtype": "/CIDFontType0", "/BaseFont": "/STSong-Light"})
    below[pdf_name("/CIDSystemInfo")] = told
    font = names({"/Type": "/Font", "/Subtype": "/Type0", "/BaseFont": "/STSong-Light", "/Encoding": encoding})
    font[pdf_name("/DescendantFonts")] = generic.ArrayObject([below])
    return form(f"BT /F1 12 Tf 2 5 Td <{text.encode('utf-16-be').hex()}> Tj ET", font)


def drawn_by(name: str, value: str, drawing: generic.StreamObject) -> Spoil:
    """Store a value in a field and draw it so."""

    def spoil(writer: Writer) -> None:
        field = others.field(writer, name)
        field[pdf_name("/V")] = pdf_string(value)
        field[pdf_name("/AP")] = dictionary(N=writer.add_object(drawing))
        writer.update_container(field)

    return spoil


def countersigned(spoil: Spoil, base: bytes | None = None) -> bytes:
    """Let a letter that is signed already be spoilt, and signed by a second person."""
    signed = others.sign(others.letter() if base is None else base)
    return others.sign(others.saved(signed, spoil), "Signature2", at=SECOND_BOX)


HONEST: Mapping[str, str] = {
    "Acrobat": "/Tx BMC \nq\n1 1 198 18 re\nW\nn\nBT\n/F1 12 Tf\n0 g\n2 5.9 Td\n(PAID 12) Tj\nET\nQ\nEMC",
    "Acrobat, bevelled": (
        "0.75 g 0 0 200 20 re f 1 g 1 1 m 1 19 l 199 19 l 198 18 l 2 18 l 2 2 l f"
        " 0.5 g 199 19 m 199 1 l 1 1 l 2 2 l 198 2 l 198 18 l f 0 G 0.5 0.5 199 19 re s"
        " /Tx BMC q 4 4 192 12 re W n BT /F1 9 Tf 0 0 0.5 rg 4 6 Td (PAID 12) Tj ET Q EMC"
    ),
    "pdf.js": "/Tx BMC q BT /F1 12 Tf 0 g 1 0 0 1 2 6.5 Tm (PAID 12) Tj ET Q EMC",
    "PDFium": (
        "q\n0.8 0.843 1 rg\n0 0 200 20 re\nf\nQ\nq\n0.1 0.1 0.1 rg\n0 0 200 20 re\n1 1 198 18 re\nf*\nQ\n"
        "/Tx BMC\nq\nBT\n0.1 0.1 0.1 rg\n1 5.674 Td\n/F1 12 Tf\n(PAID 12) Tj\nET\nQ\nEMC"
    ),
    "MuPDF": (
        "/Tx BMC\nq\n.8 .843 1 rg\n0 0 200 20 re\nf\n1 w\n.1 .1 .1 RG\n.5 .5 199 19 re\ns\n1 1 198 18 re\nW\nn\nBT\n"
        ".1 .1 .1 rg\n2 6.3999998 Td\n/F1 12 Tf\n(PAID 12) Tj\nET\nQ\nEMC"
    ),
    "pypdf, which does not end its clipping": (
        "q\n/Tx BMC \nq\n2 1 194.0 17.0 re\nW\nBT\n/F1 12.0 Tf 0.1 0.1 0.1 rg\n2 5.692 Td\n(PAID 12) Tj\nET\nQ\nEMC\nQ"
    ),
    "iText": "/Tx BMC q 2 2 196 16 re W n q BT 2 6 Td /F1 12 Tf 0 g (PAID 12)Tj 0 g ET Q Q EMC",
    "a comb": (
        "0 G 0.5 0.5 199 19 re s 25 0.5 m 25 19.5 l 50 0.5 m 50 19.5 l s /Tx BMC q BT /F1 12 Tf 0 g 9 5 Td (P) Tj"
        " 25 0 Td (A) Tj 25 0 Td (I) Tj 25 0 Td (D) Tj 25 0 Td (1) Tj 25 0 Td (2) Tj ET Q EMC"
    ),
    "kerned": "BT /F1 12 Tf 2 5 Td [(P) 60 (AID) -250 (1) 20 (2)] TJ ET",
    "bold by an outline": "BT 2 Tr 0.3 w /F1 12 Tf 2 5 Td (PAID 12) Tj ET",
    "a little narrower": "BT /F1 12 Tf 2 5 Td 80 Tz (PAID 12) Tj ET",
    "white on a dark background": "0 0 0.4 rg 0 0 200 20 re f BT 1 g /F1 12 Tf 2 5 Td (PAID 12) Tj ET",
}
HIDDEN: Mapping[str, str] = {
    "white": "BT 1 g /F1 12 Tf 2 5 Td (PAID 12) Tj ET",
    "white by inks": "BT 0 0 0 0 k /F1 12 Tf 2 5 Td (PAID 12) Tj ET",
    "almost white": "BT 0.98 0.98 0.97 rg /F1 12 Tf 2 5 Td (PAID 12) Tj ET",
    "in the colour of its background": "0 0 0.4 rg 0 0 200 20 re f BT /F1 12 Tf 2 5 Td (PAID 12) Tj ET",
    "in no mode": "BT 3 Tr /F1 12 Tf 2 5 Td (PAID 12) Tj ET",
    "in the mode that only clips": "BT 7 Tr /F1 12 Tf 2 5 Td (PAID 12) Tj ET",
    "clipped away": "q 150 0 50 20 re W n BT /F1 12 Tf 2 5 Td (PAID 12) Tj ET Q",
    "clipped to nothing": "q 0 0 0 0 re W n BT /F1 12 Tf 2 5 Td (PAID 12) Tj ET Q",
    "right of the box": "BT /F1 12 Tf 300 5 Td (PAID 12) Tj ET",
    "below the box": "BT /F1 12 Tf 1 0 0 1 2 -40 Tm (PAID 12) Tj ET",
    "raised out of the box": "BT /F1 12 Tf 60 Ts 2 5 Td (PAID 12) Tj ET",
    "of no size": "BT /F1 0.1 Tf 2 5 Td (PAID 12) Tj ET",
    "shrunk to nothing": "BT /F1 12 Tf 0.01 0 0 0.01 2 5 Tm (PAID 12) Tj ET",
    "shrunk with everything": "q 0.01 0 0 0.01 0 0 cm BT /F1 12 Tf 2 5 Td (PAID 12) Tj ET Q",
    "covered": "BT /F1 12 Tf 2 5 Td (PAID 12) Tj ET 1 g 0 0 200 20 re f",
    "covered in black": "BT /F1 12 Tf 2 5 Td (PAID 12) Tj ET 0 g 0 0 200 20 re f",
}
OTHERWISE: Mapping[str, str] = {
    "other letters": "BT /F1 12 Tf 2 5 Td (PAID 21) Tj ET",
    "the letters in another order": "BT /F1 12 Tf 80 5 Td (PAID 1) Tj -40 0 Td (2) Tj ET",
    "with more": "BT /F1 12 Tf 2 5 Td (PAID 12) Tj 80 0 Td (000) Tj ET",
    "hidden letters among those seen": "BT /F1 12 Tf 2 5 Td (PAID 9) Tj 3 Tr (PAID 12) Tj ET",
}
DOUBTED: Mapping[str, str] = {
    "struck out": "BT /F1 12 Tf 2 5 Td (PAID 12) Tj ET 0 9 m 100 9 l S",
    "turned": "BT /F1 12 Tf 0.98 0.17 -0.17 0.98 2 5 Tm (PAID 12) Tj ET",
    "pale": "BT 0.85 g /F1 12 Tf 2 5 Td (PAID 12) Tj ET",
    "too long for its box": "BT /F1 12 Tf 2 5 Td 30 Tc (PAID 12) Tj ET",
    "beside a shape": "BT /F1 12 Tf 2 5 Td (PAID 12) Tj ET 80 8 m 120 8 l 120 16 l f",
    "beside a curve": "BT /F1 12 Tf 2 5 Td (PAID 12) Tj ET 80 8 m 90 16 100 16 110 8 c S",
    "with hidden words besides": "BT /F1 12 Tf 2 5 Td (PAID 12) Tj 3 Tr ( NOT) Tj ET",
    "clipped below": "q 0 7 200 13 re W n BT /F1 12 Tf 2 5 Td (PAID 12) Tj ET Q",
    "too long to follow": f"BT /F1 12 Tf 2 5 Td (PAID 12) Tj ET {'q Q ' * 300_000}",
    "too much to follow": f"BT /F1 12 Tf 2 5 Td (PAID 12) Tj ET {'0 0 m 1 1 l n ' * 8_000}",
    "in an outline": "BT 1 Tr /F1 12 Tf 2 5 Td (PAID 12) Tj ET",
    "under a thick white outline": "BT 2 Tr 1 G 30 w /F1 12 Tf 2 5 Td (PAID 12) Tj ET",
    "under a thick outline": "BT 2 Tr 12 w /F1 12 Tf 2 5 Td (PAID 12) Tj ET",
    "mirrored": "BT /F1 12 Tf 60 5 Td -100 Tz (PAID 12) Tj ET",
    "pressed together": "BT /F1 12 Tf 2 5 Td 2 Tz (PAID 12) Tj ET",
    "drawn wide": "BT /F1 12 Tf 2 5 Td 300 Tz (PAID 12) Tj ET",
    "with blanks that go back": "BT /F1 12 Tf 2 5 Td (PAI) Tj -20 Tw (D 12) Tj ET",
}
"""Drawings of `PAID 12`: as honest programs draw it; so that nobody sees it; so that something else is seen; so that
somebody has to look."""


def office_form() -> bytes:
    """Draw a page with one field of each kind, blank, and a second page."""
    drawn = io.BytesIO()
    canvas = Canvas(drawn, invariant=True)
    canvas.drawString(72, 800, "AN OFFICE FORM")
    form, options = canvas.acroForm, [("Germany", "DE"), ("France", "FR")]
    form.textfield(name="secret", x=72, y=700, width=200, height=20, value="", fieldFlags="password")
    form.textfield(name="lines", x=72, y=560, width=200, height=80, value="", fieldFlags="multiline")
    form.choice(name="country", x=72, y=480, width=200, height=20, options=options, value="FR")
    form.listbox(name="countries", x=72, y=400, width=200, height=60, options=options, value="FR")
    form.checkbox(name="agreed", x=300, y=660)
    for value, left in (("cash", 300), ("card", 340)):
        form.radio(name="payment", value=value, x=left, y=600, selected=value == "cash")
    canvas.showPage()
    canvas.drawString(72, 800, "PAGE TWO")
    canvas.showPage()
    canvas.save()
    return drawn.getvalue()
