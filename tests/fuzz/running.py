"""Running: alterations by the thousand in several processes, the findings saved as they come."""

import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from forms_service.settings import read_settings
from forms_service.signing.apart import Judges
from tests.fuzz.alterations import Altered, alter
from tests.fuzz.judging import Judged, judge
from tests.fuzz.originals import anchors

APART_EVERY = 10


@dataclass(frozen=True, slots=True)
class Stint:
    """One process's share: every `step`-th number from `first`, for some seconds or up to a count."""

    first: int
    step: int
    seconds: float
    count: int
    out: Path


@dataclass
class Tally:
    """What came of it: outcomes by kind of alteration, findings, the slowest file, the first number not tried."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    slowest: float = 0.0
    following: int = 0

    def add(self, other: "Tally") -> None:
        self.outcomes.update(other.outcomes)
        self.findings += other.findings
        self.slowest = max(self.slowest, other.slowest)
        self.following = max(self.following, other.following)


def run(first: int, *, seconds: float, jobs: int, out: Path, count: int = 10**9) -> Tally:
    """Try one number after another from the first, shared out among processes."""
    stints = [Stint(first + job, jobs, seconds, count, out) for job in range(jobs)]
    total = Tally(following=first)
    for tally in _share(stints):
        total.add(tally)
    return total


def _share(stints: Sequence[Stint]) -> Sequence[Tally]:
    if len(stints) == 1:
        return [work(stints[0])]
    with get_context("spawn").Pool(len(stints)) as pool:
        return pool.map(work, stints, chunksize=1)


def work(stint: Stint) -> Tally:
    """Do one share; every tenth file is judged apart as well."""
    tally, ends = Tally(), time.monotonic() + stint.seconds
    numbers = range(stint.first, stint.first + stint.step * stint.count, stint.step)
    with Judges(read_settings({}).fonts, at_once=1, spare=0) as judges:
        for tried, number in enumerate(numbers):
            if time.monotonic() >= ends:
                break
            tally.following = number + stint.step
            altered = alter(number)
            if altered is not None:
                _note(tally, altered, judge(altered, None if tried % APART_EVERY else judges), stint.out)
    return tally


def _note(tally: Tally, altered: Altered, judged: Judged, out: Path) -> None:
    for kind in altered.what.split(", "):
        tally.outcomes[kind, judged.outcome] += 1
    tally.slowest = max(tally.slowest, judged.seconds)
    if judged.finding:
        tally.findings.append(f"{altered.number} {altered.what} of {altered.original.name}: {judged.finding}")
        save(altered, judged, out)


def save(altered: Altered, judged: Judged, out: Path) -> None:
    """Leave a finding: the file, its honest sibling, the trust they are judged by, and what was done."""
    folder = out / str(altered.number)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "altered.pdf").write_bytes(altered.pdf)
    (folder / "honest.pdf").write_bytes(altered.original.pdf)
    (folder / "trust.pem").write_bytes(anchors().pem)
    (folder / "finding.json").write_text(json.dumps(_told(altered, judged), ensure_ascii=False, indent=2))


def _told(altered: Altered, judged: Judged) -> Mapping[str, object]:
    return {
        "seed": altered.number,
        "mutation": altered.what,
        "original": altered.original.name,
        "outcome": judged.outcome,
        "finding": judged.finding,
    }
