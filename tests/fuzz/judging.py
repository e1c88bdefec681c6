"""Judging an altered document, in this process and now and then in one apart; whatever goes wrong is a finding."""

import datetime as dt
import itertools
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from forms_service.signing.apart import Judges
from forms_service.signing.verdict import Place, Verdict
from forms_service.signing.verify import verify
from tests.fuzz.alterations import Altered
from tests.fuzz.originals import anchors
from tests.fuzz.seeing import see
from tests.tampering import AT, fonts

LATER = AT + dt.timedelta(days=3650)  # others sign by the true clock, whenever that is
LIMIT_S = 30
"""Processor time that one file may take here; apart, check 16 has its own limits."""


class TooSlow(BaseException):
    """The file took longer than the limit; nothing in the verifier may catch this."""


@dataclass(frozen=True, slots=True)
class Judged:
    """How a file came out (accepted, review, refused, unreadable, or the finding's kind), and the finding's words."""

    outcome: str
    finding: str = ""
    seconds: float = 0.0


def judge(altered: Altered, judges: Judges | None = None) -> Judged:
    """Judge a file here, and with `judges` apart, too, where it must come out the same."""
    started = time.process_time()
    try:
        with _limited():
            verdict = _verify(altered.pdf)
    except TooSlow:
        return _without_answer("slow", f"no answer within {LIMIT_S} s", altered, judges)
    except Exception as error:  # noqa: BLE001 - verify must not raise anything else, and here that is what is sought
        return _without_answer("crash", f"{type(error).__name__}: {error}", altered, judges)
    seconds = time.process_time() - started
    outcome = verdict.verdict
    finding = _changed(altered, verdict) or (_other_apart(altered, outcome, judges) if judges else "")
    return Judged("found" if finding else outcome, finding, seconds)


def _verify(pdf: bytes) -> Verdict:
    return verify(pdf, anchors(), None, LATER, fonts())


def _without_answer(kind: str, words: str, altered: Altered, judges: Judges | None) -> Judged:
    """A file that brings the verifier down here is a finding; say whether the process apart bore it."""
    apart = f"; apart: {_apart(altered.pdf, judges)}" if judges else ""
    return Judged(kind, f"{words}{apart}", LIMIT_S if kind == "slow" else 0.0)


def _changed(altered: Altered, verdict: Verdict) -> str:
    """Say what a file that is not refused shows or stores differently from its honest sibling.

    What is left to a person may store more, a field filled late; but then it says so, and shows it by that field alone,
    in whose box no signature says how anything looks.
    """
    if verdict.verdict == "refused":
        return ""
    honest = _verify(altered.original.pdf)
    stores_the_same = dict(honest.printed) == dict(verdict.printed)
    if verdict.verdict == "accepted" and not stores_the_same:
        return "accepted, and stores something else by our own reading"
    return _seen_differently(altered, verdict.verdict, _filled_late(verdict)) if stores_the_same else ""


def _filled_late(verdict: Verdict) -> tuple[Place, ...]:
    """Find the boxes of the fields that changed when nobody signed any more."""
    late = itertools.takewhile(lambda revision: not revision.field, reversed(verdict.revisions))
    return tuple(changed.place for revision in late for changed in revision.changed if changed.place is not None)


def _seen_differently(altered: Altered, verdict: str, late: tuple[Place, ...]) -> str:
    honest = see(altered.original.pdf, late)
    try:
        now = see(altered.pdf, late)
    except ValueError:
        return f"{verdict}, and PDFium cannot open it"
    parts = [name for name in ("pictures", "texts", "stored") if getattr(now, name) != getattr(honest, name)]
    return f"{verdict}, and differs in {', '.join(parts)}" if parts else ""


def _other_apart(altered: Altered, outcome: str, judges: Judges) -> str:
    apart = _apart(altered.pdf, judges)
    return "" if apart == outcome else f"here {outcome}, apart {apart}"


def _apart(pdf: bytes, judges: Judges) -> str:
    return judges.judge(pdf, anchors(), LATER).verdict


@contextmanager
def _limited() -> Iterator[None]:
    """Stop what runs after the limit of processor time; only the main thread of a process can."""
    before = signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, LIMIT_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _stop(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise TooSlow
