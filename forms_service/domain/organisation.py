"""Reading the organisation: the firm, its departments, roles, people, parties, accounts, mail and policies.

One file a subject, read together, because they name each other; all faults of all files come out at once.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from forms_service.domain.calendar_rules import parse_calendar
from forms_service.domain.entries import Entries, as_pairs, as_scalar, read_entries
from forms_service.domain.faults import Faults
from forms_service.domain.literals import EMAIL, read_id, read_shaped
from forms_service.domain.mailing import parse_mail
from forms_service.domain.node import Node, Scalar
from forms_service.domain.patterns import code_fault
from forms_service.domain.people import (
    Account,
    Contact,
    Department,
    Firm,
    Organisation,
    Party,
    Person,
    Policy,
    Region,
)
from forms_service.domain.policies import parse_policy
from forms_service.domain.problem import Place, Problem

SUBJECTS = ("firm", "departments", "roles", "people", "parties", "accounts")
OPTIONAL_SUBJECTS = ("calendar", "mail")
APPROVER_ROLE = "gm"  # §15: the regulation and every amendment take effect on the general manager's approval
FIRM_KEYS = ("name", "short_name", "tax_id", "currency", "timezone", "demo")
PERSON_KEYS = ("name", "department", "roles", "manager", "email")
PARTY_KEYS = ("name", "tax_id", "region", "contacts")
REGIONS: tuple[Region, ...] = ("domestic", "abroad")
CONTACT_KEYS = ("name", "email")
ACCOUNT_KEYS = ("code", "name")
ACCOUNT_ROLES = ("sales_allowance", "output_tax", "receivable")

_CURRENCY = re.compile(r"[A-Z]{3}")
_TIMEZONE = re.compile(r"[A-Za-z_]+(/[A-Za-z0-9_+-]+)*")

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A policy's file as read: its node and the SHA-256 of its bytes."""

    node: Node
    sha256: str


def parse_organisation(
    nodes: Mapping[str, Node], policies: Iterable[PolicyFile], folder: str
) -> tuple[Organisation | None, tuple[Problem, ...]]:
    """Read an organisation from its files, keyed by subject (`people`); None as soon as anything is amiss.

    `folder` names the place of a file that is missing.
    """
    org, problems = read_organisation(nodes, policies, folder)
    return (None if any(problem.level == "error" for problem in problems) else org), problems


def read_organisation(
    nodes: Mapping[str, Node], policies: Iterable[PolicyFile], folder: str
) -> tuple[Organisation, tuple[Problem, ...]]:
    """Read an organisation as far as it can be read, what is amiss left out; see `parse_organisation`.

    For what was approved once: a stricter reader of later days must not make it unreadable.
    """
    faults = Faults()
    _require_files(nodes, folder, faults)
    roles = _read_names(nodes.get("roles"), faults)
    departments = _read_names(nodes.get("departments"), faults)
    firm = _read_firm(nodes.get("firm"), faults)
    org = Organisation(
        firm=firm[0],
        departments=tuple(Department(*pair) for pair in departments.items()),
        people=_read_people(nodes.get("people"), departments, roles, faults),
        parties=_read_parties(nodes.get("parties"), faults),
        roles=tuple(roles.items()),
        accounts=_read_accounts(nodes.get("accounts"), faults),
        policies=_read_policies(policies, roles, firm[0].currency, faults),
        demo=firm[1],
        mail=parse_mail(nodes.get("mail"), faults),
        calendar=parse_calendar(nodes.get("calendar"), faults),
    )
    _require_approver(org, nodes, faults)
    return org, faults.in_order()


def _require_files(nodes: Mapping[str, Node], folder: str, faults: Faults) -> None:
    for subject in SUBJECTS:
        if subject not in nodes:
            place = Place(f"{folder}/{subject}.yaml", 1, 1)
            faults.add(place, "missing_file", f"缺少 {subject}.yaml，请补上。", f"{subject}.yaml is missing")


def _require_approver(org: Organisation, nodes: Mapping[str, Node], faults: Faults) -> None:
    """Hold that somebody can approve the next change, for nobody else could."""
    if "roles" in nodes and APPROVER_ROLE not in dict(org.roles):
        chinese = f"缺少角色「{APPROVER_ROLE}」(总经理)，没有人能签定表单与设置的改动。"
        faults.add(nodes["roles"].place, "no_approver", chinese, f"there is no role '{APPROVER_ROLE}'")
    elif "roles" in nodes and "people" in nodes and not org.holders(APPROVER_ROLE):
        chinese = f"没有人担任「{APPROVER_ROLE}」(总经理)，没有人能签定表单与设置的改动。"
        faults.add(nodes["people"].place, "no_approver", chinese, f"nobody holds the role '{APPROVER_ROLE}'")


def _read_names(node: Node | None, faults: Faults) -> dict[str, str]:
    pairs = () if node is None else as_pairs(node, faults)
    read = ((read_id(key, faults), as_scalar(value, faults)) for key, value in pairs)
    return {key: value.text for key, value in read if key is not None and value is not None}


def _read_firm(node: Node | None, faults: Faults) -> tuple[Firm, bool]:
    entries = None if node is None else read_entries(node, faults, FIRM_KEYS)
    if entries is None:
        return Firm("", "", "", "", ""), False
    firm = Firm(
        name=entries.text("name", required=True) or "",
        short_name=entries.text("short_name", required=True) or "",
        tax_id=_tax_id(entries),
        currency=_shaped(entries, "currency", _CURRENCY, "CNY"),
        timezone=_timezone(entries),
    )
    return firm, entries.yes_no("demo")


def _timezone(entries: Entries) -> str:
    name = _shaped(entries, "timezone", _TIMEZONE, "Asia/Shanghai")
    try:
        ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, OSError):
        entries.refuse_key(
            "timezone", "unknown_timezone", f"没有时区「{name}」，如 Asia/Shanghai、Asia/Taipei。", "no such time zone"
        )
        return ""
    return name


def _shaped(entries: Entries, key: str, pattern: re.Pattern[str], example: str) -> str:
    return read_shaped(key, entries.scalar(key, required=True), pattern, example, entries.faults) or ""


def _tax_id(entries: Entries) -> str:
    scalar = entries.scalar("tax_id", required=True)
    reason = None if scalar is None else code_fault("tax_id", scalar.text)
    if scalar is not None and reason is not None:
        entries.faults.add(scalar.place, "tax_id", reason[1], f"'{scalar.text}' is no tax id")
    return "" if scalar is None else scalar.text


def _read_each(
    node: Node | None, known: Iterable[str], faults: Faults, read: Callable[[str, Entries], Record]
) -> tuple[Record, ...]:
    """Read a file that is a mapping of ids to entries."""
    found: list[Record] = []
    for key, value in () if node is None else as_pairs(node, faults):
        record_id, entries = read_id(key, faults), read_entries(value, faults, known)
        if record_id is not None and entries is not None:
            found.append(read(record_id, entries))
    return tuple(found)


def _read_people(
    node: Node | None, departments: Mapping[str, str], roles: Mapping[str, str], faults: Faults
) -> tuple[Person, ...]:
    known = [key.text for key, _ in as_pairs(node, Faults())] if node is not None else []
    places: dict[str, Place] = {}

    def read(person_id: str, entries: Entries) -> Person:
        manager = _known(entries.scalar("manager"), known, "unknown_person", ("人员", "person"), faults)
        if manager == person_id:
            entries.refuse_key("manager", "own_manager", "不能做自己的主管。", "nobody is their own manager")
        places[person_id] = entries.place
        department = _known(
            entries.scalar("department", required=True),
            departments,
            "unknown_department",
            ("部门", "department"),
            faults,
        )
        held = (_known(word, roles, "unknown_role", ("角色", "role"), faults) for word in entries.words("roles"))
        return Person(
            id=person_id,
            name=entries.text("name", required=True) or "",
            department=department or "",
            roles=tuple(role for role in held if role is not None),
            manager=manager,
            email=_shaped(entries, "email", EMAIL, "name@example.com"),
        )

    people = _read_each(node, PERSON_KEYS, faults, read)
    _check_managers({person.id: person.manager for person in people}, places, faults)
    return people


def _check_managers(managers: Mapping[str, str | None], places: Mapping[str, Place], faults: Faults) -> None:
    """Refuse a ring of managers, told once at its first member."""
    told: set[str] = set()
    for person in managers:
        ring: list[str] = []
        above = managers.get(person)
        while above is not None and above not in ring:
            ring.append(above)
            above = managers.get(above)
        if person in ring and len(ring) > 1 and person not in told:
            told |= set(ring)
            words = "、".join(ring)
            faults.add(places[person], "manager_ring", f"{words} 互为主管，绕成一圈。请改其中一人的主管。", "a ring")


def _known(scalar: Scalar | None, known: Iterable[str], code: str, noun: tuple[str, str], faults: Faults) -> str | None:
    words = tuple(known)
    if scalar is None or scalar.text in words:
        return None if scalar is None else scalar.text
    faults.add_unknown(scalar.place, code, noun, scalar.text, words)
    return None


def _read_parties(node: Node | None, faults: Faults) -> tuple[Party, ...]:
    names: dict[str, Place] = {}

    def read(party_id: str, entries: Entries) -> Party:
        name = entries.scalar("name", required=True)
        if name is not None and name.text in names:
            line = names[name.text].line
            faults.add(
                name.place,
                "duplicate_name",
                f"客户「{name.text}」在第 {line} 行已有，单据按名称认客户，请区分开。",
                f"party '{name.text}' already stands on line {line}",
            )
        if name is not None:
            names[name.text] = name.place
        contacts = (read_entries(item, faults, CONTACT_KEYS) for item in entries.items("contacts"))
        region = entries.word("region", REGIONS) or "domestic"
        return Party(
            id=party_id,
            name=name.text if name is not None else "",
            tax_id=_tax_id(entries) if region == "domestic" else entries.text("tax_id") or "",
            contacts=tuple(_read_contact(contact) for contact in contacts if contact is not None),
            region=region,
        )

    return _read_each(node, PARTY_KEYS, faults, read)


def _read_contact(entries: Entries) -> Contact:
    name = entries.text("name", required=True) or ""
    return Contact(name, _shaped(entries, "email", EMAIL, "name@example.com"))


def _read_accounts(node: Node | None, faults: Faults) -> tuple[Account, ...]:
    def read(role: str, entries: Entries) -> Account:
        return Account(role, entries.text("code", required=True) or "", entries.text("name", required=True) or "")

    accounts = _read_each(node, ACCOUNT_KEYS, faults, read)
    for role in ACCOUNT_ROLES:
        if node is not None and role not in {account.role for account in accounts}:
            faults.add(
                node.place, "missing_account", f"缺少「{role}」的会计科目。", f"no account plays the role '{role}'"
            )
    return accounts


def _read_policies(
    files: Iterable[PolicyFile], roles: Mapping[str, str], currency: str, faults: Faults
) -> tuple[Policy, ...]:
    found: dict[tuple[str, dt.date], Policy] = {}
    owners: dict[str, str] = {}
    for file in files:
        policy = parse_policy(file.node, file.sha256, roles, currency or None, faults)
        if policy is None:
            continue
        if (policy.id, policy.effective) in found:
            faults.add(
                file.node.place,
                "duplicate_policy",
                f"「{policy.id}」自 {policy.effective} 起的一份已经有了，请改生效日或删去一份。",
                f"policy '{policy.id}' effective {policy.effective} is written twice",
            )
        found[policy.id, policy.effective] = policy
        _claim_settings(policy, file.node.place, owners, faults)
    return tuple(found.values())


def _claim_settings(policy: Policy, place: Place, owners: dict[str, str], faults: Faults) -> None:
    """Hold that a setting's name stands in one policy only, since a spec reads it by name (`policy.tax_rate`)."""
    for name, _ in policy.settings:
        owner = owners.setdefault(name, policy.id)
        if owner != policy.id:
            faults.add(
                place,
                "duplicate_setting",
                f"「{name}」已经写在「{owner}」里，请改名或删去。",
                f"setting '{name}' already stands in policy '{owner}'",
            )
