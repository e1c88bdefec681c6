"""Blanking: a file as it ended with a revision, some of its drawings taken out, to be looked at and then forgotten."""

from collections.abc import Collection

from forms_service.signing.revisions import History, Revision
from forms_service.signing.syntax import Malformed, Ref

_EMPTY = b"<< /Type /XObject /Subtype /Form /BBox [0 0 1 1] /Length 0 >>\nstream\n\nendstream"
_ROW = (1, 5, 2)  # bytes of a cross-reference stream's cells: kind, offset, generation


def without_drawings(history: History, revision: int, numbers: Collection[int]) -> bytes:
    """Give the file with these objects overwritten by drawings of nothing. Raises Malformed where it has no catalog."""
    of = history.revisions[revision]
    written, places = bytearray(history.data[: of.end]), {}
    for number in sorted(numbers):
        generation = of.known[number].which if of.known[number].kind == "n" else 0
        written += b"\n"
        places[number] = len(written), generation
        written += b"%d %d obj\n%s\nendobj\n" % (number, generation, _EMPTY)
    at = len(written)
    return bytes(written) + _section(of, places, at) + b"startxref\n%d\n%%%%EOF\n" % at


def _section(of: Revision, places: dict[int, tuple[int, int]], at: int) -> bytes:
    """Write a section of the kind that the one before it is: programs follow /Prev to no other."""
    last, root, size = of.sections[-1], of.trailer.get("/Root"), of.trailer.get("/Size")
    if not isinstance(root, Ref) or not isinstance(size, int):
        raise Malformed("文件尾没有写明目录与对象总数")
    kept = b"/Root %d %d R /Prev %d" % (root.number, root.generation, last.offset)
    if last.stream is None:
        rows = b"".join(b"%d 1\n%010d %05d n \n" % (number, *place) for number, place in places.items())
        return b"xref\n%strailer\n<< /Size %d %s >>\n" % (rows, size, kept)
    places = {**places, size: (at, 0)}
    index = b" ".join(b"%d 1" % number for number in places)
    cells = b"".join(_row(1, where, generation) for where, generation in places.values())
    head = b"/Type /XRef /W [%d %d %d] /Index [%s] /Size %d %s /Length %d" % (*_ROW, index, size + 1, kept, len(cells))
    return b"%d 0 obj\n<< %s >>\nstream\n%s\nendstream\nendobj\n" % (size, head, cells)


def _row(*cells: int) -> bytes:
    return b"".join(cell.to_bytes(width, "big") for cell, width in zip(cells, _ROW, strict=True))
