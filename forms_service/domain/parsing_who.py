"""Reading `who`: who acts on a step or keeps a copy, in a small closed vocabulary.

`role x`, `dept x`, `dept $field`, `external party`, `manager of x`, `opened_by`, `policy table(input)`,
`any of [a, b]` (或签). `all of [a, b]` (会签) is refused: a step has one signature box, so it would be no 会签.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from forms_service.domain.entries import inside
from forms_service.domain.faults import Faults
from forms_service.domain.node import Scalar
from forms_service.domain.people import Organisation
from forms_service.domain.problem import Place
from forms_service.domain.scope import NUMERIC, Scope
from forms_service.domain.spec import Field, FieldKind, Who

OPENED_BY = "opened_by"
FORMS = (
    "role 角色",
    "dept 部门",
    "dept $栏位",
    "external 栏位",
    "manager of 步骤",
    OPENED_BY,
    "policy 表(金额)",
    "any of [甲, 乙]",
)
_FIRST_WORDS = ("role", "dept", "external", "manager", OPENED_BY, "policy", "any", "all")

_ANY = re.compile(r"(?P<word>any|all) +of +\[(?P<of>.*)\]")
_POLICY = re.compile(r"policy +(?P<name>[a-z][a-z0-9_]*) *\((?P<amount>.*)\)")
_SIMPLE = re.compile(r"(?P<word>role|dept|external|manager +of) +(?P<name>\$?[^\s\[\](),]+)")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a `who` may refer to where it stands: the firm, the form's fields, and the steps and fills before it."""

    org: Organisation
    scope: Scope
    fields: Mapping[str, Field]
    earlier_steps: tuple[str, ...] = ()
    filled_before: frozenset[str] = frozenset()

    @property
    def faults(self) -> Faults:
        """Return the list that faults are noted in."""
        return self.scope.faults


def read_who(scalar: Scalar, around: Surroundings) -> Who | None:
    """Read a whole `who`; None when it was faulty."""
    return _WhoReader(scalar, around).read(scalar.text, 0)


class _WhoReader:
    """Reads one `who`, whose parts may stand inside `any of [...]`; `offset` is where a part starts in it."""

    def __init__(self, scalar: Scalar, around: Surroundings) -> None:
        self._scalar = scalar
        self._around = around

    def read(self, text: str, offset: int) -> Who | None:
        if text == OPENED_BY:
            return Who("opened_by")
        if (match := _ANY.fullmatch(text)) is not None:
            return self._several(match, offset)
        if (match := _POLICY.fullmatch(text)) is not None:
            return self._policy(match, offset)
        if (match := _SIMPLE.fullmatch(text)) is not None:
            return self._simple(match, offset)
        first = text.partition(" ")[0]
        code = "unknown_who"
        noun = ("签核人写法", "who")
        if first in _FIRST_WORDS:
            self._around.faults.add(
                self._at(offset),
                code,
                f"「{text}」没有写全。可用的写法：{'、'.join(FORMS)}。",
                f"'{text}' is no whole 'who'",
            )
        else:
            self._around.faults.add_unknown(self._at(offset), code, noun, first, _FIRST_WORDS[:-1])
        return None

    def _at(self, offset: int) -> Place:
        return inside(self._scalar, offset)

    def _several(self, match: re.Match[str], offset: int) -> Who | None:
        if match["word"] == "all":
            self._around.faults.add(
                self._at(offset),
                "all_of_one_box",
                "一步只有一个签章格，会签(all of)请写成相继的几个步骤。",
                "a step has one signature box; write 'all of' as steps one after another",
            )
            return None
        parts: list[Who | None] = []
        start = offset + match.start("of")
        for piece in match["of"].split(","):
            parts.append(self.read(piece.strip(), start + len(piece) - len(piece.lstrip())))
            start += len(piece) + 1
        whole = tuple(part for part in parts if part is not None)
        return Who("any", of=whole) if whole else None

    def _policy(self, match: re.Match[str], offset: int) -> Who | None:
        banded = {policy.id for policy in self._around.org.policies if policy.bands}
        name, place = match["name"], self._at(offset + match.start("name"))
        amount_at = offset + match.start("amount")
        amount = self._around.scope.read_source(match["amount"], self._scalar, NUMERIC, amount_at)
        if name not in banded:
            self._unknown(place, "unknown_policy", ("核决权限表", "policy with bands"), name, banded)
            return None
        return Who("policy", name, amount)

    def _simple(self, match: re.Match[str], offset: int) -> Who | None:
        word = match["word"].split()[0]
        name, place = match["name"], self._at(offset + match.start("name"))
        if word == "dept" and name.startswith("$"):
            return self._of_field(name[1:], place, "department")
        if word == "external":
            return self._of_field(name, place, "party")
        if word == "manager":
            return self._manager(name, place)
        return self._role(name, place) if word == "role" else self._department(name, place)

    def _role(self, name: str, place: Place) -> Who | None:
        org = self._around.org
        known = dict(org.roles)
        if name not in known:
            self._unknown(place, "unknown_role", ("角色", "role"), name, known)
            return None
        if not org.holders(name):
            words = f"角色「{known[name]}」({name})现在没有人担任，单据会停在这里。"
            self._around.faults.add(place, "role_without_holder", words, f"nobody holds role '{name}'", "warning")
        return Who("role", name)

    def _department(self, name: str, place: Place) -> Who | None:
        org = self._around.org
        if org.department(name) is None:
            self._unknown(place, "unknown_department", ("部门", "department"), name, (d.id for d in org.departments))
            return None
        return Who("dept", name)

    def _manager(self, name: str, place: Place) -> Who | None:
        known = (OPENED_BY, *self._around.earlier_steps)
        if name not in known:
            self._unknown(place, "unknown_step", ("之前的步骤", "earlier step"), name, known)
            return None
        return Who("manager_of", name)

    def _of_field(self, name: str, place: Place, kind: FieldKind) -> Who | None:
        """Read a reference to a field that says who: it must be of the right type and filled before."""
        field = self._around.fields.get(name)
        if field is None:
            self._unknown(place, "unknown_field", ("栏位", "field"), name, self._around.fields)
            return None
        if field.kind != kind:
            self._around.faults.add(
                place,
                "wrong_field_type",
                f"「{name}」是 {field.kind}，这里要 {kind} 类型的栏位。",
                f"'{name}' is a {field.kind}, expected a {kind}",
            )
        elif name not in self._around.filled_before:
            self._around.faults.add(
                place,
                "read_before_filled",
                f"轮到这一步时「{name}」还没有填，不知道该由谁签。请让之前的步骤先填它。",
                f"'{name}' is not filled by an earlier step",
            )
        return Who("dept_field" if kind == "department" else "external", name)

    def _unknown(self, place: Place, code: str, noun: tuple[str, str], name: str, known: Iterable[str]) -> None:
        self._around.faults.add_unknown(place, code, noun, name, known)
