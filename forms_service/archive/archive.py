"""The archive: `archive/<department>/<yyyy-mm>/`, where sealed copies are filed, found and checked.

    archive = Archive(Path("archive"))
    archive.file_copy(pdf, entry)
    archive.entries("accounting", "2026-11")

A copy's PDF is the record. The catalogue beside it is an index: `rebuild` makes it again.
"""

import hashlib
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from forms_service.archive.catalogue import Catalogue
from forms_service.archive.entry import CatalogueEntry
from forms_service.archive.gate import UnsafeName, name_copy, require_department, require_inside, require_month
from forms_service.domain.errors import FormsError, NotFound
from forms_service.domain.problem import Problem
from forms_service.durable import make_folder, write_new, write_over

ReadEntry = Callable[[bytes], CatalogueEntry]


class ArchiveConflict(FormsError):
    """Refuse to file a copy where another one stands; nothing in the archive is overwritten."""

    code = "archive_conflict"


@dataclass(frozen=True, slots=True)
class Archive:
    """The archive in a folder. Copies are filed once; filing the same again changes nothing."""

    folder: Path

    def file_copy(self, pdf: bytes, entry: CatalogueEntry, earlier: frozenset[str] = frozenset()) -> Path:
        """File a sealed copy in its department's folder and enter it in the catalogue; returns the file's path.

        `earlier` are the SHA-256 of the states that it was renewed from: one of them gives way, if it is the beginning
        of the new bytes. The PDF lasts before the catalogue names it. Raises ArchiveConflict when another file has its
        place, UnsafeName for a name that makes no path, ValueError when the entry is not about these bytes.
        """
        if (hashlib.sha256(pdf).hexdigest(), len(pdf)) != (entry.sha256, entry.size):
            raise ValueError(f"the entry of {entry.number} copy {entry.copy_no} is not about these bytes")
        path = self._month_folder(entry.department, entry.month) / entry.file_name
        make_folder(path.parent)
        try:
            write_new(path, pdf)
        except FileExistsError:
            _require_same_or_renew(path, pdf, earlier)
        Catalogue(path.parent).put(entry)
        return path

    def read_copy(self, department: str, month: str, file_name: str) -> bytes:
        """Return the bytes of a filed copy as they are on disk; raises NotFound, UnsafeName."""
        number, form, copy_no = _split_name(file_name)
        path = self._month_folder(department, month) / name_copy(number, form, copy_no)
        try:
            return require_inside(self.folder, path).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(f"{department} {month} 没有存档联「{file_name}」。") from error

    def departments(self) -> tuple[str, ...]:
        """List the departments that have a folder."""
        return tuple(path.name for path in _subfolders(self.folder) if _passes(require_department, path.name))

    def months(self, department: str) -> tuple[str, ...]:
        """List the months in which a department has copies, oldest first; raises UnsafeName."""
        folder = self.folder / require_department(department)
        return tuple(path.name for path in _subfolders(folder) if _passes(require_month, path.name))

    def entries(self, department: str, month: str | None = None) -> tuple[CatalogueEntry, ...]:
        """List a department's catalogue, of one month or of all, by month and number; raises CatalogueDamaged."""
        months = self.months(department) if month is None else (month,)
        return tuple(entry for name in months for entry in Catalogue(self._month_folder(department, name)).entries())

    def search(self, department: str, text: str) -> tuple[CatalogueEntry, ...]:
        """List a department's copies whose number, customer, title or index values hold a text; width is ignored."""
        wanted = _plain(text)
        return tuple(entry for entry in self.entries(department) if wanted in _plain(_words(entry)))

    def check(self, department: str, read_entry: ReadEntry | None = None) -> tuple[Problem, ...]:
        """List what is wrong in a department's folders: files missing, changed, misfiled or not in the catalogue.

        With `read_entry`, also entries that say other than their PDF.
        """
        months = self.months(department)
        return tuple(p for month in months for p in self._check_month(department, month, read_entry))

    def rebuild(self, department: str, read_entry: ReadEntry) -> tuple[Problem, ...]:
        """Make a department's catalogues again from the PDFs; lists those left out, and why.

        `read_entry` reads a PDF's entry from its own bytes; it raises ValueError or a FormsError for one that has none.
        """
        problems: list[Problem] = []
        for month in self.months(department):
            folder = self._month_folder(department, month)
            found = [_read_filed(path, department, read_entry) for path in sorted(folder.glob("*.pdf"))]
            Catalogue(folder).replace(entry for entry in found if isinstance(entry, CatalogueEntry))
            problems += [problem for problem in found if isinstance(problem, Problem)]
        return tuple(problems)

    def _month_folder(self, department: str, month: str) -> Path:
        return require_inside(self.folder, self.folder / require_department(department) / require_month(month))

    def _check_month(self, department: str, month: str, read_entry: ReadEntry | None) -> Iterator[Problem]:
        folder = self._month_folder(department, month)
        try:
            entries = {entry.file_name: entry for entry in Catalogue(folder).entries()}
        except FormsError as error:
            yield Problem(f"{department}/{month}", error.code, str(error))
            return
        for name, entry in entries.items():
            yield from _check_entry(folder / name, entry, read_entry)
        for path in sorted(folder.glob("*.pdf")):
            if path.name not in entries:
                yield _problem(path, "unlisted_file", "不在目录里。请执行 forms archive rebuild，再查它从何而来。")


def check_numbers(drawn: tuple[str, ...], filed: frozenset[str], excused: frozenset[str]) -> tuple[Problem, ...]:
    """List the drawn numbers that have no filed copy and no excuse (still open, rejected, void), in order."""
    return tuple(
        Problem(number, "number_gap", f"编号 {number} 已取号、已完成，却没有存档联。请查封存与归档记录。")
        for number in drawn
        if number not in filed and number not in excused
    )


def _check_entry(path: Path, entry: CatalogueEntry, read_entry: ReadEntry | None) -> Iterator[Problem]:
    if (entry.department, entry.month) != path.parts[-3:-1]:
        yield _problem(path, "misfiled", f"目录写的是 {entry.department}/{entry.month}，与所在文件夹不同。")
    try:
        pdf = path.read_bytes()
    except FileNotFoundError:
        yield _problem(path, "missing_file", "目录里有，文件夹里没有。请从备份恢复。")
        return
    if hashlib.sha256(pdf).hexdigest() != entry.sha256:
        yield _problem(path, "changed_bytes", "与封存时的摘要不同，文件被改动过，不可采信。请从备份恢复。")
    elif read_entry is not None and (found := _read_filed(path, entry.department, read_entry)) != entry:
        stale = _problem(path, "stale_entry", "目录所写与 PDF 正本不同。请执行 forms archive rebuild 重建目录。")
        yield found if isinstance(found, Problem) else stale


def _read_filed(path: Path, department: str, read_entry: ReadEntry) -> CatalogueEntry | Problem:
    try:
        entry = read_entry(path.read_bytes())
        expected = (entry.department, entry.month, entry.file_name)
    except (ValueError, FormsError) as error:
        return _problem(path, "unreadable_copy", f"读不出存档联：{error}")
    if expected != (department, path.parent.name, path.name):
        return _problem(path, "misfiled", f"内容是 {'/'.join(expected)} 的存档联，放错了地方。请移到该处。")
    return entry


def _problem(path: Path, code: str, message: str) -> Problem:
    where = "/".join(path.parts[-3:])
    return Problem(where, code, f"{where} {message}")


def _require_same_or_renew(path: Path, pdf: bytes, earlier: frozenset[str]) -> None:
    filed = path.read_bytes()
    if hashlib.sha256(filed).hexdigest() in earlier and pdf.startswith(filed):
        write_over(path, pdf)
    elif filed != pdf:
        raise ArchiveConflict(f"存档处已有内容不同的「{path.name}」，没有覆盖。请先执行 forms archive check 查明。")


def _split_name(file_name: str) -> tuple[str, str, int]:
    match file_name.split("."):
        case [number, form, copy_no, "pdf"] if copy_no.isascii() and copy_no.isdigit():
            return number, form, int(copy_no)
    raise UnsafeName(f"「{file_name}」不是存档联的文件名，应如 A2611001.sales-allowance.2.pdf。")


def _subfolders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def _passes(require: Callable[[str], str], name: str) -> bool:
    try:
        require(name)
    except UnsafeName:
        return False
    return True


def _words(entry: CatalogueEntry) -> str:
    return "\n".join((entry.number, entry.customer, entry.title, *(value for _, value in entry.index)))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace(",", "").strip()
