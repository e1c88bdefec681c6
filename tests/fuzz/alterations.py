"""Alterations by number: a number gives the original, what is done to it, and all chance within."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random
from types import MappingProxyType

from tests.fuzz import bytewise, structural
from tests.fuzz.insiders import alter_before_signing, honest
from tests.fuzz.originals import Original, originals

Alter = Callable[[Random, bytes], bytes]
AlterWithAnother = Callable[[Random, bytes, bytes], bytes]

ALONE: Mapping[str, Alter] = MappingProxyType(
    {
        alter.__name__: alter
        for alter in (
            bytewise.flip_bits,
            bytewise.overwrite,
            bytewise.insert,
            bytewise.delete,
            bytewise.repeat,
            bytewise.truncate,
            bytewise.swap_tokens,
            bytewise.change_number,
            structural.repeat_object,
            structural.swap_objects,
            structural.swap_streams,
            structural.swap_entries,
            structural.change_entry,
            structural.edit_trailer,
            structural.edit_startxref,
            structural.edit_byte_range,
            structural.edit_signature,
        )
    }
)
WITH_ANOTHER: Mapping[str, AlterWithAnother] = MappingProxyType(
    {alter.__name__: alter for alter in (structural.splice, structural.append_revision)}
)
BEFORE_SIGNING = "alter_before_signing"
# Revisions that are right in their form say more than noise, so they come more often; signing takes longest.
_WEIGHTS = MappingProxyType({"append_revision": 6, "splice": 2, "edit_signature": 2, BEFORE_SIGNING: 2})
KINDS = (*ALONE, *WITH_ANOTHER, BEFORE_SIGNING)


@dataclass(frozen=True, slots=True)
class Altered:
    """An altered document beside its honest sibling; `what` names the alterations in order."""

    number: int
    original: Original
    what: str
    pdf: bytes


def alter(number: int) -> Altered | None:
    """Make the alteration of a number; None when it changes nothing or cannot be made."""
    random = Random(number)  # noqa: S311 - repeatable, not secret
    kind = random.choices(KINDS, [_WEIGHTS.get(kind, 1) for kind in KINDS])[0]
    if kind == BEFORE_SIGNING:
        return _altered_before_signing(random, number)
    original, other = random.choice(originals()), random.choice(originals())
    pdf = alter_once(kind, random, other.pdf)(original.pdf)
    what = kind
    if random.random() < 0.15 and pdf:
        also = random.choice((*ALONE, *WITH_ANOTHER))
        pdf, what = alter_once(also, random, other.pdf)(pdf), f"{kind}, {also}"
    return Altered(number, original, what, pdf) if not _honest(pdf) else None


def _honest(pdf: bytes) -> bool:
    """Say whether it is an honest document as it was at some time, which tells nothing of alterations."""
    return any(original.pdf.startswith(pdf) for original in originals())


def alter_once(kind: str, random: Random, other: bytes) -> Callable[[bytes], bytes]:
    """Return one kind's alteration of bytes."""
    if kind in ALONE:
        return partial(ALONE[kind], random)
    return lambda data: WITH_ANOTHER[kind](random, data, other)


def _altered_before_signing(random: Random, number: int) -> Altered | None:
    try:
        return Altered(number, honest(), BEFORE_SIGNING, alter_before_signing(random))
    except Exception:  # noqa: BLE001 - what the writer itself will not write cannot be judged
        return None
