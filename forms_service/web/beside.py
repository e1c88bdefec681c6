"""From a reading to what stands beside its step: members, opinions, colleagues, and what changed meanwhile."""

from dataclasses import dataclass

from forms_service.domain.consultation import Consultation
from forms_service.domain.countersigning import members, name_of_all
from forms_service.domain.people import Organisation, Person
from forms_service.domain.routing import free_standings
from forms_service.domain.spec import Step
from forms_service.proof.words import DECISIONS
from forms_service.web.desk import dossier
from forms_service.web.names import actor_name, department_name
from forms_service.web.pages.beside import Beside, Change, Choice, MemberRow, QuestionRow
from forms_service.web.pages.document import RouteEntry
from forms_service.web.pages.route import Route
from forms_service.web.words import moment
from forms_service.workflow.consulting import questions
from forms_service.workflow.handing_over import colleagues
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading, Turn


@dataclass(frozen=True, slots=True)
class Begun:
    """What the reader had before: the bytes they looked at, whom they were about to sign for, and what they asked."""

    seen: str = ""
    on_behalf_of: str = ""
    question: str = ""
    asked: frozenset[str] = frozenset()


def stand_beside(office: Office, person: Person, reading: Reading, step: Step, begun: Begun) -> Beside:
    """Gather what stands beside a step that is the reader's."""
    group = members(reading.spec, step.id)
    return Beside(
        members=_members(office, reading, step, group) if len(group) > 1 else (),
        group=name_of_all(step),
        changed=changes_since(office, reading, begun.seen),
        principals=principals(reading, person, begun.on_behalf_of),
        questions=tuple(question_row(office, c) for c in questions(office, reading.document, step)),
        to_ask=_to_ask(office.organisation, person, begun.asked) if step.may_consult else (),
        question=begun.question,
        to_hand=tuple(Choice(other.id, other.name) for other in colleagues(reading, person)),
    )


def principals(reading: Reading, person: Person, chosen: str = "") -> tuple[Choice, ...]:
    """List for whom a person may sign the step at hand; nobody where they sign it in their own right."""
    if reading.step is None or reading.claim is None:
        return ()
    free = free_standings(reading.claim.standings(person.id), reading.step, reading.document)
    if any(standing.principal is None for standing in free):
        return ()
    found = [standing.principal for standing in free if standing.principal is not None]
    return tuple(Choice(p.id, p.name, ticked=p.id == (chosen or found[0].id)) for p in found)


def question_row(office: Office, asked: Consultation) -> QuestionRow:
    """Write a question and its answer."""
    org = office.organisation
    at = asked.answered_at or asked.asked_at
    return QuestionRow(
        id=asked.id,
        asker=actor_name(org, asked.asked_by),
        asked=actor_name(org, asked.asked),
        question=asked.question,
        opinion=asked.opinion,
        when=moment(office.local(at)),
    )


def changes_since(office: Office, reading: Reading, seen: str) -> tuple[Change, ...]:
    """Say who decided what after the bytes that a reader looked at; nothing where these are still the present ones."""
    if not seen or seen == reading.document.head:
        return ()
    route = Route(office.organisation, reading.spec, reading.document, {}, office.local)
    rows = dossier(office, reading.document.id).rows
    return tuple(Change(_words(entry), entry.opinion) for entry in route.since(rows, seen))


def _words(entry: RouteEntry) -> str:
    return f"{entry.when}　{entry.who}　「{entry.title}」{entry.outcome}".rstrip()


def _members(office: Office, reading: Reading, mine: Step, group: tuple[Step, ...]) -> tuple[MemberRow, ...]:
    open_now = {turn.step.id: turn for turn in reading.turns}
    due = (step for step in group if step.id in open_now or reading.document.signed(step.id) is not None)
    return tuple(_member(office, reading, step, open_now.get(step.id), mine=step.id == mine.id) for step in due)


def _member(office: Office, reading: Reading, step: Step, turn: Turn | None, *, mine: bool) -> MemberRow:
    signed = reading.document.signed(step.id)
    if signed is not None:
        outcome = DECISIONS.get(signed.decision, signed.decision)
        who = f"{signed.role} {actor_name(office.organisation, signed.person)}"
        return MemberRow(step.name, who, outcome, signed.opinion, moment(office.local(signed.signed_at)), mine=False)
    names = "、".join(person.name for person in turn.claim.holders[:3]) if turn else ""
    return MemberRow(step.name, names, "", "", "", mine=mine)


def _to_ask(org: Organisation, person: Person, asked: frozenset[str]) -> tuple[Choice, ...]:
    others = (other for other in org.people if other.id != person.id)
    return tuple(
        Choice(o.id, f"{o.name}（{department_name(org, o.department)}）", ticked=o.id in asked) for o in others
    )
