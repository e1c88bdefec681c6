"""Bombs: small files that unfold to gibibytes, go deep or go round, written by hand."""

import zlib
from collections.abc import Callable

from forms_service.signing.messages import MIB


def _file(*objects: bytes) -> bytes:
    """Write a file of one revision, its objects numbered from 1, whose catalog is the first."""
    body, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(body))
    )


def _zeros(mebibytes: int) -> bytes:
    """Compress so many MiB of zeros without having them: one packed MiB again and again, and the sum that they have."""
    packer = zlib.compressobj(9)
    first, again = (packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    total = (mebibytes * MIB % 65521) << 16 | 1
    return first + again * (mebibytes - 1) + packer.flush()[:-4] + total.to_bytes(4, "big")


def _stream(more: bytes, packed: bytes, layers: int = 1) -> bytes:
    filters = b"[" + b"/FlateDecode " * layers + b"]"
    return b"<<%s /Length %d /Filter %s>>\nstream\n%s\nendstream" % (more, len(packed), filters, packed)


def bomb(*more: bytes, fields: bytes = b"3 0 R", pages: bytes = b"<</Type /Pages /Kids [] /Count 0>>") -> bytes:
    """Write a file with a signature box, and objects 5 and on of one's own."""
    return _file(
        b"<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [%s]>> /More 5 0 R>>" % fields,
        pages,
        b"<</FT /Sig /T (s) /V 4 0 R>>",
        b"<</Type /Sig /ByteRange [0 1 2 3] /Contents <00>>>",
        *more,
    )


def _packed_table() -> bytes:
    """Write a file whose cross-reference stream is a bomb."""
    body = bomb()
    start = len(body)
    stream = _stream(b"/Type /XRef /Size 9 /W [1 2 1] /Root 1 0 R", _zeros(4096))
    return body + b"9 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (stream, start)


BOMBS: dict[str, Callable[[], bytes]] = {
    "a packed cross-reference table": _packed_table,
    "a packed page": lambda: bomb(
        b"<</Type /Page /Parent 2 0 R /Contents 6 0 R>>",
        _stream(b"", _zeros(4096)),
        pages=b"<</Type /Pages /Kids [5 0 R] /Count 1>>",
    ),
    "a packed object stream": lambda: bomb(_stream(b"/Type /ObjStm /N 1 /First 5", _zeros(4096))),
    "one packed within another": lambda: bomb(
        _stream(b"/Type /ObjStm /N 1 /First 5", zlib.compress(zlib.compress(_zeros(4096))), 3)
    ),
    "a deep array": lambda: bomb(b"[" * 2_000_000),
    "a deep dictionary": lambda: bomb(b"<</A " * 500_000),
    "a long table": lambda: bomb().replace(b"xref\n0 5", b"xref\n0 4000000000"),
    "a large size": lambda: bomb().replace(b"/Size 5", b"/Size 9999999999999"),
    "many revisions": lambda: bomb() * 5000,
    "half a million fields": lambda: bomb(fields=b"3 0 R " * 500_000),
    "a page tree in a circle": lambda: bomb(pages=b"<</Type /Pages /Kids [2 0 R 2 0 R] /Count 9>>"),
}
