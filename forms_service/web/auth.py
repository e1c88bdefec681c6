"""Sign-in sessions: who is here. The session is a signed cookie, made anew at each sign-in, gone after twelve hours.

It holds a person's id and no secret but the token of an open signing session, which is worth nothing elsewhere.
"""

import datetime as dt
from typing import cast
from urllib.parse import urlsplit

from flask import current_app, g, session

from forms_service.domain.people import Person
from forms_service.workflow.office import Office

EXTENSION = "forms_office"
LONGEST = dt.timedelta(hours=12)
_PERSON, _SINCE, _ID, _SIGNING = "person", "since", "id", "signing"


def the_office() -> Office:
    """Return the office that this application serves."""
    return cast(Office, current_app.extensions[EXTENSION])


def begin_session(office: Office, person: Person) -> None:
    """Start a person's session: everything of an earlier one, its id and CSRF token too, is dropped."""
    session.clear()
    session[_PERSON] = person.id
    session[_SINCE] = int(office.now().timestamp())
    session[_ID] = office.token()


def end_session() -> None:
    """Forget who was here."""
    session.clear()


def here() -> Person | None:
    """Return the person of this request's session, if it still lasts; looked up once a request."""
    if "person" not in g:
        g.person = _look_up(the_office())
    return cast(Person | None, g.person)


def the_person() -> Person:
    """Return the person of this request; the gate before every staff page has let nobody else through."""
    person = here()
    if person is None:
        raise RuntimeError("a staff page was reached without a session")
    return person


def keep_signing_session(token: str) -> None:
    """Remember the token of the signing session that the person opened."""
    session[_SIGNING] = token


def signing_session() -> str:
    """Return the token of the person's signing session, "" when they opened none."""
    return str(session.get(_SIGNING, ""))


def forget_signing_session() -> None:
    """Forget the signing session's token."""
    session.pop(_SIGNING, None)


def safe_target(target: str) -> str:
    """Return a place of our own to go on to; anything that could lead elsewhere becomes the inbox."""
    parts = urlsplit(target)
    own = not parts.scheme and not parts.netloc and target.startswith("/")
    odd = target.startswith(("//", "/\\")) or "\\" in target or not target.isprintable()
    return target if own and not odd else "/"


def _look_up(office: Office) -> Person | None:
    since = session.get(_SINCE)
    if not isinstance(since, int) or office.now().timestamp() >= since + LONGEST.total_seconds():
        return None
    return office.organisation.person(str(session.get(_PERSON)))
