"""Lost objects: a later save of a foreign letter that one program reads by its table, another by searching the file."""

import re

from tests.attacks import bases, forge
from tests.attacks.attack import LATER, Attack, Family
from tests.attacks.siblings import PACKED, SAVED_BEFORE
from tests.signing import foreign

_CONTENT = re.compile(rb"/Contents (\d+) 0 R")


def hidden(pdf: bytes) -> bytes:
    """Give another content for the page, framed as an object."""
    found = _CONTENT.search(pdf)
    number = int(found[1]) if found else 0
    return b"%d 0 obj\n%s\nendobj\n" % (number, forge.stream(b"BT /F1 12 Tf 72 800 Td (PAY 900.00) Tj ET"))


def with_loose_object() -> bytes:
    """Save validation data, and between it and its table another content that no table lists."""
    saved = _validated(bases.letter())
    return forge.inserted(saved, forge.table(saved), hidden(saved))


def with_object_in_a_remark() -> bytes:
    saved = _validated(bases.letter())
    return forge.inserted(saved, forge.table(saved), b"%" + hidden(saved).replace(b"\n", b" ") + b"\n")


def with_table_from_one() -> bytes:
    """Let the table begin with the head of the free list and count from 1, which many programs take for a slip."""
    pdf = foreign.signed(_first_number_unused())
    kept = {number: forge.body(pdf, number) for number in (2, 3)}
    saved = forge.revision(pdf, kept)
    head = b"xref\n1 3\n0000000000 65535 f \n"
    return re.sub(rb"xref\n2 1\n(.{20})3 1\n(.{20})(?=trailer\n.{1,300}\Z)", head + rb"\1\2", saved, flags=re.DOTALL)


def swapped_in_their_stream() -> bytes:
    """Let the table name two objects of an object stream each in the other's place."""
    pdf = bases.packed()
    found = re.search(rb"startxref\n(\d+)\n%%EOF\n\Z", pdf)
    at = int(found[1]) if found else 0
    return _packed(pdf, at)


def _packed(pdf: bytes, before: int) -> bytes:
    """Append two objects in an object stream, and a table of them that is a stream."""
    root = int(re.findall(rb"/Root (\d+) 0 R", pdf)[-1])
    size = int(re.findall(rb"/Size (\d+)", pdf)[-1])
    marks = re.findall(rb"/ID\s*\[.*?\]", pdf, re.DOTALL)[-1]
    parts = b"<< /One 1 >> << /Two 2 >>"
    index = b"%d 0 %d 13 " % (size, size + 1)
    container = forge.stream(index + parts, b"/Type /ObjStm /N 2 /First %d" % len(index))
    at = len(pdf)
    written = pdf + b"%d 0 obj\n%s\nendobj\n" % (size + 2, container)
    rows = [(2, size + 2, 1), (2, size + 2, 0), (1, at, 0), (1, len(written), 0)]
    table = b"".join(bytes([kind]) + where.to_bytes(4, "big") + bytes([which]) for kind, where, which in rows)
    keys = b"/Type /XRef /W [1 4 1] /Index [%d 4] /Size %d /Root %d 0 R /Prev %d %s"
    section = forge.stream(table, keys % (size, size + 4, root, before, marks))
    return written + b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (size + 3, section, len(written))


def _validated(pdf: bytes) -> bytes:
    root = forge.referred(pdf, b"/Root")
    return forge.revision(pdf, {root: forge.body(pdf, root).rstrip()[:-2] + b" /DSS << /Certs [] >> >>"})


def _first_number_unused() -> bytes:
    """Write a letter in which object 1 is free."""
    objects = {
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>",
        4: forge.stream(b""),
        5: b"<< /Type /Catalog /Pages 2 0 R >>",
        6: b"<< /Title (A letter) >>",
    }
    whole = forge.scratch(objects, b"/Info 6 0 R").replace(b"/Root 1 0 R", b"/Root 5 0 R")
    return re.sub(rb"(?<=65535 f \n)\d{10} 00000 n ", b"0000000000 00001 f ", whole, count=1)


LOST = Family(
    "lost",
    "表里没有、别的程序却会找到的对象",
    (
        Attack(
            "lost letter: an object that no table lists",
            "外来文件签后加验证资料，夹带一份表里没有的页面内容",
            7,
            with_loose_object,
            SAVED_BEFORE,
            at=LATER,
        ),
        Attack(
            "lost letter: an object in a remark",
            "外来文件签后加验证资料，注解里藏一份页面内容",
            7,
            with_object_in_a_remark,
            SAVED_BEFORE,
            at=LATER,
        ),
        Attack(
            "lost letter: a table that counts from one",
            "外来文件签后另存，交叉引用表从 1 数起而以第 0 项开头",
            7,
            with_table_from_one,
            SAVED_BEFORE,
            at=LATER,
        ),
        Attack(
            "lost letter: two objects in each other's place",
            "外来文件签后另存，对象流里的两个对象位置写反",
            7,
            swapped_in_their_stream,
            PACKED,
            at=LATER,
        ),
    ),
)
