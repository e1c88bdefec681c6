"""Signature wrapping: the signed bytes are all there, elsewhere, and a reader is led to others."""

import re
from collections.abc import Callable

from tests.attacks import bases, forge
from tests.attacks.attack import LATER, Attack, Family
from tests.attacks.siblings import COUNTERSIGNED, SEALED

_PAGE = b"<< /Type /Pages /Kids [] /Count 0 >>"


def _wrapped(pdf: bytes, middle: Callable[[bytes, int, int], tuple[bytes, dict[int, int]]]) -> bytes:
    """Move the second signed part to the end, and put objects and a table between where its startxref points.

    `middle` writes what follows the first part: it gets the container, the part's new offset and its own offset, and
    gives the bytes and where in the file the objects lie that it puts in others' places.
    """
    start, end = forge.gap(pdf)
    first, container, second = pdf[:start], pdf[start:end], pdf[end:]
    at = forge.table(pdf)
    old_table = pdf[at : pdf.rindex(b"startxref")]
    moved_to = at + len(old_table) + 400
    filled, moved = middle(container, moved_to, start)
    if start + len(filled) > at:
        raise AssertionError("no room before the table")
    entries = old_table
    for number, where in moved.items():
        entries = entries.replace(b"trailer\n", b"%d 1\n%010d 00000 n \ntrailer\n" % (number, where), 1)
    between = first + filled.ljust(at - start) + entries + b"startxref\n%d\n%%%%EOF\n" % at
    return between.ljust(moved_to) + second


def _in_the_same_object(container: bytes, moved_to: int, at: int) -> tuple[bytes, dict[int, int]]:
    """End the signature's own object early, with a second ByteRange in it."""
    short = container[: len(container) - 900].rstrip(b">0") + b">"
    kind = b"\n/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M (D:20261124013000Z)"
    return short + kind + b"\n/ByteRange [0 %d %d %d]\n>>\nendobj\n" % (at, moved_to, 0), {}


def _same_object(pdf: bytes) -> bytes:
    start, end = forge.gap(pdf)
    wrapped = _wrapped(pdf, _in_the_same_object)
    length = len(pdf) - end
    place = re.search(rb"\n/ByteRange \[0 \d+ \d+ 0\]\n", wrapped)
    if place is None:
        raise AssertionError("no second range")
    words = b"/ByteRange[0 %d %d %d]" % (start, len(wrapped) - length, length)
    return forge.reworded(wrapped, place, words)


def _widened(pdf: bytes, objects: dict[int, bytes]) -> bytes:
    """Let the last revision's gap hold more than the container: other objects, which the table leads to."""
    start, end = forge.gap(pdf)
    written, entries = pdf[:end] + b"\n/Ignored true >>\nendobj\n", b""
    for number, body in objects.items():
        entries += b"%d 1\n%010d 00000 n \n" % (number, len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    del start
    moved = len(written)
    rest = pdf[end:]
    at = len(written) + rest.index(b"\nxref\n") + 1
    rest = rest.replace(b"trailer\n", entries + b"trailer\n", 1)
    rest = re.sub(rb"startxref\n\d+", b"startxref\n%d" % at, rest)
    whole = written + rest
    return forge.ranged(whole, 0, forge.gap(whole)[0], moved, len(rest))


def _ours() -> bytes:
    pdf = bases.sealed()
    pages = re.search(rb"/Pages (\d+) 0 R", pdf)
    return _widened(pdf, {int(pages[1]) if pages else 0: _PAGE})


def _other_signature_object() -> bytes:
    """Hook a new signature object into the last box; the old container is inside, the range jumps over the rest."""
    pdf = bases.countersigned()
    start, end = forge.gap(pdf)
    number = int(re.findall(rb"\n(\d+) 0 obj\n<<\n/Contents", pdf)[-1])
    copy = b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /Contents %s /ByteRange %s >>" % (
        pdf[start:end],
        b"[0 %d %d %d]" % (start, end, len(pdf) - end),
    )
    return forge.revision(pdf, {number: copy})


WRAPPING = Family(
    "wrapping",
    "签章包装攻击",
    (
        Attack(
            "wrapped: the second part moved to the end",
            "签过的后半段挪到末尾，中间塞进别的交叉引用表",
            2,
            lambda: _same_object(bases.countersigned()),
            COUNTERSIGNED,
            at=LATER,
        ),
        Attack(
            "wrapped: the same in a document of ours",
            "同上，用在本公司的联单",
            2,
            lambda: _same_object(bases.sealed()),
            SEALED,
        ),
        Attack("wrapped: objects inside the gap", "签章范围的空档里夹带别的对象", 7, _ours, SEALED),
        Attack(
            "wrapped: another signature object",
            "另写一个签章对象，抄入原来的签章",
            8,
            _other_signature_object,
            COUNTERSIGNED,
            at=LATER,
        ),
    ),
)
