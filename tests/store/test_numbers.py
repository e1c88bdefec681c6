import datetime as dt
import multiprocessing
from itertools import chain
from pathlib import Path

import pytest

from forms_service.domain.errors import SeriesFull
from forms_service.domain.numbering import parse_pattern
from forms_service.store.database import Database

DAY = dt.date(2026, 11, 24)
PATTERN = parse_pattern("A{yy}{mm}{seq:3}")


def _draw_many(url: str, times: int) -> list[str]:
    with Database.open(url) as database:
        return [_draw_one(database) for _ in range(times)]


def _draw_one(database: Database) -> str:
    with database.write() as tx:
        return tx.numbers.draw("memo", PATTERN, DAY)


def _draw_then_fail(database: Database) -> None:
    with database.write() as tx:
        tx.numbers.draw("memo", PATTERN, DAY)
        raise LookupError


def test_numbers_follow_each_other_per_form_and_month(database: Database) -> None:
    december = dt.date(2026, 12, 1)
    with database.write() as tx:
        drawn = [tx.numbers.draw("memo", PATTERN, DAY), tx.numbers.draw("memo", PATTERN, DAY)]
        drawn += [tx.numbers.draw("other", PATTERN, DAY), tx.numbers.draw("memo", PATTERN, december)]
        assert tx.numbers.drawn("memo") == ("A2611001", "A2611002", "A2612001")
        assert tx.numbers.drawn("memo", "2026-12") == ("A2612001",)
    assert drawn == ["A2611001", "A2611002", "A2611001", "A2612001"]


def test_a_transaction_that_fails_leaves_no_gap(database: Database) -> None:
    with pytest.raises(LookupError):
        _draw_then_fail(database)
    assert _draw_one(database) == "A2611001"


def test_a_full_series_stops_and_draws_nothing(database: Database) -> None:
    one_digit = parse_pattern("B{yy}{mm}{seq:1}")
    with database.write() as tx:
        for _ in range(9):
            tx.numbers.draw("memo", one_digit, DAY)
    with pytest.raises(SeriesFull), database.write() as tx:
        tx.numbers.draw("memo", one_digit, DAY)
    with database.read() as tx:
        assert tx.numbers.drawn("memo")[-1] == "B26119"


def test_processes_drawing_at_once_leave_no_gap_and_share_no_number(url: str) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        drawn = pool.starmap(_draw_many, [(url, 30)] * 3)
    assert sorted(chain.from_iterable(drawn)) == [f"A2611{seq:03}" for seq in range(1, 91)]


def test_a_drawn_number_stays_drawn_over_a_restart(tmp_path: Path) -> None:
    first = Database.open(f"sqlite:///{tmp_path}/office.db")
    _draw_one(first)
    first.close()
    with Database.open(f"sqlite:///{tmp_path}/office.db") as second:
        assert _draw_one(second) == "A2611002"
