"""The configuration page: what is assumed, what waits for a signature, and all that is in force."""

import datetime as dt
from collections.abc import Iterator

from cryptography import x509

from forms_service.domain.approval import Approval
from forms_service.domain.assumptions import MEANINGS, Assumption, list_assumptions
from forms_service.domain.organisation import APPROVER_ROLE
from forms_service.domain.people import Organisation, Party, Person, Policy
from forms_service.store.keys import PersonKey
from forms_service.web.configuring import changed_form, changed_values, in_chinese, names_of, value_row
from forms_service.web.names import actor_name, department_name
from forms_service.web.pages.configuration import (
    AssumedGroup,
    AssumedRow,
    ConfigurationPage,
    FormRow,
    PartyRow,
    PersonRow,
    PolicyRow,
    PolicyVersion,
    ProposalPage,
    ProposalRow,
    SignedRow,
    ValueRow,
)
from forms_service.web.pages.frame import Fault
from forms_service.web.words import day, moment
from forms_service.workflow.bringing_into_force import Proposal, waiting
from forms_service.workflow.comparing import Comparison, compare_proposal
from forms_service.workflow.office import Office
from forms_service.workflow.rulebook import Entry

REGIONS = {"domestic": "国内", "abroad": "国外"}
_SHORT = 12


def configuration_page(office: Office, person: Person, done: str = "") -> ConfigurationPage:
    """Gather the configuration in force, and what is proposed."""
    org, proposals = office.organisation, waiting(office)
    approval, today = office.rulebook.organisation_approval(), office.today(office.now())
    assumptions = list_assumptions(org, today)
    return ConfigurationPage(
        headline=f"{len(assumptions)} 项假设未经确认" if assumptions else "没有未经确认的假设",
        in_force=_in_force(office, approval),
        done=done,
        may_sign=may_sign(office, person),
        proposals=tuple(_proposal(office, proposal) for proposal in proposals),
        assumed=tuple(_assumed(assumptions)),
        forms=tuple(_forms(office, proposals)),
        policies=tuple(_policies(org, today)),
        firm=tuple(_firm(org)),
        calendar=tuple(_calendar(org)),
        people=_people(office, org),
        parties=tuple(_party(party) for party in org.parties),
        signed=tuple(_signed(office, entry) for entry in reversed(office.rulebook.entries())),
    )


def proposal_page(office: Office, person: Person, sha256: str, faults: tuple[Fault, ...] = ()) -> ProposalPage:
    """Compare a proposal with what is in force. Raises NotFound for what does not wait."""
    found = compare_proposal(office, sha256)
    names = names_of(office.organisation, office.rulebook.draft().reading.organisation)
    return ProposalPage(
        subject=_subject(office, found.proposal),
        digest=sha256,
        headline=_headline(found),
        first=found.first,
        values=tuple(changed_values(found.values, names)) if not found.first else (),
        form=tuple(changed_form(found.form)),
        problems=tuple(f"{problem.where} {in_chinese(problem.message)}" for problem in found.problems),
        warnings=tuple(in_chinese(problem.message) for problem in found.warnings),
        may_sign=may_sign(office, person) and not found.problems,
        signer="、".join(holder.name for holder in office.organisation.holders(APPROVER_ROLE)),
        today=office.today(office.now()).isoformat(),
        faults=faults,
    )


def may_sign(office: Office, person: Person) -> bool:
    """Say whether a person is the one who signs: shown only, the use-case asks again."""
    ruling = office.rulebook.ruling() or office.organisation
    known = ruling.person(person.id)
    return known is not None and APPROVER_ROLE in known.roles


def _in_force(office: Office, approval: Approval | None) -> str:
    if approval is None:
        return "公司资料与政策还没有签定过，什么单据都开不了。请总经理核对以后签定。"
    signer = actor_name(office.organisation, approval.person)
    signed, since = moment(office.local(approval.at)), day(approval.effective)
    return f"现行公司资料与政策由{signer}在 {signed} 签定，自 {since} 起生效。"


def _subject(office: Office, proposal: Proposal) -> str:
    if proposal.kind == "organisation":
        return proposal.subject
    with office.database.read() as tx:
        form = tx.forms.with_digest(proposal.sha256)
    title = next((a.subject.rpartition(" 第 ")[0] for a in office.rulebook.forms() if a.form == proposal.form), "")
    return f"{title or proposal.form} 第 {form.version if form else proposal.version} 版"


def _headline(found: Comparison) -> str:
    if found.problems:
        return f"有 {len(found.problems)} 处错误，改好才能签定"
    if found.first:
        return "第一次签定，没有可比的旧版"
    count = len(found.values) + len(found.form)
    return f"{count} 处改动" if count else "数值没有改动，只改了注释或写法"


def _proposal(office: Office, proposal: Proposal) -> ProposalRow:
    found = compare_proposal(office, proposal.sha256)
    subject = _subject(office, proposal)
    return ProposalRow(f"/configuration/{proposal.sha256}", subject, _headline(found), proposal.sha256[:_SHORT])


def _assumed(assumptions: tuple[Assumption, ...]) -> Iterator[AssumedGroup]:
    for kind, (words, means) in MEANINGS.items():
        rows = tuple(
            AssumedRow(a.title, f"{a.name} = {a.value}" if a.name else "整份", a.note, str(a.place))
            for a in assumptions
            if a.kind == kind
        )
        if rows:
            yield AssumedGroup(words, means, rows)


def _forms(office: Office, proposals: tuple[Proposal, ...]) -> Iterator[FormRow]:
    in_force = {approval.form: approval for approval in office.rulebook.forms()}
    proposed = {proposal.form: proposal for proposal in proposals if proposal.kind == "form"}
    for form in sorted({*in_force, *proposed}):
        approval, proposal = in_force.get(form), proposed.get(form)
        yield FormRow(
            title=approval.subject.rpartition(" 第 ")[0] if approval else form,
            form=form,
            version=f"第 {approval.version} 版" if approval else "还没有生效的版本",
            since=day(approval.effective) if approval else "",
            proposed=f"第 {proposal.version} 版等签定" if proposal else "",
            href=f"/configuration/{proposal.sha256}" if proposal else "",
        )


def _policies(org: Organisation, today: dt.date) -> Iterator[PolicyRow]:
    for policy_id in sorted({policy.id for policy in org.policies}):
        versions = sorted((p for p in org.policies if p.id == policy_id), key=lambda p: p.effective, reverse=True)
        now = org.policy(policy_id, today) or versions[-1]
        assumed = not now.confirmed or any(mark.source == "assumption" for mark in now.marks)
        yield PolicyRow(
            id=policy_id,
            title=now.title,
            state="有假设" if assumed else "已确认",
            tone="soon" if assumed else "good",
            versions=tuple(_version(org, version, now) for version in versions),
        )


def _version(org: Organisation, version: Policy, now: Policy) -> PolicyVersion:
    standing = "现行" if version == now else "将来" if version.effective > now.effective else "旧版"
    return PolicyVersion(
        effective=day(version.effective),
        standing=standing,
        confirmed=version.confirmed,
        digest=version.sha256[:_SHORT],
        values=(*_bands(org, version), *(value_row(name, value, version.marks) for name, value in version.settings)),
    )


def _bands(org: Organisation, policy: Policy) -> Iterator[ValueRow]:
    for band in policy.bands:
        name = f"不超过 {band.up_to:,}" if band.up_to is not None else "再高"
        yield value_row(name, org.role_name(band.role), ())


def _firm(org: Organisation) -> Iterator[tuple[str, str]]:
    yield "公司", f"{org.firm.name}（{org.firm.short_name}）"
    yield "统一编号", org.firm.tax_id
    yield "本位币、时区", f"{org.firm.currency}，{org.firm.timezone}"
    yield "部门", "、".join(department.name for department in org.departments)
    yield "会计科目", "、".join(f"{account.code} {account.name}" for account in org.accounts)
    yield "邮件", f"{org.mail.host}:{org.mail.port}（{org.mail.security}）" if org.mail.host else "写进文件夹，不寄出"


def _calendar(org: Organisation) -> Iterator[ValueRow]:
    rules = org.calendar
    yield value_row("countries", "、".join(rules.countries), rules.marks)
    for year in rules.years:
        yield value_row("years", str(year), rules.marks)
    yield value_row("day_mode", rules.day_mode, rules.marks)
    yield value_row("roll_forward", "yes" if rules.roll_forward else "no", rules.marks)
    yield value_row("first_day_counts", "yes" if rules.first_day_counts else "no", rules.marks)
    for name, days in (("extra_holidays", rules.extra_holidays), ("extra_workdays", rules.extra_workdays)):
        yield value_row(name, "、".join(each.isoformat() for each in days) or "没有", rules.marks)


def _people(office: Office, org: Organisation) -> tuple[PersonRow, ...]:
    with office.database.read() as tx:
        keys = {person.id: tx.keys.active(person.id) for person in org.people}
        own = {kept.person for kept in tx.own_certificates.all() if kept.ended_at is None}
    return tuple(_person(office, org, person, keys[person.id], own=person.id in own) for person in org.people)


def _person(office: Office, org: Organisation, person: Person, key: PersonKey | None, *, own: bool) -> PersonRow:
    manager = org.person(person.manager) if person.manager else None
    words = "没有密钥，不能签章"
    if key is not None:
        until = x509.load_pem_x509_certificate(key.certificate_pem.encode()).not_valid_after_utc
        words = f"证书到 {office.local(until):%Y-%m-%d}"
    return PersonRow(
        name=person.name,
        department=department_name(org, person.department),
        roles="、".join(org.role_name(role) for role in person.roles),
        manager=manager.name if manager else "",
        key=f"{words}；另登记了自己的证书" if own else words,
        tone="good" if key is not None else "late",
        href=f"/configuration/people/{person.id}",
    )


def _party(party: Party) -> PartyRow:
    contacts = "、".join(f"{contact.name} {contact.email}" for contact in party.contacts)
    return PartyRow(party.name, REGIONS[party.region], party.tax_id, contacts or "没有联系人，寄不出链接")


def _signed(office: Office, entry: Entry) -> SignedRow:
    approval = entry.signed.approval
    if approval is None:
        return SignedRow("", f"第 {entry.signed.seq} 份", "", "", "", entry.fault)
    return SignedRow(
        at=moment(office.local(approval.at)),
        subject=approval.subject,
        person=actor_name(office.organisation, approval.person),
        effective=day(approval.effective),
        digest=approval.sha256[:_SHORT],
        fault=entry.fault,
    )
