"""Scope: the names that the expressions of a form may read, and the reading of an expression within it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from forms_service.domain.entries import inside
from forms_service.domain.expression import Expression, ExpressionFault, Kind, parse_expression
from forms_service.domain.faults import Faults
from forms_service.domain.given import CASE_DUE, PARENT_NAMES, PERIOD, STATES
from forms_service.domain.node import Scalar
from forms_service.domain.outlines import FormOutline, Outline, each_name
from forms_service.domain.people import Organisation
from forms_service.domain.policies import setting_value
from forms_service.domain.problem import Place
from forms_service.domain.spec import FieldKind
from forms_service.domain.tree import Constant

OPENED_ON = "opened_on"
NUMERIC: frozenset[Kind] = frozenset({"number", "money"})
BOOLEAN: frozenset[Kind] = frozenset({"boolean"})
DATE: frozenset[Kind] = frozenset({"date"})

KINDS: Mapping[FieldKind, Kind] = MappingProxyType(
    {
        "text": "text",
        "longtext": "text",
        "integer": "number",
        "decimal": "number",
        "money": "money",
        "percent": "number",
        "date": "date",
        "yesno": "boolean",
        "choice": "text",
        "party": "text",
        "department": "text",
        "person": "text",
        "attachment": "text",
        "table": "rows",
    }
)
_COLUMNS: Mapping[Kind, Kind] = MappingProxyType(
    {"number": "numbers", "money": "numbers", "text": "texts", "date": "dates", "boolean": "booleans"}
)
_WORD = re.compile(r"[a-z][a-z0-9_]*")


def accepted_by(kind: FieldKind) -> frozenset[Kind]:
    """Return the kinds of expression that may give a field its value or its bound."""
    return NUMERIC if KINDS[kind] in NUMERIC else frozenset({KINDS[kind]})


@dataclass(frozen=True, slots=True)
class Scope:
    """Names with their kinds, and the option ids of the choices among them. Reading notes faults and goes on."""

    names: Mapping[str, Kind]
    options: Mapping[str, tuple[str, ...]]
    unreadable: frozenset[str]
    faults: Faults

    def read(self, scalar: Scalar, expect: frozenset[Kind]) -> Expression:
        """Read an expression; a faulty one is noted and stood in for, so that no second fault grows from the first."""
        return self.read_source(scalar.text, scalar, expect)

    def read_source(self, source: str, scalar: Scalar, expect: frozenset[Kind], offset: int = 0) -> Expression:
        """Read an expression that is part of a value, or is written for it; `offset` is where it starts in it."""
        place = inside(scalar, offset)
        if self.unreadable.intersection(_WORD.findall(source)):
            return self.stand_in(source, place, min(expect))
        try:
            return parse_expression(source, place, self.names, expect=expect, options=self.options)
        except ExpressionFault as refusal:
            self.faults.extend(refusal.problems)
        return self.stand_in(source, place, min(expect))

    def stand_in(self, source: str, place: Place, kind: Kind) -> Expression:
        """Stand in for an expression that cannot be read: it reads the known names that occur in its text."""
        known = {name.partition(".")[0] for name in self.names} | self.unreadable
        return Expression(source, place, kind, frozenset(_WORD.findall(source)) & known, Constant(Decimal(0), 0))

    def within(self, table: Outline) -> "Scope":
        """Return the scope of a table's row: its columns by their own names, before all else."""
        row = {column.id: KINDS[column.kind] for column in table.columns if column.kind is not None}
        options = {column.id: column.options for column in table.columns if column.options}
        unreadable = self.unreadable | {column.id for column in table.columns if column.kind is None}
        return Scope({**self.names, **row}, {**self.options, **options}, unreadable, self.faults)


@dataclass(frozen=True, slots=True)
class GivenNames:
    """The names that a form's expressions may read beside its own fields, because its document is given them.

    They are what the parent is known by (`complaint.state`), `period` of a monthly form, `case_due` of one with a time
    for the whole, and the sum of the documents that count together. An alias whose form is not known is unreadable.
    """

    names: Mapping[str, Kind] = field(default_factory=dict)
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unreadable: frozenset[str] = frozenset()

    @property
    def roots(self) -> frozenset[str]:
        """Return the names without what stands behind their dots."""
        return frozenset(name.partition(".")[0] for name in self.names) | self.unreadable

    def joined(self, other: "GivenNames") -> "GivenNames":
        """Return both together."""
        unreadable = self.unreadable | other.unreadable
        return GivenNames({**self.names, **other.names}, {**self.options, **other.options}, unreadable)


def scope_of(outlines: tuple[Outline, ...], given: GivenNames, org: Organisation, faults: Faults) -> Scope:
    """Gather the names of a form: its fields, its tables' columns, what it is given, the policies' settings, the day.

    A name that is given and a field's at once means what is given; that it is written twice is noted elsewhere.
    """
    names: dict[str, Kind] = {OPENED_ON: "date", **_setting_kinds(org)}
    options: dict[str, tuple[str, ...]] = {}
    unreadable: set[str] = set(given.unreadable)
    for name, outline, is_column in each_name(outlines):
        if outline.kind is None:
            unreadable |= {outline.id, name.partition(".")[0]}
            continue
        kind = KINDS[outline.kind]
        names[name] = _COLUMNS[kind] if is_column else kind
        options |= {name: outline.options} if outline.options else {}
    return Scope({**names, **given.names}, {**options, **given.options}, frozenset(unreadable), faults)


def parent_names(alias: str, parent: FormOutline | None) -> GivenNames:
    """Name what is known of a parent under its alias; None stands for any form, of which only the common names are.

    A field that is called as a common name is left out: the common name is meant, which the linter says.
    """
    names: dict[str, Kind] = {f"{alias}.{name}": kind for name, kind in PARENT_NAMES.items()}
    options: dict[str, tuple[str, ...]] = {f"{alias}.state": STATES}
    for outline in parent.fields if parent is not None else ():
        name = f"{alias}.{outline.id}"
        if outline.kind is None or outline.kind == "table" or name in names:
            continue
        names[name] = KINDS[outline.kind]
        options |= {name: outline.options} if outline.options else {}
    return GivenNames(names, options)


def own_names(*, monthly: bool, timed: bool, together: tuple[str, FieldKind] | None) -> GivenNames:
    """Name what a document is given by its own form; `together` is a sum's name with the kind of what is summed."""
    names: dict[str, Kind] = {}
    if monthly:
        names[PERIOD] = "text"
    if timed:
        names[CASE_DUE] = "date"
    if together is not None:
        names[together[0]] = KINDS[together[1]]
    return GivenNames(names)


def _setting_kinds(org: Organisation) -> Mapping[str, Kind]:
    settings = [setting for policy in org.policies for setting in policy.settings]
    return {f"policy.{name}": "text" if isinstance(setting_value(text), str) else "number" for name, text in settings}
