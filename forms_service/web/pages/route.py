"""The route of a document: its ledger told step by step, whose turn it is, and who comes after."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from forms_service.domain.document import Document
from forms_service.domain.events import Event, LedgerRow
from forms_service.domain.people import Organisation
from forms_service.domain.spec import FormSpec, Step, Within
from forms_service.web.names import actor_name, department_name
from forms_service.web.pages.document import RouteEntry
from forms_service.web.words import DECISIONS, EVENTS, moment, span

Local = Callable[[dt.datetime], dt.datetime]

_SIGNED = frozenset({"signed", "returned", "rejected", "refused"})
_TURNS = _SIGNED | {"opened", "withdrawn"}
_TOLD = frozenset({"opened", "withdrawn", "voided", "invited", "sealed", "posted"})


@dataclass(frozen=True, slots=True)
class Route:
    """What a route is told from. `holders` names, by step id, who signs each step that is not skipped."""

    org: Organisation
    spec: FormSpec
    document: Document
    holders: Mapping[str, str]
    local: Local

    def entries(self, rows: Sequence[LedgerRow], now: dt.datetime) -> tuple[RouteEntry, ...]:
        """Tell what happened in order, then whose turn it is, then the steps to come."""
        return (*self._past(rows), *self._present(now), *self._future())

    def _past(self, rows: Sequence[LedgerRow]) -> Iterator[RouteEntry]:
        opened_at = self.document.opened_at
        for row in rows:
            event = row.event
            if event.kind in _SIGNED:
                yield self._signature(event, event.at - opened_at)
            elif event.kind in _TOLD:
                yield self._aside(event)
            if event.kind in _TURNS:
                opened_at = event.at

    def _signature(self, event: Event, taken: dt.timedelta) -> RouteEntry:
        step = self.spec.step(str(event.data["step"]))
        return RouteEntry(
            kind="done",
            title=step.name,
            who=f"{event.data['role']} {actor_name(self.org, event.actor)}",
            outcome=self._outcome(str(event.data["decision"])),
            opinion=str(event.data["opinion"] or ""),
            when=moment(self.local(event.at)),
            taken=f"用了 {span(taken)}{_allowed(step.within)}",
            note=f"继续的理由：{event.data['reason']}" if event.data.get("reason") else "",
        )

    def _aside(self, event: Event) -> RouteEntry:
        return RouteEntry(
            kind="event",
            title=EVENTS[event.kind],
            who=actor_name(self.org, event.actor) if event.kind not in ("invited", "sealed") else "",
            when=moment(self.local(event.at)),
            note=self._note(event.data),
        )

    def _note(self, data: Mapping[str, str | int | bool | None]) -> str:
        """Tell the one detail of an event that a reader asks for."""
        if "label" in data:
            return f"{data['label']}，存{department_name(self.org, str(data['department']))}"
        if "voucher" in data:
            return f"传票 {data['voucher']}"
        return str(data.get("to") or data.get("reason") or "")

    def _outcome(self, decision: str) -> str:
        kind, _, target = decision.partition(":")
        if kind == "return":
            return f"退回「{self.spec.step(target).name}」"
        return DECISIONS.get(kind, decision)

    def _present(self, now: dt.datetime) -> Iterator[RouteEntry]:
        if self.document.step is None:
            return
        step = self.spec.step(self.document.step)
        waited = span(now - self.document.step_opened_at)
        yield RouteEntry(
            "now", step.name, self.holders[step.id], "等候中", taken=f"已等 {waited}{_allowed(step.within)}"
        )

    def _future(self) -> Iterator[RouteEntry]:
        if self.document.step is None:
            return
        for step in self.spec.steps[self.spec.step_index(self.document.step) + 1 :]:
            if step.id in self.holders:
                yield RouteEntry("future", step.name, self.holders[step.id], taken=_allowed(step.within).lstrip("，"))


def seals(document: Document, org: Organisation, local: Local) -> Mapping[str, str]:
    """Write what each signed step's box says, by step id, for the form in text."""
    return {s.step: f"{s.role} {actor_name(org, s.person)}\n{moment(local(s.signed_at))}" for s in document.signatures}


def steps_ahead(spec: FormSpec, document: Document) -> tuple[Step, ...]:
    """List the step at hand and those after it."""
    return spec.steps[spec.step_index(document.step) :] if document.step else ()


def _allowed(within: Within | None) -> str:
    return f"，限 {within.days} 个{'工作日' if within.workdays else '日历天'}" if within else ""
