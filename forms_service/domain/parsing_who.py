"""Reading `who`: who acts on a step or keeps a copy, in a small closed vocabulary.

`role x`, `dept x`, `dept $field`, `person $field`, `external party`, `manager of x`, `opened_by`, `ALIAS.opened_by`,
`policy table(input)`, `any of [a, b]` (或签: one of them) and, for a whole step, `all of [a, b]` (会签: all of them).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from forms_service.domain.course import Who, WhoKind
from forms_service.domain.entries import inside
from forms_service.domain.faults import Faults
from forms_service.domain.node import Scalar
from forms_service.domain.people import Organisation
from forms_service.domain.problem import Place
from forms_service.domain.scope import NUMERIC, Scope
from forms_service.domain.spec import Field, FieldKind

OPENED_BY = "opened_by"
FORMS = (
    "role 角色",
    "dept 部门",
    "dept $栏位",
    "person $栏位",
    "external 栏位",
    "manager of 步骤",
    OPENED_BY,
    f"原单.{OPENED_BY}",
    "policy 表(金额)",
    "any of [甲, 乙]",
    "all of [甲, 乙]",
)
LEAST_MEMBERS = 2
_FIRST_WORDS = ("role", "dept", "person", "external", "manager", OPENED_BY, "policy", "any", "all")

_SEVERAL = re.compile(r"(?P<word>any|all) +of +\[(?P<of>.*)\]")
_POLICY = re.compile(r"policy +(?P<name>[a-z][a-z0-9_]*) *\((?P<amount>.*)\)")
_SIMPLE = re.compile(r"(?P<word>role|dept|person|external|manager +of) +(?P<name>\$?[^\s\[\](),]+)")
_ALIASED = re.compile(rf"(?P<alias>[a-z][a-z0-9_]*)\.{OPENED_BY}")


_BY_FIELD: Mapping[str, FieldKind] = MappingProxyType({"dept": "department", "person": "person"})
_KINDS_BY_FIELD: Mapping[FieldKind, WhoKind] = MappingProxyType(
    {"department": "dept_field", "person": "person_field", "party": "external"}
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a `who` may refer to where it stands: the firm, the form's fields, and the steps and fills before it.

    `alias` is what the document is known by that this one is opened from, "" where there is none.
    """

    org: Organisation
    scope: Scope
    fields: Mapping[str, Field]
    earlier_steps: tuple[str, ...] = ()
    filled_before: frozenset[str] = frozenset()
    alias: str = ""

    @property
    def faults(self) -> Faults:
        """Return the list that faults are noted in."""
        return self.scope.faults


def read_who(scalar: Scalar, around: Surroundings) -> Who | None:
    """Read a whole `who`; None when its form is not understood.

    A name that does not exist is noted and kept, so that what follows is still read as what it is.
    """
    return _WhoReader(scalar, around).read(scalar.text, 0)


def read_members(scalar: Scalar, around: Surroundings) -> tuple[Who, ...]:
    """Read a step's `who`: the members of `all of [...]`, or the one who it is; nothing when it is not understood."""
    return _WhoReader(scalar, around).members()


class _WhoReader:
    """Reads one `who`, whose parts may stand inside `any of [...]`; `offset` is where a part starts in it."""

    def __init__(self, scalar: Scalar, around: Surroundings) -> None:
        self._scalar = scalar
        self._around = around

    def members(self) -> tuple[Who, ...]:
        match = _SEVERAL.fullmatch(self._scalar.text)
        if match is None or match["word"] != "all":
            who = self.read(self._scalar.text, 0)
            return () if who is None else (who,)
        members = self._parts(match, 0)
        if len(set(members)) < len(members):
            chinese = "会签(all of)里有一方写了两次，请删去一个。"
            self._around.faults.add(self._at(0), "same_member", chinese, "a member of 'all of' is written twice")
        if len(tuple(_listed(match["of"], 0))) < LEAST_MEMBERS:
            chinese = "会签(all of)至少要有两方，如 all of [dept qa, dept rd]。"
            self._around.faults.add(self._at(0), "too_few_members", chinese, "'all of' needs two members at least")
        return members

    def read(self, text: str, offset: int) -> Who | None:
        if text == OPENED_BY:
            return Who("opened_by")
        if (match := _ALIASED.fullmatch(text)) is not None:
            return self._opener_of_parent(match["alias"], offset)
        if (match := _SEVERAL.fullmatch(text)) is not None:
            return self._any(match, offset)
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

    def _opener_of_parent(self, alias: str, offset: int) -> Who:
        if alias != self._around.alias:
            known = (self._around.alias,) if self._around.alias else ()
            self._unknown(self._at(offset), "unknown_alias", ("原单代号（opens_from 的 as）", "alias"), alias, known)
        return Who("opened_by", alias)

    def _any(self, match: re.Match[str], offset: int) -> Who | None:
        if match["word"] == "all":
            chinese = "会签(all of)只能是步骤的整个 who，不能放在别的写法里，也不能用在联单上。"
            self._around.faults.add(self._at(offset), "all_of_inside", chinese, "'all of' is the whole 'who' of a step")
            return None
        parts = self._parts(match, offset)
        return Who("any", of=parts) if parts else None

    def _parts(self, match: re.Match[str], offset: int) -> tuple[Who, ...]:
        """Read what stands in the brackets; an external part is noted, for the customer signs by a link of its own."""
        found: list[Who] = []
        for text, start in _listed(match["of"], offset + match.start("of")):
            part = self.read(text, start)
            if part is not None and part.kind == "external":
                chinese = "客户用链接签，不能与本公司的人或签、会签，请分成两步。"
                self._around.faults.add(
                    self._at(start), "external_in_group", chinese, "the customer needs a step of its own"
                )
            found.extend([] if part is None else [part])
        return tuple(found)

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
        if word in _BY_FIELD and name.startswith("$"):
            return self._of_field(name[1:], place, _BY_FIELD[word])
        if word == "person":
            chinese = f"请写成 person ${name}：由一个 person 类型的栏位指定人。"
            self._around.faults.add(
                place, "unknown_who", chinese, f"write 'person ${name}', a field that names a person"
            )
            return Who("person_field", name)
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
        return Who(_KINDS_BY_FIELD[kind], name)

    def _unknown(self, place: Place, code: str, noun: tuple[str, str], name: str, known: Iterable[str]) -> None:
        self._around.faults.add_unknown(place, code, noun, name, known)


def _listed(text: str, offset: int) -> Iterator[tuple[str, int]]:
    """Take a list apart at the commas that stand in no bracket; each piece comes with where it starts."""
    depth = start = 0
    for index, character in enumerate(f"{text},"):
        depth += (character in "[(") - (character in "])")
        if character == "," and (depth <= 0 or index == len(text)):
            piece = text[start:index]
            yield piece.strip(), offset + start + len(piece) - len(piece.lstrip())
            start = index + 1
