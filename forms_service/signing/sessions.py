"""Signing sessions: a person enters the PIN once and signs for at most ten minutes, counted from the opening.

They live in this process's memory only. The token is the person's browser's; only its digest is kept here.
"""

import datetime as dt
import hashlib
import secrets
import threading
from dataclasses import dataclass

from forms_service.signing.signer import Signer

LONGEST = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class _Session:
    signer: Signer
    opened_at: dt.datetime

    def is_open(self, at: dt.datetime) -> bool:
        return self.opened_at <= at < self.opened_at + LONGEST


class SigningSessions:
    """The sessions that are open now. May be used from several threads."""

    def __init__(self) -> None:
        self._sessions: dict[tuple[str, bytes], _Session] = {}
        self._guard = threading.Lock()

    def open(self, person_id: str, signer: Signer, at: dt.datetime) -> str:
        """Open a session and return its token. The person's earlier sessions stay as they are."""
        token = secrets.token_urlsafe(32)
        with self._guard:
            self._sessions[_key(person_id, token)] = _Session(signer, at)
        return token

    def signer(self, person_id: str, token: str, at: dt.datetime) -> Signer | None:
        """Return the signer of a person's open session, or None; a session that is over is forgotten."""
        key = _key(person_id, token)
        with self._guard:
            session = self._sessions.get(key)
            if session is None:
                return None
            if session.is_open(at):
                return session.signer
            del self._sessions[key]
            return None

    def close(self, person_id: str, token: str) -> None:
        """End a session; one that is not there is no fault."""
        with self._guard:
            self._sessions.pop(_key(person_id, token), None)

    def close_all(self, person_id: str) -> None:
        """End all of a person's sessions: after a new PIN, a lost key, a sign-out everywhere."""
        with self._guard:
            self._sessions = {key: session for key, session in self._sessions.items() if key[0] != person_id}

    def sweep(self, at: dt.datetime) -> None:
        """Forget every session that is over."""
        with self._guard:
            self._sessions = {key: session for key, session in self._sessions.items() if session.is_open(at)}

    def __len__(self) -> int:
        return len(self._sessions)

    def __repr__(self) -> str:
        return f"<SigningSessions: {len(self)}>"


def _key(person_id: str, token: str) -> tuple[str, bytes]:
    return person_id, hashlib.sha256(token.encode()).digest()
