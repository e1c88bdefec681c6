"""Approvals: what the general manager signs so that a form version or the organisation comes into force (§15).

The statement is what is signed, byte for byte; it names the SHA-256 of what is approved. What is in force at a moment
follows from the approvals alone: the one with the latest `since` that has come, among equals the one signed last.
"""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast
from zoneinfo import ZoneInfo

Kind = Literal["organisation", "form"]
KINDS: tuple[Kind, ...] = ("organisation", "form")
STATEMENT = "forms approval 1"


@dataclass(frozen=True, slots=True)
class Approval:
    """One approval. `organisation` is the digest of the snapshot that the approved thing is read with.

    `since` is the moment from which it counts: the beginning of the effective day, or the signing where that is later.
    `form` and `version` are of a form; an organisation has none.
    """

    kind: Kind
    sha256: str
    subject: str
    organisation: str
    effective: dt.date
    since: dt.datetime
    person: str
    at: dt.datetime
    form: str = ""
    version: int = 0

    def statement(self) -> bytes:
        """Write what is signed, as canonical JSON."""
        said: dict[str, str | int] = {
            "statement": STATEMENT,
            "kind": self.kind,
            "sha256": self.sha256,
            "subject": self.subject,
            "organisation": self.organisation,
            "effective": self.effective.isoformat(),
            "since": self.since.astimezone(dt.UTC).isoformat(),
            "person": self.person,
            "at": self.at.astimezone(dt.UTC).isoformat(),
            "form": self.form,
            "version": self.version,
        }
        return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read_statement(statement: bytes) -> Approval:
    """Read a statement; raises ValueError when the bytes are not exactly one."""
    try:
        said = json.loads(statement)
        approval = Approval(
            kind=cast(Kind, said["kind"]),
            sha256=said["sha256"],
            subject=said["subject"],
            organisation=said["organisation"],
            effective=dt.date.fromisoformat(said["effective"]),
            since=dt.datetime.fromisoformat(said["since"]),
            person=said["person"],
            at=dt.datetime.fromisoformat(said["at"]),
            form=said["form"],
            version=said["version"],
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"no whole approval: {error}") from error
    if approval.statement() != statement or approval.kind not in KINDS:
        raise ValueError("the approval is not written as this program writes it")
    return approval


def begins(effective: dt.date, at: dt.datetime, timezone: str) -> dt.datetime:
    """Return the moment from which an approval signed `at` counts: its day's beginning, never before the signing."""
    midnight = dt.datetime.combine(effective, dt.time.min, tzinfo=ZoneInfo(timezone))
    return max(midnight.astimezone(dt.UTC), at.astimezone(dt.UTC))


def organisation_in_force(approvals: Iterable[Approval], at: dt.datetime) -> Approval | None:
    """Return the approval of the organisation in force at a moment; `approvals` come in the order of signing."""
    return _latest(a for a in approvals if a.kind == "organisation" and a.since <= at)


def forms_in_force(approvals: Iterable[Approval], at: dt.datetime) -> tuple[Approval, ...]:
    """List the approval in force of every form at a moment, by form id; `approvals` come in the order of signing."""
    come = [a for a in approvals if a.kind == "form" and a.since <= at]
    found = (_latest(a for a in come if a.form == form) for form in sorted({a.form for a in come}))
    return tuple(approval for approval in found if approval is not None)


def _latest(approvals: Iterable[Approval]) -> Approval | None:
    found: Approval | None = None
    for approval in approvals:
        if found is None or approval.since >= found.since:
            found = approval
    return found
