"""Signing in: passwords, kept as argon2id digests only."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from forms_service.domain.errors import NotYours
from forms_service.domain.events import Event
from forms_service.domain.people import Person
from forms_service.store.logins import Login
from forms_service.workflow.office import Office

_REFUSED = "帐号或密码不对。请核对后再试；忘记密码请找总经理室重设。"
# Checked when the person is unknown, so that the answer takes as long as for one who is known.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$0m3GQY1o9hS6i1mJ2yq2iYyD5Zx3fA9d0m8s5f6XwqM"


def sign_in(office: Office, person_id: str, password: str) -> Person:
    """Return the person whose password it is; raises NotYours, alike for a wrong name and a wrong password."""
    with office.database.read() as tx:
        login = tx.logins.get(person_id)
    person = office.organisation.person(person_id)
    hasher = _hasher(office)
    try:
        hasher.verify(login.password_hash if login else _NOBODY, password)
    except (VerifyMismatchError, InvalidHashError) as error:
        raise NotYours(_REFUSED) from error
    if login is None or person is None:
        raise NotYours(_REFUSED)
    return person


def has_password(office: Office, person: Person) -> bool:
    """Say whether a person can sign in."""
    with office.database.read() as tx:
        return tx.logins.get(person.id) is not None


def set_password(office: Office, person: Person, password: str, actor: str | None = None) -> None:
    """Give a person a password; the change is an event, the password is not. `actor` did it where not the person."""
    at = office.now()
    digest = _hasher(office).hash(password)
    with office.database.write() as tx:
        tx.logins.save(Login(person.id, digest, at))
        tx.ledger.append(Event(at, "password_set", "", actor or person.id, {"person": person.id}))


def _hasher(office: Office) -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=min(office.pin_cost.memory_kib, 19456), parallelism=1)
