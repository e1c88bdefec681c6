"""Asking for receipts: a copy's keeper who has not noted in time what the form asks of them is reminded of it."""

import datetime as dt
from dataclasses import dataclass

from forms_service.domain.document import Document
from forms_service.domain.people import Person
from forms_service.domain.spec import Copy, FormSpec
from forms_service.notices.mail import Mail
from forms_service.store.copies import SealedCopy
from forms_service.store.reminders import Occasion
from forms_service.workflow.due import do_each
from forms_service.workflow.office import Office
from forms_service.workflow.reminding import write_limit
from forms_service.workflow.telling import tell_once

KIND = "receipt"
AGAIN_DAYS = 2


def ask_receipts(office: Office) -> int:
    """Remind the keepers of every copy whose receipt is late, again every second day; returns how many copies."""
    at = office.now()
    with office.database.read() as tx:
        late = tx.copies.unreceived(at)
    return do_each(late, lambda copy: _ask(office, copy, at))


def _ask(office: Office, copy: SealedCopy, at: dt.datetime) -> bool:
    with office.database.read() as tx:
        document = tx.documents.get(copy.document_id)
    spec = office.printery.form(document.spec_sha256).spec
    asked = _Asked(office, document, spec, copy, next(each for each in spec.copies if each.no == copy.no))
    ordinal = (asked.days_late(at) - 1) // AGAIN_DAYS + 1
    occasion = Occasion(document.id, f"copy {copy.no}", document.round, KIND, ordinal)
    keepers = [person for person in office.organisation.people if person.department == copy.department]
    return tell_once(office, occasion, keepers, asked.sentence(at), asked.letter, at)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a copy's keeper is asked for, and in which words."""

    office: Office
    document: Document
    spec: FormSpec
    copy: SealedCopy
    planned: Copy

    def days_late(self, at: dt.datetime) -> int:
        """Count the days by which the receipt is late."""
        receipt, firm = self.planned.receipt, self.office.reckoning
        workdays = bool(receipt and receipt.within and receipt.within.workdays)
        return firm.days_late(self._due_at(), at, workdays=workdays)

    def letter(self, person: Person, at: dt.datetime) -> Mail:
        """Write the mail to one keeper."""
        link, firm = f"{self.office.base_url}/documents/{self.document.id}", self.office.organisation.firm.name
        body = f"{person.name} 您好：\n\n{self.sentence(at)}\n\n请打开：{link}\n\n{firm}\n"
        subject = f"已逾期 {self.days_late(at)} 天：{self._title()} {self.document.number} 待填回{self._facts()}"
        return Mail(person.email, subject, body, at)

    def sentence(self, at: dt.datetime) -> str:
        """Say what is asked, and since when."""
        limit = write_limit(self.office.local(self._due_at()))
        of = f"《{self._title()}》{self.document.number}「{self.copy.label}」"
        return f"{of}应于 {limit}前填回{self._facts()}，已逾期 {self.days_late(at)} 天。"

    def _title(self) -> str:
        return self.spec.title.zh_hans

    def _facts(self) -> str:
        return "、".join(label for _, label in self.planned.receipt.records) if self.planned.receipt else ""

    def _due_at(self) -> dt.datetime:
        return self.copy.receipt_due_at or self.copy.sealed_at
