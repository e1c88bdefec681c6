"""Events: the append-only, hash-chained list of all that happened; every row names its predecessor's hash."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

GENESIS = "0" * 64

Data = Mapping[str, str | int | bool | None]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, before it is chained. `kind` is a closed word (`opened`, `signed`, `returned` …).

    `document_id` is "" for what concerns no document; `actor` is a person id, `contact:EMAIL` or `office`.
    """

    at: dt.datetime
    kind: str
    document_id: str
    actor: str
    data: Data


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """An event in the chain; `seq` counts from 1 without a gap."""

    seq: int
    event: Event
    previous: str
    hash: str


def chain(event: Event, seq: int, previous: str) -> LedgerRow:
    """Link an event to its predecessor's hash."""
    return LedgerRow(seq, event, previous, _hash(event, seq, previous))


def first_broken(rows: Iterable[LedgerRow], start: str = GENESIS) -> int | None:
    """Return the seq of the first row that does not follow from the one before it, or None for a whole chain."""
    previous, expected = start, 1
    for row in rows:
        if row.seq != expected or row.previous != previous or row.hash != _hash(row.event, row.seq, previous):
            return row.seq
        previous, expected = row.hash, expected + 1
    return None


def _hash(event: Event, seq: int, previous: str) -> str:
    body = [seq, previous, event.at.astimezone(dt.UTC).isoformat(), event.kind, event.document_id, event.actor]
    canonical = json.dumps([*body, dict(event.data)], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
