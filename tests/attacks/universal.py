"""Universal forgery shapes: a signature that says nothing, in the hope that a program takes that for yes."""

import re
from collections.abc import Callable

from tests.attacks import bases, forge
from tests.attacks.attack import Attack, Family, Sibling
from tests.attacks.siblings import COUNTERSIGNED, FINISHED, SEALED

Shape = Callable[[bytes], bytes]


def ranged(words: bytes) -> Shape:
    """Write something else in the place of the newest ByteRange."""
    return lambda pdf: forge.reworded(pdf, forge.byte_range(pdf), words)


def contained(words: bytes) -> Shape:
    """Write something else in the place of the newest container."""
    return lambda pdf: forge.contained(pdf, words)


def keyless(pdf: bytes) -> bytes:
    """Take /Contents away, key and all."""
    start, end = forge.gap(pdf)
    return pdf[: start - len(b"/Contents ")].ljust(end) + pdf[end:]


def zeroed(pdf: bytes) -> bytes:
    start, end = forge.gap(pdf)
    return forge.contained(pdf, b"<%s>" % b"0".ljust(end - start - 2, b"0"))


def cut(pdf: bytes) -> bytes:
    """Fill the second half of the container with zeros."""
    start, end = forge.gap(pdf)
    half = (start + end) // 2
    return pdf[:half] + b"0" * (end - 1 - half) + pdf[end - 1 :]


def flipped(pdf: bytes) -> bytes:
    """Change one digit of the signature value, the last that is not padding."""
    start, end = forge.gap(pdf)
    at = start + len(pdf[start : end - 1].rstrip(b"0")) - 1
    return pdf[:at] + (b"1" if pdf[at : at + 1] != b"1" else b"2") + pdf[at + 1 :]


def borrowed(pdf: bytes) -> bytes:
    """Put the container of the signature before in the place of the newest."""
    start, end = forge.gap(pdf)
    other = list(re.finditer(rb"/Contents <([0-9A-Fa-f]{500,})>", pdf))[-2][1]
    return pdf[: start + 1] + other[: end - start - 2].ljust(end - start - 2, b"0") + pdf[end - 1 :]


def literal(pdf: bytes) -> bytes:
    """Write the container as text instead of as hexadecimal digits."""
    start, _ = forge.gap(pdf)
    return forge.contained(pdf, b"(%s)" % pdf[start + 1 : start + 1000])


def keyed(key: bytes, words: bytes) -> Shape:
    """Write something else in the place of the newest signature's entry."""

    def shape(pdf: bytes) -> bytes:
        start, end = forge.gap(pdf)
        found = re.compile(rb"\n" + key + rb" [^\n]*").search(pdf, end)
        if found is None:
            raise AssertionError(key)
        del start
        return forge.reworded(pdf, found, b"\n" + words)

    return shape


def valued(words: bytes) -> Shape:
    """Write something else where the newest box names its signature."""

    def shape(pdf: bytes) -> bytes:
        start, _ = forge.gap(pdf)
        number = re.findall(rb"\n(\d+) 0 obj\n<<\n/Contents $", pdf[:start])[-1]
        place = list(re.finditer(rb"/V %s 0 R" % number, pdf))[-1]
        return forge.reworded(pdf, place, words)

    return shape


SHAPES: tuple[tuple[str, str, int, Shape], ...] = (
    ("no ByteRange", "没有 ByteRange", 2, ranged(b"")),
    ("ByteRange null", "ByteRange 为 null", 2, ranged(b"/ByteRange null")),
    ("ByteRange empty", "ByteRange 为空数组", 2, ranged(b"/ByteRange []")),
    ("ByteRange negative", "ByteRange 有负数", 2, ranged(b"/ByteRange [0 -1 9999 9]")),
    ("ByteRange of three numbers", "ByteRange 只有三个数", 2, ranged(b"/ByteRange [0 100 200]")),
    ("ByteRange of six numbers", "ByteRange 有六个数", 2, ranged(b"/ByteRange [0 9 19 9 30 9]")),
    ("ByteRange of decimals", "ByteRange 是小数", 2, ranged(b"/ByteRange [0.0 10.0 20.0 30.0]")),
    ("ByteRange of texts", "ByteRange 是文字", 2, ranged(b"/ByteRange [(0)(10)(20)(30)]")),
    ("ByteRange a text", "ByteRange 是一段文字", 2, ranged(b"/ByteRange (0 1 2 3)")),
    ("ByteRange of nothing", "ByteRange 全是零", 2, ranged(b"/ByteRange [0 0 0 0]")),
    ("ByteRange of truths", "ByteRange 是真假值", 2, ranged(b"/ByteRange [false true true true]")),
    ("ByteRange elsewhere", "ByteRange 指到别的对象", 2, ranged(b"/ByteRange 1 0 R")),
    ("no Contents", "没有 Contents", 2, keyless),
    ("Contents null", "Contents 为 null", 2, contained(b"null")),
    ("Contents empty", "Contents 为空", 2, contained(b"<>")),
    ("Contents one zero byte", "Contents 只有一个零字节", 2, contained(b"<00>")),
    ("Contents all zeros", "Contents 全是零", 12, zeroed),
    ("Contents cut in half", "Contents 只剩一半", 12, cut),
    ("Contents with one digit changed", "Contents 改了一个数字", 12, flipped),
    ("Contents of the signature before", "Contents 抄自前一个签章", 12, borrowed),
    ("Contents a plain text", "Contents 写成普通文字", 2, literal),
    ("Contents elsewhere", "Contents 指到别的对象", 2, contained(b"1 0 R")),
    ("no SubFilter", "没有 SubFilter", 3, keyed(rb"/SubFilter", b"")),
    ("SubFilter null", "SubFilter 为 null", 3, keyed(rb"/SubFilter", b"/SubFilter null")),
    ("SubFilter unknown", "SubFilter 不认得", 3, keyed(rb"/SubFilter", b"/SubFilter /none")),
    ("SubFilter of SHA-1", "SubFilter 是早已不用的 SHA-1", 3, keyed(rb"/SubFilter", b"/SubFilter /adbe.pkcs7.sha1")),
    ("SubFilter of a timestamp", "SubFilter 说成是时间戳", 12, keyed(rb"/SubFilter", b"/SubFilter /ETSI.RFC3161")),
    ("box names nothing", "签章栏不再指向签章", 3, valued(b"")),
    ("box names null", "签章栏指向 null", 3, valued(b"/V null")),
    ("box names a missing object", "签章栏指向不存在的对象", 3, valued(b"/V 0 0 R")),
    ("box holds its signature itself", "签章栏里直接写签章", 3, valued(b"/V << >>")),
)


def _attacks(which: str, words: str, base: Callable[[], bytes], sibling: Sibling) -> tuple[Attack, ...]:
    at = sibling.at

    def one(name: str, said: str, check: int, shape: Shape) -> Attack:
        return Attack(f"forged {which}: {name}", f"{words}：{said}", check, lambda: shape(base()), sibling, at=at)

    return tuple(one(*row) for row in SHAPES)


UNIVERSAL = Family(
    "universal",
    "万能伪造",
    (
        *_attacks("foreign", "外来文件的后一个签章", bases.countersigned, COUNTERSIGNED),
        *_attacks("step", "核签", bases.finished, FINISHED),
        *_attacks("seal", "封印", bases.sealed, SEALED),
    ),
)
