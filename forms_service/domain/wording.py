"""Wording: an expression said in Chinese, its fields by their labels, for the manager who owns the rule.

`net <= approved_amount` reads 「折让金额合计」不大于「核定金额(未税)」.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from forms_service.domain import tree as nodes
from forms_service.domain.expression import Expression
from forms_service.domain.outlines import FormOutline
from forms_service.domain.spec import Field
from forms_service.domain.tree import Tree

Names = Mapping[str, str]
Options = Mapping[str, Mapping[str, str]]

STATES: Mapping[str, str] = MappingProxyType(
    {"open": "办理中", "finished": "已结案", "rejected": "已驳回", "refused": "客户已拒绝", "void": "已作废"}
)
# One for every name that a document has under an alias; a test holds the two together.
COMMON: Mapping[str, str] = MappingProxyType(
    {
        "no": "编号",
        "state": "状态",
        "title": "表名",
        "form": "表单",
        "opened_on": "开立日",
        "ended_on": "结束日",
        "sha256": "文件摘要",
        "opened_by": "开立人",
        "step_name": "现在的步骤",
        "step_department": "现在办理的部门",
        "step_person": "现在的承办人",
        "step_opened_on": "现在这一步的收件日",
        "step_due_on": "现在这一步的应完成日",
        "days_late": "逾期天数",
        "nth": "第几次开立本单",
    }
)

_SIGNS: Mapping[str, str] = MappingProxyType({"+": "加", "-": "减", "*": "乘", "/": "除以"})
_RELATIONS: Mapping[str, str] = MappingProxyType(
    {"==": "是", "!=": "不是", "<": "小于", "<=": "不大于", ">": "大于", ">=": "不小于"}
)
# One for every function of the language; a test holds the two together.
_CALLS: Mapping[str, str] = MappingProxyType(
    {
        "sum": "{0}各行合计",
        "all": "每一行{0}",
        "any": "至少一行{0}",
        "min": "{all}中最小的",
        "max": "{all}中最大的",
        "round": "{0}，取 {1} 位小数",
        "abs": "{0}的绝对值",
        "len": "{0}的行数",
        "filled": "已填{0}",
        "days_between": "{0}到{1}的天数",
        "capital": "{0}的中文大写",
    }
)

_BRACES = re.compile(r" ?\{([a-z][a-z0-9_.]*)\} ?")


@dataclass(frozen=True, slots=True)
class Words:
    """The words for what expressions read: for each name, and for each option of the choices among them."""

    names: Names
    options: Options

    def joined(self, other: "Words") -> "Words":
        """Return both together; the other's words come before ours."""
        return Words({**self.names, **other.names}, {**self.options, **other.options})


def field_words(fields: tuple[Field, ...]) -> Words:
    """Give a form's own names their words: 「折让金额合计」, of a column 「折让金额」."""
    names = {"today": "当天", "opened_on": "开立日"}
    for field in fields:
        names[field.id] = f"「{field.label.zh_hans}」"
        for column in field.columns:
            names[f"{field.id}.{column.id}"] = f"「{column.label.zh_hans}」"
    options = {field.id: {option.id: option.label.zh_hans for option in field.options} for field in fields}
    return Words(names, options)


def alias_words(alias: str, whose: str, outline: FormOutline | None) -> Words:
    """Give the names under an alias their words: 原单的「核定金额」; `whose` says which document it is."""
    names = {f"{alias}.{name}": f"{whose}的{words}" for name, words in COMMON.items()}
    options: dict[str, Mapping[str, str]] = {f"{alias}.state": STATES}
    for field in outline.fields if outline is not None else ():
        names.setdefault(f"{alias}.{field.id}", f"{whose}的「{field.label or field.id}」")
        options.setdefault(f"{alias}.{field.id}", dict(zip(field.options, field.option_labels, strict=True)))
    return Words(names, options)


def say(expression: Expression, words: Words, row: tuple[Field, ...] = ()) -> str:
    """Say an expression in Chinese; `row` are the columns that it reads by their own names."""
    every = words.joined(field_words(row))
    return _Speaker(every.names, every.options).say(expression.tree)


def fill_braces(text: str, words: Words) -> str:
    """Replace every `{name}` of a message by the words for what will stand there."""
    names = {**words.names, "no": "「编号」"}
    return _BRACES.sub(lambda found: names.get(found[1], found[0]), text)


class _Speaker:
    """Says one tree; a part that holds a sign of its own is put into brackets."""

    def __init__(self, names: Names, options: Options) -> None:
        self._names = names
        self._options = options

    def say(self, tree: Tree) -> str:
        match tree:
            case nodes.Constant(value=value):
                return _say_constant(value)
            case nodes.Name(name=name):
                return self._names.get(name, f"政策中的 {name.removeprefix('policy.')}")
            case nodes.Comparison():
                return self._comparison(tree)
            case nodes.Membership():
                return self._membership(tree)
            case nodes.Call(function=function, arguments=arguments):
                said = [self.say(argument) for argument in arguments]
                return _CALLS[function].format(*said, all="、".join(said))
            case _:
                return self._joined(tree)

    def _joined(
        self, tree: nodes.Negative | nodes.Inversion | nodes.Arithmetic | nodes.Connection | nodes.Choice
    ) -> str:
        match tree:
            case nodes.Negative(of=of):
                return f"负{self._part(of)}"
            case nodes.Inversion(of=of):
                return f"不是（{self.say(of)}）"
            case nodes.Arithmetic(sign=sign, left=left, right=right):
                return f"{self._part(left)}{_SIGNS[sign]}{self._part(right)}"
            case nodes.Connection(word=word, parts=parts):
                return ("，并且" if word == "and" else "，或者").join(self._part(part) for part in parts)
            case nodes.Choice(test=test, then=then, otherwise=otherwise):
                return f"如果{self.say(test)}就是{self._part(then)}，否则是{self._part(otherwise)}"

    def _membership(self, tree: nodes.Membership) -> str:
        answers = "、".join(self._answer(tree.of, constant) for constant in tree.listed)
        relation, end = ("不是", "中任何一个") if tree.negated else ("是", "之一")
        return f"{self._part(tree.of)}{relation}{answers}{end}"

    def _part(self, tree: Tree) -> str:
        said = self.say(tree)
        return f"（{said}）" if isinstance(tree, nodes.Arithmetic | nodes.Connection | nodes.Choice) else said

    def _comparison(self, tree: nodes.Comparison) -> str:
        said = self._part(tree.operands[0])
        for relation, operand in zip(tree.relations, tree.operands[1:], strict=True):
            said += _RELATIONS[relation] + self._operand(tree.operands[0], operand)
        return said.rstrip()

    def _operand(self, left: Tree, right: Tree) -> str:
        if not isinstance(right, nodes.Constant):
            return self._part(right)
        answer = self._answer(left, right)
        return answer if isinstance(right.value, str | bool) else f" {answer} "

    def _answer(self, of: Tree, constant: nodes.Constant) -> str:
        """Say a constant, an option of a choice by its label."""
        options = self._options.get(of.name, {}) if isinstance(of, nodes.Name) else {}
        label = options.get(constant.value) if isinstance(constant.value, str) else None
        return _say_constant(constant.value) if label is None else f"「{label}」"


def _say_constant(value: object) -> str:
    if isinstance(value, bool):
        return "「是」" if value else "「否」"
    return f"「{value}」" if isinstance(value, str) else f"{value}"
