"""The database: the office's state, in whole transactions.

    database = Database.open("sqlite:///office.db")
    with database.write() as tx:
        number = tx.numbers.draw("sales-allowance", pattern, today)
        tx.documents.add(document, candidates)
        tx.ledger.append(event)

An exception inside the block takes everything back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from sqlalchemy import Connection, Engine

from forms_service.store.approvals import Approvals
from forms_service.store.attachments import Attachments
from forms_service.store.certificates import Certificates
from forms_service.store.challenges import Challenges
from forms_service.store.consents import Consents
from forms_service.store.consultations import Consultations
from forms_service.store.copies import Copies
from forms_service.store.delegations import Delegations
from forms_service.store.documents import Documents
from forms_service.store.drafts import Drafts
from forms_service.store.engine import WRITES, make_engine
from forms_service.store.facts import Facts
from forms_service.store.follow_ons import FollowOns
from forms_service.store.forms import Forms
from forms_service.store.handouts import Handouts
from forms_service.store.judged import Judged
from forms_service.store.keys import Keys
from forms_service.store.ledger import Ledger
from forms_service.store.links import Links
from forms_service.store.logins import Logins
from forms_service.store.looks import Looks
from forms_service.store.migrating import migrate
from forms_service.store.notes import Notes
from forms_service.store.numbers import Numbers
from forms_service.store.own_certificates import OwnCertificates
from forms_service.store.receipts import Receipts
from forms_service.store.references import References
from forms_service.store.registered import Registered
from forms_service.store.reminders import Reminders
from forms_service.store.schedule import Schedule
from forms_service.store.snapshots import Snapshots
from forms_service.store.vouchers import Vouchers


@dataclass(frozen=True, slots=True)
class Transaction:
    """All tables within one transaction, each behind its noun."""

    documents: Documents
    ledger: Ledger
    numbers: Numbers
    drafts: Drafts
    handouts: Handouts
    attachments: Attachments
    judged: Judged
    copies: Copies
    receipts: Receipts
    follow_ons: FollowOns
    vouchers: Vouchers
    links: Links
    keys: Keys
    logins: Logins
    certificates: Certificates
    own_certificates: OwnCertificates
    challenges: Challenges
    consents: Consents
    forms: Forms
    snapshots: Snapshots
    approvals: Approvals
    references: References
    facts: Facts
    delegations: Delegations
    notes: Notes
    consultations: Consultations
    registered: Registered
    reminders: Reminders
    looks: Looks
    schedule: Schedule


class Database:
    """A database at its newest schema. One per process; its connections are pooled and safe among threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str) -> Self:
        """Open a database by URL and bring its schema up to date; the folder of a SQLite file is made.

        `sqlite://` is a database in memory, for one thread.
        """
        engine = make_engine(url)
        try:
            with _writing(engine) as connection:
                migrate(connection)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Begin the one transaction that may write; others wait. Commits at the end, or takes all back."""
        with _writing(self._engine) as connection:
            yield _transaction(connection)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Begin a transaction that sees one state of everything and cannot write; it never waits for writers."""
        with self._engine.connect() as connection, connection.begin():
            yield _transaction(connection)

    def close(self) -> None:
        """Close the pooled connections; a `with` block over the database does it at its end."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        yield connection


def _transaction(connection: Connection) -> Transaction:
    return Transaction(
        documents=Documents(connection),
        ledger=Ledger(connection),
        numbers=Numbers(connection),
        drafts=Drafts(connection),
        handouts=Handouts(connection),
        attachments=Attachments(connection),
        judged=Judged(connection),
        copies=Copies(connection),
        receipts=Receipts(connection),
        follow_ons=FollowOns(connection),
        vouchers=Vouchers(connection),
        links=Links(connection),
        keys=Keys(connection),
        logins=Logins(connection),
        certificates=Certificates(connection),
        own_certificates=OwnCertificates(connection),
        challenges=Challenges(connection),
        consents=Consents(connection),
        forms=Forms(connection),
        snapshots=Snapshots(connection),
        approvals=Approvals(connection),
        references=References(connection),
        facts=Facts(connection),
        delegations=Delegations(connection),
        notes=Notes(connection),
        consultations=Consultations(connection),
        registered=Registered(connection),
        reminders=Reminders(connection),
        looks=Looks(connection),
        schedule=Schedule(connection),
    )
