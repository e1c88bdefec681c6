"""Bags: one month of one department, packed to be taken home and checked there without this product.

A bag is a folder as RFC 8493 (BagIt 1.0) has it; `sha256sum -c manifest-sha256.txt` checks it on any machine.
"""

import datetime as dt
import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from forms_service.archive.archive import Archive
from forms_service.archive.catalogue import FILE_NAME
from forms_service.domain.errors import FormsError, ProblemsFound
from forms_service.domain.problem import Problem
from forms_service.durable import make_folder, write_new

_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_MANIFEST = "manifest-sha256.txt"
_TAG_MANIFEST = "tagmanifest-sha256.txt"


class BagExists(FormsError):
    """Refuse to pack into a folder that is there already."""

    code = "bag_exists"


def pack_bag(archive: Archive, department: str, month: str, target: Path, *, firm: str, at: dt.datetime) -> Path:
    """Pack a month's copies and their catalogue into the new folder `target`, and return it.

    The bag appears whole or not at all. Raises ProblemsFound when the archive's own check finds a fault in that month,
    BagExists when there is something at `target`.
    """
    faults = tuple(p for p in archive.check(department) if str(p.where).startswith(f"{department}/{month}"))
    if faults:
        raise ProblemsFound(faults)
    if target.exists():
        raise BagExists(f"「{target.name}」已经存在，没有覆盖。请换一个名字。")
    source = archive.folder / department / month
    names = [FILE_NAME, *(entry.file_name for entry in archive.entries(department, month))]
    packing = target.with_name(f".{target.name}.packing")
    shutil.rmtree(packing, ignore_errors=True)  # what a killed packing left
    _pack(packing, source, names, _describe(department, month, firm, at))
    packing.rename(target)
    return target


def check_bag(bag: Path) -> tuple[Problem, ...]:
    """List what is wrong in a bag: files missing, changed, or not in its manifests."""
    problems = [problem for name in (_TAG_MANIFEST, _MANIFEST) for problem in _check_manifest(bag, name)]
    listed = _read_manifest(bag / _MANIFEST)
    for path in sorted((bag / "data").rglob("*")):
        name = path.relative_to(bag).as_posix()
        if path.is_file() and name not in listed:
            problems.append(Problem(name, "unlisted_file", f"{name} 不在清单里，不是装袋时放进去的。"))
    return tuple(problems)


def _pack(bag: Path, source: Path, names: Iterable[str], description: str) -> None:
    make_folder(bag / "data")
    for name in names:
        write_new(bag / "data" / name, (source / name).read_bytes())
    write_new(bag / "bagit.txt", _DECLARATION)
    write_new(bag / "bag-info.txt", (description + f"Payload-Oxum: {_oxum(bag / 'data')}\n").encode())
    write_new(bag / _MANIFEST, _manifest(bag, (bag / "data").iterdir()))
    write_new(bag / _TAG_MANIFEST, _manifest(bag, (bag / n for n in ("bagit.txt", "bag-info.txt", _MANIFEST))))


def _describe(department: str, month: str, firm: str, at: dt.datetime) -> str:
    one_line = " ".join(firm.split())
    return (
        f"Source-Organization: {one_line}\nExternal-Identifier: {department}/{month}\n"
        f"Bagging-Date: {at.date().isoformat()}\n"
    )


def _oxum(folder: Path) -> str:
    sizes = [path.stat().st_size for path in folder.iterdir()]
    return f"{sum(sizes)}.{len(sizes)}"


def _manifest(bag: Path, files: Iterable[Path]) -> bytes:
    lines = (f"{_digest(path)}  {path.relative_to(bag).as_posix()}\n" for path in sorted(files))
    return "".join(lines).encode()


def _check_manifest(bag: Path, manifest: str) -> Iterable[Problem]:
    for name, expected in _read_manifest(bag / manifest).items():
        path = bag / name
        if not path.is_file():
            yield Problem(name, "missing_file", f"{name} 在清单里，袋里没有。")
        elif _digest(path) != expected:
            yield Problem(name, "changed_bytes", f"{name} 与装袋时的摘要不同，文件被改动过。")


def _read_manifest(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {path.name: ""}  # so that the missing manifest itself is told
    rows = (line.split("  ", 1) for line in path.read_text("utf-8").splitlines() if "  " in line)
    return {name: digest for digest, name in rows}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
