"""The rulebook: which organisation and which form versions are in force, by the general manager's approvals (§15).

The office runs on what was signed, not on what the folder says now. Each approval is judged once: its signature, its
certificate, the bytes that it names, and that its signer held the role when they signed. One that does not hold counts
for nothing. Before the first approval the folder is read as it stands, so that the general manager can sign in and
sign.
"""

import datetime as dt
import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from forms_service.domain.approval import Approval, begins, forms_in_force, organisation_in_force
from forms_service.domain.calendars import Calendar
from forms_service.domain.errors import BadConfiguration, NotFound
from forms_service.domain.organisation import APPROVER_ROLE
from forms_service.domain.people import Organisation
from forms_service.domain.snapshot import Files, open_snapshot, take_snapshot
from forms_service.signing.approvals import signature_fault
from forms_service.signing.trust import TrustList
from forms_service.store.almanac import make_calendar
from forms_service.store.approvals import SignedApproval
from forms_service.store.database import Database, Transaction
from forms_service.store.organisations import Reading, parse_files
from forms_service.workflow.trusting import check_trust, trust_files

FRESH = dt.timedelta(seconds=1)
"""How long the approvals that were read may be taken for all: another process may have added one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An approval as it stands in the store, and why it does not hold, "" when it does."""

    signed: SignedApproval
    fault: str


@dataclass(frozen=True, slots=True)
class Draft:
    """The folder as it stands now. Where its bytes are not even text, `sha256` only tells one state from another."""

    files: Files
    sha256: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder of the organisation and the folder of the policies, and how they are named in problems.

    `keep` writes one of its files anew, or with None takes it away: a proposal, until the general manager signs it.
    """

    files: Callable[[], Files]
    folder: str
    policies: str
    keep: Callable[[str, bytes | None], None]


@dataclass(slots=True)
class _Known:
    """What was read so far. Entries only grow; a snapshot never changes."""

    entries: tuple[Entry, ...] = ()
    read_at: dt.datetime | None = None
    organisations: dict[str, Organisation] = field(default_factory=dict)
    calendars: dict[str, Calendar] = field(default_factory=dict)
    trusted: dict[str, tuple[bytes, ...]] = field(default_factory=dict)
    draft: Draft | None = None
    draft_is_fresh: bool = False


class Rulebook:
    """What is in force, read anew when an approval was added. Safe among threads."""

    def __init__(self, database: Database, trust: TrustList, shelf: Shelf, now: Callable[[], dt.datetime]) -> None:
        self._database = database
        self._trust = trust
        self._shelf = shelf
        self._now = now
        self._known = _Known()
        self._lock = threading.Lock()

    @property
    def folder(self) -> str:
        """The organisation's folder, as problems name it."""
        return self._shelf.folder

    def organisation(self, at: dt.datetime | None = None) -> Organisation:
        """Return the organisation in force now, or at a moment; of a moment before the first one, today's.

        Before any came into force it is the folder's; then raises BadConfiguration with every fault of the folder.
        """
        approval = self.organisation_approval(at) or self.organisation_approval()
        return self._draft_organisation() if approval is None else self.organisation_of(approval.sha256)

    def calendar(self) -> Calendar:
        """Return the calendar of the organisation in force now."""
        approval = self.organisation_approval()
        sha256 = self.draft().sha256 if approval is None else approval.sha256
        if sha256 not in self._known.calendars:
            self._known.calendars[sha256] = make_calendar(self.organisation().calendar)
        return self._known.calendars[sha256]

    def organisation_approval(self, at: dt.datetime | None = None) -> Approval | None:
        """Return the approval by which an organisation is in force now, or at a moment; None before the first one."""
        return organisation_in_force(self.approvals(), at or self._now())

    def ruling(self) -> Organisation | None:
        """Return the organisation that says who may approve now: in force or, before any is, signed last; else None."""
        approval = _ruling(self.approvals(), self._now())
        return None if approval is None else self.organisation_of(approval.sha256)

    def forms(self, at: dt.datetime | None = None) -> tuple[Approval, ...]:
        """List the approvals by which form versions may be opened now, or at a moment, by form id."""
        return forms_in_force(self.approvals(), at or self._now())

    def versions(self) -> tuple[Approval, ...]:
        """List every form version that was ever approved, by form and version: only these have documents."""
        found = {approval.sha256: approval for approval in self.approvals() if approval.kind == "form"}
        return tuple(sorted(found.values(), key=lambda approval: (approval.form, approval.version)))

    def organisation_of(self, sha256: str) -> Organisation:
        """Return the organisation of a kept snapshot, as far as it can be read today; raises NotFound."""
        if sha256 not in self._known.organisations:
            with self._database.read() as tx:
                self._known.organisations[sha256] = _read_snapshot(tx, sha256)
        return self._known.organisations[sha256]

    def files_of(self, sha256: str) -> Files:
        """Return the files of a kept snapshot; raises NotFound."""
        with self._database.read() as tx:
            return _open_kept(tx, sha256)

    def trusted(self) -> tuple[bytes, ...]:
        """Return the trust files of the organisation in force: whom the firm trusts besides itself."""
        approval = self.organisation_approval()
        if approval is None:
            return ()
        if approval.sha256 not in self._known.trusted:
            self._known.trusted[approval.sha256] = trust_files(self.files_of(approval.sha256))
        return self._known.trusted[approval.sha256]

    def organisation_for_form(self, sha256: str) -> Organisation:
        """Return what a published form is read with: the organisation it was first approved under, else the folder's.

        So a role that is taken away later never makes an old form unreadable.
        """
        first = next((a for a in self.approvals() if a.kind == "form" and a.sha256 == sha256), None)
        if first is not None:
            return self.organisation_of(first.organisation)
        reading = self.draft().reading
        return reading.organisation if reading.whole else self.organisation()

    def approvals(self) -> tuple[Approval, ...]:
        """List the approvals that hold, in the order of signing."""
        return _held(self.entries())

    def entries(self) -> tuple[Entry, ...]:
        """List every approval in the store, those that do not hold with the reason."""
        now, known = self._now(), self._known
        if known.read_at is None or not known.read_at <= now < known.read_at + FRESH:
            self.refresh(now)
        return known.entries

    def judged_anew(self) -> tuple[Entry, ...]:
        """Judge every approval in the store once more, with nothing remembered."""
        return Rulebook(self._database, self._trust, self._shelf, self._now).entries()

    def refresh(self, now: dt.datetime | None = None) -> None:
        """Read the approvals that were added, and the folder when it is asked for next."""
        with self._lock:
            known = self._known
            with self._database.read() as tx:
                found = tx.approvals.after(known.entries[-1].signed.seq if known.entries else 0)
            for signed in found:
                known.entries += (Entry(signed, self._judge(signed, _held(known.entries))),)
            known.draft_is_fresh, known.read_at = False, now or self._now()

    def propose(self, file: str, data: bytes | None) -> None:
        """Write one of the folder's files anew, or with None take it away, for the general manager to sign."""
        self._shelf.keep(file, data)
        self.refresh()

    def draft(self) -> Draft:
        """Return the folder's present bytes and what they say."""
        self.entries()
        known = self._known
        if known.draft is None or not known.draft_is_fresh:
            files = self._shelf.files()
            known.draft = known.draft if known.draft and known.draft.files == files else self._read_draft(files)
            known.draft_is_fresh = True
        return known.draft

    def _read_draft(self, files: Files) -> Draft:
        reading = parse_files(files, self._shelf.folder, self._shelf.policies)
        own = check_trust(files, self._shelf.folder, reading.organisation)
        reading = replace(reading, problems=(*reading.problems, *own))
        try:
            return Draft(files, take_snapshot(files).sha256, reading)
        except UnicodeDecodeError:
            return Draft(files, hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest(), reading)

    def _draft_organisation(self) -> Organisation:
        reading = self.draft().reading
        if not reading.whole:
            raise BadConfiguration("\n".join(str(problem) for problem in reading.problems))
        return reading.organisation

    def fault_of(self, signed: SignedApproval) -> str:
        """Say why an approval not yet stored would not hold, "" when it would."""
        return self._judge(signed, self.approvals())

    def _judge(self, signed: SignedApproval, earlier: tuple[Approval, ...]) -> str:
        """Say why an approval does not hold, "" when it does; `earlier` are those before it that hold."""
        approval = signed.approval
        if approval is None or not signed.agrees:
            return "记录与签章的内容不一致，被改动过"
        if fault := signature_fault(
            signed.statement, signed.signature, signed.certificate_pem, approval.person, approval.at, self._trust
        ):
            return fault
        return self._content_fault(approval) or self._standing_fault(approval, earlier)

    def _content_fault(self, approval: Approval) -> str:
        """Hold that what was approved is still here, byte for byte."""
        with self._database.read() as tx:
            form = tx.forms.get(approval.form, approval.version) if approval.kind == "form" else None
            kept = tx.snapshots.get(approval.sha256) if approval.kind == "organisation" else None
        content = form.source if form is not None else kept.content if kept is not None else b""
        same = hashlib.sha256(content).hexdigest() == approval.sha256
        return "" if same else f"签定的内容（{approval.sha256[:12]}…）已经不在，或被改动过"

    def _standing_fault(self, approval: Approval, earlier: tuple[Approval, ...]) -> str:
        """Hold that the signer held the role when they signed, and that the statement names the right organisation."""
        own = approval.kind == "organisation"
        before = _ruling(earlier, approval.at) or (approval if own else None)
        governing = approval if own else organisation_in_force(earlier, approval.since)
        if before is None or governing is None:
            return "签定表单时还没有生效的公司资料"
        person = self.organisation_of(before.sha256).person(approval.person)
        if person is None or APPROVER_ROLE not in person.roles:
            return f"签定时 {approval.person} 不是总经理"
        if approval.organisation != governing.sha256:
            return "写明的公司资料不是届时生效的那一份"
        zone = self.organisation_of(governing.sha256).firm.timezone
        return "" if approval.since == begins(approval.effective, approval.at, zone) else "生效时刻与生效日不符"


def _ruling(approvals: tuple[Approval, ...], at: dt.datetime) -> Approval | None:
    signed = (approval for approval in reversed(approvals) if approval.kind == "organisation")
    return organisation_in_force(approvals, at) or next(signed, None)


def _held(entries: tuple[Entry, ...]) -> tuple[Approval, ...]:
    return tuple(e.signed.approval for e in entries if e.signed.approval is not None and not e.fault)


def _read_snapshot(tx: Transaction, sha256: str) -> Organisation:
    return parse_files(_open_kept(tx, sha256)).organisation


def _open_kept(tx: Transaction, sha256: str) -> Files:
    kept = tx.snapshots.get(sha256)
    if kept is None or hashlib.sha256(kept.content).hexdigest() != sha256:
        raise NotFound(f"没有摘要为 {sha256[:12]}… 的公司资料，或它被改动过。请从备份恢复。")
    return open_snapshot(kept.content)
