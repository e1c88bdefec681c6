"""Assumptions: every configured value that the firm has not confirmed, where it stands, and what follows from it.

The regulation leaves values open, and some of its tables are lost; ours stand in for them, marked, never silently.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from forms_service.domain.people import Mark, Organisation, Policy
from forms_service.domain.problem import Place

Kind = Literal["limits", "table", "value"]
MEANINGS: Mapping[Kind, tuple[str, str]] = MappingProxyType(
    {
        "limits": (
            "核决权限",
            "审批照常走，示范公司照常入账；正式公司凡依此表核决的单据都不能入账，直到公司填好并由总经理签定。",
        ),
        "table": ("整份政策", "单据照此照常办理。请由公司核定，改 confirmed: yes，再由总经理签定。"),
        "value": (
            "数值",
            "单据照此照常办理。请由公司核定，把 source 改成 practice（惯例）或 regulation（办法），再由总经理签定。",
        ),
    }
)
"""What each kind is called, and what follows from it while it is not confirmed."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """One unconfirmed value or table. `of` names its policy, or `calendar`; a table has no `name` and no `value`."""

    kind: Kind
    place: Place
    of: str
    title: str
    name: str = ""
    value: str = ""
    note: str = ""

    def __str__(self) -> str:
        said = f"{self.name} = {self.value}" if self.name else "整份"
        return f"{self.place}: 「{self.title}」{said}" + (f"（{self.note}）" if self.note else "")

    @property
    def means(self) -> str:
        """What follows from it while it is not confirmed."""
        return MEANINGS[self.kind][1]


def list_assumptions(org: Organisation, on: dt.date) -> tuple[Assumption, ...]:
    """List every unconfirmed table and value that holds on a day or will hold later, in the order of the files."""
    return (*_of_policies(org, on), *(_of_mark("calendar", "公司日历", mark) for mark in _assumed(org.calendar.marks)))


def _of_policies(org: Organisation, on: dt.date) -> Iterator[Assumption]:
    for policy in org.policies:
        if policy.effective <= on and org.policy(policy.id, on) != policy:
            continue  # superseded
        assumed = tuple(_assumed(policy.marks))
        if not policy.confirmed and (policy.bands or not assumed):
            yield _of_table(policy)
        yield from (_of_mark(policy.id, policy.title, mark) for mark in assumed)


def _of_table(policy: Policy) -> Assumption:
    return Assumption("limits" if policy.bands else "table", policy.place, policy.id, policy.title)


def _of_mark(of: str, title: str, mark: Mark) -> Assumption:
    return Assumption("value", mark.place, of, title, mark.name, mark.value, mark.note)


def _assumed(marks: tuple[Mark, ...]) -> Iterator[Mark]:
    return (mark for mark in marks if mark.source == "assumption")
