"""Narrowing a register: what its filters ask, what the address says of them, and what is looked for then.

Everything stands in the address, so that a list can be kept, sent and opened again.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import get_args
from urllib.parse import urlencode

from forms_service.domain.document import State
from forms_service.domain.people import Organisation
from forms_service.domain.registers import Register
from forms_service.domain.spec import Field, FormSpec
from forms_service.domain.widgets import options_of
from forms_service.store.registered import Wanted
from forms_service.web.pages.register import Choice, Question
from forms_service.web.words import STATES
from forms_service.workflow.months import month_span
from forms_service.workflow.office import Office

FIELD = "f."  # keeps the form's own field ids apart from the register's (`month`, `late`)
_LONGEST = 100
_PLAIN = ("month", "closed", "state", "desk", "late", "q")
_LABELS: Mapping[str, str] = {
    "month": "受理月份",
    "closed": "结案月份",
    "state": "状态",
    "desk": "现处单位",
    "late": "逾期",
    "q": "文字",
}
_CLOSED_KINDS = frozenset({"choice", "yesno", "department", "person"})


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What narrows a register, as the address says it: the register's own questions, and fields by id."""

    plain: Mapping[str, str]
    fields: Mapping[str, str]
    page: int = 1
    steps: bool = False

    def address(self, path: str, **changes: str) -> str:
        """Write the address of this list, some of it changed; a change to "" takes a part away."""
        parts = {**self.plain, **{FIELD + name: text for name, text in self.fields.items()}}
        parts |= {"steps": "1"} if self.steps else {}
        kept = {name: text for name, text in {**parts, **changes}.items() if text}
        return f"{path}?{urlencode(kept)}" if kept else path


def read_narrowing(register: Register, args: Mapping[str, str]) -> Narrowing:
    """Read the address; what it says of no question is passed over, as a browser's own additions would be."""
    typed = {name: text.strip()[:_LONGEST] for name, text in args.items() if text.strip()}
    page = typed.get("page", "1")
    return Narrowing(
        plain={name: typed[name] for name in _PLAIN if name in typed},
        fields={name: typed[FIELD + name] for name in register.filters if FIELD + name in typed},
        page=max(int(page), 1) if page.isdecimal() and len(page) < 8 else 1,
        steps=typed.get("steps") == "1",
    )


def wanted(office: Office, register: Register, spec: FormSpec, narrowing: Narrowing, now: dt.datetime) -> Wanted:
    """Say what the store is to look for. Raises NotFound for a month that is none."""
    said, fields = narrowing.plain, {field.id: field for field in spec.fields}
    numbered = month_span(office, said["month"]) if "month" in said else None
    closed = month_span(office, said["closed"]) if "closed" in said else None
    of_closed_kind = {name: fields[name].kind in _CLOSED_KINDS for name in narrowing.fields if name in fields}
    return Wanted(
        form=register.form,
        numbered_from=numbered.start if numbered else None,
        numbered_before=numbered.before if numbered else None,
        ended_from=closed.start if closed else None,
        ended_before=closed.before if closed else None,
        states=_states(said.get("state", "")),
        desks=_people(office.organisation, said["desk"]) if "desk" in said else None,
        late_at=now if "late" in said else None,
        equal=tuple((name, narrowing.fields[name]) for name, closed_kind in of_closed_kind.items() if closed_kind),
        holding=tuple(
            (name, narrowing.fields[name]) for name, closed_kind in of_closed_kind.items() if not closed_kind
        ),
        text=said.get("q", ""),
        searched=register.search,
    )


def questions(office: Office, register: Register, spec: FormSpec, narrowing: Narrowing) -> tuple[Question, ...]:
    """List the filters as the page asks them, each with what is answered now."""
    said, org = narrowing.plain, office.organisation
    states = ((state, words) for state, (words, _) in STATES.items())
    desks = ((department.id, department.name) for department in org.departments)
    fields = {field.id: field for field in spec.fields}
    return (
        Question("q", _LABELS["q"], said.get("q", ""), kind="search"),
        Question("month", _LABELS["month"], said.get("month", ""), kind="month"),
        Question("closed", _LABELS["closed"], said.get("closed", ""), kind="month"),
        _choice("state", _LABELS["state"], said.get("state", ""), states),
        _choice("desk", _LABELS["desk"], said.get("desk", ""), desks),
        _choice("late", _LABELS["late"], said.get("late", ""), (("1", "逾期的"),)),
        *(_of_field(fields[name], org, narrowing.fields.get(name, "")) for name in register.filters if name in fields),
    )


def in_words(asked: Iterable[Question]) -> str:
    """Say by what a list is narrowed: `受理月份 2026-11，状态 签核中`; "" by nothing."""
    said = ((question.label, _answer(question)) for question in asked if question.value)
    return "，".join(f"{label}「{answer}」" for label, answer in said)


def _answer(question: Question) -> str:
    return next((choice.words for choice in question.choices if choice.chosen), question.value)


def _states(text: str) -> tuple[State, ...]:
    return tuple(state for state in get_args(State) if state == text)


def _people(org: Organisation, department_id: str) -> tuple[str, ...]:
    return tuple(person.id for person in org.people if person.department == department_id)


def _of_field(field: Field, org: Organisation, value: str) -> Question:
    name, label = FIELD + field.id, field.label.zh_hans
    match field.kind:
        case "choice" | "yesno":
            return _choice(name, label, value, options_of(field))
        case "department":
            return _choice(name, label, value, ((d.name, d.name) for d in org.departments))
        case "person":
            return _choice(name, label, value, ((p.name, p.name) for p in org.people))
        case _:
            return Question(name, label, value)


def _choice(name: str, label: str, value: str, options: Iterable[tuple[str, str]]) -> Question:
    choices = tuple(Choice(option, words, option == value) for option, words in options)
    return Question(name, label, value, (Choice("", "全部", value == ""), *choices))
