"""Incremental saving attacks: a whole, validly signed file, and something saved behind it without a signature."""

import re

from tests import spoiling
from tests.attacks import bases, forge
from tests.attacks.attack import LATER, Attack, Family
from tests.attacks.siblings import COUNTERSIGNED, SAVED_BEFORE, STAMPED_AFTER, VALIDATED
from tests.signing import foreign
from tests.tampering import Spoil, append


def tail(spoil: Spoil) -> bytes:
    return append(bases.sealed(), spoil)


def _catalog_replaced() -> bytes:
    """Let the trailer name another catalog, a copy that differs in its pages alone."""
    pdf = bases.sealed()
    root, new = forge.referred(pdf, b"/Root"), forge.free_number(pdf)
    catalog = re.sub(rb"/Pages \d+ 0 R", b"/Pages %d 0 R" % (new + 1), forge.body(pdf, root))
    objects = {new: catalog, new + 1: b"<< /Type /Pages /Kids [] /Count 0 >>"}
    return forge.revision(pdf, objects, b"/Root %d 0 R" % new, without=(b"/Root",))


def _catalog_overwritten() -> bytes:
    pdf = bases.sealed()
    root, new = forge.referred(pdf, b"/Root"), forge.free_number(pdf)
    catalog = re.sub(rb"/Pages \d+ 0 R", b"/Pages %d 0 R" % new, forge.body(pdf, root))
    return forge.revision(pdf, {root: catalog, new: b"<< /Type /Pages /Kids [] /Count 0 >>"})


def _body_without_table() -> bytes:
    return bases.sealed() + b"400 0 obj\n<< /V (999,999.00) >>\nendobj\n"


def _trailer_without_table() -> bytes:
    pdf = bases.sealed()
    root = forge.referred(pdf, b"/Root")
    return (
        pdf + b"400 0 obj\n<< /V (9) >>\nendobj\ntrailer\n<< /Root %d 0 R /Size 401 >>\nstartxref\n0\n%%%%EOF\n" % root
    )


def _table_without_end() -> bytes:
    pdf = forge.revision(bases.sealed(), {1: forge.body(bases.sealed(), forge.referred(bases.sealed(), b"/Root"))})
    return pdf[: pdf.rindex(b"startxref")]


def _with_copied_signature() -> bytes:
    """Save another amount, and a copy of the last signature behind it so that the end looks signed."""
    pdf = tail(spoiling.refill("net", "99.00"))
    number = max(int(n) for n in re.findall(rb"\n(\d+) 0 obj\n<<\n/Contents", pdf))
    return forge.revision(pdf, {number: forge.body(bases.sealed(), number)})


def _foreign_tail() -> bytes:
    return append(bases.letter(), lambda writer: foreign.fill(writer, "9.00"))


def _foreign_page() -> bytes:
    return append(bases.countersigned(), spoiling.free_page_content)


def _between() -> bytes:
    """Save a mark on the page between two signatures, the second of which covers it."""
    return bases.then_signed(bases.letter(), spoiling.write_on_page)


SAVING = Family(
    "saving",
    "增量保存攻击",
    (
        Attack(
            "saved: the page's content replaced",
            "签完后另存，页面内容换掉",
            10,
            lambda: tail(spoiling.free_page_content),
            STAMPED_AFTER,
        ),
        Attack(
            "saved: a mark on the page",
            "签完后另存，页面上添了一笔",
            10,
            lambda: tail(spoiling.write_on_page),
            STAMPED_AFTER,
        ),
        Attack(
            "saved: another amount",
            "签完后另存，金额改掉",
            8,
            lambda: tail(spoiling.refill("net", "99.00")),
            STAMPED_AFTER,
        ),
        Attack("saved: the catalog replaced", "签完后另存，换一份文件目录", 10, _catalog_replaced, VALIDATED),
        Attack("saved: the catalog overwritten", "签完后另存，原地改写文件目录", 10, _catalog_overwritten, VALIDATED),
        Attack(
            "saved: objects without a table", "签完后附上对象，不写交叉引用表", 1, _body_without_table, STAMPED_AFTER
        ),
        Attack(
            "saved: a trailer without a table",
            "签完后附上 trailer，startxref 指向 0",
            7,
            _trailer_without_table,
            STAMPED_AFTER,
        ),
        Attack("saved: a table without an end", "签完后附上交叉引用表，不写结尾", 1, _table_without_end, STAMPED_AFTER),
        Attack(
            "saved: the last signature copied behind",
            "签完后另存，再抄一遍最后的签章",
            8,
            _with_copied_signature,
            STAMPED_AFTER,
        ),
        Attack("saved: a foreign letter refilled", "外来文件签完后栏位改掉", 1, _foreign_tail, COUNTERSIGNED, at=LATER),
        Attack(
            "saved: a foreign letter's page replaced",
            "外来文件签完后页面内容换掉",
            10,
            _foreign_page,
            COUNTERSIGNED,
            at=LATER,
        ),
        Attack("saved: between two signatures", "外来文件两个签章之间改了页面", 10, _between, SAVED_BEFORE, at=LATER),
    ),
)
