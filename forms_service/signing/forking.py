"""Forking: one process loads what judging needs and reads no file; each judging process is forked off it, in no time.

    server = ForkServer(command, env)
    forked = server.fork()               # the house's end: two pipes, and a handle to kill it by
    server.end(forked)                   # its status: 0, what it left with, or minus the signal that ended it

Over there `fork_on_request` waits for such wishes. It goes when the house has gone, and so do those that it forked, for
nothing comes from the house any more.
"""

import contextlib
import gc
import os
import select
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import BinaryIO

_FORK = b"fork"
_LONGEST = 32  # bytes of a wish or an answer: a number


class NoServer(Exception):
    """Say that the process to fork from does not come up, or has gone."""


@dataclass(frozen=True, slots=True)
class Forked:
    """A forked process. `handle` is a pidfd: it names this process even when another has its number."""

    pid: int
    handle: int
    reads: BinaryIO
    writes: BinaryIO

    @property
    def alive(self) -> bool:
        """Say whether it still runs."""
        return not _has_ended(self.handle, 0)

    def kill(self) -> None:
        """End it, whatever it does; it may have ended."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)


class ForkServer:
    """The house's end. The process starts with the first wish, and again should it have gone; for several threads."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], patience_s: float) -> None:
        self._command, self._env, self._patience_s = command, env, patience_s
        self._guard = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def fork(self) -> Forked:
        """Fork a process off. Raises NoServer, and OSError where the house itself has no room for it."""
        with self._guard, ExitStack() as ours, ExitStack() as theirs:
            control = self._running()
            asked, asks = _open_pipe(theirs, ours)
            answers, answered = _open_pipe(ours, theirs)
            pid = self._ask(control, _FORK, asked.fileno(), answered.fileno())
            try:
                handle = os.pidfd_open(pid)
            except OSError:
                ours.close()  # it goes of itself
                self._ask(control, b"%d" % pid)
                raise
            ours.pop_all()
            return Forked(pid, handle, answers, asks)

    def end(self, forked: Forked) -> int:
        """Kill a process if it still runs; returns what it ended with. Closes all that the house has of it."""
        forked.kill()
        with contextlib.suppress(OSError):  # what was still on its way to the process is lost, and may be
            forked.writes.close()
        forked.reads.close()
        _has_ended(forked.handle, None)
        os.close(forked.handle)
        with self._guard:
            try:
                return self._ask(self._control, b"%d" % forked.pid) if self._control else -signal.SIGKILL
            except NoServer:
                return -signal.SIGKILL

    def close(self) -> None:
        """End the process. What was forked off it goes with the house's ends of its pipes."""
        with self._guard:
            self._stop()

    def _running(self) -> socket.socket:
        if self._process is not None and self._process.poll() is not None:
            self._stop()
        return self._control or self._start()

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            try:
                self._process = subprocess.Popen(  # noqa: S603 - nothing of the command comes from outside
                    self._command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, cwd="/", env=self._env
                )
            except OSError:
                ours.close()
                raise
        ours.settimeout(self._patience_s)
        self._control = ours
        return ours

    def _ask(self, control: socket.socket, wish: bytes, *lent: int) -> int:
        try:
            socket.send_fds(control, [wish], lent)
            answer = control.recv(_LONGEST)
        except OSError as error:
            self._stop()
            raise NoServer from error
        if not answer:
            self._stop()
            raise NoServer
        return int(answer)

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        if self._control is not None:
            self._control.close()
        self._process = self._control = None


def _has_ended(handle: int, timeout_ms: int | None) -> bool:
    """Wait for a process to end, None for as long as it takes."""
    waiting = select.poll()
    waiting.register(handle, select.POLLIN)
    return bool(waiting.poll(timeout_ms))


def _open_pipe(reader: ExitStack, writer: ExitStack) -> tuple[BinaryIO, BinaryIO]:
    """Open a pipe for two who each close their own end of it."""
    ends = os.pipe()
    return (reader.enter_context(os.fdopen(ends[0], "rb")), writer.enter_context(os.fdopen(ends[1], "wb")))


def fork_on_request(control: socket.socket, serve: Callable[[BinaryIO, BinaryIO], None]) -> None:
    """Fork whenever the house wishes, and let each forked process serve what comes through its pipes."""
    gc.freeze()  # what is loaded stays shared
    with control:
        while True:
            wish, lent, _, _ = socket.recv_fds(control, _LONGEST, 2)
            if not wish:
                return
            if wish != _FORK:
                control.send(b"%d" % _status(int(wish)))
                continue
            pid = os.fork()
            if pid == 0:
                control.close()
                _serve(serve, lent)
            for handle in lent:
                os.close(handle)
            control.send(b"%d" % pid)


def _status(pid: int) -> int:
    """Return what a forked process ended with; one forked by a server before this one was killed as far as we know."""
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except ChildProcessError:
        return -signal.SIGKILL


def _serve(serve: Callable[[BinaryIO, BinaryIO], None], lent: Sequence[int]) -> None:
    """Serve, and leave for good: nothing of the process that one was forked off goes on here."""
    code = 1
    try:
        reads, writes = lent
        serve(os.fdopen(reads, "rb"), os.fdopen(writes, "wb"))
        code = 0
    finally:
        os._exit(code)
