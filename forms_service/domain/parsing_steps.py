"""Reading the route: the steps in their order, who fills and signs each, and what they may decide.

A 会签 (`who: all of [...]`) is one step as it is written; read, it is a step for each of its members.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from forms_service.domain.course import Who
from forms_service.domain.entries import Entries, inside, read_entries
from forms_service.domain.faults import Faults, nearest
from forms_service.domain.literals import read_id
from forms_service.domain.node import Node, Scalar
from forms_service.domain.parsing_joint import expand
from forms_service.domain.parsing_times import read_within
from forms_service.domain.parsing_who import Surroundings, read_members
from forms_service.domain.problem import Place
from forms_service.domain.scope import BOOLEAN
from forms_service.domain.spec import Evidence, Step

KEYS = ("id", "name", "who", "fills", "sign", "sign_by", "can", "not_same_as", "when", "within")
EVIDENCE: tuple[Evidence, ...] = ("pin", "esign_link", "paper_scan")
ACTIONS = ("approve", "reject", "refuse", "consult", "return to STEP")
RESERVED_STEPS = ("issue", "seal")
NOBODY = Who("role")

_DELEGATE = "delegate"
_RETURN = re.compile(r"return +to +(?P<step>\S+)")


@dataclass(slots=True)
class _Route:
    """The route as read so far. `groups` are the members of each 会签 by its written id; other steps stand alone."""

    start: Surroundings
    ids: tuple[str, ...]
    earlier: list[str] = field(default_factory=list)
    filled: dict[str, Place] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    @property
    def faults(self) -> Faults:
        return self.start.faults

    def surroundings(self) -> Surroundings:
        alone = tuple(step for step in self.earlier if step not in self.groups)
        return replace(self.start, earlier_steps=alone, filled_before=self.start.filled_before.union(self.filled))

    def members(self, written: str) -> tuple[str, ...]:
        return self.groups.get(written, (written,))


@dataclass(frozen=True, slots=True)
class _Can:
    """What a step may decide."""

    returns_to: tuple[str, ...] = ()
    actions: frozenset[str] = frozenset()


def read_steps(nodes: Sequence[Node], around: Surroundings) -> tuple[Step, ...]:
    """Read every step in the order written, each 会签 as its members."""
    entries = [e for e in (read_entries(node, around.faults, KEYS) for node in nodes) if e is not None]
    route = _Route(around, tuple(filter(None, (_quiet_id(e) for e in entries))))
    return tuple(step for e in entries for step in _read_step(e, route))


def _quiet_id(entries: Entries) -> str | None:
    node = entries.peek("id")
    return node.text if isinstance(node, Scalar) else None


def _read_step(entries: Entries, route: _Route) -> tuple[Step, ...]:
    """Read one step; several of a 会签, none of what cannot be told from another."""
    step_id = _read_step_id(entries, route)
    who = _read_step_who(entries, route)
    can = _read_can(entries, route)
    if len(who) > 1:
        entries.refuse_key(
            "fills", "joint_fills", "会签的各方只签意见，不填栏位，请删去。", "a joint step fills nothing"
        )
    step = Step(
        id=step_id or "",
        name=entries.text("name", required=True) or "",
        who=who[0] if who else NOBODY,
        sign=entries.text("sign", required=True) or "",
        place=entries.place,
        fills=_read_fills(entries, route),
        not_same_as=_read_not_same(entries, route),
        returns_to=can.returns_to,
        may_reject="reject" in can.actions,
        may_refuse="refuse" in can.actions,
        may_consult="consult" in can.actions,
        sign_by=_read_sign_by(entries, external=bool(who) and who[0].kind == "external"),
        within=read_within(entries.scalar("within"), route.start),
        when=None if (when := entries.scalar("when")) is None else route.start.scope.read(when, BOOLEAN),
    )
    if step_id is None:
        return ()
    return _enter(step, expand(step, who, route.start) if len(who) > 1 else (step,), route)


def _enter(written: Step, steps: tuple[Step, ...], route: _Route) -> tuple[Step, ...]:
    """Put a step on the route; the ids that a 会签's members are given must be free, else none is read."""
    clashes = [step.id for step in steps if step.id in route.taken]
    for clash in clashes:
        route.faults.add(
            written.place,
            "duplicate_step",
            f"会签「{written.id}」的一方要叫「{clash}」，可是已经有这个步骤。请给其中一个换代号。",
            f"a member of '{written.id}' would be called '{clash}', which is written already",
        )
    if len(steps) > 1:
        route.groups[written.id] = tuple(step.id for step in steps)
    route.earlier.append(written.id)
    route.taken |= {written.id, *(step.id for step in steps)}
    return () if clashes else steps


def _read_step_id(entries: Entries, route: _Route) -> str | None:
    scalar = entries.scalar("id", required=True)
    if scalar is None:
        return None
    read_id(scalar, route.faults)
    step_id = scalar.text
    if step_id in RESERVED_STEPS:
        route.faults.add(
            scalar.place, "reserved_id", f"「{step_id}」是系统留用的代号，请换一个。", f"id '{step_id}' is reserved"
        )
    if step_id in route.taken:
        route.faults.add(
            scalar.place,
            "duplicate_step",
            f"步骤「{step_id}」已经有了，请换一个代号。",
            f"step '{step_id}' is written twice",
        )
        return None
    return step_id


def _read_step_who(entries: Entries, route: _Route) -> tuple[Who, ...]:
    scalar = entries.scalar("who", required=True)
    who = () if scalar is None else read_members(scalar, route.surroundings())
    if scalar is None or not who or route.earlier:
        return who
    if who[0].kind == "external":
        route.faults.add(
            scalar.place, "first_step", "第一步由本公司的人开立，不能是客户。", "the first step cannot be external"
        )
    elif len(who) > 1 or who == (Who("opened_by"),):
        route.faults.add(
            scalar.place,
            "first_step",
            "第一步说的是谁来开立，请写角色或部门，不能是会签或 opened_by。",
            "the first step says who opens the form: a role or a dept",
        )
    return who


def _read_fills(entries: Entries, route: _Route) -> tuple[str, ...]:
    words = entries.words("fills")
    return tuple(word.text for word in words if _may_fill(word, route))


def _may_fill(word: Scalar, route: _Route) -> bool:
    field_ = route.start.fields.get(word.text)
    if field_ is None:
        route.faults.add_unknown(word.place, "unknown_field", ("栏位", "field"), word.text, route.start.fields)
        return False
    if field_.calc is not None:
        route.faults.add(
            word.place,
            "calculated_is_filled",
            f"「{word.text}」是计算出来的，不由人填，请从 fills 删去。",
            f"'{word.text}' is calculated, nobody fills it",
        )
        return False
    if word.text in route.filled:
        line = route.filled[word.text].line
        route.faults.add(
            word.place,
            "filled_twice",
            f"「{word.text}」在第 {line} 行已由另一步填。一个栏位只由一个步骤填，请留一处。",
            f"'{word.text}' is already filled on line {line}",
        )
        return False
    route.filled[word.text] = word.place
    return True


def _read_not_same(entries: Entries, route: _Route) -> tuple[str, ...]:
    words = entries.words("not_same_as")
    for word in words:
        _check_earlier(word.text, word.place, "not_same_as_later", route)
    return tuple(step for word in words if word.text in route.earlier for step in route.members(word.text))


def _check_earlier(step_id: str, place: Place, code: str, route: _Route) -> None:
    """Note a step that does not exist, or that does not come before the one being read."""
    if step_id not in route.ids:
        route.faults.add_unknown(place, "unknown_step", ("步骤", "step"), step_id, route.ids)
    elif step_id not in route.earlier:
        chinese = f"「{step_id}」不在这一步之前，这里只能写之前的步骤。"
        route.faults.add(place, code, chinese, f"'{step_id}' does not come before this step")


def _read_can(entries: Entries, route: _Route) -> _Can:
    words = entries.words("can")
    returns: list[str] = []
    actions: set[str] = set()
    for word in words:
        match = _RETURN.fullmatch(word.text)
        if match is None:
            actions.add(_read_action(word, route.faults))
        else:
            _check_earlier(match["step"], inside(word, match.start("step")), "return_forward", route)
            returns.append(route.members(match["step"])[0])
    if words and "approve" not in actions:
        route.faults.add(
            words[0].place, "cannot_approve", "can 里要有 approve，否则这一步永远过不去。", "'can' needs approve"
        )
    return _Can(tuple(returns), frozenset(actions))


def _read_action(word: Scalar, faults: Faults) -> str:
    """Read one action; a misspelt one counts as the one that was meant, so that no second fault grows from it."""
    if word.text in ACTIONS[:-1]:
        return word.text
    if word.text == _DELEGATE:
        chinese = "委托不必写：本公司的人都可以按日期委托别人代签。请删去。"
        faults.add(word.place, "always_allowed", chinese, "every internal step may be delegated; leave it out")
        return word.text
    faults.add_unknown(word.place, "unknown_action", ("决定", "action"), word.text, ACTIONS)
    return nearest(word.text, ACTIONS) or word.text


def _read_sign_by(entries: Entries, *, external: bool) -> tuple[Evidence, ...]:
    words = entries.words("sign_by")
    found = tuple(evidence for word in words for evidence in EVIDENCE if evidence == word.text)
    for word in words:
        if word.text not in EVIDENCE:
            entries.faults.add_unknown(word.place, "unknown_word", ("签法", "way to sign"), word.text, EVIDENCE)
        elif (word.text == "pin") is external:
            chinese = (
                "客户没有签章密码，请写 esign_link 或 paper_scan。"
                if external
                else "本公司的人用自己的签章密码签，请删去。"
            )
            entries.faults.add(word.place, "wrong_sign_by", chinese, f"'{word.text}' does not suit who signs here")
    if external and not words:
        entries.faults.add(
            entries.place,
            "missing_key",
            "客户签的步骤要写 sign_by，如 [esign_link]。",
            "an external step needs 'sign_by'",
        )
    return found or ("pin",)
