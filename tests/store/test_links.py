import datetime as dt

import pytest

from forms_service.domain.errors import LinkDead
from forms_service.store.database import Database
from forms_service.store.links import Link
from tests.store.samples import NOW, digest, document

TOKEN = digest("token")
MINUTE = dt.timedelta(minutes=1)
LINK = Link(
    TOKEN, "doc-a", "sign", "customer", digest("head"), "王小姐", "wang@example.com", NOW, NOW + dt.timedelta(days=3)
)


@pytest.fixture
def sent(database: Database) -> Database:
    """Store a link with a one-time code that lives ten minutes."""
    with database.write() as tx:
        tx.documents.add(document(), [])
        tx.links.add(LINK)
        tx.links.set_code(TOKEN, "argon2 of a code", NOW, 10 * MINUTE)
    return database


def _try(database: Database, at: dt.datetime = NOW) -> Link:
    with database.write() as tx:
        return tx.links.take_try(TOKEN, at, allowed=3)


def _require(database: Database, at: dt.datetime = NOW, token: str = TOKEN) -> Link:
    with database.read() as tx:
        return tx.links.require(token, at)


def test_a_link_comes_back_as_it_was_made(database: Database) -> None:
    with database.write() as tx:
        tx.documents.add(document(), [])
        tx.links.add(LINK)
        assert tx.links.require(TOKEN, NOW) == LINK
        assert tx.links.of("doc-a") == (LINK,)


def test_an_unknown_link_is_dead(sent: Database) -> None:
    with pytest.raises(LinkDead, match="没有这个链接"):
        _require(sent, token=digest("other"))


def test_a_link_dies_at_its_hour(sent: Database) -> None:
    assert _require(sent, LINK.expires_at - MINUTE)
    with pytest.raises(LinkDead, match="已过期"):
        _require(sent, LINK.expires_at)


def test_a_link_is_used_once(sent: Database) -> None:
    with sent.write() as tx:
        tx.links.mark_used(TOKEN, NOW)
    with pytest.raises(LinkDead, match="已经用过"), sent.write() as tx:
        tx.links.mark_used(TOKEN, NOW)


def test_a_used_link_keeps_no_code(sent: Database) -> None:
    with sent.write() as tx:
        tx.links.mark_used(TOKEN, NOW)
        assert tx.links.of("doc-a")[0].code_hash is None


def test_a_change_of_the_document_ends_its_links(sent: Database) -> None:
    with sent.write() as tx:
        tx.links.end_all("doc-a", NOW)
    with pytest.raises(LinkDead, match="有变动"):
        _require(sent)


def test_the_code_may_be_tried_three_times(sent: Database) -> None:
    assert [_try(sent).tries for _ in range(3)] == [1, 2, 3]
    with pytest.raises(LinkDead, match="输错 3 次"):
        _try(sent)


def test_a_new_code_has_new_tries(sent: Database) -> None:
    for _ in range(3):
        _try(sent)
    with sent.write() as tx:
        tx.links.set_code(TOKEN, "argon2 of another", NOW, 20 * MINUTE)
    assert (_try(sent).tries, _try(sent).code_hash) == (1, "argon2 of another")


def test_a_code_dies_at_its_minute(sent: Database) -> None:
    with pytest.raises(LinkDead, match="验证码尚未寄出或已过期"):
        _try(sent, NOW + 10 * MINUTE)


def test_a_sent_link_remembers_when(sent: Database) -> None:
    with sent.write() as tx:
        tx.links.mark_sent(TOKEN, NOW + MINUTE)
    assert _require(sent).sent_at == NOW + MINUTE
