"""The route of a document: its ledger told step by step, whose turn it is, and who comes after."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from forms_service.domain.countersigning import members, name_of_all
from forms_service.domain.document import Document
from forms_service.domain.events import Data, Event, LedgerRow
from forms_service.domain.people import Organisation
from forms_service.domain.record import PAPER_SCAN
from forms_service.domain.spec import FormSpec, Step
from forms_service.domain.step_times import SIGNINGS, Stay, stays
from forms_service.proof.words import DECISIONS
from forms_service.web.names import actor_name, department_name
from forms_service.web.pages.document import RouteEntry
from forms_service.web.words import EVENTS, due_day, moment, span

Local = Callable[[dt.datetime], dt.datetime]

_GIVEN = {"handed_over": "交给", "taken_back": "取自"}
_TURNS = SIGNINGS | {"opened", "withdrawn"}
_BESIDE = frozenset({"consulted", "advised", "handed_over", "taken_back"})
_AFTER = frozenset({"followed", "not_followed", "received"})
_TOLD = (
    frozenset({"opened", "moved", "withdrawn", "voided", "invited", "reminded", "sealed", "posted"}) | _BESIDE | _AFTER
)


@dataclass(frozen=True, slots=True)
class Route:
    """What a route is told from. `holders` names, by step id, who signs each step that is not skipped.

    `limits` says how long the steps to come may take where a policy decides it.
    """

    org: Organisation
    spec: FormSpec
    document: Document
    holders: Mapping[str, str]
    local: Local
    limits: Mapping[str, str] = field(default_factory=dict)

    def entries(self, rows: Sequence[LedgerRow], now: dt.datetime) -> tuple[RouteEntry, ...]:
        """Tell what happened in order, then whose turn it is, then the steps to come."""
        return (*self._past(rows), *self._present(now), *self._future())

    def told(self, rows: Sequence[LedgerRow]) -> Iterator[tuple[int, RouteEntry]]:
        """Tell what happened in order, each with its place in the ledger."""
        ended = stays(rows)
        for row in rows:
            if row.event.kind in SIGNINGS:
                yield row.seq, self._signature(row.event, next(ended))
            elif row.event.kind in _TOLD:
                yield row.seq, self._aside(row.event)

    def _past(self, rows: Sequence[LedgerRow]) -> Iterator[RouteEntry]:
        return (entry for _, entry in self.told(rows))

    def _signature(self, event: Event, stay: Stay) -> RouteEntry:
        step = self.spec.step(stay.step)
        return RouteEntry(
            kind="done",
            title=step.name,
            who=f"{event.data['role']} {actor_name(self.org, event.actor)}",
            outcome=self._outcome(str(event.data["decision"])),
            opinion=str(event.data["opinion"] or ""),
            when=moment(self.local(event.at)),
            taken=f"用了 {span(event.at - stay.opened_at)}{self._limit(step, stay.due_at)}",
            note=_note_of(event.data),
        )

    def _aside(self, event: Event) -> RouteEntry:
        return RouteEntry(
            kind="event",
            title=EVENTS[event.kind],
            who=actor_name(self.org, event.actor) if event.kind not in ("invited", "reminded", "sealed") else "",
            when=moment(self.local(event.at)),
            opinion=str(event.data["opinion"]) if event.kind == "advised" else "",
            note=self._note(event),
        )

    def _note(self, event: Event) -> str:
        """Tell the one detail of an event that a reader asks for."""
        data = event.data
        if event.kind == "consulted":
            return f"请教{actor_name(self.org, str(data['asked']))}：{data['question']}"
        if event.kind in ("handed_over", "taken_back"):
            step = self.spec.step(str(data["step"])).name
            return f"「{step}」{_GIVEN[event.kind]}{actor_name(self.org, str(data['to']))}"
        if event.kind == "moved":
            return f"第 {data['from_version']} 版改用第 {data['version']} 版"
        if event.kind == "received":
            noted = [str(text) for name, text in data.items() if name.startswith("noted.")]
            return f"{data['label']}：{'，'.join(noted)}"
        if event.kind == "followed":
            return str(data["title"])
        if "label" in data:
            return f"{data['label']}，存{department_name(self.org, str(data['department']))}"
        if "voucher" in data:
            return f"传票 {data['voucher']}"
        return str(data.get("to") or data.get("reason") or "")

    def _outcome(self, decision: str) -> str:
        kind, _, target = decision.partition(":")
        if kind == "return":
            return f"退回「{name_of_all(self.spec.step(target))}」"
        return DECISIONS.get(kind, decision)

    def since(self, rows: Sequence[LedgerRow], digest: str) -> tuple[RouteEntry, ...]:
        """Tell what was decided or taken back after the bytes with a digest; everything, where they are not known."""
        heads = [str(row.event.data.get("head", "")) for row in rows]
        after = rows[heads.index(digest) + 1 :] if digest in heads else rows
        return tuple(self._past([row for row in after if row.event.kind in _TURNS]))

    def _present(self, now: dt.datetime) -> Iterator[RouteEntry]:
        waited = span(now - self.document.step_opened_at)
        for step in self._open():
            taken = f"已等 {waited}{self._limit(step, self.document.due_at)}"
            yield RouteEntry("now", step.name, self.holders[step.id], "等候中", taken=taken)

    def _future(self) -> Iterator[RouteEntry]:
        open_now = self._open()
        for step in steps_ahead(self.spec, self.document):
            if step.id in self.holders and step not in open_now:
                yield RouteEntry("future", step.name, self.holders[step.id], taken=self._limit(step, None).lstrip("，"))

    def _limit(self, step: Step, due_at: dt.datetime | None) -> str:
        """Write a step's time as the form does; by a policy or a day: until when, and of a step to come, how long."""
        if step.within is not None and not step.within.setting and step.within.until is None:
            return f"，限 {step.within.days} 个{'工作日' if step.within.workdays else '日历天'}"
        if due_at is not None:
            return f"，期限 {due_day(self.local(due_at))}"
        return f"，限 {self.limits[step.id]}" if step.id in self.limits else ""

    def _open(self) -> tuple[Step, ...]:
        """List the step at hand, or the members of a 会签 that have not signed."""
        ahead = steps_ahead(self.spec, self.document)
        side_by_side = members(self.spec, ahead[0].id) if ahead else ()
        return tuple(step for step in ahead if step in side_by_side and step.id in self.holders)


def _note_of(data: Data) -> str:
    """Tell what a signature is not, where it was made, and why it was given in spite of a warning."""
    on_paper = str(data.get("identified_by") or "").startswith(PAPER_SCAN)
    paper = "客户签在纸上，扫描件由签章人收存；不是客户的电子签章。" if on_paper else ""
    elsewhere = "在自己的程序里签的，时间是收到的时间。" if data.get("outside") else ""
    return paper + elsewhere + (f"继续的理由：{data['reason']}" if data.get("reason") else "")


def seals(document: Document, org: Organisation, local: Local) -> Mapping[str, str]:
    """Write what each signed step's box says, by step id, for the form in text."""
    return {s.step: f"{s.role} {actor_name(org, s.person)}\n{moment(local(s.signed_at))}" for s in document.signatures}


def steps_ahead(spec: FormSpec, document: Document) -> tuple[Step, ...]:
    """List the step at hand and those after it, without the members of a 会签 that have signed already."""
    ahead = spec.steps[spec.step_index(document.step) :] if document.step else ()
    beside = {step.id for step in members(spec, document.step)} if document.step else set[str]()
    return tuple(step for step in ahead if step.id not in beside or document.signed(step.id) is None)
