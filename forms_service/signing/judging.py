"""Judging: the process that judges one file after another; `apart` starts it, nobody does by hand.

    python -P -B -m forms_service.signing.judging '{"fonts": …, "judge": "module:function", "limits": {…}}'

It loads what judging needs and reads no file; the processes that do are forked off it. Each gives up what judging has
no need of, says that it is ready, and then answers: each file gets a verdict or a reading, or the reason why there is
none. It may ask once or twice what the house knows of it. The house believes none of this beyond what it can read
strictly.
"""

import datetime as dt
import importlib
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, BinaryIO, cast, get_type_hints

from forms_service.pdf.fonts import Fonts, load_fonts
from forms_service.signing.attachments import read_record
from forms_service.signing.confinement import Unconfined, Watch, confine, grant_time, peak_bytes, wait_no_longer
from forms_service.signing.expected import Expected
from forms_service.signing.forking import fork_on_request
from forms_service.signing.messages import REFUSALS, Ended, Limits, hear, receive, say
from forms_service.signing.plain import from_plain, read_plain, to_plain
from forms_service.signing.revisions import History
from forms_service.signing.trust import TrustList, read_back
from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import verify

Ask = Callable[[str], Expected | None]
"""Asks the house what it knows of a document, by its id."""
_ALONE_S = 1.0
"""How much longer than its parent would wait a process goes on when the parent has gone."""
_TRUSTED_BYTES = 1 << 31
_READERS = ("forms_service.pdf.read", "forms_service.signing.outside", "forms_service.signing.judge")
"""What most readings need, loaded once for all."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a process is started with: the folder of the faces, the judge by its dotted name, the limits."""

    fonts: str
    judge: str
    limits: Limits


@dataclass(frozen=True, slots=True)
class Case:
    """One file to be judged: its bytes, by which trust file, as of when."""

    pdf: bytes
    trust: bytes
    at: dt.datetime
    fonts: Fonts


Judge = Callable[[Case, Ask], Verdict]


def judge(case: Case, ask: Ask) -> Verdict:
    """Judge a file against what the house knows of the document that it says it is.

    The id is first read the quick way. Should the verifier come to another one, the file is judged again as that.
    """
    claimed = _claimed(case.pdf)
    verdict = _verify(case, ask(claimed) if claimed else None)
    if verdict.document_id in ("", claimed):
        return verdict
    return _verify(case, ask(verdict.document_id))


def main(argv: list[str]) -> None:
    """Load what judging needs, and fork until the house has gone."""
    order = from_plain(Order, json.loads(argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the house is told, and ends us
    the_judge = cast(Judge, _named(order.judge))
    fonts = load_fonts(Path(order.fonts))
    for reader in _READERS:
        importlib.import_module(reader)
    control, silence = _take_control()
    fork_on_request(control, partial(_serve, order.limits, the_judge, fonts, silence))


def _serve(limits: Limits, the_judge: Judge, fonts: Fonts, silence: int, requests: BinaryIO, replies: BinaryIO) -> None:
    """Serve until nobody asks any more, or a fresh process is due."""
    try:
        standing, watch = confine(limits)
    except Unconfined as fault:
        say(replies, {"unconfined": str(fault)})
        return
    say(replies, {"ready": to_plain(standing)})
    os.dup2(silence, sys.stderr.fileno())
    for left in reversed(range(limits.files)):
        try:
            task = hear(requests, _TRUSTED_BYTES)
        except Ended:
            return
        act = _act(task, requests, replies, the_judge, fonts)
        answer = _answer_in_time(act, watch, limits)
        tired = not left or "stopped" in answer or peak_bytes() > limits.memory_bytes // 2
        say(replies, {**answer, "tired": tired})


def _named(name: str) -> Callable[..., Any]:
    """Find a function by its module and name, which only the parent says."""
    module, _, function = name.partition(":")
    return cast(Callable[..., Any], getattr(importlib.import_module(module), function))


def _take_control() -> tuple[socket.socket, int]:
    """Keep the way to the house for ourselves, whatever else reads gets nothing; returns it, and a way to nowhere."""
    control = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return control, nothing


def _act(
    task: Mapping[str, Any], requests: BinaryIO, replies: BinaryIO, the_judge: Judge, fonts: Fonts
) -> Callable[[], Mapping[str, Any]]:
    """Take in what belongs to a task; returns what is to be done with it."""
    pdf = receive(requests, _TRUSTED_BYTES)
    if "reader" in task:
        reader = _named(task["reader"])
        given = _given(get_type_hints(reader), task["given"], fonts)
        return lambda: {"read": to_plain(reader(pdf, **given))}
    case = Case(pdf, receive(requests, _TRUSTED_BYTES), dt.datetime.fromisoformat(task["at"]), fonts)
    return lambda: {"verdict": to_plain(the_judge(case, _asker(requests, replies)))}


def _given(hints: Mapping[str, Any], sent: Mapping[str, Any], fonts: Fonts) -> Mapping[str, Any]:
    """Read what a reader was given; the faces are here, and a trust list comes as its file."""
    own = {name: fonts for name, hint in hints.items() if hint is Fonts}
    return own | {
        name: _trust(read_plain(bytes, value)) if hints[name] is TrustList else read_plain(hints[name], value)
        for name, value in sent.items()
    }


def _answer_in_time(act: Callable[[], Mapping[str, Any]], watch: Watch, limits: Limits) -> Mapping[str, Any]:
    """Answer within the time granted, and soon after it end by oneself, should the parent have gone."""
    grant_time(limits.cpu_s)
    wait_no_longer(limits.wall_s + _ALONE_S)
    answer = _answer(act, watch)
    wait_no_longer(0)
    return answer


def _answer(act: Callable[[], Mapping[str, Any]], watch: Watch) -> Mapping[str, Any]:
    try:
        answer = act()
    except REFUSALS as error:
        answer = {"refuses": type(error).__name__, "words": str(error)}
    except MemoryError:
        return {"stopped": "memory", "what": ""}
    except Exception as error:  # noqa: BLE001 - whatever a hostile file brings about is said, never a crash
        answer = {"stopped": "error", "what": type(error).__name__}
    return {"stopped": "forbidden", "what": watch.tried} if watch.tried else answer


def _asker(requests: BinaryIO, replies: BinaryIO) -> Ask:
    def ask(document_id: str) -> Expected | None:
        say(replies, {"asks": document_id})
        known = hear(requests, _TRUSTED_BYTES)["known"]
        return None if known is None else from_plain(Expected, known)

    return ask


def _claimed(pdf: bytes) -> str:
    """Read which document a file says it is, and no more of it than that needs; "" when it does not say."""
    try:
        history = History(pdf)
        record, _ = read_record(history, history.last)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - what a hostile file brings about here, the verifier meets again and says
        return ""
    return record.document_id if record else ""


def _verify(case: Case, expected: Expected | None) -> Verdict:
    return verify(case.pdf, _trust(case.trust), expected, case.at, case.fonts, apart=True)


@lru_cache(maxsize=4)
def _trust(pem: bytes) -> TrustList:
    return read_back(pem)


if __name__ == "__main__":
    main(sys.argv)
