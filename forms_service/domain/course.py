"""A form's course as frozen records: who acts, in what time, from what it opens, what follows and what is chased.

`domain.spec` holds the form itself; names are those of the YAML.
"""

from dataclasses import dataclass
from typing import Literal

from forms_service.domain.expression import Expression
from forms_service.domain.problem import Place

WhoKind = Literal[
    "role", "dept", "dept_field", "person_field", "external", "manager_of", "opened_by", "policy", "any",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Who:
    """Who may act: `role x`, `dept x`, `dept $field`, `person $field`, `external party`, `manager of STEP`,
    `opened_by`, `ALIAS.opened_by` (who opened the document this one was opened from), `policy table(input)`,
    `any of [...]` (或签). `all of [...]` (会签) becomes one step a member when it is read, see `Step.joint`.
    """  # noqa: D205

    kind: WhoKind
    name: str = ""
    amount: Expression | None = None
    of: tuple["Who", ...] = ()


@dataclass(frozen=True, slots=True)
class Within:
    """A time allowed: days counted from the day after its start.

    `workdays` counts working days only. Where `setting` names a policy's setting (`within: policy qa_days`), the days
    are read from it when the step opens, halves allowed, and the firm's calendar says which days count; with `by` it is
    the setting for the option chosen in that field (`talk_days_abroad` for `policy talk_days by region`). With `until`
    the time ends with the day that it gives.
    """

    days: int
    workdays: bool
    setting: str = ""
    by: str = ""
    until: Expression | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a copy's keeper notes of it in the ledger, never in the PDF: named facts, within a time."""

    records: tuple[tuple[str, str], ...]
    within: Within | None


@dataclass(frozen=True, slots=True)
class OpensFrom:
    """The document that this one is opened from, by form id (`any` for every form), known in expressions as `alias`.

    `when` reads the parent only (`complaint.allowance_amount > 0`). `limit` is how many of this form may stand open or
    finished beside one parent. `copy` fixes own fields to names under the alias, as (`customer`, `complaint.customer`).
    With `optional` the form may be opened without a parent, too. `report` names what fixes further fields.
    """

    form: str
    alias: str
    when: Expression | None
    limit: int | None
    copy: tuple[tuple[str, str], ...]
    optional: bool
    report: str
    place: Place


@dataclass(frozen=True, slots=True)
class OpensEvery:
    """A form that the office opens by itself once a month for the month before; `report` fixes its fields.

    It is due on `due_day` of the month in which it is opened (§9(9), §12(1): the 10th).
    """

    report: str
    due_day: int
    place: Place


@dataclass(frozen=True, slots=True)
class FollowOn:
    """A form that opens by itself when something happened to this one.

    `on` is `finished` (after its copies were sealed), `refused`, `rejected`, or `signed STEP`. `parent` is "" for this
    document, or an alias for the one that it was opened from. An `offered` one waits for a person to open it (得).
    """

    form: str
    on: str
    when: Expression | None
    parent: str
    offered: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Due:
    """The whole document's time: days (an expression) counted from the signing of a step (§10(1))."""

    start: str
    days: Expression
    place: Place


@dataclass(frozen=True, slots=True)
class Reminder:
    """When to remind whoever holds a step: so many days `before` its due day, `on` it, or `every` so many once late."""

    when: Literal["before", "on", "every"]
    days: int
    workdays: bool


@dataclass(frozen=True, slots=True)
class Late:
    """What happens to a step that is not signed in time (§14).

    `slip` is a form drawn up on its issuer's desk the working day the step is late, once more each `again`; `tell` are
    told as well.
    """

    remind: tuple[Reminder, ...]
    slip: str
    again: Within | None
    tell: Who | None
    place: Place


@dataclass(frozen=True, slots=True)
class Together:
    """What counts with this document for a limit (readings, splitting): other documents of the form, open or finished,
    that agree in the fields of `same` and were opened within `days`; `name` is the sum of their field `total`.
    """  # noqa: D205

    name: str
    total: str
    same: tuple[str, ...]
    days: int
    place: Place
