import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from forms_service.domain.errors import KeyLocked, NotFound
from forms_service.store.database import Database
from forms_service.store.keys import PersonKey
from tests.store.samples import NOW, digest

KEY = PersonKey(digest("first"), "chen", '{"locked": 1}', "PEM 1", NOW)
LATER = NOW + dt.timedelta(days=30)
HALF_AN_HOUR = dt.timedelta(minutes=30)


@pytest.fixture
def holding(database: Database) -> Database:
    """Store a key of chen."""
    with database.write() as tx:
        tx.keys.add(KEY)
    return database


def _try(database: Database, at: dt.datetime = NOW) -> PersonKey:
    with database.write() as tx:
        return tx.keys.take_try("chen", at, allowed=3, lock_for=HALF_AN_HOUR)


def test_a_new_key_ends_the_one_before_it_and_keeps_it(holding: Database) -> None:
    second = PersonKey(digest("second"), "chen", "{}", "PEM 2", LATER)
    with holding.write() as tx:
        tx.keys.add(second, ended_as="lost")
        assert tx.keys.active("chen") == second
        assert tx.keys.history("chen") == (replace(KEY, state="lost", ended_at=LATER), second)


def test_a_person_without_a_key_has_none_and_cannot_try(database: Database) -> None:
    with database.write() as tx:
        assert tx.keys.active("chen") is None
    with pytest.raises(NotFound, match="设置签章密码"):
        _try(database)


def test_an_ended_key_signs_no_more(holding: Database) -> None:
    with holding.write() as tx:
        tx.keys.end("chen", LATER, "revoked")
        assert tx.keys.active("chen") is None


def test_the_last_allowed_try_locks_the_key(holding: Database) -> None:
    assert [_try(holding).wrong_pins for _ in range(3)] == [1, 2, 3]
    with pytest.raises(KeyLocked, match="输错 3 次，密钥已锁定，请 1 分钟后再试"):
        _try(holding, NOW + HALF_AN_HOUR - dt.timedelta(seconds=1))


def test_after_the_lock_the_tries_count_from_one(holding: Database) -> None:
    for _ in range(3):
        _try(holding)
    again = _try(holding, NOW + HALF_AN_HOUR)
    assert (again.wrong_pins, again.locked_until) == (1, None)


def test_a_right_pin_clears_the_count_and_the_lock(holding: Database) -> None:
    for _ in range(3):
        _try(holding)
    with holding.write() as tx:
        tx.keys.clear_tries("chen")
    assert _try(holding).wrong_pins == 1


def test_many_guesses_at_once_count_as_many(holding: Database) -> None:
    def guess(_: int) -> bool:
        try:
            _try(holding)
        except KeyLocked:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(guess, range(16))) == 3
