import datetime as dt
import threading

import pytest

from forms_service.signing.sessions import SigningSessions
from tests.signing.small_form import AT, person


@pytest.fixture
def sessions() -> SigningSessions:
    return SigningSessions()


def later(minutes: float) -> dt.datetime:
    return AT + dt.timedelta(minutes=minutes)


def test_open_session_gives_the_signer_back(sessions: SigningSessions) -> None:
    token = sessions.open("li_wen", person(), AT)
    assert sessions.signer("li_wen", token, later(9.9)) is person()


@pytest.mark.parametrize("minutes", [10, 11, 60 * 24, -1])
def test_session_is_over_after_ten_minutes(sessions: SigningSessions, minutes: int) -> None:
    token = sessions.open("li_wen", person(), AT)
    assert sessions.signer("li_wen", token, later(minutes)) is None
    assert sessions.signer("li_wen", token, AT) is None


def test_signing_does_not_lengthen_a_session(sessions: SigningSessions) -> None:
    token = sessions.open("li_wen", person(), AT)
    for minute in range(10):
        assert sessions.signer("li_wen", token, later(minute)) is person()
    assert sessions.signer("li_wen", token, later(10)) is None


def test_session_of_another_person_is_of_no_use(sessions: SigningSessions) -> None:
    token = sessions.open("li_wen", person(), AT)
    assert sessions.signer("wang_jian", token, AT) is None
    assert sessions.signer("li_wen", token, AT) is person()


def test_session_needs_its_own_token(sessions: SigningSessions) -> None:
    token = sessions.open("li_wen", person(), AT)
    assert sessions.signer("li_wen", token[:-1], AT) is None
    assert sessions.signer("li_wen", "", AT) is None


def test_tokens_never_repeat(sessions: SigningSessions) -> None:
    assert len({sessions.open("li_wen", person(), AT) for _ in range(50)}) == 50


def test_closed_session_is_over(sessions: SigningSessions) -> None:
    token = sessions.open("li_wen", person(), AT)
    sessions.close("li_wen", token)
    sessions.close("li_wen", token)
    assert sessions.signer("li_wen", token, AT) is None


def test_closing_all_of_a_person_leaves_the_others(sessions: SigningSessions) -> None:
    mine, also_mine = sessions.open("li_wen", person(), AT), sessions.open("li_wen", person(), AT)
    other = sessions.open("wang_jian", person(), AT)
    sessions.close_all("li_wen")
    found = [sessions.signer(*key, AT) for key in (("li_wen", mine), ("li_wen", also_mine), ("wang_jian", other))]
    assert found == [None, None, person()]


def test_sweep_forgets_only_what_is_over(sessions: SigningSessions) -> None:
    sessions.open("li_wen", person(), AT)
    sessions.open("li_wen", person(), later(5))
    sessions.sweep(later(10))
    assert len(sessions) == 1


def test_repr_tells_nothing_but_how_many(sessions: SigningSessions) -> None:
    sessions.open("li_wen", person(), AT)
    assert repr(sessions) == "<SigningSessions: 1>"


def test_threads_do_not_lose_sessions(sessions: SigningSessions) -> None:
    def work() -> None:
        for _ in range(200):
            sessions.close("li_wen", sessions.open("li_wen", person(), AT))
            sessions.open("li_wen", person(), AT)
            sessions.sweep(AT)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sessions) == 800
