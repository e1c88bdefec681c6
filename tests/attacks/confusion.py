"""Parser confusion: bytes that two programs read as two documents.

`_in_seal` are files whose last revision was changed as bytes and signed again with the firm's own key: the signature is
sound, and only the structure speaks against them.
"""

import re
import zlib
from collections.abc import Callable

from tests.attacks import bases, forge, parts
from tests.attacks.attack import LATER, Attack, Family
from tests.attacks.bases import DESK
from tests.attacks.ranges import SEALING
from tests.attacks.siblings import LETTER, PACKED, SEALED
from tests.tampering import person

Edit = Callable[[bytes], bytes]
HIDDEN = b"900 0 obj\n<< /V (999,999.00) >>\nendobj\n"


def _at_table(more: bytes) -> Edit:
    return lambda pdf: forge.inserted(pdf, forge.table(pdf), more)


def _after_gap(more: bytes) -> Edit:
    """Write into the signature's dictionary, right behind its container."""
    return lambda pdf: forge.inserted(pdf, forge.gap(pdf)[1], more)


def _instead(old: bytes, new: bytes) -> Edit:
    """Write something else in the newest trailer."""

    def edit(pdf: bytes) -> bytes:
        at = forge.table(pdf)
        return pdf[:at] + re.sub(old, new, pdf[at:], count=1)

    return edit


def _size_of(size: int) -> Edit:
    return _instead(rb"/Size \d+", b"/Size %d" % size)


def _prev_of(where: Callable[[bytes], int]) -> Edit:
    return lambda pdf: _instead(rb"/Prev \d+", b"/Prev %d" % where(pdf))(pdf)


def _first_table(pdf: bytes) -> int:
    return int(re.findall(rb"startxref\n(\d+)", pdf)[0])


def _entry_to(find: Callable[[bytes], int]) -> Edit:
    """Let the newest table say that the box of the amount lies elsewhere."""

    def edit(pdf: bytes) -> bytes:
        number = int(re.findall(rb"\n(\d+) 0 obj\n<<(?:(?!endobj).)*?/T \(net\)", pdf, re.DOTALL)[-1])
        entry = b"%d 1\n%010d 00000 n \ntrailer\n" % (number, find(pdf))
        at = forge.table(pdf)
        return pdf[:at] + pdf[at:].replace(b"trailer\n", entry, 1)

    return edit


def _in_a_string(pdf: bytes) -> int:
    """Find a place inside a string."""
    return pdf.rindex(b"/Reason (") + len(b"/Reason (")


def _in_a_stream(pdf: bytes) -> int:
    return pdf.index(b"stream\n") + len(b"stream\n") + 9


def _wrong_generation(pdf: bytes) -> bytes:
    at = forge.table(pdf)
    return pdf[:at] + pdf[at:].replace(b" 00000 n ", b" 00003 n ", 1)


def _object_twice(pdf: bytes) -> bytes:
    """Write an object twice in one revision, and list the second."""
    number = int(re.findall(rb"\n(\d+) 0 obj", pdf[: forge.table(pdf)])[-1])
    return forge.inserted(pdf, forge.table(pdf), b"%d 0 obj\n<< /Type /Sig >>\nendobj\n" % number)


def _listed_twice(pdf: bytes) -> bytes:
    """List an object twice in one table."""
    at = forge.table(pdf)
    entry = _entry(pdf[at:])
    return pdf[:at] + pdf[at:].replace(b"trailer\n", entry + b"trailer\n", 1)


def _entry(table: bytes) -> bytes:
    found = re.search(rb"\n(\d+ 1\n\d{10} 00000 n \n)", table)
    if found is None:
        raise AssertionError("no entry")
    return found[1]


def _two_ends(pdf: bytes) -> bytes:
    return pdf + b"startxref\n%d\n%%%%EOF\n" % forge.table(pdf)


def _second_header(pdf: bytes) -> bytes:
    return b"%PDF-1.4\n" + pdf


def _other_root(pdf: bytes) -> bytes:
    """Let the newest trailer name a second catalog that an earlier revision does not know."""
    root, new = forge.referred(pdf, b"/Root"), forge.free_number(pdf)
    catalog = forge.body(pdf, root)
    grown = forge.inserted(pdf, forge.table(pdf), b"%d 0 obj\n%s\nendobj\n" % (new, catalog))
    at = forge.table(grown)
    entry = b"%d 1\n%010d 00000 n \ntrailer\n" % (new, grown.index(b"\n%d 0 obj\n" % new) + 1)
    tail = grown[at:].replace(b"trailer\n", entry, 1)
    return grown[:at] + re.sub(rb"/Root \d+", b"/Root %d" % new, tail)


def _xref_stream_beside(pdf: bytes) -> bytes:
    return _instead(rb"trailer\n<<", b"trailer\n<< /XRefStm 9")(pdf)


_EDITS: tuple[tuple[str, str, int, Edit], ...] = (
    ("an object that no table lists", "夹带一个表里没有的对象", 7, _at_table(HIDDEN)),
    ("a comment between objects", "对象之间夹带注解", 7, _at_table(b"% /V (999,999.00)\n")),
    ("text between objects", "对象之间夹带文字", 7, _at_table(b"hello\n")),
    ("an object written twice", "同一次保存里同一个对象写两遍", 7, _object_twice),
    ("an object listed twice", "同一张表里同一个对象列两次", 7, _listed_twice),
    ("a key written twice", "签章里同一个键写两次", 7, _after_gap(b"\n/M (D:20200101000000Z)")),
    ("a key written twice by an escape", "同一个键用转义再写一次", 7, _after_gap(b"\n/#4D (D:20200101000000Z)")),
    ("a table that leads into a string", "表把对象指到一段文字里", 7, _entry_to(_in_a_string)),
    ("a table that leads into a stream", "表把对象指到数据流里", 7, _entry_to(_in_a_stream)),
    (
        "a table that leads to another object",
        "表把对象指到另一个对象",
        7,
        _entry_to(lambda pdf: pdf.index(b"\n1 0 obj") + 1),
    ),
    ("a table that leads beyond the end", "表把对象指到文件之外", 7, _entry_to(lambda pdf: len(pdf) + 9)),
    ("a wrong generation", "表里的代号不对", 7, _wrong_generation),
    ("a size too small", "/Size 写小了", 7, _size_of(9)),
    ("a size that is no number", "/Size 不是整数", 7, _instead(rb"/Size \d+", b"/Size (219)")),
    ("a chain that skips revisions", "/Prev 跳过中间的保存", 7, _prev_of(_first_table)),
    ("a chain in a circle", "/Prev 指回自己", 7, _prev_of(forge.table)),
    ("a chain beyond the end", "/Prev 指到文件之外", 7, _prev_of(lambda pdf: len(pdf) + 9)),
    ("a second catalog", "换一份文件目录", 10, _other_root),
    ("two tables in one", "两套交叉引用（hybrid）", 7, _xref_stream_beside),
    ("encryption", "加密", 7, _instead(rb"/Size", b"/Encrypt << /Filter /Standard >> /Size")),
    ("a table's broken line", "表里有写坏的行", 7, _instead(rb" 00000 n \n", b" 00000 x \n")),
    ("a trailer's extra key", "trailer 里多写一项", 10, _instead(rb"/Size", b"/Other (x) /Size")),
    ("another first identity", "文件识别码改了", 10, _instead(rb"/ID \[ <..", b"/ID [ <00")),
)
_BYTES: tuple[tuple[str, str, int, Edit], ...] = (
    ("two ends", "文件末尾有两个 %%EOF", 1, _two_ends),
    ("a byte before the start", "文件开头前多一个字节", 1, lambda pdf: b"\n" + pdf),
    ("another program before the start", "文件开头前接了别的程序", 1, lambda pdf: b"MZ" + bytes(100) + pdf),
    ("a second header", "文件有两个开头", 7, _second_header),
    ("a byte behind the end", "文件末尾后多一个字节", 1, lambda pdf: pdf + b"\n"),
    ("another file behind the end", "文件末尾后接了别的文件", 1, lambda pdf: pdf + b"PK\x03\x04" + bytes(60)),
)


def _in_seal(row: tuple[str, str, int, Edit]) -> Attack:
    name, said, check, edit = row
    build = lambda: forge.resigned(edit(bases.sealed()), DESK.firm, SEALING)  # noqa: E731 - a builder, not a helper
    return Attack(f"confused, then sealed: {name}", f"封印的那次保存：{said}", check, build, SEALED)


def _in_bytes(row: tuple[str, str, int, Edit]) -> Attack:
    name, said, check, edit = row
    return Attack(f"confused bytes: {name}", said, check, lambda: edit(bases.sealed()), SEALED)


def _part_and_object() -> bytes:
    """Write an object as a plain one that an object stream holds too."""
    first = bases.packed()
    found = re.search(rb"startxref\n(\d+)\n%%EOF\n\Z", first)
    where = len(first)
    number = 1
    written = b"%d 0 obj\n<< /Type /Catalog /Pages 99 0 R >>\nendobj\n" % number
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, where)
    trailer = b"trailer\n<< /Size 40 /Root %d 0 R /Prev %d >>\n" % (number, int(found[1]) if found else 0)
    ends = b"startxref\n%d\n%%%%EOF\n" % (where + len(written))
    return first + written + table + trailer + ends


def _header_in_letter() -> bytes:
    letter = bases.letter()
    return forge.resigned(forge.inserted(letter, forge.table(letter), b""), person("li_wen"))[:-1] + b"%"


def _two_ways_to_unfold() -> bytes:
    content = zlib.compress(b"BT /F1 18 Tf 72 700 Td (PAY 100.00) Tj ET")
    twice = forge.stream(content, b"/Filter /FlateDecode /DP << /Predictor 12 /Columns 4 >>")
    return parts.letter(8, {4: twice})


CONFUSION = Family(
    "confusion",
    "让不同的程序读出不同的内容",
    (
        *map(_in_seal, _EDITS),
        *map(_in_bytes, _BYTES),
        Attack(
            "confused letter: a plain object for a packed one",
            "对象流里的对象，另写成普通对象",
            8,
            _part_and_object,
            PACKED,
            at=LATER,
        ),
        Attack(
            "confused letter: a stream to be unfolded in two ways",
            "外来文件的页面内容带有只有 pdf.js 认得的简写（/DP）",
            7,
            _two_ways_to_unfold,
            LETTER,
            at=LATER,
        ),
        Attack(
            "confused letter: the end overwritten", "外来文件末尾改一个字节", 1, _header_in_letter, LETTER, at=LATER
        ),
    ),
)
