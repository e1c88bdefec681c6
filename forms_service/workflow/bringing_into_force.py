"""Coming into force (§15): what waits for the general manager's signature, and the signature itself.

A form version and the organisation with its policies take effect only when the person who holds the role gm has signed
the SHA-256 of their bytes with their own key, from the day that the statement names.

    signer = unlock_key(office, person, pin)
    approve(office, person, sha256, signer)
"""

import datetime as dt
import hashlib
from dataclasses import dataclass

from forms_service.domain.approval import Approval, Kind, begins, organisation_in_force
from forms_service.domain.errors import NotFound, NotYours, ProblemsFound, VerdictRefused, WrongState
from forms_service.domain.events import Event
from forms_service.domain.organisation import APPROVER_ROLE
from forms_service.domain.people import Organisation, Person
from forms_service.domain.snapshot import open_snapshot, take_snapshot
from forms_service.signing.approvals import write_chain
from forms_service.signing.signer import Signer
from forms_service.store.almanac import make_calendar
from forms_service.store.approvals import SignedApproval
from forms_service.store.forms import PublishedForm
from forms_service.store.organisations import parse_files
from forms_service.store.snapshots import KeptSnapshot
from forms_service.workflow.office import Office
from forms_service.workflow.publishing import published_spec

ORGANISATION = "公司资料与政策"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that waits for the general manager's signature."""

    kind: Kind
    sha256: str
    subject: str
    form: str = ""
    version: int = 0


def propose(office: Office, actor: str) -> Proposal:
    """Keep the organisation's folder as it stands, to be approved; the same bytes twice change nothing.

    Raises ProblemsFound with every fault of the folder.
    """
    at, draft = office.now(), office.rulebook.draft()
    if not draft.reading.whole:
        raise ProblemsFound(draft.reading.problems)
    snapshot = take_snapshot(draft.files)
    with office.database.write() as tx:
        if tx.snapshots.keep(KeptSnapshot(snapshot.sha256, snapshot.content, at, actor)):
            data = {"kind": "organisation", "sha256": snapshot.sha256, "subject": ORGANISATION}
            tx.ledger.append(Event(at, "proposed", "", actor, data))
    return Proposal("organisation", snapshot.sha256, ORGANISATION)


def waiting(office: Office) -> tuple[Proposal, ...]:
    """List what waits for the general manager: the folder where it was changed, then forms, each its newest version.

    What was approved for a later day waits no more.
    """
    approved = {approval.sha256 for approval in office.rulebook.approvals()}
    last = next((a for a in reversed(office.rulebook.approvals()) if a.kind == "organisation"), None)
    draft = office.rulebook.draft().sha256
    changed = (Proposal("organisation", draft, ORGANISATION),) if last is None or last.sha256 != draft else ()
    with office.database.read() as tx:
        forms = tuple(_form_proposal(form) for form in tx.forms.latest() if form.sha256 not in approved)
    return (*changed, *forms)


def approve(office: Office, person: Person, sha256: str, signer: Signer, effective: dt.date | None = None) -> Approval:
    """Sign what has a digest, so that it comes into force on a day, today unless named.

    The folder's present bytes are proposed first where the digest is theirs. Raises NotFound for a digest that nobody
    proposed, NotYours unless the person is the general manager, WrongState for a day that is over or a form without an
    organisation to stand in, ProblemsFound with what is amiss in it, VerdictRefused for a key that is not the person's.
    """
    if sha256 == office.rulebook.draft().sha256:
        propose(office, person.id)
    _require_approver(office, person, sha256)
    at = office.now()
    day = effective or office.today(at)
    if day < office.today(at):
        raise WrongState(f"生效日 {day} 已经过去，今天是 {office.today(at)}。请写今天或以后的日子。")
    approval = _draw_up(office, person, sha256, at, day)
    statement = approval.statement()
    signed = SignedApproval(0, statement, signer.sign_raw(statement), write_chain(signer), approval)
    if fault := office.rulebook.fault_of(signed):
        raise VerdictRefused(f"签定没有生效：{fault}。")
    with office.database.write() as tx:
        active = tx.keys.active(person.id)
        if active is None or active.certificate != signer.fingerprint:
            raise VerdictRefused(f"签定要用 {person.name} 现用的密钥，这一把不是。请重新输入签章密码。")
        tx.approvals.add(approval, signed.signature, signed.certificate_pem)
        tx.ledger.append(Event(at, "approved", "", person.id, _told(approval)))
    office.rulebook.refresh()
    return approval


def _require_approver(office: Office, person: Person, sha256: str) -> None:
    """Refuse anybody but the general manager, by the organisation in force; the first one names its own."""
    proposed = office.rulebook.organisation_of(sha256) if _is_snapshot(office, sha256) else office.organisation
    ruling = office.rulebook.ruling() or proposed
    known = ruling.person(person.id)
    if known is None or APPROVER_ROLE not in known.roles:
        holders = "、".join(holder.name for holder in ruling.holders(APPROVER_ROLE))
        raise NotYours(f"表单与公司资料由总经理（{holders}）签定，您（{person.name}）不能签。")


def _is_snapshot(office: Office, sha256: str) -> bool:
    with office.database.read() as tx:
        return tx.snapshots.get(sha256) is not None


def _draw_up(office: Office, person: Person, sha256: str, at: dt.datetime, day: dt.date) -> Approval:
    with office.database.read() as tx:
        form, kept = tx.forms.with_digest(sha256), tx.snapshots.get(sha256)
    if form is not None:
        return _of_form(office, person, form, at, day)
    if kept is None:
        raise NotFound(f"没有人提出过摘要为 {sha256[:12]}… 的内容。请先发布表单，或核对摘要。")
    _require_digest(kept.content, sha256)
    since = begins(day, at, _whole(kept.content).firm.timezone)
    return Approval("organisation", sha256, ORGANISATION, sha256, day, since, person.id, at)


def _whole(content: bytes) -> Organisation:
    """Read a snapshot that is to come into force: nothing in it may be amiss, and its calendar can be made."""
    reading = parse_files(open_snapshot(content))
    if not reading.whole:
        raise ProblemsFound(reading.problems)
    make_calendar(reading.organisation.calendar)
    return reading.organisation


def _of_form(office: Office, person: Person, form: PublishedForm, at: dt.datetime, day: dt.date) -> Approval:
    """Draw up the approval of a form, which must be readable with the organisation in force when it takes effect."""
    _require_digest(form.source, form.sha256)
    governing, since = _governing(office, day, at)
    org = office.rulebook.organisation_of(governing.sha256)
    spec = published_spec(office.database, org, office.fonts, form.sha256)
    subject = f"{spec.title.zh_hans} 第 {form.version} 版"
    return Approval("form", form.sha256, subject, governing.sha256, day, since, person.id, at, form.form, form.version)


def _governing(office: Office, day: dt.date, at: dt.datetime) -> tuple[Approval, dt.datetime]:
    since = begins(day, at, office.organisation.firm.timezone)
    governing = organisation_in_force(office.rulebook.approvals(), since)
    if governing is None:
        raise WrongState("公司资料与政策还没有签定，表单没有依据。请总经理先签定公司资料。")
    return governing, begins(day, at, office.rulebook.organisation_of(governing.sha256).firm.timezone)


def _require_digest(content: bytes, sha256: str) -> None:
    if hashlib.sha256(content).hexdigest() != sha256:
        raise VerdictRefused(f"摘要为 {sha256[:12]}… 的内容已经不是提出时的字节，不能签定。请从备份恢复并查明。")


def _told(approval: Approval) -> dict[str, str | int | bool | None]:
    return {
        "kind": approval.kind,
        "sha256": approval.sha256,
        "subject": approval.subject,
        "effective": approval.effective.isoformat(),
        "statement": hashlib.sha256(approval.statement()).hexdigest(),
    }


def _form_proposal(form: PublishedForm) -> Proposal:
    return Proposal("form", form.sha256, f"{form.form} 第 {form.version} 版", form.form, form.version)
