import datetime as dt
import hashlib
import hmac
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from forms_service.archive.checkpoints import EVENT, Checkpoint, Checkpoints
from forms_service.domain.events import GENESIS, Event, LedgerRow, chain

AT = dt.datetime(2026, 11, 24, 16, tzinfo=dt.UTC)
SECRET = b"the firm's key, as a stand-in for its signature"


def sign(data: bytes) -> bytes:
    return hmac.digest(SECRET, data, "sha256")


def verify(data: bytes, signature: bytes) -> bool:
    return hmac.compare_digest(sign(data), signature)


class Days:
    """A ledger and its checkpoints over some days: three events a day, then the checkpoint and its event."""

    def __init__(self, folder: Path, days: int) -> None:
        self.rows: list[LedgerRow] = []
        self.kept = Checkpoints(folder)
        for day in range(days):
            self.live(AT + dt.timedelta(days=day))

    def live(self, at: dt.datetime) -> None:
        for count in range(3):
            self.append(Event(at, "noted", "", "chen", {"count": count}))
        made = self.kept.make(self.rows[-1], at.date(), at, sign)
        self.append(Event(at, EVENT, "", "office", {"day": made.day.isoformat(), "sha256": made.sha256}))

    def append(self, event: Event) -> None:
        previous = self.rows[-1].hash if self.rows else GENESIS
        self.rows.append(chain(event, len(self.rows) + 1, previous))

    def codes(self) -> list[str]:
        return [problem.code for problem in self.kept.check(self.rows, verify)]

    def path(self, day: int) -> Path:
        return self.kept.folder / f"{(AT + dt.timedelta(days=day)).date().isoformat()}.json"


@pytest.fixture
def days(tmp_path: Path) -> Days:
    return Days(tmp_path / "_checkpoints", 3)


def test_untouched_days_agree_with_the_ledger(days: Days) -> None:
    assert days.codes() == []


def test_a_day_is_checkpointed_once(days: Days) -> None:
    assert days.kept.has(AT.date())
    again = days.kept.make(days.rows[-1], AT.date(), AT, sign)
    assert (again.seq, again.hash) == (3, days.rows[2].hash)


def test_workers_checkpointing_one_day_at_once_make_one(tmp_path: Path) -> None:
    row = chain(Event(AT, "noted", "", "chen", {}), 1, GENESIS)
    instants = [AT + dt.timedelta(seconds=second) for second in range(8)]
    with ThreadPoolExecutor(8) as threads:
        made = set(threads.map(lambda at: Checkpoints(tmp_path).make(row, AT.date(), at, sign), instants))
    assert len(made) == 1


def test_a_cut_off_end_shows(days: Days) -> None:
    del days.rows[6:]
    assert days.codes() == ["ledger_truncated", "ledger_truncated"]


def test_a_ledger_chained_anew_shows(days: Days) -> None:
    old = days.rows
    days.rows = []
    for row in old:
        days.append(replace(row.event, actor="lin") if row.seq == 6 else row.event)
    assert days.codes() == ["ledger_rewritten", "ledger_rewritten"]


def test_a_removed_checkpoint_shows(days: Days) -> None:
    days.path(1).unlink()
    assert days.codes() == ["missing_checkpoint", "missing_checkpoint"]


def test_the_last_checkpoint_cannot_be_removed_alone(days: Days) -> None:
    days.path(2).unlink()
    assert days.codes() == ["missing_checkpoint"]


def test_a_checkpoint_that_the_firm_did_not_sign_shows(days: Days) -> None:
    path = days.path(2)
    forged = replace(Checkpoint.from_json(path.read_bytes()), seq=2, hash=days.rows[1].hash)
    path.unlink()
    path.write_bytes(forged.to_json())
    assert days.codes() == ["unsigned_checkpoint", "missing_checkpoint"]


@pytest.mark.parametrize("damage", [b"", b"{}", b"[]", b"null"])
def test_an_unreadable_checkpoint_shows(days: Days, damage: bytes) -> None:
    days.path(0).unlink()
    days.path(0).write_bytes(damage)
    assert days.codes()[0] == "unreadable_checkpoint"


def test_one_text_only_is_a_checkpoint(days: Days) -> None:
    data = days.path(0).read_bytes()
    assert Checkpoint.from_json(data).to_json() == data
    with pytest.raises(ValueError, match="not written as"):
        Checkpoint.from_json(data + b" ")


def test_a_checkpoint_names_the_bytes_of_the_one_before_it(days: Days) -> None:
    second = Checkpoint.from_json(days.path(1).read_bytes())
    assert second.previous == hashlib.sha256(days.path(0).read_bytes()).hexdigest()
