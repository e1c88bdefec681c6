"""Reading the organisation: the firm, its departments, roles, people, parties, accounts and policies.

One file a subject, read together, because they name each other; all faults of all files come out at once.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from forms_service.domain.entries import Entries, as_pairs, as_scalar, read_entries
from forms_service.domain.faults import Faults
from forms_service.domain.literals import read_id
from forms_service.domain.node import Node, Scalar
from forms_service.domain.patterns import code_fault
from forms_service.domain.people import Account, Contact, Department, Firm, Organisation, Party, Person, Policy
from forms_service.domain.policies import parse_policy
from forms_service.domain.problem import Place, Problem

SUBJECTS = ("firm", "departments", "roles", "people", "parties", "accounts")
FIRM_KEYS = ("name", "short_name", "tax_id", "currency", "timezone", "demo")
PERSON_KEYS = ("name", "department", "roles", "manager", "email")
PARTY_KEYS = ("name", "tax_id", "contacts")
CONTACT_KEYS = ("name", "email")
ACCOUNT_KEYS = ("code", "name")
ACCOUNT_ROLES = ("sales_allowance", "output_tax", "receivable")

_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[A-Za-z]{2,}")
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
    )
    return (None if faults.any_error else org), faults.in_order()


def _require_files(nodes: Mapping[str, Node], folder: str, faults: Faults) -> None:
    for subject in SUBJECTS:
        if subject not in nodes:
            place = Place(f"{folder}/{subject}.yaml", 1, 1)
            faults.add(place, "missing_file", f"缺少 {subject}.yaml，请补上。", f"{subject}.yaml is missing")


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
        currency=_matching(entries, "currency", _CURRENCY, "CNY") or "",
        timezone=_matching(entries, "timezone", _TIMEZONE, "Asia/Shanghai") or "",
    )
    return firm, entries.yes_no("demo")


def _matching(entries: Entries, key: str, pattern: re.Pattern[str], example: str) -> str | None:
    scalar = entries.scalar(key, required=True)
    if scalar is None or pattern.fullmatch(scalar.text):
        return None if scalar is None else scalar.text
    entries.faults.add(
        scalar.place,
        "bad_form",
        f"「{key}」写的是「{scalar.text}」，应写成 {example} 这样。",
        f"'{key}' is '{scalar.text}', expected something like {example}",
    )
    return None


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

    def read(person_id: str, entries: Entries) -> Person:
        manager = _known(entries.scalar("manager"), known, "unknown_person", ("人员", "person"), faults)
        if manager == person_id:
            entries.refuse_key("manager", "own_manager", "不能做自己的主管。", "nobody is their own manager")
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
            email=_matching(entries, "email", _EMAIL, "name@example.com") or "",
        )

    return _read_each(node, PERSON_KEYS, faults, read)


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
        return Party(
            id=party_id,
            name=name.text if name is not None else "",
            tax_id=_tax_id(entries),
            contacts=tuple(_read_contact(contact) for contact in contacts if contact is not None),
        )

    return _read_each(node, PARTY_KEYS, faults, read)


def _read_contact(entries: Entries) -> Contact:
    name = entries.text("name", required=True) or ""
    return Contact(name, _matching(entries, "email", _EMAIL, "name@example.com") or "")


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
