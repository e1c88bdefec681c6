"""A copy's keeper is asked for what they have not noted in time, every second day until they have."""

import datetime as dt
from pathlib import Path

import pytest

from forms_service.store.receipts import ReceiptNoted
from forms_service.workflow.asking_receipts import ask_receipts
from forms_service.workflow.distributing import distribute_pending
from tests.errand import ERRAND, errand_world, send_errand
from tests.world import World

COPY = "{no: 1, to: dept sales, name: 第一联 业务部存, colour: white}"
ASKED = COPY.replace("}", ", receipt: {records: {voucher_no: 传票号码, booked_on: 作账日期}, within: 2 workdays}}")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world in which an errand's copy was sealed on Tuesday 2026-11-24; its receipt is due on Thursday."""
    made = errand_world(tmp_path / "office", ERRAND.replace(COPY, ASKED).replace("to: dept sales", "to: dept hr"))
    document = made.sign(send_errand(made), "sun_yue", raw={"view": "好"})
    made.sign(document, "zhao_min")
    distribute_pending(made.office)
    return made


def _ask_at(world: World, *locals_: str) -> list[int]:
    counts = []
    for local in locals_:
        at = dt.datetime.fromisoformat(local).replace(tzinfo=world.office.local(world.clock.at).tzinfo)
        world.clock.at = at.astimezone(dt.UTC)
        counts.append(ask_receipts(world.office))
    return counts


def test_a_receipt_that_is_late_is_asked_for_every_second_day(world: World) -> None:
    days = ("2026-11-26 23:59:50", "2026-11-27 09:00", "2026-11-30 09:00", "2026-12-01 09:00", "2026-12-01 18:00")
    assert _ask_at(world, *days) == [0, 1, 0, 1, 0]


def test_what_is_asked_is_said_with_its_copy_and_its_day(world: World) -> None:
    _ask_at(world, "2026-11-27 09:00")
    assert (
        "《交办单》E2611001「第一联 业务部存」应于 2026-11-26 周四 24:00 前填回传票号码、作账日期，已逾期 1 天。"
        in world.mail()
    )
    with world.office.database.read() as tx:
        assert len(tx.notes.of("peng_li")) == 1


def test_a_receipt_that_was_noted_is_not_asked_for(world: World) -> None:
    with world.office.database.write() as tx:
        (document,) = {row.event.document_id for row in tx.ledger.rows() if row.event.kind == "sealed"}
        tx.receipts.put(ReceiptNoted(document, 1, (("voucher_no", "V1"),), "peng_li", world.clock.at))
    assert _ask_at(world, "2026-11-30 09:00") == [0]
