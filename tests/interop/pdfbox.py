"""PDFBox and BouncyCastle, from Debian: one Java process reads all the files, strictly, and verifies each CMS."""

import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.interop.opinion import Opinion

_JARS = Path("/usr/share/java")
_NAMES = ("pdfbox2", "fontbox2", "commons-logging", "bcprov", "bcutil", "bcpkix")
_SOURCE = Path(__file__).with_name("PdfBoxOpinion.java")
_WORDS = 4


def jars() -> tuple[Path, ...]:
    """Name the jars that it needs."""
    return tuple(_JARS / f"{name}.jar" for name in _NAMES)


def ask_pdfbox(pdfs: Iterable[Path]) -> Mapping[Path, Opinion]:
    """Ask about every file at once."""
    paths = "".join(f"{path}\n" for path in pdfs)
    command = ["java", "-Xmx1g", "-cp", ":".join(map(str, jars())), str(_SOURCE)]
    ran = subprocess.run(command, input=paths, stdout=subprocess.PIPE, text=True, check=True)
    said = (line.split("\t") for line in ran.stdout.splitlines())
    return {Path(words[0]): _read(words[1:]) for words in said}


def _read(words: list[str]) -> Opinion:
    if words[:1] == ["fault"]:
        return Opinion("pdfbox", frozenset(), 0, faults=(words[1],))
    found = [words[at : at + _WORDS] for at in range(0, len(words), _WORDS)]
    signed = frozenset(box for box, kind, state, _ in found if (kind, state) == ("signature", "sound"))
    stamps = sum((kind, state) == ("stamp", "sound") for _, kind, state, _ in found)
    faults = tuple(f"{box}: {state}" for box, _, state, _ in found if state != "sound")
    whole = any(extent == "whole" for *_, extent in found) if found else None
    return Opinion("pdfbox", signed, stamps, whole, faults)
