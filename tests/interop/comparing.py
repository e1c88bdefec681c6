"""Comparing: the documents of a folder, every program's opinion of each, and where two of them disagree."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tests.interop.engines import ENGINES, read_trust
from tests.interop.opinion import OURS, Opinion

_HEAD = b"%PDF-"
_SIGNED = b"/ByteRange"
_END = re.compile(rb"%%EOF\r?\n?")
Asked = Callable[[Iterable[Path]], Mapping[Path, Opinion]]


@dataclass(frozen=True, slots=True)
class Compared:
    """One document with the opinions of all, ours first."""

    pdf: Path
    opinions: tuple[Opinion, ...]

    @property
    def signatures(self) -> int:
        return len(self.opinions[0].signed or ())

    def disagreements(self) -> Mapping[str, tuple[str, ...]]:
        """Give what each program says that ours does not, by its name; a program that agrees is not in it."""
        ours = self.opinions[0]
        found = {opinion.engine: tuple(_against(ours, opinion, self._stamps())) for opinion in self.opinions}
        return {engine: words for engine, words in found.items() if words}

    def _stamps(self) -> int:
        return max(opinion.stamps or 0 for opinion in self.opinions)


def _against(ours: Opinion, other: Opinion, stamps: int) -> Iterable[str]:
    yield from other.faults
    if other.signed is not None and other.signed != ours.signed:
        yield f"finds {sorted(other.signed)} sound, ours {sorted(ours.signed or ())}"
    if other.stamps is not None and other.stamps != stamps:
        yield f"finds {other.stamps} sound document timestamps, not {stamps}"
    if other.whole is False:
        yield "finds no signature over the whole file"


def find_documents(folder: Path) -> tuple[Path, ...]:
    """List the PDFs below a folder, whatever they are called, each content once, named copies before nameless bytes.

    Bytes that another file continues are left out: each of their signatures is judged in that one. So are nameless
    bytes without a signature: scans that people attached, which the house keeps and did not make.
    """
    found: dict[str, Path] = {}
    continued: set[str] = set()
    files = (path for path in folder.rglob("*") if path.is_file())
    for path in sorted(files, key=lambda file: (file.suffix != ".pdf", len(file.parts), str(file))):
        data = path.read_bytes()
        if data.startswith(_HEAD) and (path.suffix == ".pdf" or _SIGNED in data):
            found.setdefault(hashlib.sha256(data).hexdigest(), path)
            continued.update(_stages(data))
    return tuple(path for digest, path in found.items() if digest not in continued)


def _stages(data: bytes) -> Iterable[str]:
    """Give the digests of what the file was at the end of each revision but the last."""
    digest, start = hashlib.sha256(), 0
    for end in (match.end() for match in _END.finditer(data)):
        digest.update(memoryview(data)[start:end])
        start = end
        if end < len(data):
            yield digest.hexdigest()


def compare(pdfs: Sequence[Path], trust: Path, *, jobs: int, batch: Asked | None) -> tuple[Compared, ...]:
    """Ask every program about every document; `batch` is one that wants all of them at once."""
    beside = batch(pdfs) if batch else {}
    with get_context("spawn").Pool(jobs) as pool:
        asked = pool.map(partial(ask_all, trust=trust), pdfs, chunksize=4)
    return tuple(
        Compared(pdf, opinions + tuple(beside[pdf] for _ in range(bool(batch))))
        for pdf, opinions in zip(pdfs, asked, strict=True)
    )


def ask_all(pdf: Path, trust: Path) -> tuple[Opinion, ...]:
    """Ask those that are asked file by file; whatever one of them raises is what it has against the file."""
    return tuple(_ask(ask.__name__.removeprefix("ask_"), partial(ask, pdf, read_trust(trust))) for ask in ENGINES)


def _ask(engine: str, ask: Callable[[], Opinion]) -> Opinion:
    try:
        return ask()
    except Exception as error:  # noqa: BLE001 - another program's stumbling over a file is its opinion of it
        return Opinion(engine, frozenset() if engine != OURS else None, faults=(f"{type(error).__name__}: {error}",))
