"""The nodes of an expression: what `grammar` reads, `kinds` judges and `evaluating` computes.

`at` counts characters from the expression's start, from 0; it is what a message points to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Sign = Literal["+", "-", "*", "/"]
Relation = Literal["==", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, text or yes/no as written."""

    value: Decimal | str | bool
    at: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name that is read: `net`, or with one dot `lines.amount`, `policy.tax_rate`."""

    name: str
    at: int

    @property
    def root(self) -> str:
        """Return the part before the dot."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Negative:
    """Unary minus."""

    of: "Tree"
    at: int


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two operands and a sign; `at` is the sign's left operand."""

    sign: Sign
    left: "Tree"
    right: "Tree"
    at: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A chain such as `0 < a <= b`: one relation fewer than operands."""

    operands: tuple["Tree", ...]
    relations: tuple[Relation, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Membership:
    """`x in [..]`, or `x not in [..]` when negated; the list is written out."""

    of: "Tree"
    listed: tuple[Constant, ...]
    negated: bool
    at: int


@dataclass(frozen=True, slots=True)
class Inversion:
    """`not x`."""

    of: "Tree"
    at: int


@dataclass(frozen=True, slots=True)
class Connection:
    """`and` or `or` between two or more parts."""

    word: Literal["and", "or"]
    parts: tuple["Tree", ...]
    at: int


@dataclass(frozen=True, slots=True)
class Choice:
    """`then if test else otherwise`."""

    test: "Tree"
    then: "Tree"
    otherwise: "Tree"
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function of `functions.FUNCTIONS` and its arguments in order."""

    function: str
    arguments: tuple["Tree", ...]
    at: int


Tree = Constant | Name | Negative | Arithmetic | Comparison | Membership | Inversion | Connection | Choice | Call


def children(tree: Tree) -> tuple[Tree, ...]:
    """List a node's own parts from left to right as written (a Choice's test after its first answer)."""
    match tree:
        case Negative(of=of) | Inversion(of=of):
            return (of,)
        case Arithmetic(left=left, right=right):
            return (left, right)
        case Comparison(operands=parts) | Connection(parts=parts) | Call(arguments=parts):
            return parts
        case Membership(of=of, listed=listed):
            return (of, *listed)
        case Choice(test=test, then=then, otherwise=otherwise):
            return (then, test, otherwise)
        case _:
            return ()


def names_in(tree: Tree) -> Iterator[Name]:
    """Yield every name that an expression reads, in the order written, repetitions included."""
    if isinstance(tree, Name):
        yield tree
    for child in children(tree):
        yield from names_in(child)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of an expression, before its offset is turned into a Place of the file."""

    at: int
    code: str
    message: str
