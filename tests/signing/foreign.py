"""Files that are not ours: made and signed by pyHanko in its own ways, for the tests of what the verifier must bear."""

import functools
import io
import re

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, PdfTimeStamper
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.timestamps import TimeStamper
from reportlab.pdfgen.canvas import Canvas

from forms_service.signing.signer import Signer
from tests.signing.drawings import form
from tests.tampering import person


@functools.cache
def page(*, packed: bool = False) -> bytes:
    """Give a page with one text field; `packed` with cross-reference and object streams."""
    drawn = io.BytesIO()
    canvas = Canvas(drawn, invariant=True)
    canvas.drawString(72, 800, "A LETTER")
    canvas.acroForm.textfield(name="amount", x=72, y=700, width=200, height=20, value="100.00")
    canvas.showPage()
    canvas.save()
    if not packed:
        return drawn.getvalue()
    writer = copy_into_new_writer(PdfFileReader(drawn), {"stream_xrefs": True})
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def by_hand(content: bytes, *, behind: bytes = b"\n", nowhere: bool = False) -> bytes:
    """Write a page by hand; `behind` stands between its stream and `endobj`, `nowhere` lists an object at offset 0."""
    font = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    bodies = (
        b"<< /Type /Catalog /Pages 2 0 R >>\n",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>\n",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources %s >>\n" % font,
        b"<< /Length %d >>\nstream\n%s\nendstream%s" % (len(content), content, behind),
    )
    pdf, entries = b"%PDF-1.7\n", [b"0000000000 65535 f \n"]
    for number, body in enumerate(bodies, 1):
        entries.append(b"%010d 00000 n \n" % len(pdf))
        pdf += b"%d 0 obj\n%sendobj\n" % (number, body)
    entries += [b"0000000000 00000 n \n"] * nowhere
    table = b"xref\n0 %d\n%strailer\n<< /Root 1 0 R /Size %d >>\n" % (len(entries), b"".join(entries), len(entries))
    return pdf + table + b"startxref\n%d\n%%%%EOF\n" % len(pdf)


def signed(
    base: bytes,
    box: str = "Signature1",
    signer: Signer | None = None,
    *,
    certify: MDPPerm | None = None,
    subfilter: SigSeedSubFilter = SigSeedSubFilter.PADES,
    amount: str | None = None,
) -> bytes:
    """Sign with stock pyHanko in a box of its own, filling the field on the way."""
    writer = IncrementalPdfFileWriter(io.BytesIO(base))
    if amount is not None:
        fill(writer, amount)
    append_signature_field(writer, SigFieldSpec(box, box=(300, 100, 400, 150)))
    data = PdfSignatureMetadata(
        field_name=box,
        md_algorithm="sha256",
        certify=certify is not None,
        subfilter=subfilter,
        docmdp_permissions=certify or MDPPerm.FILL_FORMS,
    )
    return bytes(PdfSigner(data, signer or person("li_wen")).sign_pdf(writer, existing_fields_only=True).getvalue())


def stamped(base: bytes, timestamper: TimeStamper) -> bytes:
    """Add a document timestamp."""
    writer = IncrementalPdfFileWriter(io.BytesIO(base))
    return bytes(PdfTimeStamper(timestamper).timestamp_pdf(writer, "sha256", validation_context=None).getvalue())


def restated(pdf: bytes, *, identity: bytes = b"") -> bytes:
    """Save once more with nothing new and the newest table again, as LibreOffice does; under another id if given."""
    at = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    table = re.sub(rb"/Prev \d+", b"", pdf[at : pdf.index(b"startxref", at)])
    table = table.replace(b"trailer\n<<", b"trailer\n<< /Prev %d" % at)
    if identity:
        table = re.sub(rb"/ID\s*\[.*?\]", b"/ID [<%s> <%s>]" % (identity, identity), table, flags=re.DOTALL)
    return pdf + table + b"startxref\n%d\n%%%%EOF\n" % len(pdf)


def fill(writer: IncrementalPdfFileWriter, amount: str) -> None:
    found = next(f for f in writer.root["/AcroForm"]["/Fields"] if f.get_object()["/T"] == "amount")
    field = found.get_object()
    field[pdf_name("/V")] = pdf_string(amount)
    field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(_drawn(amount))})
    writer.update_container(field)


def _drawn(amount: str) -> generic.StreamObject:
    return form(f"/Tx BMC BT /F1 12 Tf 2 5 Td ({amount}) Tj ET EMC")
