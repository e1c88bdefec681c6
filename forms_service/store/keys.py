"""Keys: each person's encrypted signing key with its certificate; one is active, the others are history.

The store never sees a PIN. A try is counted before the PIN is checked, so that many guesses at once count as many.
"""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Connection, insert, select, update

from forms_service.domain.errors import KeyLocked, NotFound
from forms_service.store.tables import keys

KeyState = Literal["active", "replaced", "lost", "revoked"]


@dataclass(frozen=True, slots=True)
class PersonKey:
    """A person's key. `locked_key` is the encrypted key's JSON; `certificate` the SHA-256 of the certificate."""

    certificate: str
    person: str
    locked_key: str
    certificate_pem: str
    made_at: dt.datetime
    state: KeyState = "active"
    ended_at: dt.datetime | None = None
    wrong_pins: int = 0
    locked_until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Keys:
    """The people's keys within one transaction."""

    connection: Connection

    def add(self, key: PersonKey, ended_as: KeyState = "replaced") -> None:
        """Make a key its person's active one; the key before it, if any, ends as told and stays in the history."""
        self.end(key.person, key.made_at, ended_as)
        self.connection.execute(insert(keys).values(asdict(key)))

    def end(self, person: str, at: dt.datetime, state: KeyState) -> None:
        """End a person's active key; without one nothing happens."""
        self._change(person, state=state, ended_at=at)

    def active(self, person: str) -> PersonKey | None:
        """Return the key that a person signs with now, if there is one."""
        row = self.connection.execute(select(keys).where(*_active(person))).mappings().one_or_none()
        return PersonKey(**row) if row else None

    def history(self, person: str) -> tuple[PersonKey, ...]:
        """List all keys that a person ever had, oldest first."""
        query = select(keys).where(keys.c.person == person).order_by(keys.c.made_at)
        return tuple(PersonKey(**row) for row in self.connection.execute(query).mappings())

    def take_try(self, person: str, at: dt.datetime, allowed: int, lock_for: dt.timedelta) -> PersonKey:
        """Count one try at a person's PIN before it is checked; call `clear_tries` when the PIN was right.

        Returns the key with the try counted; the try that reaches `allowed` also locks the key. Commit before
        checking the PIN. Raises KeyLocked while locked, NotFound without an active key.
        """
        key = self.active(person)
        if key is None:
            raise NotFound("您还没有签章密钥。请先在「我的密钥」设置签章密码。")
        if key.locked_until is not None and at < key.locked_until:
            minutes = -(-(key.locked_until - at) // dt.timedelta(minutes=1))  # rounded up
            raise KeyLocked(
                f"签章密码已连续输错 {key.wrong_pins} 次，密钥已锁定，请 {minutes} 分钟后再试。忘记密码请重新设置密钥。"
            )
        tries = 1 if key.locked_until is not None else key.wrong_pins + 1
        self._change(person, wrong_pins=tries, locked_until=at + lock_for if tries >= allowed else None)
        return self.active(person) or key

    def clear_tries(self, person: str) -> None:
        """Forget the wrong PINs after a right one."""
        self._change(person, wrong_pins=0, locked_until=None)

    def _change(self, person: str, **values: object) -> None:
        self.connection.execute(update(keys).where(*_active(person)).values(**values))


def _active(person: str) -> tuple[ColumnElement[bool], ...]:
    return keys.c.person == person, keys.c.state == "active"
