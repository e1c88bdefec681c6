"""What the house could not do by itself stands where the general manager's office and accounting see it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from forms_service.domain.document import Document
from forms_service.signing.timestamps import EmbeddedTimeAuthority, NoTimestamp
from forms_service.web.app import WebOptions, create_app
from forms_service.workflow.distributing import distribute_pending
from forms_service.workflow.due import SomeNotDone
from forms_service.workflow.office import Office
from forms_service.workflow.renewing import renew_ageing
from tests.case_forms import case_world
from tests.signing.lasting import YEAR
from tests.test_early_copies import waiting_for_its_cut
from tests.web.site import Site

OVERSEER, BOOKKEEPER, CLERK = "zhao_min", "he_mei", "li_wen"


class Silent(EmbeddedTimeAuthority):
    """An authority that gives no timestamp, each time in other words."""

    asked = 0

    def stamp(self, digest: bytes) -> bytes:
        Silent.asked += len(digest) // 32
        raise NoTimestamp(f"时间戳服务没有回答（第 {Silent.asked} 次）。")


def _silent(site: Site) -> Office:
    office = site.world.office
    return replace(office, timestamper=Silent(office.authority.firm_signer(), site.world.clock))


@contextmanager
def _without_timestamps(site: Site) -> Iterator[Office]:
    office = _silent(site)
    with pytest.raises(SomeNotDone):
        yield office


def _unsealed(site: Site) -> Document:
    """Let everybody sign, and the sealing fail."""
    document, token, customer = site.granted()
    page = f"/c/{token}/sign"
    assert customer.send(page, page, {"answer": "accept", "agree": "y", "consent": "y"}).status_code == 303
    with _without_timestamps(site) as office:
        distribute_pending(office)
    return document


def _inbox(site: Site, person: str) -> str:
    return site.signed_in(person).page("/").text


def test_a_copy_that_was_not_sealed_stands_with_its_reason_and_what_to_do(site: Site) -> None:
    document = _unsealed(site)
    bookkeeper = site.signed_in(BOOKKEEPER)
    for shown in (_inbox(site, OVERSEER), bookkeeper.page("/").text, bookkeeper.page("/accounting").text):
        assert "系统没有办成的事：1 件" in shown
        assert document.number in shown
        assert "没有封印成" in shown
        assert "时间戳服务没有回答（第" in shown
        assert "请把这一行告诉管理员" in shown
    assert "没有办成的事" not in _inbox(site, CLERK)


def test_once_it_is_sealed_it_stands_there_no_more(site: Site) -> None:
    _unsealed(site)
    assert distribute_pending(site.world.office) == 1
    assert "没有办成的事" not in _inbox(site, OVERSEER)


def test_tries_that_fail_again_and_again_are_told_once_an_hour(site: Site) -> None:
    document = _unsealed(site)
    for _ in range(3):
        with _without_timestamps(site) as office:
            distribute_pending(office)
    site.world.clock.pass_(hours=1)
    with _without_timestamps(site) as office:
        distribute_pending(office)
    with site.world.office.database.read() as tx:
        told = [row.event.kind for row in tx.ledger.of(document.id)]
    assert told.count("not_sealed") == 2


def test_a_copy_whose_protection_could_not_be_renewed_stands_there_until_it_is(site: Site) -> None:
    document = site.finished()
    site.world.clock.pass_(days=(19 * YEAR + YEAR / 2).days)
    with _without_timestamps(site) as office:
        renew_ageing(office)
    shown = _inbox(site, OVERSEER)
    assert "系统没有办成的事：2 件" in shown
    assert document.number in shown
    assert "没有续盖成时间戳" in shown
    assert "照样查验得过" in shown
    assert renew_ageing(site.world.office) == 2
    assert "没有办成的事" not in _inbox(site, OVERSEER)


def test_a_copy_whose_timestamp_has_ended_goes_on_standing_there(site: Site) -> None:
    document, token, customer = site.granted()
    page = f"/c/{token}/sign"
    customer.send(page, page, {"answer": "accept", "agree": "y", "consent": "y"})
    distribute_pending(site.world.office)
    site.world.clock.pass_(days=21 * 365)
    with pytest.raises(SomeNotDone):
        renew_ageing(site.world.office)
    assert renew_ageing(site.world.office) == 0
    shown = _inbox(site, OVERSEER)
    assert document.number in shown
    assert "不能再续盖时间戳" in shown
    assert "另开一张取代它的单据" in shown


class FullDisk:
    """An archive whose disk is full."""

    def file_copy(self, *given: object) -> None:  # noqa: ARG002 - as the archive takes them
        raise OSError(28, "No space left on device")


def test_a_sealed_copy_that_no_folder_could_take_stands_there(site: Site) -> None:
    document, token, customer = site.granted()
    page = f"/c/{token}/sign"
    customer.send(page, page, {"answer": "accept", "agree": "y", "consent": "y"})
    with pytest.raises(SomeNotDone):
        distribute_pending(replace(site.world.office, archive=FullDisk()))  # type: ignore[arg-type]
    shown = _inbox(site, OVERSEER)
    assert document.number in shown
    assert "没有归档成" in shown
    assert "No space left on device" in shown


def test_what_no_sweep_has_seen_for_ten_minutes_stands_there(site: Site) -> None:
    document, token, customer = site.granted()
    page = f"/c/{token}/sign"
    customer.send(page, page, {"answer": "accept", "agree": "y", "consent": "y"})
    assert "没有办成的事" not in _inbox(site, OVERSEER)
    site.world.clock.pass_(minutes=11)
    shown = _inbox(site, OVERSEER)
    assert document.number in shown
    assert "办事的程序可能没有运行" in shown


@pytest.fixture
def cases(tmp_path: Path) -> Iterator[Site]:
    """A site on which every form may be opened."""
    world = case_world(tmp_path / "office")
    with (tmp_path / "journal.jsonl").open("w", encoding="utf-8") as stream:
        yield Site(world, create_app(world.office, WebOptions(rate_limits=False, journal=stream)), stream)


def test_a_copy_cut_early_that_was_not_sealed_is_for_the_overseers_alone(cases: Site) -> None:
    site, early = cases, waiting_for_its_cut(cases.world)
    with _without_timestamps(site) as office:
        distribute_pending(office)
    shown = _inbox(site, OVERSEER)
    assert early.number in shown
    assert "第一联 仓储先行 没有封印成" in shown
    assert early.number not in _inbox(site, BOOKKEEPER)
