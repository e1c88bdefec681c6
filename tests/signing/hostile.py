"""Judges that do what a file may bring a verifier to do; a judging process runs one of them by its name."""

import contextlib
import ctypes
import errno
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from forms_service.domain.errors import Unreadable
from forms_service.signing.judging import Ask, Case, judge
from forms_service.signing.verdict import Verdict

HOSTILE = "tests.signing.hostile"
_seen: list[bytes] = []


def turn(case: Case, ask: Ask) -> Verdict:
    """Judge an honest file; of any other, do what its bytes say."""
    act = _ACTS.get(case.pdf.removeprefix(b"%PDF- ByteRange "))
    if act is not None:
        act()
    return judge(case, ask)


def file_that(act: str) -> bytes:
    """Name an act in what looks like a file."""
    return b"%PDF- ByteRange " + act.encode()


def lie(case: Case, ask: Ask) -> Verdict:
    """Answer with a verdict on another file."""
    return judge(Case(case.pdf + b" ", case.trust, case.at, case.fonts), ask)


def turn_coat(case: Case, ask: Ask) -> Verdict:
    """Judge the first file, and accept whatever comes after it."""
    verdict = judge(case, ask)
    _seen.append(case.pdf)
    return verdict if len(_seen) == 1 else replace(verdict, verdict="accepted")


def chatter(case: Case, ask: Ask) -> Verdict:
    """Ask without end."""
    for count in itertools.count():
        ask(str(count))
    return judge(case, ask)


def linger(case: Case, ask: Ask) -> Verdict:
    """Ask once, which tells the house that the file has a place, and keep it."""
    ask("")
    _pause()
    return judge(case, ask)


def told_first(case: Case, ask: Ask) -> Verdict:
    """Tell the house that a file is being judged, then do what its bytes say."""
    ask("")
    return turn(case, ask)


def swell(case: Case, ask: Ask) -> Verdict:
    """Come to a verdict that is too long to be written down."""
    return replace(judge(case, ask), number="x" * (1 << 28))


def _loop() -> None:
    while True:
        pass


def _pause() -> None:
    signal.pause()


def _hog() -> None:
    kept = [bytearray(1 << 31)]  # at once: a slow machine fills no page after page until its time is up
    while True:
        kept.append(bytearray(1 << 31))


def _die() -> None:
    signal.raise_signal(signal.SIGKILL)


def _crash() -> None:
    ctypes.string_at(0)


def _leave() -> None:
    os._exit(7)


def _connect() -> None:
    socket.create_connection(("192.0.2.1", 80))


def _look_up() -> None:
    socket.getaddrinfo("forms.example", 80)


def _run() -> None:
    subprocess.run([sys.executable, "-c", ""], check=False)


def _write() -> None:
    (Path(tempfile.gettempdir()) / "left-behind").write_text("x")


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _signal_the_house() -> None:
    os.kill(os.getppid(), signal.SIGTERM)


def _flood() -> None:
    """Write without end to whatever is open, the way to the house included."""
    for handle in range(32):
        with contextlib.suppress(OSError):
            os.write(handle, bytes([255]) * 4096)


def _gorge() -> None:
    """Take much memory, and give it back."""
    len(b"x" * (600 * 1024 * 1024))


def _hide() -> None:
    try:
        _look_up()
    except PermissionError:
        return


def _fail() -> None:
    raise KeyError("/Root")


def _tell_of_itself() -> None:
    """Say what the process sees: its networks, its environment, and whether a file may grow past Python's watch."""
    networks = [line.split(":")[0].strip() for line in Path("/proc/self/net/dev").read_text().splitlines()[2:]]
    raise Unreadable(json.dumps({"networks": networks, "environment": sorted(os.environ)}))


def _call_the_kernel() -> None:
    """Call behind Python's back what a judge has no need of, and what it needs; say what came of each."""
    libc = ctypes.CDLL(None, use_errno=True)
    house, name = os.getppid(), b"/proc/none-such"
    calls: dict[str, Callable[[], int]] = {
        "socket": lambda: libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0),
        "unix": lambda: libc.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0),
        "kill": lambda: libc.kill(house, 0),
        "tgkill": lambda: libc.tgkill(house, house, 0),
        "prlimit": lambda: libc.prlimit(house, 0, None, None),
        "memory": lambda: libc.process_vm_readv(house, None, 0, None, 0, 0),
        "fork": libc.fork,
        "execve": lambda: libc.execve(name, None, None),
        "open": lambda: libc.open(name, os.O_WRONLY),
        "create": lambda: libc.open(name, os.O_RDONLY | os.O_CREAT, 0o600),
        "unlink": lambda: libc.unlink(name),
        "rename": lambda: libc.rename(name, name),
        "mkdir": lambda: libc.mkdir(name, 0o700),
        "pair": lambda: libc.socketpair(socket.AF_UNIX, socket.SOCK_STREAM, 0, (ctypes.c_int * 2)()),
        "read": lambda: libc.open(b"/proc/self/status", os.O_RDONLY) - 1,
        "itself": lambda: libc.tgkill(os.getpid(), os.getpid(), 0),
    }
    raise Unreadable(json.dumps({name: _came_of(call) for name, call in calls.items()}))


def _came_of(call: Callable[[], int]) -> str:
    ctypes.set_errno(0)
    return "done" if call() >= 0 else errno.errorcode[ctypes.get_errno()]


_ACTS = {
    act.__name__.strip("_").encode(): act
    for act in (
        *(
            _call_the_kernel,
            _fork,
            _signal_the_house,
            _flood,
            _gorge,
            _loop,
            _pause,
            _hog,
            _die,
            _crash,
            _leave,
            _connect,
            _look_up,
            _run,
            _write,
            _hide,
            _fail,
            _tell_of_itself,
        ),
    )
}
