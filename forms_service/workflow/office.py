"""The Office: the frozen bundle of everything concrete that the use-cases need. Made in `wiring`, faked nowhere."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from forms_service.archive.archive import Archive
from forms_service.domain.calendars import Calendar
from forms_service.domain.people import Organisation, Person, Policy
from forms_service.notices.mail import Mailer
from forms_service.pdf.fonts import Fonts
from forms_service.signing.authority import Authority
from forms_service.signing.keys import PinCost
from forms_service.signing.sessions import SigningSessions
from forms_service.signing.timestamps import TimeAuthority
from forms_service.signing.trust import TrustList
from forms_service.store.blobs import Blobs
from forms_service.store.database import Database
from forms_service.workflow.printery import Printery


@dataclass(frozen=True, slots=True)
class Office:
    """The doers. `now` gives aware UTC; `token` a fresh unguessable text; `code` a fresh six-digit one-time code."""

    organisation: Organisation
    base_url: str
    database: Database
    blobs: Blobs
    archive: Archive
    mailer: Mailer
    fonts: Fonts
    printery: Printery
    authority: Authority
    timestamper: TimeAuthority | None
    trust: TrustList
    sessions: SigningSessions
    secret: bytes
    pin_cost: PinCost
    calendar: Calendar
    now: Callable[[], dt.datetime]
    token: Callable[[], str]
    code: Callable[[], str]

    def today(self, at: dt.datetime) -> dt.date:
        """Return the firm's calendar day at an instant."""
        return at.astimezone(ZoneInfo(self.organisation.firm.timezone)).date()

    def local(self, at: dt.datetime) -> dt.datetime:
        """Return an instant in the firm's time zone."""
        return at.astimezone(ZoneInfo(self.organisation.firm.timezone))

    def policies(self, at: dt.datetime) -> tuple[Policy, ...]:
        """List the version of each policy that is in force at an instant."""
        ids = dict.fromkeys(policy.id for policy in self.organisation.policies)
        found = (self.organisation.policy(policy_id, self.today(at)) for policy_id in ids)
        return tuple(policy for policy in found if policy is not None)

    def require_person(self, person_id: str) -> Person:
        """Return a person of the organisation; KeyError is a programmer's fault, for ids come from sessions."""
        person = self.organisation.person(person_id)
        if person is None:
            raise KeyError(person_id)
        return person
