r"""Patterns: the named shapes of codes (`tax_id`), and the regular expressions that a spec may write itself.

A spec's own pattern is kept harmless by its form (no repeat around what varies, no look-around, no back-reference, few
repeats of open length) and by the length of the text it is tried on. `\d` and `\w` mean ASCII.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

MAX_CODE = 64
MAX_PATTERN = 200
MAX_WAYS = 300_000

_FORMOSAN_WEIGHTS = (1, 2, 1, 2, 1, 2, 4, 1)
_UNIFIED = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_PART = re.compile(
    r"(?P<escape>\\[dwsDWS.\\+*?()\[\]{}|^$/-])|(?P<set>\[\^?\]?[^\]\\\[]*(?:\\.[^\]\\\[]*)*\])|(?P<open>\((?:\?:)?(?!\?))"
    r"|(?P<close>\))|(?P<repeat>[*+?]|\{[0-9]{1,3}(?:,[0-9]{0,3})?\})|(?P<choice>\|)|(?P<other>[^\\\[\](){}*+?|])",
    re.DOTALL,
)


def code_fault(pattern: str, text: str) -> tuple[str, str] | None:
    """Say why a text is not of a named or written pattern, as (code, message without its subject); None when it is."""
    if len(text) > MAX_CODE:
        return "max_length", f"最多 {MAX_CODE} 个字符，现在有 {len(text)} 个。请检查是否多贴了内容。"
    named = NAMED.get(pattern)
    if named is not None:
        return named(text)
    if (reason := pattern_fault(pattern)) is not None:
        raise RuntimeError(f"pattern let through by the spec's reader: {reason}")
    if re.fullmatch(pattern, text, re.ASCII):
        return None
    return "pattern", f"的格式不对，现在是「{text}」，应符合 {pattern}。请对照原件重填。"


def pattern_fault(pattern: str) -> str | None:
    """Say, for an analyst, why a spec may not use a pattern; None for a named one and for a harmless written one."""
    if pattern in NAMED:
        return None
    parts = [(match.lastgroup or "", match[0]) for match in _PART.finditer(pattern)]
    if len(pattern) > MAX_PATTERN or "".join(text for _, text in parts) != pattern or _has_set_sign(parts):
        return f"正则式只能用字符、字符集、(…)、| 和重复号，最长 {MAX_PATTERN} 个字符。请改简单些。"
    try:
        re.compile(pattern)
    except re.error:
        return "正则式读不懂，括号或重复号可能没有成对。请检查，或用已命名的格式（tax_id）。"
    return _repeat_fault(parts)


def _has_set_sign(parts: list[tuple[str, str]]) -> bool:
    """Find what a later Python may read as arithmetic of character sets."""
    return any(kind == "set" and sign in text for kind, text in parts for sign in ("--", "&&", "||", "~~"))


def _repeat_fault(parts: list[tuple[str, str]]) -> str | None:
    """Refuse what could be tried in very many ways.

    The ways of the parts multiply, and a repeated group would raise them to a power. Each open bracket remembers
    whether what it holds can vary.
    """
    varies, closed, ways = [False], False, 1
    for kind, text in parts:
        if kind == "repeat" and closed and text != "?":
            return "里面有 | 或重复号的括号，后面不能再加重复号。请把重复写开。"
        factor = _ways(text) if kind == "repeat" else 2 if kind == "choice" else 1
        ways *= factor
        varies[-1] = varies[-1] or factor > 1
        if kind == "open":
            varies.append(False)
        closed = kind == "close" and varies.pop()
        varies[-1] = varies[-1] or closed
    return "不定长的重复号（* + ? {m,n}）或 | 太多。请写明位数，如 {8}。" if ways > MAX_WAYS else None


def _ways(repeat: str) -> int:
    """Count the lengths that a repeat allows in a text of MAX_CODE characters."""
    if repeat == "?":
        return 2
    least, _, most = repeat.strip("{}").partition(",") if repeat[0] == "{" else ("0", ",", "")
    if "," not in repeat and repeat[0] == "{":
        return 1
    return max(int(most or MAX_CODE) - int(least) + 1, 1)


def _tax_id_fault(text: str) -> tuple[str, str] | None:
    """Judge a 统一编号 (8 digits, check by the 2023 rule of 5) or a 统一社会信用代码 (18 characters, GB 32100-2015)."""
    if re.fullmatch(r"[0-9]{8}", text):
        return None if _formosan(text) else _slip("检查码", text)
    if len(text) == 18 and set(text) <= set(_UNIFIED):
        return None if _unified(text) else _slip("校验码", text)
    expected = "应是 8 位数字的统一编号，或 18 位的统一社会信用代码（数字和大写字母，不含 I、O、S、V、Z）"
    return "pattern", f"{expected}，现在是「{text}」。请对照证件重填。"


def _slip(digit: str, text: str) -> tuple[str, str]:
    return "check_digit", f"填的「{text}」{digit}不符，很可能有一位填错。请对照证件重填。"


def _formosan(text: str) -> bool:
    digits = [int(d) * weight for d, weight in zip(text, _FORMOSAN_WEIGHTS, strict=True)]
    total = sum(product // 10 + product % 10 for product in digits)
    return total % 5 == 0 or (text[6] == "7" and (total + 1) % 5 == 0)


def _unified(text: str) -> bool:
    total = sum(_UNIFIED.index(c) * pow(3, place, 31) for place, c in enumerate(text[:17]))
    return (31 - total % 31) % 31 == _UNIFIED.index(text[17])


NAMED: Mapping[str, Callable[[str], tuple[str, str] | None]] = MappingProxyType({"tax_id": _tax_id_fault})
