"""Links: the way in for a customer's contact without an account. Only digests of secrets are kept.

A link is for one purpose, one step and one state of the bytes; it lives until it is used, ended or expired.
"""

import datetime as dt
from dataclasses import asdict, dataclass, replace

from sqlalchemy import Connection, func, insert, select, update

from forms_service.domain.errors import LinkDead
from forms_service.store.tables import links

_ASK = "请与寄送单据的承办人联系，索取新的链接。"


@dataclass(frozen=True, slots=True)
class Link:
    """A customer's link. `tries` counts the one-time codes typed since the last code was set; `head` as sent.

    `code_sent_at` and `code_given_at` tell when the last code was set and when it came back right.
    """

    token_sha256: str
    document_id: str
    purpose: str
    step: str
    head: str
    contact_name: str
    contact_email: str
    made_at: dt.datetime
    expires_at: dt.datetime
    code_hash: str | None = None
    code_expires_at: dt.datetime | None = None
    code_sent_at: dt.datetime | None = None
    code_given_at: dt.datetime | None = None
    tries: int = 0
    sent_at: dt.datetime | None = None
    used_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Links:
    """The links within one transaction."""

    connection: Connection

    def add(self, link: Link) -> None:
        """Store a new link."""
        self.connection.execute(insert(links).values(asdict(link)))

    def require(self, token_sha256: str, at: dt.datetime) -> Link:
        """Return a link that may still be used; raises LinkDead, saying why and how to get a new one."""
        row = self.connection.execute(select(links).where(links.c.token_sha256 == token_sha256)).mappings().first()
        if row is None:
            raise LinkDead("没有这个链接，可能网址没有复制完整。" + _ASK)
        link = Link(**row)
        if link.used_at is not None:
            raise LinkDead("这个链接已经用过，您的签章已收到。如需查看单据，" + _ASK)
        if link.ended_at is not None:
            raise LinkDead("单据在寄出之后有变动，这个链接已作废。" + _ASK)
        if at >= link.expires_at:
            raise LinkDead("这个链接已过期。" + _ASK)
        return link

    def set_code(self, token_sha256: str, code_hash: str, at: dt.datetime, lives: dt.timedelta) -> None:
        """Give a link a new one-time code, with its tries counted from none."""
        fresh = {"code_sent_at": at, "code_given_at": None, "code_expires_at": at + lives}
        self._change(token_sha256, code_hash=code_hash, tries=0, **fresh)

    def mark_code_given(self, token_sha256: str, at: dt.datetime) -> None:
        """Note when the code came back right; the first time counts."""
        which = links.c.token_sha256 == token_sha256, links.c.code_given_at.is_(None)
        self.connection.execute(update(links).where(*which).values(code_given_at=at))

    def take_try(self, token_sha256: str, at: dt.datetime, allowed: int) -> Link:
        """Count one try at the one-time code before it is checked; commit before checking.

        Returns the link with the try counted. Raises LinkDead for a dead link, a code never sent, expired, or tried
        `allowed` times already.
        """
        link = self.require(token_sha256, at)
        if link.code_expires_at is None or at >= link.code_expires_at:
            raise LinkDead("验证码尚未寄出或已过期。请点「重新寄送验证码」。")
        if link.tries >= allowed:
            raise LinkDead(f"验证码已输错 {link.tries} 次，不能再用。请点「重新寄送验证码」。")
        self._change(token_sha256, tries=link.tries + 1)
        return replace(link, tries=link.tries + 1)

    def mark_used(self, token_sha256: str, at: dt.datetime) -> None:
        """Use a link up; raises LinkDead when it is not alive, so that it counts once."""
        self.require(token_sha256, at)
        self._change(token_sha256, used_at=at, code_hash=None, code_expires_at=None)

    def mark_sent(self, token_sha256: str, at: dt.datetime) -> None:
        """Note that the link went out by mail."""
        self._change(token_sha256, sent_at=at)

    def end_all(self, document_id: str, at: dt.datetime) -> None:
        """End a document's links that are still alive, as when its bytes change."""
        alive = links.c.document_id == document_id, links.c.used_at.is_(None), links.c.ended_at.is_(None)
        self.connection.execute(update(links).where(*alive).values(ended_at=at, code_hash=None))

    def of(self, document_id: str) -> tuple[Link, ...]:
        """List a document's links, oldest first."""
        query = select(links).where(links.c.document_id == document_id).order_by(links.c.made_at)
        return tuple(Link(**row) for row in self.connection.execute(query).mappings())

    def alive_to(self, email: str, at: dt.datetime) -> tuple[str, ...]:
        """List the documents for which a contact has a link that may still be used, each once."""
        alive = links.c.used_at.is_(None), links.c.ended_at.is_(None), links.c.expires_at > at
        query = select(links.c.document_id).where(func.lower(links.c.contact_email) == email.lower(), *alive)
        return tuple(self.connection.execute(query.distinct().order_by(links.c.document_id)).scalars())

    def _change(self, token_sha256: str, **values: object) -> None:
        self.connection.execute(update(links).where(links.c.token_sha256 == token_sha256).values(**values))
