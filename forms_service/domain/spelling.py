"""Spelling: the words, numbers, texts and signs that an expression may be written with.

A tokeniser of our own, so that what reaches Python's parser holds no other literal, no other character and no
juxtaposition that Python would read in its own way.
"""

import difflib
import itertools
import keyword
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from forms_service.domain.characters import odd_characters
from forms_service.domain.tree import Fault

MAX_LENGTH = 1000
MAX_DEPTH = 50

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    | (?P<number>[0-9][0-9A-Za-z_.]*)
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<text>"[^"\\\n]*"|'[^'\\\n]*')
    | (?P<sign><=|>=|==|!=|\*\*|//|&&|\|\||<>|[-+*/()\[\].,<>])
    | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,10})?")
_WORDS = frozenset({"and", "or", "not", "in", "if", "else"})
_REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "**": "没有乘方；请用乘法写出来",
        "//": "没有整除；请用 / 再配 round(…, 0)",
        "&&": "「并且」请写 and",
        "||": "「或者」请写 or",
        "<>": "「不等于」请写 !=",
        "!": "「不是」请写 not，「不等于」请写 !=",
        "=": "比较相等请写 ==",
        "%": "百分比请写成小数，例如 5% 写 0.05",
        '"': "引号没有成对，或引号里有反斜线、换行；文字请写成 '…' 或 \"…\"",
        "'": "引号没有成对，或引号里有反斜线、换行；文字请写成 '…' 或 \"…\"",
        "True": "「是」请写 yes 或 true",
        "False": "「否」请写 no 或 false",
        "None": "没有空值这个词；问有没有填请用 filled(栏位)",
        "is": "比较请写 == 或 !=",
    }
)
_HALF_WIDTH = str.maketrans("（），．；：＋－＊／＜＞＝［］【】×÷“”‘’、。", "(),.;:+-*/<>=[][]*/\"\"'',.")
_MEANT: Mapping[str, str] = MappingProxyType({"≤": "<=", "≥": ">=", "≠": "!="})


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int

    @property
    def is_operand(self) -> bool:
        return self.kind in ("number", "text") or (self.kind == "name" and not keyword.iskeyword(self.text))


def spelling_faults(source: str) -> tuple[Fault, ...]:
    """List every fault of spelling of an expression's text, in the order written."""
    if not source.strip():
        return (Fault(0, "expression_empty", "这里应是一个式子，现在是空的。请写出式子，或删掉这一项。"),)
    if len(source) > MAX_LENGTH:
        message = f"式子有 {len(source)} 个字符，最多 {MAX_LENGTH} 个。请拆成几个计算栏位。"
        return (Fault(MAX_LENGTH, "expression_too_long", message),)
    found = tuple(_Token(m.lastgroup or "other", m[0], m.start()) for m in _TOKEN.finditer(source))
    tokens = tuple(token for token in found if token.kind != "space")
    faults = (*_spelling(tokens), *_neighbours(tokens), *_brackets(tokens))
    return tuple(sorted(faults, key=lambda fault: fault.at))


def suggest(wrong: str, known: Iterable[str]) -> str:
    """Write 「您是不是要写 x？」 for the nearest known word, or nothing where none is near."""
    near = difflib.get_close_matches(wrong, sorted(known), n=1, cutoff=0.6)
    return f"您是不是要写 {near[0]}？" if near else ""


def _spelling(tokens: tuple[_Token, ...]) -> Iterable[Fault]:
    for token in tokens:
        if token.kind == "number" and not NUMBER.fullmatch(token.text):
            yield number_fault(token.text, token.at)
        elif token.text in _REFUSED:
            yield Fault(token.at, "not_allowed", f"式子里不能用 {token.text}：{_REFUSED[token.text]}。")
        elif token.kind == "name" and keyword.iskeyword(token.text) and token.text not in _WORDS:
            message = f"{token.text} 是保留字，不能用在式子里。若是栏位代号，请给栏位换一个代号。"
            yield Fault(token.at, "not_allowed", message)
        elif token.kind == "text" and (odd := odd_characters(token.text, lines=False)):
            message = f"引号里有看不见或不能印的字符：{'、'.join(odd)}。请删掉后重新输入。"
            yield Fault(token.at, "bad_character", message)
        elif token.kind == "other":
            yield _character_fault(token)


def number_fault(text: str, at: int) -> Fault:
    """Refuse a number that is not written in the one way that is exact and plain."""
    expected = "数字请写成 5000 或 0.05：开头不补零，小数点两边都有数字，整数最多 18 位、小数最多 10 位"
    return Fault(at, "bad_number", f"看不懂数字 {shorten(text)}。{expected}。")


def _character_fault(token: _Token) -> Fault:
    meant = _MEANT.get(token.text) or token.text.translate(_HALF_WIDTH)
    if meant != token.text:
        message = f"「{token.text}」是全角或印刷符号，式子里请写半角的 {meant}。"
    else:
        message = f"式子里不能有「{token.text}」(U+{ord(token.text):04X})。栏位请写英文代号，文字请放在引号里。"
    return Fault(token.at, "bad_character", message)


def _neighbours(tokens: tuple[_Token, ...]) -> Iterable[Fault]:
    """Find two operands with nothing between them; Python would glue two texts together without a word."""
    for left, right in itertools.pairwise(tokens):
        if left.is_operand and right.is_operand:
            message = f"{shorten(left.text)} 和 {shorten(right.text)} 之间缺少运算符或逗号。"
            yield Fault(right.at, "missing_sign", message)


def _brackets(tokens: tuple[_Token, ...]) -> Iterable[Fault]:
    opened: list[_Token] = []
    for token in tokens:
        if token.kind != "sign" or token.text not in "()[]":
            continue
        if token.text in "([":
            opened.append(token)
        elif opened and opened[-1].text + token.text in ("()", "[]"):
            opened.pop()
        else:
            yield Fault(token.at, "brackets", f"这个 {token.text} 没有对应的左括号。请删掉它，或补上左括号。")
            return
        if len(opened) > MAX_DEPTH:
            yield depth_fault(token.at)
            return
    for token in opened:
        yield Fault(token.at, "brackets", f"这个 {token.text} 没有对应的右括号。请补上右括号。")


def depth_fault(at: int) -> Fault:
    """Refuse an expression nested deeper than MAX_DEPTH."""
    return Fault(at, "expression_too_deep", f"式子套得太深，最多 {MAX_DEPTH} 层。请拆成几个计算栏位。")


def shorten(text: str) -> str:
    """Cut a quoted piece of an expression to what a message can hold."""
    return text if len(text) <= 24 else f"{text[:24]}…"
