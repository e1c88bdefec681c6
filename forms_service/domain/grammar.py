"""Grammar: an expression's text into a tree of our own nodes.

Python's own parser reads it, behind the tokeniser of `spelling` and in front of a white list of node types; so nothing
of Python but its precedence is left. Length and depth are bounded: no file can blow the stack or keep the reader busy.
"""

import ast
import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from forms_service.domain import tree as nodes
from forms_service.domain.spelling import MAX_DEPTH, NUMBER, depth_fault, number_fault, spelling_faults
from forms_service.domain.tree import Fault, Tree

TRUTHS = MappingProxyType({"yes": True, "true": True, "no": False, "false": False})
UNREADABLE = (
    ""  # the name that stands for a part that could not be read, so that its neighbours are judged all the same
)

_SIGNS: Mapping[type[ast.operator], nodes.Sign] = MappingProxyType(
    {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
)
_RELATIONS: Mapping[type[ast.cmpop], nodes.Relation] = MappingProxyType(
    {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
)
_HINTS: Mapping[type[ast.expr], str] = MappingProxyType(
    {
        ast.Tuple: "这里的逗号分不出意思；金额请不要写千位分隔，清单请放在 [ ] 里",
        ast.List: "清单只能写在 in 的右边，例如 remedy in ['allowance', 'return']",
        ast.Subscript: "不能用 [ ] 取某一行；整栏请写 lines.amount",
    }
)


def read_tree(source: str) -> tuple[Tree | None, tuple[Fault, ...]]:
    """Read an expression's text and list what is wrong with its spelling, else with its structure.

    The tree is None where the text cannot be taken apart at all; a tree that comes with faults is for judging only.
    """
    if faults := spelling_faults(source):
        return None, faults
    line = re.sub(r"\s", " ", source)  # one line, same length: offsets stay, and no break ends the expression
    start = len(line) - len(line.lstrip())
    try:
        body = ast.parse(line[start:], mode="eval").body
    except SyntaxError as error:
        return None, (_syntax_fault(line, start, error.offset or 0),)
    except (RecursionError, MemoryError):
        return None, (depth_fault(start),)
    reader = _Reader(line, start)
    tree = reader.read(body, 1)
    return tree, tuple(reader.faults)


def _syntax_fault(line: str, start: int, offset: int) -> Fault:
    if offset == 0:  # Python's word for the end of the text
        end = len(line.rstrip())
        return Fault(end, "syntax", "式子到这里就断了，后面还应有一项。请补完。")
    message = "式子在这里读不下去：前后可能少了或多了运算符、逗号或一项。请检查。"
    return Fault(start + offset - 1, "syntax", message)


class _Reader:
    """Turns Python's nodes into ours and notes what is not on the white list."""

    def __init__(self, line: str, start: int) -> None:
        self._line = line
        self._start = start
        self._bytes = line[start:].encode()
        self.faults: list[Fault] = []

    def read(self, node: ast.expr, depth: int) -> Tree:
        """Read one node and its parts; what cannot be read is noted and stands as UNREADABLE."""
        if depth > MAX_DEPTH:
            return self._refuse(depth_fault(self._at(node)))
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name() | ast.Attribute():
                return self._name(node)
            case ast.UnaryOp():
                return self._unary(node, depth)
            case ast.BinOp() if type(node.op) in _SIGNS:
                left, right = self.read(node.left, depth + 1), self.read(node.right, depth + 1)
                return nodes.Arithmetic(_SIGNS[type(node.op)], left, right, self._at(node))
            case ast.BoolOp():
                word: Literal["and", "or"] = "and" if isinstance(node.op, ast.And) else "or"
                return nodes.Connection(word, self._all(node.values, depth), self._at(node))
            case ast.Compare():
                return self._comparison(node, depth)
            case ast.IfExp():
                test, then, otherwise = self._all([node.test, node.body, node.orelse], depth)
                return nodes.Choice(test, then, otherwise, self._at(node))
            case ast.Call():
                return self._call(node, depth)
            case _:
                hint = _HINTS.get(type(node), "式子只能用四则运算、比较、and/or/not、in、if…else 和规定的函数")
                return self._not_allowed(node, f"这种写法不能用在式子里：{hint}。")

    def _all(self, parts: list[ast.expr], depth: int) -> tuple[Tree, ...]:
        return tuple(self.read(part, depth + 1) for part in parts)

    def _refuse(self, fault: Fault) -> nodes.Name:
        if fault.code not in {noted.code for noted in self.faults} or fault.code != "expression_too_deep":
            self.faults.append(fault)
        return nodes.Name(UNREADABLE, fault.at)

    def _not_allowed(self, node: ast.expr, message: str) -> nodes.Name:
        return self._refuse(Fault(self._at(node), "not_allowed", message))

    def _offset(self, byte: int) -> int:
        return self._start + len(self._bytes[:byte].decode())

    def _at(self, node: ast.expr) -> int:
        return self._offset(node.col_offset)

    def _constant(self, node: ast.Constant) -> Tree:
        at = self._at(node)
        if isinstance(node.value, str):
            return nodes.Constant(node.value, at)
        written = self._line[at : self._offset(node.end_col_offset or 0)]
        if not NUMBER.fullmatch(written):
            return self._refuse(number_fault(written, at))
        return nodes.Constant(Decimal(written), at)

    def _name(self, node: ast.expr) -> Tree:
        at, attributes = self._at(node), []
        while isinstance(node, ast.Attribute):
            attributes.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return self._not_allowed(node, "点号只能写在代号之间，例如 lines.amount、policy.tax_rate。")
        name = ".".join((node.id, *reversed(attributes)))
        return nodes.Constant(TRUTHS[name], at) if name in TRUTHS else nodes.Name(name, at)

    def _unary(self, node: ast.UnaryOp, depth: int) -> Tree:
        of = self.read(node.operand, depth + 1)
        if isinstance(node.op, ast.UAdd):
            return of
        return (nodes.Inversion if isinstance(node.op, ast.Not) else nodes.Negative)(of, self._at(node))

    def _comparison(self, node: ast.Compare, depth: int) -> Tree:
        if any(isinstance(op, ast.In | ast.NotIn) for op in node.ops):
            return self._membership(node, depth)
        relations = tuple(_RELATIONS[type(op)] for op in node.ops if type(op) in _RELATIONS)
        return nodes.Comparison(self._all([node.left, *node.comparators], depth), relations, self._at(node))

    def _membership(self, node: ast.Compare, depth: int) -> Tree:
        of, listed = self.read(node.left, depth + 1), node.comparators[0]
        if len(node.ops) > 1 or not isinstance(listed, ast.List) or not listed.elts:
            message = "in 的右边要写一个清单，例如 remedy in ['allowance', 'return']，并且不能和别的比较连写。"
            return self._not_allowed(listed, message)
        items = tuple(self._item(item, depth + 1) for item in listed.elts)
        return nodes.Membership(of, items, isinstance(node.ops[0], ast.NotIn), self._at(node))

    def _item(self, node: ast.expr, depth: int) -> nodes.Constant:
        """Read an item of a list: a constant, or a number with a minus sign."""
        noted = len(self.faults)
        item = self.read(node, depth)
        if isinstance(item, nodes.Constant):
            return item
        match item:
            case nodes.Negative(of=nodes.Constant(value=Decimal() as value)):
                return nodes.Constant(value.copy_negate(), item.at)
        if len(self.faults) == noted:
            self._not_allowed(node, "清单里只能写文字、数字或 yes/no，不能写代号或算式。")
        return nodes.Constant("", self._at(node))

    def _call(self, node: ast.Call, depth: int) -> Tree:
        arguments = self._all(node.args, depth)
        if not isinstance(node.func, ast.Name):
            return self._not_allowed(node.func, "函数请写在前面，例如 sum(lines.amount)。")
        return nodes.Call(node.func.id, arguments, self._at(node))
