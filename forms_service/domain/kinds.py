"""Kinds: what each part of an expression gives, judged when the spec is read, so that no document meets the fault.

A number and a money mix in sums and comparisons (an amount is a number); money times money, and a number divided by
money, are faults: square yuan mean nothing. A column is judged as its cells are, and remembers its table: cells of two
tables have no common rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from forms_service.domain import tree as nodes
from forms_service.domain.functions import FUNCTIONS, MOST_PLACES, NUMERIC, ORDERED, Function, Plain
from forms_service.domain.grammar import UNREADABLE
from forms_service.domain.spelling import shorten, suggest
from forms_service.domain.tree import Fault, Tree

Kind = Literal["number", "money", "text", "date", "boolean", "rows", "numbers", "texts", "dates", "booleans"]

_COLUMNS: Mapping[Plain, Kind] = MappingProxyType(
    {"number": "numbers", "money": "numbers", "text": "texts", "date": "dates", "boolean": "booleans"}
)
_CELLS: Mapping[Kind, Plain] = MappingProxyType(
    {"numbers": "number", "texts": "text", "dates": "date", "booleans": "boolean"}
)
_TRUTH: frozenset[Plain] = frozenset({"boolean"})
_WORDS: Mapping[Plain, str] = MappingProxyType(
    {"number": "数字", "money": "金额", "text": "文字", "date": "日期", "boolean": "是/否", "rows": "整个明细表"}
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a part gives: the kind of one value, or of each cell of a column of `table`."""

    kind: Plain
    table: str | None = None

    def __str__(self) -> str:
        return f"整栏{_WORDS[self.kind]}" if self.table else _WORDS[self.kind]


def judge(
    tree: Tree, names: Mapping[str, Kind], options: Mapping[str, tuple[str, ...]]
) -> tuple[Kind | None, tuple[Fault, ...]]:
    """Say what an expression gives and list every fault of kind in it; the kind is None where a fault hides it.

    `options` are the option ids of choices: a text compared with such a name must be one of them.
    """
    judge_ = _Judge(names, options)
    shape = judge_.shape(tree)
    if shape is None:
        return None, tuple(judge_.faults)
    return (_COLUMNS[shape.kind] if shape.table else shape.kind), tuple(judge_.faults)


def kind_words(kind: Kind) -> str:
    """Name a kind as an analyst would."""
    return f"整栏{_WORDS[_CELLS[kind]]}" if kind in _CELLS else _WORDS[_plain(kind)]


def _plain(kind: Kind) -> Plain:
    match kind:
        case "number" | "money" | "text" | "date" | "boolean" | "rows":
            return kind
        case _:
            return _CELLS[kind]


def _family(kind: Plain) -> Plain:
    return "number" if kind == "money" else kind


class _Judge:
    """Walks a tree once; a part whose kind is unknown through a fault is None and causes no further fault."""

    def __init__(self, names: Mapping[str, Kind], options: Mapping[str, tuple[str, ...]]) -> None:
        self._names = {**names, "today": "date"}
        self._options = options
        self.faults: list[Fault] = []

    def shape(self, tree: Tree) -> Shape | None:
        """Say what a node gives."""
        match tree:
            case nodes.Constant():
                return _constant_shape(tree)
            case nodes.Name():
                return self._name(tree)
            case nodes.Negative() | nodes.Inversion():
                return self._unary(tree)
            case nodes.Arithmetic():
                return self._arithmetic(tree)
            case nodes.Comparison():
                return self._comparison(tree)
            case nodes.Membership():
                return self._membership(tree)
            case nodes.Connection():
                return self._connection(tree)
            case nodes.Choice():
                return self._choice(tree)
            case nodes.Call():
                return self._call(tree)

    def _fault(self, at: int, code: str, message: str) -> None:
        self.faults.append(Fault(at, code, message))

    def _name(self, name: nodes.Name) -> Shape | None:
        kind = self._names.get(name.name)
        if name.name == UNREADABLE:
            return None
        if kind is None:
            hint = suggest(name.name, self._names) or "请写栏位代号，或先在 fields 里加上它。"
            self._fault(name.at, "unknown_name", f"没有叫 {shorten(name.name)} 的栏位。{hint}")
            return None
        return Shape(_plain(kind), name.root if kind in _CELLS else None)

    def _expect(self, tree: Tree, kinds: frozenset[Plain], where: str) -> Shape | None:
        """Judge a part that must be of certain kinds."""
        shape = self.shape(tree)
        if shape is None or shape.kind in kinds:
            return shape
        wanted = "或".join(_WORDS[kind] for kind in _WORDS if kind in kinds)
        self._fault(tree.at, "wrong_kind", f"{where}应是{wanted}，现在是{shape}。请改用{wanted}。")
        return None

    def _unary(self, tree: nodes.Negative | nodes.Inversion) -> Shape | None:
        if isinstance(tree, nodes.Negative):
            return self._expect(tree.of, NUMERIC, "减号后面")
        return self._expect(tree.of, _TRUTH, "not 后面")

    def _join(self, at: int, *shapes: Shape) -> tuple[str | None, bool]:
        """Find the one table whose cells are combined; False when there are two."""
        tables = sorted({shape.table for shape in shapes if shape.table})
        if len(tables) > 1:
            message = f"{tables[0]} 和 {tables[1]} 是两张明细表，行数不同，不能逐行计算。请先用 sum 等函数各自汇总。"
            self._fault(at, "two_tables", message)
        return (tables[0] if tables else None), len(tables) < 2

    def _arithmetic(self, tree: nodes.Arithmetic) -> Shape | None:
        left, right = self.shape(tree.left), self.shape(tree.right)
        if left is None or right is None:
            return None
        kind = _arithmetic_kind(tree.sign, left.kind, right.kind)
        if kind is None:
            self._fault(tree.at, "wrong_kind", _arithmetic_message(tree.sign, left, right))
            return None
        table, joined = self._join(tree.at, left, right)
        return Shape(kind, table) if joined else None

    def _comparison(self, tree: nodes.Comparison) -> Shape | None:
        shapes = [self.shape(operand) for operand in tree.operands]
        sound = True
        for index, relation in enumerate(tree.relations):
            sound &= self._comparable(tree, index, relation, shapes[index], shapes[index + 1])
        known = tuple(shape for shape in shapes if shape is not None)
        if not sound or len(known) < len(shapes):
            return None
        table, joined = self._join(tree.at, *known)
        return Shape("boolean", table) if joined else None

    def _comparable(
        self, tree: nodes.Comparison, index: int, relation: nodes.Relation, left: Shape | None, right: Shape | None
    ) -> bool:
        self._check_option(tree.operands[index], tree.operands[index + 1])
        self._check_option(tree.operands[index + 1], tree.operands[index])
        if left is None or right is None:
            return False
        at = tree.operands[index].at
        if "rows" in (left.kind, right.kind):
            self._fault(at, "wrong_kind", "整个明细表不能比较。问有几行请用 len(…)，问某一栏请写「表.栏」。")
            return False
        if _family(left.kind) != _family(right.kind):
            self._fault(at, "kinds_differ", f"{left}不能和{right}比较。请让两边是同一种内容。")
            return False
        if relation not in ("==", "!=") and left.kind not in ORDERED:
            self._fault(at, "wrong_kind", f"{left}不能比大小，只能用 == 或 !=。")
            return False
        return True

    def _check_option(self, name: Tree, constant: Tree) -> None:
        """Check that a text compared with a choice is one of its options."""
        if not isinstance(name, nodes.Name) or not isinstance(constant, nodes.Constant):
            return
        known = self._options.get(name.name)
        if known is None or not isinstance(constant.value, str) or constant.value in known:
            return
        hint = suggest(constant.value, known) or f"可选的有 {'、'.join(known)}。"
        self._fault(constant.at, "unknown_option", f"{name.name} 没有叫 {shorten(constant.value)} 的选项。{hint}")

    def _membership(self, tree: nodes.Membership) -> Shape | None:
        of = self.shape(tree.of)
        for constant in tree.listed:
            self._check_option(tree.of, constant)
        if of is None:
            return None
        odd = [c for c in tree.listed if _family(_constant_shape(c).kind) != _family(of.kind)]
        for constant in odd:
            found = _WORDS[_constant_shape(constant).kind]
            self._fault(constant.at, "kinds_differ", f"in 的左边是{of}，清单里这一项却是{found}。请写同一种内容。")
        return None if odd else Shape("boolean", of.table)

    def _connection(self, tree: nodes.Connection) -> Shape | None:
        shapes = [self._expect(part, _TRUTH, f"{tree.word} 两边") for part in tree.parts]
        known = tuple(shape for shape in shapes if shape is not None)
        if len(known) < len(shapes):
            return None
        table, joined = self._join(tree.at, *known)
        return Shape("boolean", table) if joined else None

    def _choice(self, tree: nodes.Choice) -> Shape | None:
        test = self._expect(tree.test, _TRUTH, "if 和 else 之间")
        then, otherwise = self.shape(tree.then), self.shape(tree.otherwise)
        if test is None or then is None or otherwise is None:
            return None
        if _family(then.kind) != _family(otherwise.kind) or then.kind == "rows":
            message = f"if 前面是{then}，else 后面是{otherwise}。两个结果要是同一种内容，请改成一致。"
            self._fault(tree.at, "kinds_differ", message)
            return None
        table, joined = self._join(tree.at, test, then, otherwise)
        return Shape("money" if "money" in (then.kind, otherwise.kind) else then.kind, table) if joined else None

    def _call(self, call: nodes.Call) -> Shape | None:
        function = self._function(call)
        if function is None:
            for argument in call.arguments:
                self.shape(argument)
            return None
        shapes = [
            self._expect(argument, function.accepted(ordinal), f"{call.function} 的第 {ordinal + 1} 项")
            for ordinal, argument in enumerate(call.arguments)
        ]
        known = tuple(shape for shape in shapes if shape is not None)
        if len(known) < len(shapes):
            return None
        match function.use:
            case "column":
                return self._fold(call, known[0])
            case "column_or_several":
                return self._fold(call, known[0]) if len(known) == 1 else self._several(call, known)
            case "each":
                table, joined = self._join(call.at, *known)
                return Shape(function.gives or known[0].kind, table) if joined else None
            case "count":
                return Shape("number")

    def _function(self, call: nodes.Call) -> Function | None:
        """Find the function that is called, with a right number of arguments."""
        function, given = FUNCTIONS.get(call.function), len(call.arguments)
        if function is None:
            self._fault(call.at, "unknown_function", _unknown_function(call.function))
        elif not function.least <= given <= function.most:
            message = f"{call.function} 的括号里有 {given} 项。请照这样写：{function.example}。"
            self._fault(call.at, "wrong_arguments", message)
        elif call.function == "round" and given == 2 and not _is_places(call.arguments[1]):
            message = f"round 的第二项是保留的小数位数，请写 0 到 {MOST_PLACES} 的整数，例如 {function.example}。"
            self._fault(call.arguments[1].at, "wrong_arguments", message)
        else:
            return function
        return None

    def _fold(self, call: nodes.Call, column: Shape) -> Shape | None:
        function = FUNCTIONS[call.function]
        if column.table is None:
            message = f"{call.function} 汇总明细表的整栏，这里只有一个值。请照这样写：{function.example}。"
            self._fault(call.at, "not_a_column", message)
            return None
        return Shape(function.gives or column.kind)

    def _several(self, call: nodes.Call, shapes: tuple[Shape, ...]) -> Shape | None:
        if any(shape.table for shape in shapes):
            message = f"{call.function} 要么汇总一栏，要么比较几个单独的值，不能混用。"
            self._fault(call.at, "not_a_column", f"{message}请照这样写：{FUNCTIONS[call.function].example}。")
            return None
        if len({_family(shape.kind) for shape in shapes}) > 1:
            self._fault(call.at, "kinds_differ", f"{call.function} 的各项要是同一种内容，这里数字和日期混在一起。")
            return None
        return Shape("money" if any(shape.kind == "money" for shape in shapes) else shapes[0].kind)


def _is_places(argument: Tree) -> bool:
    if not isinstance(argument, nodes.Constant) or not isinstance(argument.value, Decimal):
        return False
    return argument.value in range(MOST_PLACES + 1)


def _unknown_function(name: str) -> str:
    if name == "today":
        return "today 是今天的日期，后面不加括号。请写 today。"
    known = "、".join(sorted(FUNCTIONS))
    return f"没有叫 {shorten(name)} 的函数。{suggest(name, FUNCTIONS) or f'可用的有 {known}。'}"


def _constant_shape(constant: nodes.Constant) -> Shape:
    match constant.value:
        case bool():
            return Shape("boolean")
        case Decimal():
            return Shape("number")
        case str():
            return Shape("text")


def _arithmetic_kind(sign: nodes.Sign, left: Plain, right: Plain) -> Plain | None:
    if left == "date" and right == "number" and sign in "+-":
        return "date"
    if not {left, right} <= NUMERIC:
        return None
    money = (left == "money", right == "money")
    if sign in "+-":
        return "money" if any(money) else "number"
    if sign == "*":
        return None if all(money) else "money" if any(money) else "number"
    return None if money == (False, True) else "number" if all(money) else left


def _arithmetic_message(sign: nodes.Sign, left: Shape, right: Shape) -> str:
    if left.kind == right.kind == "date" and sign == "-":
        return "两个日期不能相减。问相差几天请写 days_between(前, 后)。"
    if sign == "*" and left.kind == right.kind == "money":
        return "金额乘金额没有意义。请用金额乘数量或乘税率。"
    if sign == "/" and (left.kind, right.kind) == ("number", "money"):
        return "数字除以金额没有意义。请检查除号两边是否写反。"
    return f"{left}和{right}之间不能用 {sign}。四则运算只用数字和金额，日期只能加减天数。"
