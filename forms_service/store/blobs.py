"""Blobs: bytes under the name of their SHA-256, written once and never overwritten.

A blob is put before the transaction that names it. So a crash leaves at worst a blob that nothing names; the sweep
takes those away once they are old enough not to belong to work in progress.
"""

import datetime as dt
import hashlib
import os
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

from forms_service.domain.errors import FormsError, NotFound
from forms_service.durable import TEMPORARY, make_folder, sync_folder, write_new

_DIGEST = re.compile(r"[0-9a-f]{64}")


class BlobDamaged(FormsError):
    """Refuse stored bytes that are no longer those that were stored."""

    code = "blob_damaged"


@dataclass(frozen=True, slots=True)
class Blobs:
    """The blobs in a folder, which is made when the first one comes."""

    folder: Path

    def put(self, data: bytes) -> str:
        """Keep bytes and return their SHA-256; they last when this returns. Bytes kept before are kept once."""
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._path(sha256)
        make_folder(path.parent)
        try:
            write_new(path, data)
        except FileExistsError:
            self.get(sha256)
            os.utime(path)  # young again: a sweep under way must leave it to the work that puts it now
            sync_folder(path.parent)
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return the bytes of a digest, checked against it; raises NotFound, BlobDamaged."""
        try:
            data = self._path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(f"没有找到文件 {sha256[:12]}…，请从备份恢复。") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise BlobDamaged(f"存放的文件 {sha256[:12]}… 与当初存入的不同，不可采信。请从备份恢复。")
        return data

    def has(self, sha256: str) -> bool:
        """Say whether a digest's bytes are kept, without reading them."""
        return self._path(sha256).is_file()

    def digests(self) -> Iterator[str]:
        """Yield the digest of every blob, in order."""
        yield from (path.name for path in sorted(self.folder.glob("??/*")) if _DIGEST.fullmatch(path.name))

    def sweep(self, named: Container[str], before: dt.datetime) -> tuple[str, ...]:
        """Remove the blobs that nothing names and that were put before an instant, and writes cut off before it.

        Returns the removed digests. Leave at least an hour before now: work in progress puts first and names later.
        """
        unnamed = tuple(d for d in self.digests() if d not in named and _older(self._path(d), before))
        for sha256 in unnamed:
            self._path(sha256).unlink(missing_ok=True)
        for leftover in self.folder.glob(f"??/.*{TEMPORARY}"):
            if _older(leftover, before):
                leftover.unlink(missing_ok=True)
        return unnamed

    def _path(self, sha256: str) -> Path:
        if not _DIGEST.fullmatch(sha256):
            raise NotFound("文件摘要应为 64 位小写十六进制字符，请核对链接。")
        return self.folder / sha256[:2] / sha256


def _older(path: Path, than: dt.datetime) -> bool:
    try:
        return path.stat().st_mtime < than.timestamp()
    except FileNotFoundError:  # another sweep was here first
        return False
