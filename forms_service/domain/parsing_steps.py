"""Reading the route: the steps in their order, who fills and signs each, and the copies at the end."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import get_args

from forms_service.domain.entries import Entries, inside, read_entries
from forms_service.domain.faults import Faults, nearest
from forms_service.domain.literals import read_id
from forms_service.domain.node import Node, Scalar
from forms_service.domain.parsing_who import Surroundings, read_who
from forms_service.domain.people import Organisation
from forms_service.domain.problem import Place
from forms_service.domain.scope import BOOLEAN, Scope
from forms_service.domain.spec import Colour, Copy, Evidence, Field, Step, Who, Within

STEP_KEYS = ("id", "name", "who", "fills", "sign", "sign_by", "can", "not_same_as", "when", "within")
COPY_KEYS = ("no", "to", "name", "colour")
EVIDENCE: tuple[Evidence, ...] = ("pin", "esign_link")
COLOURS: tuple[Colour, ...] = get_args(Colour)
ACTIONS = ("approve", "reject", "refuse", "return to STEP")
NOT_BUILT: Mapping[str, str] = MappingProxyType(
    {"consult": "加签", "delegate": "委托", "paper_scan": "印出签章后扫描回传"}
)
RESERVED_STEPS = ("issue", "seal")
LONGEST_WITHIN = 366
NOBODY = Who("role")

_RETURN = re.compile(r"return +to +(?P<step>\S+)")
_WITHIN = re.compile(r"(?P<days>[1-9][0-9]{0,2}) (?P<work>work)?days?")


@dataclass(slots=True)
class _Route:
    """The route as read so far."""

    org: Organisation
    scope: Scope
    fields: Mapping[str, Field]
    ids: tuple[str, ...]
    earlier: list[str] = field(default_factory=list)
    filled: dict[str, Place] = field(default_factory=dict)

    @property
    def faults(self) -> Faults:
        return self.scope.faults

    def surroundings(self) -> Surroundings:
        return Surroundings(self.org, self.scope, self.fields, tuple(self.earlier), frozenset(self.filled))


@dataclass(frozen=True, slots=True)
class _Can:
    """What a step may decide."""

    returns_to: tuple[str, ...] = ()
    actions: frozenset[str] = frozenset()


def read_steps(nodes: Sequence[Node], fields: Mapping[str, Field], org: Organisation, scope: Scope) -> tuple[Step, ...]:
    """Read every step in the order written."""
    entries = [e for e in (read_entries(node, scope.faults, STEP_KEYS) for node in nodes) if e is not None]
    route = _Route(org, scope, fields, tuple(filter(None, (_quiet_id(e) for e in entries))))
    return tuple(step for step in (_read_step(e, route) for e in entries) if step is not None)


def _quiet_id(entries: Entries) -> str | None:
    node = entries.peek("id")
    return node.text if isinstance(node, Scalar) else None


def _read_step(entries: Entries, route: _Route) -> Step | None:
    step_id = _read_step_id(entries, route)
    who = _read_step_who(entries, route)
    can = _read_can(entries, route)
    step = Step(
        id=step_id or "",
        name=entries.text("name", required=True) or "",
        who=who,
        sign=entries.text("sign", required=True) or "",
        place=entries.place,
        fills=_read_fills(entries, route),
        not_same_as=_read_not_same(entries, route),
        returns_to=can.returns_to,
        may_reject="reject" in can.actions,
        may_refuse="refuse" in can.actions,
        may_consult="consult" in can.actions,
        may_delegate="delegate" in can.actions,
        sign_by=_read_sign_by(entries, external=who.kind == "external"),
        within=_read_within(entries),
        when=None if (when := entries.scalar("when")) is None else route.scope.read(when, BOOLEAN),
    )
    if step_id is None:
        return None
    route.earlier.append(step_id)
    return step


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
    if step_id in route.earlier:
        route.faults.add(
            scalar.place,
            "duplicate_step",
            f"步骤「{step_id}」已经有了，请换一个代号。",
            f"step '{step_id}' is written twice",
        )
        return None
    return step_id


def _read_step_who(entries: Entries, route: _Route) -> Who:
    scalar = entries.scalar("who", required=True)
    who = None if scalar is None else read_who(scalar, route.surroundings())
    if scalar is not None and who is not None and who.kind == "external" and not route.earlier:
        route.faults.add(
            scalar.place, "first_step", "第一步由本公司的人开立，不能是客户。", "the first step cannot be external"
        )
    return who or NOBODY


def _read_fills(entries: Entries, route: _Route) -> tuple[str, ...]:
    words = entries.words("fills")
    return tuple(word.text for word in words if _may_fill(word, route))


def _may_fill(word: Scalar, route: _Route) -> bool:
    field_ = route.fields.get(word.text)
    if field_ is None:
        route.faults.add_unknown(word.place, "unknown_field", ("栏位", "field"), word.text, route.fields)
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
    return tuple(word.text for word in words if word.text in route.earlier)


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
            returns.append(match["step"])
    if words and "approve" not in actions:
        route.faults.add(
            words[0].place, "cannot_approve", "can 里要有 approve，否则这一步永远过不去。", "'can' needs approve"
        )
    return _Can(tuple(returns), frozenset(actions))


def _read_action(word: Scalar, faults: Faults) -> str:
    """Read one action; a misspelt one counts as the one that was meant, so that no second fault grows from it."""
    if word.text in ACTIONS[:-1] or _is_not_built(word, faults):
        return word.text
    faults.add_unknown(word.place, "unknown_action", ("决定", "action"), word.text, ACTIONS)
    return nearest(word.text, ACTIONS) or word.text


def _is_not_built(word: Scalar, faults: Faults) -> bool:
    """Note a word of the language that the house cannot act on yet: refused, not silently left undone."""
    meaning = NOT_BUILT.get(word.text)
    if meaning is not None:
        chinese = f"「{word.text}」（{meaning}）这一版还做不到，请先删去。"
        faults.add(word.place, "not_built", chinese, f"'{word.text}' is not built yet")
    return meaning is not None


def _read_sign_by(entries: Entries, *, external: bool) -> tuple[Evidence, ...]:
    words = entries.words("sign_by")
    found = tuple(evidence for word in words for evidence in EVIDENCE if evidence == word.text)
    for word in words:
        if _is_not_built(word, entries.faults):
            continue
        if word.text not in EVIDENCE:
            entries.faults.add_unknown(word.place, "unknown_word", ("签法", "way to sign"), word.text, EVIDENCE)
        elif (word.text == "pin") is external:
            chinese = "客户没有签章密码，请写 esign_link。" if external else "本公司的人用自己的签章密码签，请删去。"
            entries.faults.add(word.place, "wrong_sign_by", chinese, f"'{word.text}' does not suit who signs here")
    if external and not words:
        entries.faults.add(
            entries.place,
            "missing_key",
            "客户签的步骤要写 sign_by，如 [esign_link]。",
            "an external step needs 'sign_by'",
        )
    return found or ("pin",)


def _read_within(entries: Entries) -> Within | None:
    scalar = entries.scalar("within")
    match = None if scalar is None else _WITHIN.fullmatch(scalar.text)
    if match is not None and int(match["days"]) <= LONGEST_WITHIN:
        return Within(int(match["days"]), workdays=match["work"] is not None)
    if scalar is not None:
        entries.faults.add(
            scalar.place,
            "bad_within",
            f"期限「{scalar.text}」应写成 2 workdays（工作日）或 10 days（日历日）。",
            f"'{scalar.text}' should read like '2 workdays' or '10 days'",
        )
    return None


def read_copies(nodes: Sequence[Node], around: Surroundings) -> tuple[Copy, ...]:
    """Read the copies; they are numbered from 1 in the order written."""
    found: list[Copy] = []
    for node in nodes:
        entries = read_entries(node, around.faults, COPY_KEYS)
        if entries is not None:
            found.append(_read_copy(entries, len(found) + 1, around))
    return tuple(found)


def _read_copy(entries: Entries, expected_no: int, around: Surroundings) -> Copy:
    no = entries.whole("no", required=True, least=1)
    if no is not None and no != expected_no:
        entries.refuse_key(
            "no", "copy_number", f"联次应由 1 起逐一编号，这里该是 {expected_no}。", f"expected {expected_no}"
        )
    to = entries.scalar("to", required=True)
    keeper = None if to is None else read_who(to, around)
    if to is not None and keeper is not None and keeper.kind not in ("dept", "role"):
        around.faults.add(
            to.place, "copy_keeper", "联单只交给部门或角色：dept 部门、role 角色。", "a copy goes to a dept or a role"
        )
    name = entries.text("name", required=True) or ""
    colour = entries.word("colour", COLOURS, required=True) or COLOURS[0]
    return Copy(expected_no, keeper or NOBODY, name, colour, entries.place)
