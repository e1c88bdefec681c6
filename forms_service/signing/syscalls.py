"""Syscalls: which calls Linux refuses a judging process for good (seccomp).

So machine code that a file may bring to run cannot do either what `confinement` refuses to Python. Refused are sockets,
other programs and processes, signals to others, their memory and their limits, files opened to be written, and every
change of a folder. A pair of sockets, threads and signals to itself stay.
"""

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CLONE_THREAD = 0x0001_0000
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_LOAD, _EQUALS, _AT_LEAST, _HAS_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _END, _REFUSE = 0x7FFF_0000, 0x8000_0000, 0x0005_0000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_FOREIGN_NUMBERS = 0x4000_0000  # x32's, on x86-64


@dataclass(frozen=True, slots=True)
class _Machine:
    """The numbers of one architecture. `opening` are those with flags, by which argument these are."""

    architecture: int
    refused: tuple[int, ...]
    opening: tuple[tuple[int, int], ...]
    clone: int
    tgkill: int
    prlimit: int


# Those with a newer, wider form are told that it does not exist: callers then use the one that can be looked into.
_UNKNOWN = (435, 437)  # clone3, openat2
# pidfd_send_signal, io_uring_setup, pidfd_getfd
_ANYWHERE = (424, 425, 438)
_MACHINES: Mapping[str, _Machine] = MappingProxyType(
    {
        "x86_64": _Machine(
            architecture=0xC000_003E,
            refused=(
                *(41, 42, 43, 49, 50, 288),  # socket, connect, accept, bind, listen, accept4
                *(57, 58, 59, 322),  # fork, vfork, execve, execveat
                *(62, 200, 129, 297, 101, 310, 311),  # kill, tkill, sigqueue (two), ptrace, process_vm (two)
                *(82, 264, 316, 87, 263, 84, 83, 258),  # rename (three), unlink (two), rmdir, mkdir (two)
                *(86, 265, 88, 266, 76, 85, 133, 259),  # link (two), symlink (two), truncate, creat, mknod (two)
                *(90, 268, 92, 94, 260, 272, 308, 165, 321),  # chmod (two), chown (three), unshare, setns, mount, bpf
            ),
            opening=((2, 1), (257, 2)),
            clone=56,
            tgkill=234,
            prlimit=302,
        ),
        "aarch64": _Machine(
            architecture=0xC000_00B7,
            refused=(
                *(198, 203, 202, 200, 201, 242),
                *(221, 281),
                *(129, 130, 138, 240, 117, 270, 271),
                *(38, 276, 35, 34, 37, 36, 45, 33),
                *(53, 54, 97, 268, 40, 280),
            ),
            opening=((56, 2),),
            clone=220,
            tgkill=131,
            prlimit=261,
        ),
    }
)


def refuse_syscalls(libc: ctypes.CDLL) -> bool:
    """Let the kernel refuse from now on what judging has no need of; says whether it does.

    The process must have promised to gain no privileges (PR_SET_NO_NEW_PRIVS).
    """
    machine = _MACHINES.get(platform.machine())
    if platform.system() != "Linux" or machine is None or struct.calcsize("P") != 8:
        return False
    program = b"".join(_program(machine, os.getpid()))
    lines = ctypes.create_string_buffer(program)
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(lines)))
    return bool(libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, header, 0, 0) == 0)


def _program(machine: _Machine, own: int) -> list[bytes]:
    """Write the filter, a classic BPF program: each call is looked at once, and allowed at the end."""
    permit, refuse = _line(_RETURN, _ALLOW), _line(_RETURN, _REFUSE | errno.EPERM)
    found = [
        *(_line(_LOAD, _ARCHITECTURE), _line(_EQUALS, machine.architecture, 1, 0), _line(_RETURN, _END)),
        *(_line(_LOAD, _NUMBER), _line(_AT_LEAST, _FOREIGN_NUMBERS, 0, 1), _line(_RETURN, _END)),
    ]
    for number in (*machine.refused, *_ANYWHERE):
        found += [_line(_EQUALS, number, 0, 1), refuse]
    for number in _UNKNOWN:
        found += [_line(_EQUALS, number, 0, 1), _line(_RETURN, _REFUSE | errno.ENOSYS)]
    for number, argument in machine.opening:
        found += [_line(_EQUALS, number, 0, 4), _argument(argument), _line(_HAS_BITS, _WRITING, 0, 1), refuse, permit]
    found += [_line(_EQUALS, machine.clone, 0, 4), _argument(0), _line(_HAS_BITS, _CLONE_THREAD, 1, 0), refuse, permit]
    for number, allowed in ((machine.tgkill, own), (machine.prlimit, 0)):
        found += [_line(_EQUALS, number, 0, 4), _argument(0), _line(_EQUALS, allowed, 1, 0), refuse, permit]
    return [*found, permit]


def _line(code: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
    """Write one instruction; a jump skips so many lines."""
    return struct.pack("HBBI", code, if_so, if_not, value)


def _argument(position: int) -> bytes:
    """Load the lower half of an argument."""
    return _line(_LOAD, _ARGUMENTS + 8 * position)
