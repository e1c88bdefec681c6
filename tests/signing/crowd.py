"""A crowd: files whose judging stops where the house is asked, until they are let go; and the processes they are in."""

import contextlib
import os
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
    """List the judging processes that this process started with a limit of so many files."""
    tasks = Path("/proc/self/task").glob("*/children")
    told = [pid for task in tasks for pid in task.read_text().split()]
    return [int(pid) for pid in told if b'"files": %d' % files in _command(pid)]


def kill(files: int) -> None:
    """Kill those processes; they are dead when this returns."""
    for pid in processes(files):
        os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):  # who keeps it was quicker to see it dead
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def _command(pid: str) -> bytes:
    with contextlib.suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
