"""The script of a played month: who fills what, when, and what goes otherwise than usual; read from one YAML file.

Answers are texts as typed. `{name}` stands for a word of the case's `with`, `@today+3` for a day counted from the one
on which is signed, `@no` for the parent's number, `@file NAME` for a small file of that name.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forms_service.domain.document import Document
from forms_service.domain.errors import BadConfiguration, FormsError
from forms_service.domain.node import Mapping as MappingNode
from forms_service.domain.node import Node, Scalar, Sequence
from forms_service.store.yaml_text import read_document

Answers = Mapping[str, str]


class ScriptFault(FormsError):
    """Say which step of the played month the form did not accept as the script fills it."""

    code = "script_fault"


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does at a step otherwise than usual, once: after `wait` days, with another decision or answer.

    `paper` names the scan of a customer's stamped paper, `consult` a colleague who is asked `question` and gives
    `answer`.
    """

    form: str
    step: str
    wait: int = 0
    decision: str = ""
    opinion: str = ""
    fill: Answers = field(default_factory=dict)
    paper: str = ""
    consult: str = ""
    question: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """A form that a person opens from a finished document of a case (`after`), on or after the day `since`."""

    after: str
    form: str
    by: str
    since: dt.date | None = None
    fill: Answers = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """One case: what it shows, who opens which form on which day, and what is filled otherwise than usual.

    `words` are what `{name}` stands for; `fill` is keyed by `form.step`.
    """

    story: str
    opened: dt.date
    by: str
    form: str
    words: Mapping[str, str]
    fill: Mapping[str, Answers]
    acts: tuple[Act, ...] = ()
    opens: tuple[Opening, ...] = ()


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody who is away and has a colleague act for them."""

    starts_on: dt.date
    principal: str
    delegate: str
    ends_on: dt.date
    reason: str


@dataclass(frozen=True, slots=True)
class Script:
    """A whole month: its days, the hours at which people work, what they usually fill, the cases and absences.

    `receipts` is what keepers note of their copies, by the forms' names for it.
    """

    begins: dt.date
    ends: dt.date
    hours: tuple[dt.time, ...]
    usual: Mapping[str, Answers]
    cases: tuple[Case, ...]
    absences: tuple[Absence, ...]
    receipts: Answers


def read_script(path: Path) -> Script:
    """Read a script; raises BadConfiguration with every fault of its YAML."""
    node, problems = read_document(path.read_bytes(), path.name)
    if node is None or problems:
        raise BadConfiguration("\n".join(str(problem) for problem in problems))
    raw = _plain(node)
    usual = {f"{form}.{step}": answers for form, steps in raw["usual"].items() for step, answers in steps.items()}
    events = raw.get("events", [])
    opened = (event for event in events if "open" in event)
    return Script(
        begins=_day(raw["begins"]),
        ends=_day(raw["ends"]),
        hours=tuple(dt.time.fromisoformat(hour) for hour in raw["hours"]),
        usual=usual,
        cases=(
            *(_case(case, raw["variants"]) for case in raw["cases"]),
            *(_case({**event, "story": "", "opened": event["on"], "form": event["open"]}, {}) for event in opened),
        ),
        absences=tuple(_absence(event) for event in events if "delegate" in event),
        receipts=raw["receipts"],
    )


def _plain(node: Node) -> Any:
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return [_plain(item) for item in node.items]
        case MappingNode():
            return {key.text: _plain(value) for key, value in node}


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def _case(raw: Mapping[str, Any], variants: Mapping[str, Mapping[str, Answers]]) -> Case:
    variant, own = variants.get(raw.get("as", ""), {}), raw.get("fill", {})
    return Case(
        story=raw["story"],
        opened=_day(raw["opened"]),
        by=raw["by"],
        form=raw.get("form", "customer-complaint"),
        words=raw["with"],
        fill={place: {**variant.get(place, {}), **own.get(place, {})} for place in {*variant, *own}},
        acts=tuple(Act(**{**act, "wait": int(act.get("wait", 0))}) for act in raw.get("acts", [])),
        opens=tuple(_opening(opening) for opening in raw.get("opens", [])),
    )


def _opening(raw: Mapping[str, Any]) -> Opening:
    since = _day(raw["from"]) if "from" in raw else None
    return Opening(raw["after"], raw["form"], raw["by"], since, raw.get("fill", {}))


def _absence(raw: Mapping[str, Any]) -> Absence:
    return Absence(_day(raw["on"]), raw["delegate"], raw["to"], _day(raw["until"]), raw["reason"])


def rows_given(document: Document) -> Mapping[str, tuple[str, ...]]:
    """Return the numbers of the rows that a report fixed, by table: `cases.2.qty` is of row 2 of `cases`."""
    rows: dict[str, dict[str, None]] = {}
    for name, _ in document.given.answers:
        table, _, rest = name.partition(".")
        if rest:
            rows.setdefault(table, {})[rest.partition(".")[0]] = None
    return {table: tuple(numbers) for table, numbers in rows.items()}


def in_each_row(name: str, rows: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Spread `cases.*.plant_share` over the rows that were given; any other name stands for itself."""
    table, star, column = name.partition(".*.")
    return tuple(f"{table}.{row}.{column}" for row in rows.get(table, ())) if star else (name,)


def paper(name: str) -> bytes:
    """Make a small PDF that stands for a scanned paper of a name."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    return f"%PDF-1.4\n% {digest}\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n".encode()
