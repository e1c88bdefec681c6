"""Checking the configuration: every fault of the organisation, policies, forms and registers, and every assumption.

`check_shelf` needs the files alone; `check_standing` holds them against what the office has in force and under way.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from forms_service.domain.assumptions import Assumption, list_assumptions
from forms_service.domain.course import Who
from forms_service.domain.errors import BadConfiguration, ProblemsFound
from forms_service.domain.faults import fault
from forms_service.domain.people import Organisation
from forms_service.domain.problem import Place, Problem
from forms_service.store.almanac import make_calendar
from forms_service.store.documents import Search
from forms_service.store.forms import PublishedForm
from forms_service.store.organisations import Reading, parse_files, policies_beside, read_files
from forms_service.store.registers import FOLDER, lint_register
from forms_service.store.shelf import lint_folder
from forms_service.workflow.bringing_into_force import waiting
from forms_service.workflow.office import Office
from forms_service.workflow.publishing import published_spec
from forms_service.workflow.trusting import check_trust

CALENDAR_AHEAD = dt.timedelta(days=60)

Published = Mapping[tuple[str, int], str]
Missing = Callable[[str], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Findings:
    """What a check found. `problems` are faults and warnings; assumptions stop nothing by themselves."""

    problems: tuple[Problem, ...]
    assumptions: tuple[Assumption, ...] = ()

    @property
    def faulty(self) -> bool:
        """Say whether there is a fault."""
        return any(problem.level == "error" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Around:
    """What the files are held against: the moment, the published versions, the fonts, whether mail has a password."""

    at: dt.datetime
    published: Published
    missing: Missing
    has_mail_password: bool


def check_shelf(organisation: Path, forms: Path, around: Around) -> Findings:
    """Check an organisation's folder with its policies, and the folder of the forms and registers."""
    beside = policies_beside(organisation)
    files = read_files(organisation, beside)
    reading = parse_files(files, organisation.as_posix(), beside.as_posix())
    if not reading.whole:
        return Findings(reading.problems, _assumptions(reading, around.at))
    org = reading.organisation
    linted = lint_folder(forms, org, around.published, around.missing)[1]
    registers = (problem for path in sorted((forms / FOLDER).glob("*.yaml")) for problem in lint_register(path)[1])
    own = (*_check_calendar(org, organisation, around.at), *_check_mail(org, organisation, around))
    trusted = check_trust(files, organisation.as_posix(), org)
    return Findings((*reading.problems, *trusted, *own, *linted, *registers), _assumptions(reading, around.at))


def check_standing(office: Office) -> tuple[Problem, ...]:
    """Warn of what waits for the general manager, and of ids that forms or open documents need and the folder lacks."""
    reading = office.rulebook.draft().reading
    if not reading.whole:
        return ()
    org, folder = reading.organisation, office.rulebook.folder
    return (
        *_unsigned(office, folder),
        *_lost_to_forms(office, org),
        *_lost_to_documents(office, org, folder),
        *_left_to_nobody(office, org, folder),
    )


def _assumptions(reading: Reading, at: dt.datetime) -> tuple[Assumption, ...]:
    zone = ZoneInfo(reading.organisation.firm.timezone or "UTC")
    return list_assumptions(reading.organisation, at.astimezone(zone).date())


def _check_calendar(org: Organisation, folder: Path, at: dt.datetime) -> Iterator[Problem]:
    """Hold that the calendar can be made, and warn before deadlines run out of its years."""
    place = Place(f"{folder.as_posix()}/calendar.yaml", 1, 1)
    try:
        calendar = make_calendar(org.calendar)
    except BadConfiguration as refusal:
        yield fault(place, "bad_calendar", str(refusal), "the calendar")
        return
    ahead = (at + CALENDAR_AHEAD).astimezone(ZoneInfo(org.firm.timezone)).year
    if ahead not in calendar.years:
        words = (
            f"years 里没有 {ahead} 年，{CALENDAR_AHEAD.days} 天之内就会有期限算不出来，单据会签不下去。请补上这一年。"
        )
        yield fault(place, "calendar_ends", words, f"the calendar does not cover {ahead}", "warning")


def _check_mail(org: Organisation, folder: Path, around: Around) -> Iterator[Problem]:
    if org.mail.user and not around.has_mail_password:
        words = "写了 user，环境变量 FORMS_MAIL_PASSWORD 却没有设，邮件会寄不出去。"
        yield fault(Place(f"{folder.as_posix()}/mail.yaml", 1, 1), "no_mail_password", words, "no password", "warning")


def _unsigned(office: Office, folder: str) -> Iterator[Problem]:
    for proposal in waiting(office):
        place = Place(folder if proposal.kind == "organisation" else f"{proposal.form}.yaml", 1, 1)
        words = f"{proposal.subject}：改动未经总经理签定，还没有生效（{proposal.sha256}）。"
        yield fault(place, "not_in_force", words, "not signed by the general manager", "warning")


def _lost_to_forms(office: Office, org: Organisation) -> Iterator[Problem]:
    """Read every form in force, and every one with open documents, with the folder: what it misses was taken away."""
    for form in _needed_forms(office):
        try:
            published_spec(office.database, org, office.fonts, form.sha256)
        except ProblemsFound as found:
            for problem in found.problems:
                missing = problem.message.partition(" / ")[0].partition("。")[0]
                words = f"已发布的「{form.form}」第 {form.version} 版还要用，可是{missing}。"
                yield Problem(problem.where, "lost_to_form", f"{words} / form '{form.form}' needs it", "warning")


def _needed_forms(office: Office) -> tuple[PublishedForm, ...]:
    in_force = {approval.sha256 for approval in office.rulebook.forms()}
    with office.database.read() as tx:
        needed = in_force | {document.spec_sha256 for document in tx.documents.find(Search(states=("open",)))}
        return tuple(form for form in tx.forms.all() if form.sha256 in needed)


def _lost_to_documents(office: Office, org: Organisation, folder: str) -> Iterator[Problem]:
    """Name the people and customers of open documents that the folder has no more."""
    with office.database.read() as tx:
        documents = tx.documents.find(Search(states=("open",)))
        people = Counter(p for d in documents for p in {d.opened_by, *tx.documents.candidates(d.id)})
    known, parties = {person.id for person in org.people}, {party.name for party in org.parties}
    former = {party.name for party in office.organisation.parties} - parties
    for person, count in sorted(people.items()):
        if person not in known and office.organisation.person(person) is not None:
            words = f"「{person}」不在人员里了，还有 {count} 张未完成的单据由他开立或等他办。请先移交或办完。"
            yield _lost(f"{folder}/people.yaml", words)
    for name, count in sorted(Counter(d.subject for d in documents if d.subject in former).items()):
        words = f"客户「{name}」不在往来单位里了，还有 {count} 张未完成的单据，签署链接会寄不出去。"
        yield _lost(f"{folder}/parties.yaml", words)


def _left_to_nobody(office: Office, org: Organisation, folder: str) -> Iterator[Problem]:
    """Name the roles and departments that steps ahead of open documents need and that nobody would hold."""
    with office.database.read() as tx:
        standing = Counter((d.spec_sha256, str(d.step)) for d in tx.documents.find(Search(states=("open",))))
    ahead: Counter[tuple[str, str, str]] = Counter()
    for (sha256, step), count in standing.items():
        spec = office.printery.form(sha256).spec
        for each in spec.steps[spec.step_index(step) :]:
            for holder in sorted(_holders_needed(office, each.who)):
                ahead[spec.title.zh_hans, each.name, holder] += count
    for (title, name, holder), count in sorted(ahead.items()):
        if not _is_held(org, holder):
            words = f"{count} 张未完成的《{title}》还要签「{name}」，改后没有人是 {holder}。请先办完，或另派人担任。"
            yield _lost(f"{folder}/people.yaml", words)


def _holders_needed(office: Office, who: Who) -> frozenset[str]:
    """Name what a step asks for, as its form writes it: `role gm`, `dept qa`; of a limits table every band's role."""
    if who.kind == "any":
        return frozenset(need for part in who.of for need in _holders_needed(office, part))
    if who.kind == "policy":
        tables = (policy for policy in office.organisation.policies if policy.id == who.name)
        return frozenset(f"role {band.role}" for table in tables for band in table.bands)
    return frozenset({f"{who.kind} {who.name}"}) if who.kind in ("role", "dept") else frozenset()


def _is_held(org: Organisation, holder: str) -> bool:
    kind, _, name = holder.partition(" ")
    return bool(org.holders(name)) if kind == "role" else any(person.department == name for person in org.people)


def _lost(file: str, words: str) -> Problem:
    return fault(Place(file, 1, 1), "lost_to_document", words, "still needed by open documents", "warning")
