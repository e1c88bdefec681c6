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
_FIRST_WORDS = ("role", "dept", "external", "manager", OPENED_BY, "policy", "any")

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
    """Read a whole `who`; None when its form is not understood.

    A name that does not exist is noted and kept, so that what follows is still read as what it is.
    """
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
        self._note_form(text, self._at(offset))
        return None

    def _note_form(self, text: str, place: Place) -> None:
        first = text.partition(" ")[0]
        if first not in _FIRST_WORDS:
            self._unknown(place, "unknown_who", ("签核人写法", "who"), first, _FIRST_WORDS)
            return
        chinese = f"「{text}」没有写全。可用的写法：{'、'.join(FORMS)}。"
        self._around.faults.add(place, "unknown_who", chinese, f"'{text}' is no whole 'who'")

    def _at(self, offset: int) -> Place:
        return inside(self._scalar, offset)

    def _several(self, match: re.Match[str], offset: int) -> Who | None:
        if match["word"] == "all":
            chinese = "一步只有一个签章格，会签(all of)请写成相继的几个步骤。"
            self._around.faults.add(self._at(offset), "all_of_one_box", chinese, "write 'all of' as steps in a row")
            return None
        parts: list[Who] = []
        start = offset + match.start("of")
        for piece in match["of"].split(","):
            part = self._part_of_several(piece.strip(), start + len(piece) - len(piece.lstrip()))
            parts.extend([] if part is None else [part])
            start += len(piece) + 1
        return Who("any", of=tuple(parts)) if parts else None

    def _part_of_several(self, text: str, offset: int) -> Who | None:
        part = self.read(text, offset)
        if part is not None and part.kind == "external":
            chinese = "客户用链接签，不能与本公司的人或签(any of)，请分成两步。"
            self._around.faults.add(
                self._at(offset), "external_in_any", chinese, "the customer needs a step of its own"
            )
        return part

    def _policy(self, match: re.Match[str], offset: int) -> Who:
        banded = [policy.id for policy in self._around.org.policies if policy.bands]
        name = match["name"]
        amount_at = offset + match.start("amount")
        amount = self._around.scope.read_source(match["amount"], self._scalar, NUMERIC, amount_at)
        if name not in banded:
            place = self._at(offset + match.start("name"))
            self._unknown(place, "unknown_policy", ("核决权限表", "policy with bands"), name, banded)
        return Who("policy", name, amount)

    def _simple(self, match: re.Match[str], offset: int) -> Who:
        word = match["word"].split()[0]
        name, place = match["name"], self._at(offset + match.start("name"))
        if word == "dept" and name.startswith("$"):
            return self._of_field(name[1:], place, "department")
        if word == "external":
            return self._of_field(name, place, "party")
        if word == "manager":
            return self._manager(name, place)
        return self._role(name, place) if word == "role" else self._department(name, place)

    def _role(self, name: str, place: Place) -> Who:
        org = self._around.org
        known = dict(org.roles)
        if name not in known:
            self._unknown(place, "unknown_role", ("角色", "role"), name, known)
        elif not org.holders(name):
            chinese = f"角色「{known[name]}」({name})现在没有人担任，单据会停在这里。"
            self._around.faults.add(place, "role_without_holder", chinese, f"nobody holds role '{name}'", "warning")
        return Who("role", name)

    def _department(self, name: str, place: Place) -> Who:
        departments = [department.id for department in self._around.org.departments]
        if name not in departments:
            self._unknown(place, "unknown_department", ("部门", "department"), name, departments)
        return Who("dept", name)

    def _manager(self, name: str, place: Place) -> Who:
        known = (OPENED_BY, *self._around.earlier_steps)
        if name not in known:
            self._unknown(place, "unknown_step", ("之前的步骤", "earlier step"), name, known)
        return Who("manager_of", name)

    def _of_field(self, name: str, place: Place, kind: FieldKind) -> Who:
        """Read a reference to a field that says who: it must be of the right type and filled before."""
        field = self._around.fields.get(name)
        if field is None:
            self._unknown(place, "unknown_field", ("栏位", "field"), name, self._around.fields)
        elif field.kind != kind:
            chinese = f"「{name}」是 {field.kind}，这里要 {kind} 类型的栏位。"
            self._around.faults.add(place, "wrong_field_type", chinese, f"'{name}' is a {field.kind}, expected {kind}")
        elif name not in self._around.filled_before:
            chinese = f"轮到这一步时「{name}」还没有填，不知道该由谁签。请让之前的步骤先填它。"
            self._around.faults.add(place, "read_before_filled", chinese, f"'{name}' is not filled by an earlier step")
        return Who("dept_field" if kind == "department" else "external", name)

    def _unknown(self, place: Place, code: str, noun: tuple[str, str], name: str, known: Iterable[str]) -> None:
        self._around.faults.add_unknown(place, code, noun, name, known)
