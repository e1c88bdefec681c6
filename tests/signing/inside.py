"""A signature that is no object of its own but stands inside its box, as fpdf2 and others write it; made by hand."""

import asyncio
import hashlib
import re
from collections.abc import Mapping

from pyhanko.sign.signers import SimpleSigner

from tests.signing import foreign

_ROOM = 8000
_RANGE = b"/ByteRange [0 %010d %010d %010d]"
_WHEN = b"/M (D:20261124090000+08'00')"
_BOX = (
    b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (%s) /Rect [0 0 0 0] /F 132 /P 3 0 R /V << /Type /Sig "
    b"/Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached %s %s /Contents <%s> >> >>\n"
)
CATALOG = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /SigFlags 3 /Fields [5 0 R] >> >>\n"


def signed_inside(
    words: bytes, signer: SimpleSigner, *, gap: bytes = b"", when: bytes = _WHEN, name: bytes = b"Signature1"
) -> bytes:
    """Sign a page by hand; `gap` stands between the `startxref` place and its table, `when` is the time,
    `name` the box's name.
    """
    box = _BOX % (name, when, _RANGE % (0, 0, 0), b"0" * _ROOM)
    pdf = appended(foreign.by_hand(words), {1: CATALOG, 5: box}, gap=gap)
    start = pdf.index(b"<" + b"0" * _ROOM)
    end = start + _ROOM + 2
    pdf = pdf.replace(_RANGE % (0, 0, 0), _RANGE % (start, end, len(pdf) - end))
    digest = hashlib.sha256(pdf[:start] + pdf[end:]).digest()
    signing = signer.async_sign(digest, "sha256", use_pades=False)
    container: bytes = asyncio.run(signing).dump().hex().encode()
    return pdf[:start] + b"<" + container.ljust(_ROOM, b"0") + b">" + pdf[end:]


def written_anew(pdf: bytes) -> bytes:
    """Append the signed box once more, with another flag."""
    found = re.findall(rb"5 0 obj\n(<<.*?>> >>\n)endobj", pdf, re.DOTALL)[-1]
    return appended(pdf, {5: found.replace(b"/F 132", b"/F 4")})


def appended(pdf: bytes, objects: Mapping[int, bytes], *, gap: bytes = b"") -> bytes:
    """Append a revision by hand; `gap` stands between the place that it gives for its table and the table."""
    written, rows = pdf, b""
    size = max(int(re.findall(rb"/Size (\d+)", pdf)[-1]), max(objects) + 1)
    for number, body in sorted(objects.items()):
        rows += b"%d 1\n%010d 00000 n \n" % (number, len(written))
        written += b"%d 0 obj\n%sendobj\n" % (number, body)
    before = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    trailer = b"trailer\n<< /Root 1 0 R /Size %d /Prev %d >>\n" % (size, before)
    return written + gap + b"xref\n%s%sstartxref\n%d\n%%%%EOF\n" % (rows, trailer, len(written))
