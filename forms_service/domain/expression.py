"""The expression language: what an analyst writes after `calc`, `rule`, `when`, `show_when`, `min`, `default`.

>>> place = Place("demo.yaml", 3, 12)
>>> parse_expression("round(net * 0.05, 2)", place, {"net": "money"}).kind
'money'
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from forms_service.domain.errors import ProblemsFound
from forms_service.domain.grammar import read_tree
from forms_service.domain.kinds import Kind, judge, kind_words
from forms_service.domain.problem import Place, Problem
from forms_service.domain.tree import Fault, Tree, names_in

__all__ = ["Expression", "ExpressionFault", "Kind", "parse_expression"]

_NO_OPTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed, typed expression. `roots` are the names it reads (`lines` for `lines.amount`, `today`, `policy`)."""

    source: str
    place: Place
    kind: Kind
    roots: frozenset[str]
    tree: Tree

    @property
    def names(self) -> frozenset[str]:
        """Return the whole names it reads (`lines.amount`, `net`)."""
        return frozenset(name.name for name in names_in(self.tree))


class ExpressionFault(ProblemsFound):
    """Refuse an expression; carries every fault of it, each at its own place in the file."""

    code = "expression"


def parse_expression(
    source: str,
    place: Place,
    names: Mapping[str, Kind],
    *,
    expect: frozenset[Kind] = frozenset(),
    options: Mapping[str, tuple[str, ...]] = _NO_OPTIONS,
) -> Expression:
    """Read and judge an expression; raises ExpressionFault with every fault of it.

    `place` is where the source's first character stands (after the quote of a quoted scalar). `names` are the names it
    may read; `today` is always known. `expect`, where given, are the kinds it may give. `options` are the option ids of
    the choices among the names, so that a misspelt option is found. A bare name in a table's column means the row's.
    """
    tree, unreadable = read_tree(source)
    if tree is None:
        raise _refusal(source, place, unreadable)
    kind, misjudged = judge(tree, names, options)
    if kind is None or unreadable or misjudged:
        raise _refusal(source, place, (*unreadable, *misjudged))
    if expect and kind not in expect:
        raise _refusal(source, place, (_unexpected(kind, expect),))
    return Expression(source, place, kind, frozenset(name.root for name in names_in(tree)), tree)


def _unexpected(kind: Kind, expect: frozenset[Kind]) -> Fault:
    wanted = "或".join(sorted(map(kind_words, expect)))
    if expect == {"boolean"}:
        hint = "逐行的条件请套上 all(…) 或 any(…)" if kind == "booleans" else "请写成比较，例如 net <= 5000"
        return Fault(0, "not_boolean", f"这里要一个能答是或否的条件，现在得到{kind_words(kind)}。{hint}。")
    return Fault(0, "wrong_kind", f"这里要得到{wanted}，式子却得到{kind_words(kind)}。请改式子或改栏位类型。")


def _refusal(source: str, place: Place, faults: tuple[Fault, ...]) -> ExpressionFault:
    ordered = sorted(faults, key=lambda fault: fault.at)
    return ExpressionFault(tuple(Problem(_place(source, place, f.at), f.code, f.message) for f in ordered))


def _place(source: str, place: Place, at: int) -> Place:
    """Turn an offset into a place of the file; after a line break the column counts from the break."""
    line, break_at = source.count("\n", 0, at), source.rfind("\n", 0, at)
    if line == 0:
        return Place(place.file, place.line, place.column + at)
    return Place(place.file, place.line + line, at - break_at)
