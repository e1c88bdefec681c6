"""A catalogue: one department's list of one month's copies, a TinyDB file beside the PDFs.

TinyDB rewrites its file on each change and knows no second process. So every change is made under a file lock, and the
file is written to a temporary neighbour, synced and renamed: four processes lose nothing, a kill leaves old or new.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock
from tinydb import TinyDB, where
from tinydb.storages import Storage

from forms_service.archive.entry import CatalogueEntry
from forms_service.domain.errors import FormsError
from forms_service.durable import write_over

FILE_NAME = "catalogue.json"
_LOCK_NAME = ".catalogue.lock"
_WAIT_SECONDS = 30


class CatalogueDamaged(FormsError):
    """Refuse a catalogue that cannot be read; it can be made again from the PDFs."""

    code = "catalogue_damaged"


class AtomicJson(Storage):
    """TinyDB's storage as one JSON file that is always whole."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def read(self) -> dict[str, dict[str, Any]] | None:
        """Return the tables, or None for a file not yet there; raises CatalogueDamaged."""
        try:
            tables: dict[str, dict[str, Any]] = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise _damaged(self._path) from error
        return tables

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Put the tables in place of the old ones, lastingly."""
        text = json.dumps(data, ensure_ascii=False, indent=1)
        write_over(self._path, text.encode())


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The catalogue in one month's folder, which must be there before it is changed."""

    folder: Path

    def entries(self) -> tuple[CatalogueEntry, ...]:
        """List the entries by number and copy; raises CatalogueDamaged."""
        with self._open() as table:
            try:
                entries = [CatalogueEntry.from_row(row) for row in table.all()]
            except (ValueError, AttributeError, TypeError) as error:
                raise _damaged(self.folder / FILE_NAME) from error
        return tuple(sorted(entries, key=lambda entry: (entry.number, entry.form, entry.copy_no)))

    def put(self, entry: CatalogueEntry) -> None:
        """Enter a copy, in place of its earlier entry if there is one."""
        same = (where("document_id") == entry.document_id) & (where("copy_no") == entry.copy_no)
        with self._lock(), self._open() as table:
            table.upsert(entry.to_row(), same)

    def replace(self, entries: Iterable[CatalogueEntry]) -> None:
        """Put a new list in place of the old one, whatever state that was in."""
        with self._lock():
            rows = {str(place): entry.to_row() for place, entry in enumerate(entries, 1)}
            AtomicJson(self.folder / FILE_NAME).write({TinyDB.default_table_name: rows})

    def _lock(self) -> FileLock:
        return FileLock(self.folder / _LOCK_NAME, timeout=_WAIT_SECONDS)

    @contextmanager
    def _open(self) -> Iterator[TinyDB]:
        with TinyDB(self.folder / FILE_NAME, storage=AtomicJson) as table:
            yield table


def _damaged(path: Path) -> CatalogueDamaged:
    where_it_is = "/".join(path.parts[-3:])
    return CatalogueDamaged(
        f"目录 {where_it_is} 读不出来。PDF 正本不受影响，请执行 forms archive rebuild 由 PDF 重建。"
    )
