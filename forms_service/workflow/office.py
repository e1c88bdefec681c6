"""The Office: the frozen bundle of everything concrete that the use-cases need. Made in `wiring`, faked nowhere."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from forms_service.archive.archive import Archive
from forms_service.domain.calendars import Calendar
from forms_service.domain.people import Organisation, Person, Policy
from forms_service.domain.registers import Register
from forms_service.domain.workdays import Reckoning
from forms_service.notices.mail import Mailer
from forms_service.pdf.fonts import Fonts
from forms_service.signing.apart import Judges
from forms_service.signing.authority import Authority
from forms_service.signing.keys import PinCost
from forms_service.signing.sessions import SigningSessions
from forms_service.signing.timestamps import TimeAuthority
from forms_service.signing.tokens import Tokens
from forms_service.signing.trust import TrustList
from forms_service.store.blobs import Blobs
from forms_service.store.database import Database
from forms_service.workflow.printery import Printery
from forms_service.workflow.rulebook import Rulebook
from forms_service.workflow.trusting import trust_with


@dataclass(frozen=True, slots=True)
class Renewal:
    """When a copy's timestamp is followed by another: so long `before` its certificate ends, after the `longest`."""

    before: dt.timedelta
    longest: dt.timedelta


RENEWAL = Renewal(dt.timedelta(days=365), dt.timedelta(days=3650))


@dataclass(frozen=True, slots=True)
class Office:
    """The doers. `now` gives aware UTC; `token` a fresh unguessable text; `code` a fresh six-digit one-time code.

    `judges` read files for the house and its people; `counter` those that anybody hands in, in processes of its own.

    The organisation, its policies and its calendar are those in force: what the general manager signed (`rulebook`).
    """

    rulebook: Rulebook
    base_url: str
    database: Database
    blobs: Blobs
    archive: Archive
    mailer: Mailer
    fonts: Fonts
    printery: Printery
    registers: tuple[Register, ...]
    authority: Authority
    timestamper: TimeAuthority | None
    anchor: TrustList
    judges: Judges
    counter: Judges
    sessions: SigningSessions
    tokens: Tokens
    secret: bytes
    pin_cost: PinCost
    now: Callable[[], dt.datetime]
    token: Callable[[], str]
    code: Callable[[], str]
    renewal: Renewal = RENEWAL

    @property
    def trust(self) -> TrustList:
        """Whom the firm trusts now: its own root (`anchor`), and what the organisation in force adds to it."""
        return trust_with(self.anchor, self.rulebook.trusted())

    @property
    def organisation(self) -> Organisation:
        """The organisation in force now."""
        return self.rulebook.organisation()

    @property
    def calendar(self) -> Calendar:
        """The firm's calendar in force now."""
        return self.rulebook.calendar()

    @property
    def reckoning(self) -> Reckoning:
        """How the firm reckons time now."""
        return Reckoning(self.organisation, self.calendar)

    def today(self, at: dt.datetime) -> dt.date:
        """Return the firm's calendar day at an instant."""
        return at.astimezone(ZoneInfo(self.organisation.firm.timezone)).date()

    def local(self, at: dt.datetime) -> dt.datetime:
        """Return an instant in the firm's time zone."""
        return at.astimezone(ZoneInfo(self.organisation.firm.timezone))

    def policies(self, at: dt.datetime) -> tuple[Policy, ...]:
        """List the version of each policy that is in force at an instant, as it was signed by then."""
        org, day = self.rulebook.organisation(at), self.today(at)
        found = (org.policy(policy_id, day) for policy_id in dict.fromkeys(policy.id for policy in org.policies))
        return tuple(policy for policy in found if policy is not None)

    def require_person(self, person_id: str) -> Person:
        """Return a person of the organisation; KeyError is a programmer's fault, for ids come from sessions."""
        person = self.organisation.person(person_id)
        if person is None:
            raise KeyError(person_id)
        return person
