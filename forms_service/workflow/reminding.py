"""Reminding: who is told of a step that is due or late, and in which words."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from forms_service.domain.document import Document
from forms_service.domain.lateness import Prompt, PromptKind, days_late, limit_of
from forms_service.domain.people import Person
from forms_service.domain.routing import opener_of
from forms_service.domain.workdays import counts_workdays, write_days
from forms_service.notices.mail import Mail
from forms_service.store.reminders import Occasion
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading
from forms_service.workflow.telling import tell_once

OFFICE_ROLE = "gm_office"  # 处理时效管理 is the general manager's office's (§7(3)①)
MOST_NAMED = 3
_WEEKDAYS = "一二三四五六日"
_SECOND = dt.timedelta(seconds=1)


def occasion_of(document: Document, prompt: Prompt) -> Occasion:
    """Name what a prompt is about."""
    return Occasion(document.id, str(document.step), document.round, prompt.kind, prompt.ordinal)


def remind(office: Office, reading: Reading, prompt: Prompt, at: dt.datetime) -> bool:
    """Remind whoever holds the step, and who acts for them; says whether anything was sent."""
    return _tell(office, reading, prompt, minders(office, reading), at)


def tell(office: Office, reading: Reading, prompt: Prompt, at: dt.datetime) -> bool:
    """Tell those whom the form names that a step is late; says whether anything was sent."""
    late = reading.spec.late
    who = late.tell if late else None
    if who is None:
        return False
    org = office.organisation
    people = org.holders(who.name) if who.kind == "role" else [p for p in org.people if p.department == who.name]
    return _tell(office, reading, prompt, people, at)


def minders(office: Office, reading: Reading) -> tuple[Person, ...]:
    """List who is to be reminded of the open steps: their holders, and those who act for them.

    While a customer has the document it is whoever brought it to them; what nobody has is minded by 总经理室.
    """
    holders = {person.id: person for turn in reading.turns for person in turn.claim.holders}
    deputies = {deputy.person.id: deputy.person for turn in reading.turns for deputy in turn.claim.deputies}
    if holders:
        return tuple({**holders, **deputies}.values())
    org = office.organisation
    opener = org.person(opener_of(reading.document) or "")
    return (opener,) if opener else org.holders(OFFICE_ROLE)


def _tell(office: Office, reading: Reading, prompt: Prompt, people: Iterable[Person], at: dt.datetime) -> bool:
    def letter(person: Person, written_at: dt.datetime) -> Mail:
        return _Words(office, reading, prompt.kind, written_at).mail(person)

    words = _Words(office, reading, prompt.kind, at).note()
    return tell_once(office, occasion_of(reading.document, prompt), people, words, letter, at)


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said of a document at an instant; said again of that instant it is the same, word for word."""

    office: Office
    reading: Reading
    kind: PromptKind
    at: dt.datetime

    def mail(self, person: Person) -> Mail:
        """Write a reminder to one person."""
        document, step = self.reading.document, self._step()
        title = self.reading.spec.title.zh_hans
        of = f"（{document.subject}）" if document.subject else " "
        body = (
            f"{person.name} 您好：\n\n"
            f"《{title}》{document.number}{of}停在「{step}」，{self._whose(person)}，{self._by_when()}。{self._please()}\n\n"
            f"请打开：{self.office.base_url}/documents/{document.id}\n\n{self.office.organisation.firm.name}\n"
        )
        return Mail(person.email, f"{self.urgency()}：{title} {document.number}「{step}」", body, self.at)

    def note(self) -> str:
        """Write a reminder for the inbox."""
        return f"{self.reading.document.number}「{self._step()}」{self.urgency()}。{self._please()}"

    def urgency(self) -> str:
        """Say how long there is, or by how much it is late."""
        office, document = self.office, self.reading.document
        limit = limit_of(document)
        if limit is None:
            return "请办理"
        late = days_late(self.reading.spec, document, self.at, office.reckoning)
        if late:
            within = self.reading.step.within if self.reading.step else None
            return f"已逾期 {write_days(late, workdays=counts_workdays(within, office.calendar))}"
        left = (office.today(limit) - office.today(self.at)).days
        return f"还剩 {left} 天" if left else "今天到期"

    def _step(self) -> str:
        return self.reading.step.name if self.reading.step else ""

    def _whose(self, person: Person) -> str:
        claims = [turn.claim for turn in self.reading.turns]
        if any(claimed.includes(person.id) for claimed in claims):
            return "由您办理"
        names = tuple(dict.fromkeys(holder.name for claimed in claims for holder in claimed.holders))
        if not names:
            return f"在等{self.reading.document.subject or '客户'}签章"
        more = f"等 {len(names)} 人" if len(names) > MOST_NAMED else ""
        return f"由{'、'.join(names[:MOST_NAMED])}{more}办理"

    def _by_when(self) -> str:
        limit = limit_of(self.reading.document)
        return f"应于 {write_limit(self.office.local(limit))}前办完，{self.urgency()}" if limit else self.urgency()

    def _please(self) -> str:
        if self.kind == "tell":
            return "请知悉并督促。"
        return "请办理。" if any(turn.claim.holders for turn in self.reading.turns) else "请与客户联系。"


def write_limit(limit: dt.datetime) -> str:
    """Write a local instant by which something is due: `2026-11-26 周四 24:00`, `2026-11-27 周五 12:00`."""
    end = limit + _SECOND
    clock = "24:00" if end.date() > limit.date() else f"{end:%H:%M}"
    return f"{limit:%Y-%m-%d} 周{_WEEKDAYS[limit.weekday()]} {clock} "
