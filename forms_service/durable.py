"""Durable files: after a crash or a power cut a file is whole, as it was or as it should be, and never half.

The floor under every room that keeps files. Each write goes to a temporary neighbour (`.….tmp`), is synced, and takes
its name in one step; then the folder is synced, so that the name lasts too.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

TEMPORARY = ".tmp"
_KEPT_MODE = 0o440
_CHANGED_MODE = 0o640


def write_new(path: Path, data: bytes) -> None:
    """Write a file that will never change; raises FileExistsError, and leaves alone, what has that name already."""
    with _temporary_neighbour(path, data, _KEPT_MODE) as temporary:
        os.link(temporary, path)  # unlike a rename, a link never replaces
    sync_folder(path.parent)


def write_over(path: Path, data: bytes) -> None:
    """Write a file in place of the one of that name, if any; readers see the old bytes or the new."""
    with _temporary_neighbour(path, data, _CHANGED_MODE) as temporary:
        temporary.replace(path)
    sync_folder(path.parent)


def make_folder(path: Path) -> None:
    """Make a folder and those above it, lastingly; a folder that is there is no fault."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(exist_ok=True)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make the names in a folder last."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _temporary_neighbour(path: Path, data: bytes, mode: int) -> Iterator[Path]:
    descriptor, name = tempfile.mkstemp(TEMPORARY, ".", path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        yield Path(name)
    finally:
        with suppress(FileNotFoundError):  # it was renamed
            Path(name).unlink()
