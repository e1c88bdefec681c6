"""Apart: files are judged in processes of their own, which are kept warm, bounded in all they may use, and replaced.

    with Judges(Path("fonts"), at_once=2) as judges:
        verdict = judges.judge(pdf, trust, now, find=lambda document_id: None)

    with judges.alone(upload) as file:
        brought = file.read(read_brought)

Whatever a file does to its process, the house gets a verdict: one that refuses it by check 16, with the reason. May be
used from several threads; no more files are judged at once than was said, few may wait, and the rest are told to come
again. The first file starts the process that the others are forked off; a spare one is ready when another falls.

A house has two sets: what the public hands in neither takes a place from the house's own work, nor ever meets a process
that judges for it; and there each file has a process of its own.
"""

import contextlib
import datetime as dt
import inspect
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar, cast

from forms_service.domain.errors import Busy, Unreadable
from forms_service.signing.expected import Expected
from forms_service.signing.judging import Order
from forms_service.signing.messages import MIB, Limits, Standing
from forms_service.signing.syntax import Malformed
from forms_service.signing.trust import TrustList
from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import JUDGED_APART, refuse_unread
from forms_service.signing.worker import Find, Stopped, Worker, fork_server

P = ParamSpec("P")
T = TypeVar("T")
JUDGE = "forms_service.signing.judging:judge"


def know_nothing(document_id: str) -> Expected | None:
    """Find nothing, as offline."""
    del document_id
    return None


class Judges:
    """The judging processes of a house: `at_once` at work at most, `spare` ready beside them.

    Nothing is started before the first file, or `warm`. With `each_alone` no process has a second file, for what one
    did to it could lie about the next.
    """

    def __init__(
        self,
        fonts: Path,
        *,
        at_once: int = 2,
        spare: int = 1,
        limits: Limits | None = None,
        judge: str = JUDGE,
        each_alone: bool = False,
    ) -> None:
        self.at_once = at_once
        self._limits = limits or Limits()
        self._server = fork_server(Order(str(fonts.resolve()), judge, self._limits))
        self._kept = at_once + spare
        self._spare, self._each_alone = spare, each_alone
        self._places = threading.BoundedSemaphore(at_once)
        self._guard = threading.Lock()
        self._idle: list[Worker] = []
        self._waiting = 0
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def judge(self, pdf: bytes, trust: TrustList, at: dt.datetime, find: Find = know_nothing) -> Verdict:
        """Judge a file apart; whatever goes wrong there refuses it.

        `find` tells, in this process, what the house knows of a document. Raises Unreadable as `verify` does, and Busy
        when too many files are being judged.
        """
        if len(pdf) > self._limits.file_bytes:
            return _refuse(pdf, trust, self._too_large(pdf))
        with self._place(), self._worker(alone=self._each_alone) as worker:
            try:
                return worker.judge(pdf, trust, at, find)
            except Stopped as stop:
                return _refuse(pdf, trust, str(stop))

    def read(self, reader: Callable[Concatenate[bytes, P], T], pdf: bytes, *given: P.args, **more: P.kwargs) -> T:
        """Let a function read something out of a file, apart, by the same limits.

            picture = judges.read(page_png, pdf, 0, 800)

        It must be a module's own, fully annotated, and take and give only what `plain` can write; the process has faces
        of its own, and reads a trust list again. Whatever goes wrong there is Unreadable; raises Busy, too.
        """
        self._require_readable(pdf)
        with self._place(), self._worker(alone=self._each_alone) as worker:
            return _read(worker, reader, pdf, *given, **more)

    @contextmanager
    def alone(self, data: bytes) -> Iterator["Alone"]:
        """Give a file of unknown making a process that has read no such file and ends with it.

        What it may do to its process, it does to itself. Raises Unreadable for one that is too large, and Busy.
        """
        self._require_readable(data)
        with self._place(), self._worker(alone=True) as worker:
            yield Alone(worker, data)

    def warm(self) -> Standing:
        """Get a process ready before the first file comes; says how it stands."""
        with self._worker(alone=False) as worker:
            return worker.get_ready()

    def close(self) -> None:
        """End every process that is not at work; those that are end with their file."""
        with self._guard:
            self._closed, idle, self._idle = True, self._idle, []
        for worker in idle:
            worker.close()
        self._server.close()

    def _require_readable(self, data: bytes) -> None:
        if len(data) > self._limits.file_bytes:
            raise Unreadable(self._too_large(data))

    def _too_large(self, data: bytes) -> str:
        return f"文件有 {-(-len(data) // MIB)} MiB，最多查验 {self._limits.file_bytes // MIB} MiB。"

    @contextmanager
    def _place(self) -> Iterator[None]:
        """Take one of the places at work, waiting in line if the line is short; raises Busy."""
        if not self._places.acquire(blocking=False):
            self._stand_in_line()
        try:
            yield
        finally:
            self._places.release()

    def _stand_in_line(self) -> None:
        with self._guard:
            if self._waiting >= self._limits.waiting:
                raise Busy("现在要查验的文件太多，这一份还没有查。请过十几秒再试一次。")
            self._waiting += 1
        try:
            if not self._places.acquire(timeout=self._limits.patience_s):
                raise Busy("排在前面的文件还没有查完，这一份还没有查。请过十几秒再试一次。")
        finally:
            with self._guard:
                self._waiting -= 1

    @contextmanager
    def _worker(self, *, alone: bool) -> Iterator[Worker]:
        """Take a process, and give it back, or end it if it was for this file alone."""
        worker = self._take()
        try:
            yield worker
        finally:
            worker.fit = worker.fit and not alone
            self._give_back(worker)

    def _take(self) -> Worker:
        """Take the process that was used last, or a new one, and see that there is a spare one behind it."""
        with self._guard:
            while self._idle and not self._idle[-1].alive:
                self._idle.pop().close()
            try:
                worker = self._idle.pop() if self._idle else Worker(self._server, self._limits)
            except OSError as error:
                raise Busy(f"现在起不了查验的进程（{error}），这一份还没有查。请过十几秒再试一次。") from error
            self._start_spares()
        return worker

    def _give_back(self, worker: Worker) -> None:
        with self._guard:
            keeps = worker.fit and not self._closed and len(self._idle) < self._kept
            if keeps:
                self._idle.append(worker)
            else:
                self._start_spares()
        if not keeps:
            worker.close()
        if self._closed:
            self._server.close()

    def _start_spares(self) -> None:
        """See that the spare ones are there; where the machine has no room for one, the next file tries again."""
        with contextlib.suppress(OSError, Busy):
            while not self._closed and len(self._idle) < self._spare:
                self._idle.insert(0, Worker(self._server, self._limits))


class Alone:
    """A file of unknown making, in a process of its own."""

    def __init__(self, worker: Worker, data: bytes) -> None:
        self._worker, self.data = worker, data

    def read(self, reader: Callable[Concatenate[bytes, P], T], *given: P.args, **more: P.kwargs) -> T:
        """Let a function read something out of the file, as `Judges.read` does; once it has failed, all fails."""
        return _read(self._worker, reader, self.data, *given, **more)


def _read(
    worker: Worker, reader: Callable[Concatenate[bytes, P], T], data: bytes, *given: P.args, **more: P.kwargs
) -> T:
    _, *named = inspect.signature(reader).bind(data, *given, **more).arguments.items()
    try:
        return cast(T, worker.read(reader, data, dict(named)))
    except Stopped as stop:
        raise Unreadable(f"这份文件读不出来：{stop}") from stop


def _refuse(pdf: bytes, trust: TrustList, reason: str) -> Verdict:
    return refuse_unread(pdf, trust, Malformed(f"{reason}请向出具的人索取原件", check=JUDGED_APART))
