"""The configuration: what is assumed, what waits for 总经理, what is in force; and one proposal compared."""

from dataclasses import dataclass

from forms_service.web.pages.frame import Fault
from forms_service.web.words import Tone


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """Something that waits for the general manager."""

    href: str
    subject: str
    summary: str
    digest: str


@dataclass(frozen=True, slots=True)
class AssumedRow:
    """One unconfirmed value or table, and where it stands."""

    title: str
    said: str
    note: str
    place: str


@dataclass(frozen=True, slots=True)
class AssumedGroup:
    """Unconfirmed things of one kind, and what follows while they are not confirmed."""

    words: str
    means: str
    rows: tuple[AssumedRow, ...]


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A value of a policy or of the calendar, with the mark of where it comes from."""

    name: str
    value: str
    mark: str
    tone: Tone
    note: str


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One dated version of a policy. `standing` says whether it holds now, will, or did."""

    effective: str
    standing: str
    confirmed: bool
    digest: str
    values: tuple[ValueRow, ...]


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A policy with all its versions, newest first."""

    id: str
    title: str
    state: str
    tone: Tone
    versions: tuple[PolicyVersion, ...]


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form: its version in force, and the one that is proposed."""

    title: str
    form: str
    version: str
    since: str
    proposed: str
    href: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A member of staff, and whether they have a key."""

    name: str
    department: str
    roles: str
    manager: str
    key: str
    tone: Tone
    href: str


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A customer or supplier."""

    name: str
    region: str
    tax_id: str
    contacts: str


@dataclass(frozen=True, slots=True)
class SignedRow:
    """An approval, in force or not. `fault` says why it counts for nothing."""

    at: str
    subject: str
    person: str
    effective: str
    digest: str
    fault: str


@dataclass(frozen=True, slots=True)
class ConfigurationPage:
    """Everything that the office is run by."""

    headline: str
    in_force: str
    done: str
    may_sign: bool
    proposals: tuple[ProposalRow, ...]
    assumed: tuple[AssumedGroup, ...]
    forms: tuple[FormRow, ...]
    policies: tuple[PolicyRow, ...]
    firm: tuple[tuple[str, str], ...]
    calendar: tuple[ValueRow, ...]
    people: tuple[PersonRow, ...]
    parties: tuple[PartyRow, ...]
    signed: tuple[SignedRow, ...]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One changed value, side by side. `how` is 改, 增 or 删."""

    where: str
    how: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FormChanges:
    """Changes of a form of one sort."""

    words: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """One proposal, compared with what is in force, and the signature that brings it into force."""

    subject: str
    digest: str
    headline: str
    first: bool
    values: tuple[tuple[str, tuple[ChangeRow, ...]], ...]
    form: tuple[FormChanges, ...]
    problems: tuple[str, ...]
    warnings: tuple[str, ...]
    may_sign: bool
    signer: str
    today: str
    faults: tuple[Fault, ...]
