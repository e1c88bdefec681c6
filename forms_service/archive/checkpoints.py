"""Checkpoints: each day's head of the ledger, signed by the firm and kept outside the database.

A hash chain shows a changed row, not a cut-off end. A checkpoint fixes how long the ledger was; each names the one
before it, and the ledger tells of each (event `checkpointed`), so that neither side can be shortened alone.
"""

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from forms_service.domain.events import GENESIS, LedgerRow
from forms_service.domain.problem import Problem
from forms_service.durable import make_folder, write_new

FOLDER = "_checkpoints"  # no department's id starts with an underscore
EVENT = "checkpointed"

Sign = Callable[[bytes], bytes]
Verify = Callable[[bytes, bytes], bool]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The ledger's head on a day. `previous` is the digest of the checkpoint before it, or GENESIS for the first."""

    day: dt.date
    at: dt.datetime
    seq: int
    hash: str
    previous: str
    signature: bytes

    def signed_bytes(self) -> bytes:
        """Write what the signature is over, as canonical JSON."""
        return _canonical(self._stated())

    def to_json(self) -> bytes:
        """Write the checkpoint as its file's bytes."""
        return _canonical({**self._stated(), "signature": base64.b64encode(self.signature).decode()})

    @property
    def sha256(self) -> str:
        """The digest of the file's bytes, which the next checkpoint and the ledger name."""
        return hashlib.sha256(self.to_json()).hexdigest()

    @classmethod
    def from_json(cls, data: bytes) -> "Checkpoint":
        """Read a checkpoint; raises ValueError when the bytes are not exactly one."""
        try:
            raw = json.loads(data)
            day, at = dt.date.fromisoformat(raw["day"]), dt.datetime.fromisoformat(raw["at"])
            signature = base64.b64decode(raw["signature"], validate=True)
            read = cls(day, at, int(raw["seq"]), str(raw["hash"]), str(raw["previous"]), signature)
        except (KeyError, TypeError) as error:
            raise ValueError(f"no whole checkpoint: {error}") from error
        if read.to_json() != data:
            raise ValueError("the checkpoint is not written as this program writes it")
        return read

    def _stated(self) -> dict[str, object]:
        return {
            "day": self.day.isoformat(),
            "at": self.at.astimezone(dt.UTC).isoformat(),
            "seq": self.seq,
            "hash": self.hash,
            "previous": self.previous,
        }


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """The checkpoints in a folder, one file a day."""

    folder: Path

    def has(self, day: dt.date) -> bool:
        """Say whether a day's checkpoint is made."""
        return self._path(day).is_file()

    def make(self, head: LedgerRow, day: dt.date, at: dt.datetime, sign: Sign) -> Checkpoint:
        """Sign and keep a day's head; returns the day's first one where it was made before.

        The caller then appends an event EVENT to the ledger with data `day` and `sha256`.
        """
        if self.has(day):
            return self._read_day(day)
        earlier = sorted(self.folder.glob("*.json"))
        previous = hashlib.sha256(earlier[-1].read_bytes()).hexdigest() if earlier else GENESIS
        unsigned = Checkpoint(day, at, head.seq, head.hash, previous, b"")
        signed = replace(unsigned, signature=sign(unsigned.signed_bytes()))
        make_folder(self.folder)
        try:
            write_new(self._path(day), signed.to_json())
        except FileExistsError:  # another worker was first
            return self._read_day(day)
        return signed

    def check(self, ledger: Iterable[LedgerRow], verify: Verify) -> tuple[Problem, ...]:
        """List what does not agree between the kept checkpoints and a whole ledger, read from its first row.

        `verify(data, signature)` says whether the firm signed the data.
        """
        kept, unreadable = self._read()
        hashes, told = _index(ledger)
        return (
            *unreadable,
            *_check_chain(kept, verify),
            *_check_against(kept, hashes),
            *_check_told(told, {checkpoint.sha256 for checkpoint in kept}),
        )

    def _read(self) -> tuple[list[Checkpoint], list[Problem]]:
        kept: list[Checkpoint] = []
        problems: list[Problem] = []
        for path in sorted(self.folder.glob("*.json")):
            try:
                kept.append(Checkpoint.from_json(path.read_bytes()))
            except ValueError:
                problems.append(
                    Problem(path.stem, "unreadable_checkpoint", f"{path.stem} 的台账签存读不出来，被改动过。")
                )
        return kept, problems

    def _read_day(self, day: dt.date) -> Checkpoint:
        return Checkpoint.from_json(self._path(day).read_bytes())

    def _path(self, day: dt.date) -> Path:
        return self.folder / f"{day.isoformat()}.json"


def _check_chain(kept: list[Checkpoint], verify: Verify) -> Iterator[Problem]:
    previous = GENESIS
    for checkpoint in kept:
        day = checkpoint.day.isoformat()
        if not verify(checkpoint.signed_bytes(), checkpoint.signature):
            yield Problem(day, "unsigned_checkpoint", f"{day} 的台账签存不是公司所签，不可采信。")
        if checkpoint.previous != previous:
            yield Problem(day, "missing_checkpoint", f"{day} 之前的台账签存少了或被换过。")
        previous = checkpoint.sha256


def _check_against(kept: list[Checkpoint], hashes: dict[int, str]) -> Iterator[Problem]:
    for checkpoint in kept:
        day, found = checkpoint.day.isoformat(), hashes.get(checkpoint.seq)
        if found is None:
            yield Problem(
                day, "ledger_truncated", f"{day} 台账有 {checkpoint.seq} 行，现在只有 {len(hashes)} 行：被截短了。"
            )
        elif found != checkpoint.hash:
            yield Problem(day, "ledger_rewritten", f"台账第 {checkpoint.seq} 行与 {day} 签存的不同：被重写了。")


def _check_told(told: dict[str, str], kept: set[str]) -> Iterator[Problem]:
    for sha256, day in told.items():
        if sha256 not in kept:
            yield Problem(day, "missing_checkpoint", f"台账记有 {day} 的签存，文件夹里没有或已不同。请从备份恢复。")


def _index(ledger: Iterable[LedgerRow]) -> tuple[dict[int, str], dict[str, str]]:
    """Map seq to hash, and the digest of each checkpoint that the ledger tells of to its day."""
    hashes: dict[int, str] = {}
    told: dict[str, str] = {}
    for row in ledger:
        hashes[row.seq] = row.hash
        if row.event.kind == EVENT:
            told[str(row.event.data["sha256"])] = str(row.event.data["day"])
    return hashes, told


def _canonical(fields: dict[str, object]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
