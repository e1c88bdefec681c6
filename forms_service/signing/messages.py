"""Messages between the house and a judging process: the limits, and bytes in frames, each with its length before it.

Both sides speak JSON; a file's bytes are a frame of their own. Whoever reads says how much it is willing to take.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from forms_service.domain.errors import NotProven, Unreadable

REFUSALS = (Unreadable, NotProven)
"""The refusals that cross in their own words; any other fault over there is only named."""
_LENGTH_BYTES = 4
MIB = 1024 * 1024


class Garbled(Exception):
    """Say that the other side sent what no one should: too much, too little, or no JSON."""


class Ended(Garbled):
    """Say that the other side has gone."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost. `wall_s` is what the house waits for it, `cpu_s` what the kernel grants it.

    `files` is how many files a process judges before a fresh one takes its place; `waiting` how many may stand in line
    and `patience_s` for how long; `start_s` how long a process may take to get ready.
    """

    memory_bytes: int = 1024 * MIB
    wall_s: float = 10.0
    cpu_s: int = 10
    reply_bytes: int = 4 * MIB
    file_bytes: int = 64 * MIB
    files: int = 200
    waiting: int = 2
    patience_s: float = 10.0
    start_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Standing:
    """How a judging process stands: whether it has no network of its own, and how many bytes it may take."""

    without_network: bool
    memory_bytes: int


def send(pipe: BinaryIO, frame: bytes) -> None:
    """Write one frame; raises OSError when nobody reads any more."""
    pipe.write(len(frame).to_bytes(_LENGTH_BYTES, "big"))
    pipe.write(frame)
    pipe.flush()


def receive(pipe: BinaryIO, most: int) -> bytes:
    """Read one frame. Raises Ended at the end, Garbled for one longer than `most`."""
    head = pipe.read(_LENGTH_BYTES)
    if len(head) < _LENGTH_BYTES:
        raise Ended
    size = int.from_bytes(head, "big")
    if size > most:
        raise Garbled
    frame = pipe.read(size)
    if len(frame) < size:
        raise Ended
    return frame


def say(pipe: BinaryIO, message: Mapping[str, object]) -> None:
    """Write one message."""
    send(pipe, json.dumps(message).encode())


def hear(pipe: BinaryIO, most: int) -> Mapping[str, Any]:
    """Read one message; raises Garbled for what is none."""
    try:
        message = json.loads(receive(pipe, most))
    except (ValueError, RecursionError) as error:
        raise Garbled from error
    if not isinstance(message, dict):
        raise Garbled
    return message
