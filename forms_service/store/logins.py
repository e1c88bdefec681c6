"""Logins: each person's password, as the argon2id text that the web made of it."""

import datetime as dt
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, insert, select

from forms_service.store.tables import logins


@dataclass(frozen=True, slots=True)
class Login:
    """A person's login. `must_change` is set for a password that somebody else gave."""

    person: str
    password_hash: str
    changed_at: dt.datetime
    must_change: bool = False


@dataclass(frozen=True, slots=True)
class Logins:
    """The logins within one transaction."""

    connection: Connection

    def save(self, login: Login) -> None:
        """Keep a login in place of the person's earlier one."""
        self.connection.execute(delete(logins).where(logins.c.person == login.person))
        self.connection.execute(insert(logins).values(asdict(login)))

    def get(self, person: str) -> Login | None:
        """Return a person's login, if there is one."""
        row = self.connection.execute(select(logins).where(logins.c.person == person)).mappings().one_or_none()
        return Login(**row) if row else None
