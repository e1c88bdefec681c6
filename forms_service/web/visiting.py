"""Visiting: what a customer's browser keeps of its links in its own signed session: grants, and what was signed."""

from collections.abc import Mapping

from flask import session

from forms_service.domain.document import Document
from forms_service.domain.errors import LinkDead
from forms_service.store.links import Link
from forms_service.workflow.inviting import digest, granted_link
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading

_GRANTS, _SIGNED = "grants", "signed"
_KEPT_LINKS = 5

Kept = Mapping[str, str | bool]


def grant_of(token: str) -> str:
    """Return the grant that the code gave this browser, "" without one."""
    return str(session.get(_GRANTS, {}).get(digest(token), ""))


def keep_grant(token: str, grant: str) -> None:
    """Keep the grant that a right code gave."""
    _keep(_GRANTS, token, grant)


def granted(office: Office, token: str) -> tuple[Link, Reading]:
    """Return a link and its document, where this browser was given the code. Raises LinkDead, WrongCode."""
    return granted_link(office, token, grant_of(token))


def remember(token: str, document: Document, *, accepts: bool) -> None:
    """Keep what the visitor signed, so that they can take a copy after the link is used up."""
    last = document.signatures[-1].head
    _keep(_SIGNED, token, {"document": document.id, "head": last, "accepts": accepts})


def signed_before(token: str) -> Kept | None:
    """Return what the visitor signed by a link, if anything."""
    kept: Kept | None = session.get(_SIGNED, {}).get(digest(token))
    return kept


def signed(token: str) -> Kept:
    """Return what the visitor signed by a link. Raises LinkDead."""
    kept = signed_before(token)
    if kept is None:
        raise LinkDead("这一页只在签完之后、用同一个浏览器看得到。请打开邮件里的链接。")
    return kept


def _keep(shelf: str, token: str, value: object) -> None:
    """Keep something for a link in the visitor's session, for the newest few links only: a cookie is small."""
    earlier = [(key, kept) for key, kept in session.get(shelf, {}).items() if key != digest(token)]
    session[shelf] = dict([*earlier[1 - _KEPT_LINKS :], (digest(token), value)])
