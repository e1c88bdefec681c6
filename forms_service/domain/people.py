"""The organisation: departments, people, roles, parties and the accounts; parsed from one data folder."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from forms_service.domain.money import Money
from forms_service.domain.problem import Place

Region = Literal["domestic", "abroad"]
Source = Literal["regulation", "assumption", "practice", "law"]
Security = Literal["starttls", "tls", "none"]
Country = Literal["CN", "TW"]
DayMode = Literal["calendar", "workdays"]


@dataclass(frozen=True, slots=True)
class Department:
    """A department, by id; `name` is printed."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff. Roles are ids (`gm`, `deputy_gm`, `accountant`); `manager` is a person id."""

    id: str
    name: str
    department: str
    roles: tuple[str, ...]
    manager: str | None
    email: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A party's contact, who may sign for it by link."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Party:
    """A customer (or supplier) with its tax id and the contacts who may sign for it; `region` is of its deliveries."""

    id: str
    name: str
    tax_id: str
    contacts: tuple[Contact, ...]
    region: Region = "domestic"


@dataclass(frozen=True, slots=True)
class Account:
    """A ledger account, keyed by the role it plays in a voucher (`sales_allowance`, `output_tax`, `receivable`)."""

    role: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Firm:
    """The firm's own face: full and short name, tax id, currency, time zone (IANA)."""

    name: str
    short_name: str
    tax_id: str
    currency: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Band:
    """One band of a limits policy: amounts up to `up_to` inclusive (None = everything above) are decided by `role`."""

    up_to: Money | None
    role: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a configured value comes from. An `assumption` is ours, until the firm confirms it from another source."""

    name: str
    value: str
    source: Source
    note: str
    place: Place


@dataclass(frozen=True, slots=True)
class Policy:
    """A dated table. `bands` for limits, `settings` for named values (`tax_rate`); `sha256` is of its file's bytes.

    `marks` say of some settings where they come from; `place` is where the file says whether it is confirmed.
    """

    id: str
    title: str
    effective: dt.date
    bands: tuple[Band, ...]
    settings: tuple[tuple[str, str], ...]
    confirmed: bool
    sha256: str
    marks: tuple[Mark, ...] = ()
    place: Place = Place("", 1, 1)  # noqa: RUF009 - a Place is frozen


@dataclass(frozen=True, slots=True)
class CalendarRules:
    """What the firm says of its calendar; with the countries' holidays it makes a `calendars.Calendar`.

    `day_mode` is how the days of policies and of a whole case are counted.
    """

    countries: tuple[Country, ...] = ()
    years: tuple[int, ...] = ()
    extra_holidays: tuple[dt.date, ...] = ()
    extra_workdays: tuple[dt.date, ...] = ()
    day_mode: DayMode = "calendar"
    roll_forward: bool = False
    first_day_counts: bool = False
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class MailRoute:
    """How mail goes out: through the server `host`, or where that is "" as files in the office's mail folder.

    The password of `user` is no part of the configuration; it comes from the environment.
    """

    sender: str = "forms@example.com"
    host: str = ""
    port: int = 587
    security: Security = "starttls"
    user: str = ""


@dataclass(frozen=True, slots=True)
class Organisation:
    """Everything that a spec may refer to."""

    firm: Firm
    departments: tuple[Department, ...]
    people: tuple[Person, ...]
    parties: tuple[Party, ...]
    roles: tuple[tuple[str, str], ...]
    accounts: tuple[Account, ...]
    policies: tuple[Policy, ...]
    demo: bool
    mail: MailRoute = MailRoute()
    calendar: CalendarRules = CalendarRules()

    def person(self, person_id: str) -> Person | None:
        """Return the person with an id, if there is one."""
        return next((p for p in self.people if p.id == person_id), None)

    def department(self, department_id: str) -> Department | None:
        """Return the department with an id, if there is one."""
        return next((d for d in self.departments if d.id == department_id), None)

    def party_named(self, name: str) -> Party | None:
        """Return the party with a printed name, if there is one."""
        return next((p for p in self.parties if p.name == name), None)

    def holders(self, role: str) -> tuple[Person, ...]:
        """List the people who hold a role, in the organisation's order."""
        return tuple(p for p in self.people if role in p.roles)

    def role_name(self, role: str) -> str:
        """Return a role's Chinese name, or its id where none is given."""
        return dict(self.roles).get(role, role)

    def policy(self, policy_id: str, on: dt.date) -> Policy | None:
        """Return the version of a policy in force on a day, if there is one."""
        dated = [p for p in self.policies if p.id == policy_id and p.effective <= on]
        return max(dated, key=lambda p: p.effective, default=None)
