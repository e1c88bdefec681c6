"""Confinement: what a judging process gives up before it sees the first file.

Held by the kernel: memory, processor time, no file written, few files open; where Linux has seccomp, or lets a process
have a network of its own, no network; with seccomp also no other process, no signal and no changed file. Python's own
watch refuses the same everywhere, and tells what was tried; alone it is no wall against machine code.
"""

import ctypes
import math
import os
import signal
import socket
import sys
import time
from dataclasses import dataclass, field

from forms_service.signing.messages import Limits, Standing
from forms_service.signing.syscalls import refuse_syscalls

try:
    import resource
except ImportError:  # Windows has none: this file is imported there, and nothing is ever judged
    resource = None  # type: ignore[assignment]  # confine asks

_CLONE_NEWUSER, _CLONE_NEWNET = 0x1000_0000, 0x4000_0000
_PR_SET_NO_NEW_PRIVS = 38
_OPEN_FILES = 32
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_FORBIDDEN = ("os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork", "os.kill", "subprocess.", "pty.spawn")
_CHANGING = (
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown"),
    *("shutil.", "tempfile."),
)


class Unconfined(Exception):
    """Say that a process cannot be confined here, and so may judge nothing."""


@dataclass
class Watch:
    """Python's own audit: refuses the network, other programs and every change of a file, and keeps what was tried."""

    tried: str = field(default="")

    def __call__(self, event: str, args: tuple[object, ...]) -> None:
        """Refuse what a judge has no need of."""
        if _is_forbidden(event, args):
            self.tried = self.tried or event
            raise PermissionError(f"{event} is not for a judging process")


def confine(limits: Limits) -> tuple[Standing, Watch]:
    """Give up everything that judging has no need of, for good; says what could be given up.

    Raises Unconfined where the machine sets no limits.
    """
    if resource is None:
        raise Unconfined("没有 resource 模块")
    try:
        return _confine(limits)
    except (ValueError, OSError) as fault:
        raise Unconfined(str(fault)) from fault


def _confine(limits: Limits) -> tuple[Standing, Watch]:
    without_network = _leave_network()
    _lower(resource.RLIMIT_AS, limits.memory_bytes)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _lower(resource.RLIMIT_NPROC, 0)
    _lower(resource.RLIMIT_CPU, math.ceil(time.process_time()) + limits.cpu_s * (limits.files + 1))
    watch = Watch()
    sys.addaudithook(watch)
    walled = refuse_syscalls(ctypes.CDLL(None))
    return Standing(without_network or walled, resource.getrlimit(resource.RLIMIT_AS)[0]), watch


def grant_time(seconds: int) -> None:
    """Grant some more seconds of the processor, counted from now; the kernel ends who uses them up."""
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (min(math.ceil(time.process_time()) + seconds, hard), hard))


def wait_no_longer(seconds: float) -> None:
    """Let the kernel end this process after so many seconds, 0 for never; for when nobody is left to do it."""
    signal.setitimer(signal.ITIMER_REAL, seconds)


def peak_bytes() -> int:
    """Return the most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _is_forbidden(event: str, args: tuple[object, ...]) -> bool:
    if event == "open":
        flags = args[2] if len(args) > 2 else 0
        return isinstance(flags, int) and bool(flags & _WRITING)
    if event == "socket.__new__":
        return args[1] != socket.AF_UNIX  # a pair of them is how an event loop wakes itself; none leads anywhere
    return event.startswith(("socket.", *_FORBIDDEN, *_CHANGING))


def _leave_network() -> bool:
    """Move into a network of one's own, which has no way out; says whether the machine allowed it."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "unshare"):
        return False
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return any(libc.unshare(flags) == 0 for flags in (_CLONE_NEWUSER | _CLONE_NEWNET, _CLONE_NEWNET))


def _lower(what: int, to: int) -> None:
    """Lower a limit for good; one that is lower already stays."""
    hard = resource.getrlimit(what)[1]
    bound = to if hard == resource.RLIM_INFINITY else min(to, hard)
    resource.setrlimit(what, (bound, bound))
