"""Ranges that lie: what the newest signature says it covers is not what it should."""

from collections.abc import Callable

from forms_service.domain.record import SignatureFacts
from tests.attacks import bases, forge
from tests.attacks.attack import Attack, Family
from tests.attacks.bases import DESK
from tests.attacks.siblings import COUNTERSIGNED, SEALED
from tests.tampering import person

Numbers = Callable[[int, int, int, int], tuple[int, int, int, int]]
SEALING = SignatureFacts(DESK.document_id, "seal", 1, "office", "firm", "seal")


def lying(pdf: bytes, numbers: Numbers) -> bytes:
    one, two, three, four = forge.numbers(pdf)
    return forge.ranged(pdf, *numbers(one, two, three, four))


def resealed_over(numbers: Numbers) -> bytes:
    """Seal so that the range lies and the digest fits it."""
    return forge.signed_as_ranged(lying(bases.sealed(), numbers), DESK.firm, SEALING)


def letter_over(numbers: Numbers) -> bytes:
    return forge.signed_as_ranged(lying(bases.countersigned(), numbers), person("wang_jian"))


RANGES: tuple[tuple[str, str, int, Numbers], ...] = (
    ("a gap too wide before", "空档往前多留一段", 2, lambda a, b, c, d: (a, b - 20, c, d)),
    ("a gap too wide behind", "空档往后多留一段", 2, lambda a, b, c, d: (a, b, c + 20, d - 20)),
    ("a gap a digit too narrow", "空档少留一个字节", 2, lambda a, b, c, d: (a, b + 1, c, d)),
    ("parts that overlap", "两段范围叠在一起", 2, lambda a, b, _, d: (a, b, b - 100, d)),
    ("parts that touch", "两段范围之间没有空档", 2, lambda a, b, _, d: (a, b, b, d)),
    ("parts in the wrong order", "两段范围前后颠倒", 2, lambda a, b, c, d: (c, d, a, b)),
    ("not from the start", "范围不从头开始", 2, lambda a, b, c, d: (a + 10, b - 10, c, d)),
    ("beyond the end", "范围超出文件末尾", 1, lambda a, b, c, d: (a, b, c, d + 500)),
    ("not to the end", "范围没有盖到末尾", 1, lambda a, b, c, d: (a, b, c, d - 50)),
    ("nothing behind the gap", "只盖前半段", 1, lambda a, b, c, _: (a, b, c, 0)),
    ("a gap around the start", "空档留在文件开头", 2, lambda a, _, c, d: (a, 0, 9, c + d - 9)),
)


def _attack(which: str, words: str, row: tuple[str, str, int, Numbers]) -> Attack:
    name, said, check, numbers = row
    ours = which == "seal"
    build = resealed_over if ours else letter_over
    sibling = SEALED if ours else COUNTERSIGNED
    return Attack(
        f"range of a {which}: {name}", f"{words}，{said}", check, lambda: build(numbers), sibling, at=sibling.at
    )


def _two_in_one_save() -> bytes:
    """Let the newest signature reach back before the one before it: both would end at the end."""
    pdf = bases.sealed()
    first = forge.numbers(pdf[: forge.gap(pdf)[0] - 4000])
    return lying(pdf, lambda *_: (0, first[1], first[2], len(pdf) - first[2]))


RANGING = Family(
    "ranges",
    "签章范围（ByteRange）作假",
    (
        *(_attack("seal", "封印的范围", row) for row in RANGES),
        *(_attack("letter", "外来签章的范围", row) for row in RANGES),
        Attack("range of a seal: around another signature", "封印的空档留在前一个签章上", 2, _two_in_one_save, SEALED),
    ),
)
