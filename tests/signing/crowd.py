"""A crowd: files whose judging stops where the house is asked, until they are let go; and the processes they are in."""

import contextlib
import os
import select
import signal
import threading
from pathlib import Path

from forms_service.signing.expected import Expected


class Crowd:
    """Whoever asks is noted in `arrived` and waits for `go`; the house then knows nothing."""

    def __init__(self) -> None:
        self.arrived = threading.Semaphore(0)
        self.go = threading.Event()

    def find(self, document_id: str) -> Expected | None:
        del document_id
        self.arrived.release()
        self.go.wait()
        return None


def processes(files: int) -> list[int]:
    """List the judging processes of this house with a limit of so many files: those that its fork servers forked."""
    return [forked for server in servers(files) for forked in _children(server, files)]


def servers(files: int) -> list[int]:
    """List the processes that this house forks such judging processes off."""
    return _children(os.getpid(), files)


def kill(files: int) -> None:
    """Kill those judging processes; they are dead when this returns."""
    end(*processes(files))


def end(*pids: int) -> None:
    """Kill processes; they are dead when this returns."""
    for pid in pids:
        handle = os.pidfd_open(pid)
        os.kill(pid, signal.SIGKILL)
        select.select([handle], [], [])
        os.close(handle)


def told_children(pid: int) -> list[str]:
    """List what a process started, by their numbers, the dead that nobody asked for included."""
    return [child for task in Path(f"/proc/{pid}/task").glob("*/children") for child in task.read_text().split()]


def _children(pid: int, files: int) -> list[int]:
    """List what a process started by that limit; the dead have no command any more."""
    return [int(child) for child in told_children(pid) if b'"files": %d,' % files in _command(child)]


def _command(pid: str) -> bytes:
    with contextlib.suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
