"""Characters: full-width digits read as digits, and the characters that no signed text may hold.

A text that is signed must be the text that is seen: what turns the direction of reading, has no width or no picture at
all would let one paper say two things.
"""

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "Cc": "控制符",
        "Cf": "看不见的格式符",
        "Cs": "残缺的字",
        "Co": "自造字",
        "Cn": "未定义的字",
        "Zl": "分行符",
        "Zp": "分段符",
    }
)
_SPECIAL: Mapping[str, str] = MappingProxyType(
    {"\n": "换行", "\t": "制表符", "\u00ad": "软连字符", "\ufeff": "零宽空格"}
)
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ZERO_WIDTH = frozenset("\u200b\u200c\u200d\u2060")
_NO_PICTURE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")


def half_width(text: str) -> str:
    """Turn full-width letters, digits, signs and spaces into ASCII, as NFKC does, and nothing else.

    NFKC itself would read `10²` as 102 and ① as 1.
    """
    return text.translate(_HALF_WIDTH)


def odd_characters(text: str, *, lines: bool) -> tuple[str, ...]:
    """Name each character that a text may not hold, once: `U+202E（改变文字方向的符号）`; `lines` allows line ends."""
    odd = dict.fromkeys(c for c in text if _odd_name(c) and not (lines and c == "\n"))
    return tuple(f"U+{ord(c):04X}（{_odd_name(c)}）" for c in odd)


def _odd_name(character: str) -> str | None:
    if character in _DIRECTIONS:
        return "改变文字方向的符号"
    if character in _ZERO_WIDTH:
        return "零宽字符"
    if character in _NO_PICTURE or "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef":
        return "看不见的字符"
    return _SPECIAL.get(character) or _NAMES.get(unicodedata.category(character))
