"""A worker that is killed while it chases, or whose mail is down: what is left is done later, and nothing twice."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from forms_service.notices.mail import Mail, Mailer
from forms_service.workflow.chasing import chase_pending
from forms_service.workflow.due import SomeNotDone
from forms_service.workflow.office import Office
from tests.dying import DeadMailer, Killed
from tests.errand import LATE, chase_at, errand_world, go_to, mails, send_errand, slips
from tests.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return errand_world(tmp_path / "office")


class DyingMailer:
    """A mailer whose process is killed at its n-th mail, before it is out or right after."""

    def __init__(self, mailer: Mailer, at: int, *, after: bool) -> None:
        self.mailer, self.at, self.after, self.sent = mailer, at, after, 0

    def send(self, mail: Mail) -> None:
        self.sent += 1
        if self.sent == self.at and not self.after:
            raise Killed
        self.mailer.send(mail)
        if self.sent == self.at:
            raise Killed


def _dying(world: World, at: int, *, after: bool) -> Office:
    return replace(world.office, mailer=DyingMailer(world.office.mailer, at, after=after))


@pytest.fixture(params=[(1, False), (1, True), (2, False), (2, True)], ids=str)
def killed(request: pytest.FixtureRequest, world: World) -> World:
    """A world in which a worker was killed while it sent two mails about a late slip."""
    document = send_errand(world)
    chase_at(world, LATE)
    world.sign(document, "sun_yue", raw={"view": "已处理"})
    for file in (world.settings.office_folder / "mail").glob("*.eml"):
        file.unlink()
    go_to(world, "2026-12-01 09:00")
    with pytest.raises(Killed):
        chase_pending(_dying(world, request.param[0], after=request.param[1]))
    return world


def test_what_a_killed_worker_left_is_sent_when_it_has_had_its_time_and_nothing_twice(killed: World) -> None:
    assert chase_pending(killed.office) == 0  # it may still be at it
    killed.clock.pass_(minutes=2)
    chase_pending(killed.office)
    assert sorted(to for to, _ in mails(killed)) == ["su.ting", "zhao.min"]
    killed.clock.pass_(minutes=2)
    assert chase_pending(killed.office) == 0


def test_a_note_is_written_once_however_often_its_mail_is_tried(killed: World) -> None:
    killed.clock.pass_(minutes=2)
    chase_pending(killed.office)
    with killed.office.database.read() as tx:
        assert len(tx.notes.of("zhao_min")) == 1


def test_a_slip_and_its_row_are_kept_or_lost_together(world: World) -> None:
    document = send_errand(world)
    go_to(world, LATE)
    dying = replace(world.office, now=_dies_after(world, 3))
    with pytest.raises(Killed):
        chase_pending(dying)
    chase_pending(world.office)
    assert len(slips(world, document)) == 1


def _dies_after(world: World, readings: int) -> Callable[[], dt.datetime]:
    left = [readings]

    def now() -> dt.datetime:
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        return world.clock()

    return now


def test_mail_that_is_down_holds_up_no_slip_and_is_tried_again(world: World) -> None:
    document = send_errand(world)
    go_to(world, LATE)
    with pytest.raises(SomeNotDone, match="收不到"):
        chase_pending(replace(world.office, mailer=DeadMailer()))
    assert len(slips(world, document)) == 1
    world.clock.pass_(minutes=2)
    chase_pending(world.office)
    assert sorted(to for to, _ in mails(world)) == ["sun.yue", "wang.jian"]
