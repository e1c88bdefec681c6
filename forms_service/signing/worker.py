"""A worker: the house's end of one judging process, which it feeds, watches by the clock and ends.

What comes back is read strictly and never unpickled: whoever wrote the file may have written the answer.
"""

import datetime as dt
import hashlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self, get_type_hints

from forms_service.domain.errors import Busy
from forms_service.pdf.fonts import Fonts
from forms_service.signing.expected import Expected
from forms_service.signing.forking import Forked, ForkServer, NoServer
from forms_service.signing.judging import Order
from forms_service.signing.messages import MIB, REFUSALS, Ended, Garbled, Limits, Standing, hear, say, send
from forms_service.signing.plain import from_plain, read_plain, to_plain
from forms_service.signing.trust import TrustList
from forms_service.signing.verdict import Verdict

Find = Callable[[str], Expected | None]
"""Finds what the house knows of a document, by its id; None when nothing."""
_MODULE = "forms_service.signing.judging"
_ASKS = 2
_NOT_STARTED = "查验程序启动不了，这份文件还没有查。请稍后再试；仍不行，请告诉管理员。"
_UNCONFINED = "这台机器不能限制查验的进程（{}），所以什么都不查验。请在 Linux 上运行。"
_GARBLED = "查验的进程答得不成样子，不能采信。"


class Stopped(Exception):
    """Say in Chinese why a file got no verdict of its own."""


def fork_server(order: Order) -> ForkServer:
    """Return the server that forks judging processes as ordered; nothing starts yet."""
    command = (sys.executable, "-P", "-B", "-m", _MODULE, json.dumps(to_plain(order)))
    env = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "LANG": "C.UTF-8"}  # no secret of ours
    return ForkServer(command, env, order.limits.start_s)


class Worker:
    """One judging process. `fit` says whether it may have another file; one thread uses it at a time."""

    def __init__(self, server: ForkServer, limits: Limits) -> None:
        self._server, self._limits = server, limits
        if sys.platform != "linux":
            raise Busy(_UNCONFINED.format(f"{sys.platform} 不是 Linux"))
        try:
            self._process = server.fork()
        except NoServer as fault:
            raise Busy(_NOT_STARTED) from fault
        self._standing: Standing | None = None
        self._ended: int | None = None
        self.fit = True

    @property
    def alive(self) -> bool:
        """Say whether the process still runs."""
        return self._process.alive

    def get_ready(self) -> Standing:
        """Wait until the process has loaded what it needs. Raises Busy when it does not come up, or unconfined."""
        if self._standing is None:
            self.fit = False
            with _Deadline(self._process, self._limits.start_s):
                self._standing = self._first_word()
            self.fit = True
        return self._standing

    def judge(self, pdf: bytes, trust: TrustList, at: dt.datetime, find: Find) -> Verdict:
        """Let the process judge a file; raises Unreadable, Busy when it does not come up, else Stopped with why not."""
        reply = self._exchange(find, {"at": at.isoformat()}, pdf, trust.pem)
        _raise_refusal(reply)
        try:
            verdict = from_plain(Verdict, reply.get("verdict"))
        except (ValueError, RecursionError) as fault:
            raise self._disbelieve(_GARBLED) from fault
        if (verdict.file_sha256, verdict.trust_sha256) != (hashlib.sha256(pdf).hexdigest(), trust.sha256):
            raise self._disbelieve("查验的进程答的不是这份文件，不能采信。")
        return verdict

    def read(self, reader: Callable[..., object], pdf: bytes, given: Mapping[str, object]) -> Any:
        """Let the process read something out of a file; raises as `judge` does."""
        given = {name: _sent(value) for name, value in given.items() if not isinstance(value, Fonts)}
        task = {"reader": f"{reader.__module__}:{reader.__name__}", "given": given}
        reply = self._exchange(lambda _: None, task, pdf)
        _raise_refusal(reply)
        try:
            return read_plain(get_type_hints(reader)["return"], reply.get("read"))
        except (ValueError, RecursionError) as fault:
            raise self._disbelieve(_GARBLED) from fault

    def close(self) -> int:
        """End the process, whatever it does; returns what it ended with."""
        if self._ended is None:
            self._ended = self._server.end(self._process)
        return self._ended

    def _first_word(self) -> Standing:
        try:
            word = self._hear()
            if "unconfined" in word:
                raise Busy(_UNCONFINED.format(word["unconfined"]))
            return from_plain(Standing, word.get("ready"))
        except (Garbled, ValueError) as fault:
            raise Busy(_NOT_STARTED) from fault

    def _exchange(self, find: Find, task: Mapping[str, object], *frames: bytes) -> Mapping[str, Any]:
        """Set a task and wait for what comes of it, no longer than the limits allow."""
        self.get_ready()
        self.fit = False
        if self._ended is not None:
            raise Stopped(self._why_it_ended())
        with _Deadline(self._process, self._limits.wall_s) as deadline:
            try:
                self._say(task, *frames)
                reply = self._converse(find)
            except Ended as fault:
                raise Stopped(self._too_late() if deadline.late else self._why_it_ended()) from fault
            except Garbled as fault:
                raise Stopped(_GARBLED) from fault
        if deadline.late:
            raise Stopped(self._too_late())
        if "stopped" in reply:
            raise Stopped(self._why_it_stopped(str(reply["stopped"]), str(reply.get("what"))))
        self.fit = reply.get("tired") is False
        return reply

    def _disbelieve(self, why: str) -> Stopped:
        self.fit = False
        return Stopped(why)

    def _converse(self, find: Find) -> Mapping[str, Any]:
        """Answer what the process asks, until it has come to something."""
        for _ in range(_ASKS):
            reply = self._hear()
            if "asks" not in reply:
                return reply
            if not isinstance(reply["asks"], str):
                raise Garbled
            self._say({"known": to_plain(find(reply["asks"]))})
        return self._hear()

    def _say(self, message: Mapping[str, object], *frames: bytes) -> None:
        pipe = self._process.writes
        try:
            say(pipe, message)
            for frame in frames:
                send(pipe, frame)
        except OSError as error:
            raise Ended from error

    def _hear(self) -> Mapping[str, Any]:
        return hear(self._process.reads, self._limits.reply_bytes)

    def _too_late(self) -> str:
        return f"查验超过 {self._limits.wall_s:g} 秒还没有完，已经停止。"

    def _why_it_stopped(self, kind: str, what: str) -> str:
        if kind == "memory":
            return f"查验要用的内存超过 {_amount(self._limits.memory_bytes)}，已经停止。"
        if kind == "forbidden":
            return f"查验这份文件时有不该有的举动（{what[:40]}），已经拦下。"
        return f"查验时出错（{what[:40]}），不能采信。"

    def _why_it_ended(self) -> str:
        code = self.close()
        if code == -signal.SIGXCPU:
            return f"查验用了 {self._limits.cpu_s} 秒处理器时间还没有完，已经停止。"
        how = signal.Signals(-code).name if code < 0 else f"代码 {code}"
        return f"查验的进程意外结束（{how}），内存可能不够，或文件有意为之。"


def _raise_refusal(reply: Mapping[str, Any]) -> None:
    """Raise what a reader refuses a file with, if it does."""
    for kind in REFUSALS:
        if reply.get("refuses") == kind.__name__:
            raise kind(str(reply.get("words")))


def _sent(value: object) -> object:
    """Write what a reader is given; a trust list crosses as the file that it was read from."""
    return to_plain(value.pem if isinstance(value, TrustList) else value)


def _amount(size: int) -> str:
    return f"{size // (1024 * MIB)} GiB" if size % (1024 * MIB) == 0 else f"{size // MIB} MiB"


class _Deadline:
    """Ends a process that is not done in time; `late` says that it did."""

    def __init__(self, process: Forked, seconds: float) -> None:
        self._process, self._done, self._guard = process, False, threading.Lock()
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self.late = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._guard:
            self._done = True
        self._timer.cancel()

    def _end(self) -> None:
        with self._guard:
            if not self._done:
                self.late = True
                self._process.kill()
