"""Bytes by hand: revisions, tables and signatures written as no honest program would, for the attacks.

Works on files with cross-reference tables, which is what we and ReportLab write.
"""

import hashlib
import re
from collections.abc import Mapping

from asn1crypto import parser

from forms_service.domain.record import SignatureFacts
from forms_service.signing import oids
from forms_service.signing.signed_data import DATA, Message, sign_message, text_attribute
from forms_service.signing.signer import Signer

_RANGE = re.compile(rb"/ByteRange \[\d+ \d+ \d+ \d+\] *")
_GAP = re.compile(rb"/Contents (<[0-9A-Fa-f]{500,}>)")
_STARTXREF = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")


def table(pdf: bytes) -> int:
    """Find the newest cross-reference table."""
    return int(_found(_STARTXREF.search(pdf))[1])


def gap(pdf: bytes) -> tuple[int, int]:
    """Find the newest signature's container, its angle brackets included."""
    last = list(_GAP.finditer(pdf))[-1]
    return last.start(1), last.end(1)


def container(pdf: bytes) -> bytes:
    """Read the newest signature's container, by its own length: it may itself end in the zeros that pad it."""
    start, end = gap(pdf)
    padded = bytes.fromhex(pdf[start + 1 : end - 1].decode())
    return padded[: parser.peek(padded)]


def byte_range(pdf: bytes) -> re.Match[bytes]:
    """Find the newest signature's ByteRange with the blanks behind it."""
    return list(_RANGE.finditer(pdf))[-1]


def reworded(pdf: bytes, place: re.Match[bytes], words: bytes) -> bytes:
    """Write other words of the same length in a place."""
    if len(words) > place.end() - place.start():
        raise AssertionError(f"{words!r} does not fit")
    return pdf[: place.start()] + words.ljust(place.end() - place.start()) + pdf[place.end() :]


def ranged(pdf: bytes, *numbers: int) -> bytes:
    """Write another ByteRange into the newest signature."""
    return reworded(pdf, byte_range(pdf), b"/ByteRange [%s]" % b" ".join(b"%d" % n for n in numbers))


def numbers(pdf: bytes) -> list[int]:
    """Read the newest signature's ByteRange."""
    return [int(n) for n in re.findall(rb"\d+", byte_range(pdf)[0])]


def contained(pdf: bytes, words: bytes) -> bytes:
    """Write something else where the newest signature's container is."""
    start, end = gap(pdf)
    return pdf[:start] + words.ljust(end - start) + pdf[end:]


def trailer(pdf: bytes) -> bytes:
    """Give the newest trailer's dictionary as written."""
    return _found(re.compile(rb"trailer\s*<<(.*?)>>\s*startxref", re.DOTALL).search(pdf, table(pdf)))[1]


def revision(pdf: bytes, objects: Mapping[int, bytes], more: bytes = b"", *, without: tuple[bytes, ...] = ()) -> bytes:
    """Append a revision with these objects; `more` goes into its trailer, `without` are keys left out of it."""
    written, entries = pdf, []
    for number, body in sorted(objects.items()):
        entries.append(b"%d 1\n%010d 00000 n \n" % (number, len(written)))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    named = [key for key in (b"/Root", b"/Info") if key not in without]
    kept = b" ".join(_found(re.search(key + rb" \d+ \d+ R", trailer(pdf)))[0] for key in named)
    size = max(int(_found(re.search(rb"/Size (\d+)", trailer(pdf)))[1]), max(objects, default=0) + 1)
    marks = _found(re.search(rb"/ID\s*\[.*?\]", trailer(pdf), re.DOTALL))[0]
    written_at = len(written)
    section = b"xref\n%strailer\n<< %s %s /Size %d /Prev %d %s >>\n" % (
        b"".join(entries),
        kept,
        marks,
        size,
        table(pdf),
        more,
    )
    return written + section + b"startxref\n%d\n%%%%EOF\n" % written_at


def free_number(pdf: bytes) -> int:
    """Give the first object number that is not taken."""
    return int(_found(re.search(rb"/Size (\d+)", trailer(pdf)))[1])


def referred(pdf: bytes, key: bytes) -> int:
    """Read the object number that a key of the newest trailer names."""
    return int(_found(re.search(key + rb" (\d+) 0 R", trailer(pdf)))[1])


def body(pdf: bytes, number: int) -> bytes:
    """Give an object as it was written last, without its frame."""
    return _found(list(re.finditer(rb"\n%d 0 obj\n(.*?)\nendobj" % number, pdf, re.DOTALL))[-1])[1]


def named(pdf: bytes, field: bytes) -> int:
    """Find the object that a field was written to last, by its title in round brackets."""
    return int(re.findall(rb"\n(\d+) 0 obj\n<<(?:(?!endobj).)*?/T \(%s\)" % re.escape(field), pdf, re.DOTALL)[-1])


def inserted(pdf: bytes, at: int, more: bytes) -> bytes:
    """Put bytes into the newest revision and mend its table, its startxref and its ByteRange."""
    spoilt, start = pdf[:at] + more + pdf[at:], table(pdf)
    moved = start + (len(more) if at <= start else 0)
    entries = re.sub(
        rb"(\d{10}) (\d{5}) n ",
        lambda entry: b"%010d %s n " % (int(entry[1]) + (len(more) if int(entry[1]) >= at else 0), entry[2]),
        spoilt[moved:],
    )
    spoilt = spoilt[:moved] + entries
    return _STARTXREF.sub(b"startxref\n%d\n%%%%EOF\n" % moved, spoilt)


def resigned(pdf: bytes, signer: Signer, facts: SignatureFacts | None = None) -> bytes:
    """Sign the newest revision again, after its bytes were changed."""
    start, end = gap(pdf)
    return signed_as_ranged(ranged(pdf, 0, start, end, len(pdf) - end), signer, facts)


def signed_as_ranged(pdf: bytes, signer: Signer, facts: SignatureFacts | None = None) -> bytes:
    """Sign the newest revision again over what its ByteRange says, true or not."""
    start, end = gap(pdf)
    one, two, three, four = numbers(pdf)
    attributes = (text_attribute(oids.FACTS, facts.to_json().decode()),) if facts else ()
    digest = hashlib.sha256(pdf[one : one + two] + pdf[three : three + four]).digest()
    container = sign_message(signer, Message(DATA, digest, attributes=attributes)).hex().encode()
    return pdf[: start + 1] + container.ljust(end - start - 2, b"0") + pdf[end - 1 :]


def scratch(objects: Mapping[int, bytes], more: bytes = b"") -> bytes:
    """Write a whole file; object 1 is the catalog."""
    written, entries = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", [b"0000000000 65535 f \n"]
    for number in range(1, max(objects) + 1):
        entries.append(b"%010d 00000 n \n" % len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, objects.get(number, b"null"))
    section = b"xref\n0 %d\n%strailer\n<< /Root 1 0 R /ID [<00><00>] /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n"
    return written + section % (len(entries), b"".join(entries), len(entries), more, len(written))


def stream(data: bytes, dictionary: bytes = b"") -> bytes:
    """Write a stream's body."""
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (dictionary, len(data), data)


def _found(match: re.Match[bytes] | None) -> re.Match[bytes]:
    if match is None:
        raise AssertionError("not there")
    return match
