"""An opinion: which signatures one program found sound in one document, and whatever it has against it."""

from dataclasses import dataclass

OURS = "ours"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one program says of one document.

    `signed` are the names of the boxes whose signature it calls sound, None from a program that reads no signatures;
    `stamps` counts the sound document timestamps, None likewise. `whole` says whether one of them covers all bytes.
    """

    engine: str
    signed: frozenset[str] | None = None
    stamps: int | None = None
    whole: bool | None = None
    faults: tuple[str, ...] = ()
