"""Pictures: pages of a file as they stood after each revision, small enough to travel in one report.

What is shown is taken for sound, so the pages of a refused file are crossed by red lines. Pages are drawn in a process
that stands apart.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from forms_service.domain.errors import Unreadable
from forms_service.pdf.read import page_png
from forms_service.signing.apart import Judges
from forms_service.signing.verdict import Verdict

MOST = 40
BUDGET = 3_000_000
COLOURS = 48
Draw = Callable[[bytes, int, int, int, bool], bytes | None]
"""Draws a page (from 0) of a PDF so many pixels wide in so many colours, struck through or not, as PNG; None for one
that cannot be drawn."""
_TALLEST = 5.0
"""The height, in widths, of a page that is still drawn: a page of one point's width would ask for gigabytes."""
_FAILURES = 3
_WIDTHS = ((6, 900), (14, 760), (MOST, 600))


@dataclass(frozen=True, slots=True)
class Sight:
    """A page to be drawn: of the file's first `length` bytes, the page from 1, `struck` through. `key` names it."""

    key: str
    revision: int
    length: int
    page: int
    struck: bool = False


def sights(verdict: Verdict) -> tuple[Sight, ...]:
    """List the pages worth seeing: all of the first signed revision, then those on which something changed."""
    return tuple(_sights(verdict))[:MOST]


def width_of(count: int) -> int:
    """Choose how wide so many pictures are drawn, in pixels."""
    return next(width for most, width in _WIDTHS if count <= most)


def draw(pdf: bytes, sight: Sight, width: int, by: Draw) -> bytes | None:
    """Let a page be drawn as it stood after its revision."""
    return by(pdf[: sight.length], sight.page - 1, width, COLOURS, sight.struck)


def draw_apart(judges: Judges) -> Draw:
    """Let pages be drawn in the processes in which files are judged; they raise Busy when too many are at it."""

    def by(pdf: bytes, page: int, width: int, colours: int, struck: bool) -> bytes | None:
        try:
            return judges.read(page_png, pdf, page, width, colours, struck=struck)
        except Unreadable:
            return None

    return by


def draw_all(pdf: bytes, chosen: Sequence[Sight], by: Draw) -> dict[str, bytes]:
    """Draw pages by their keys until the budget is spent; the newest come first, for they show the most.

    A few that cannot be drawn end it: a hostile page takes its ten seconds, and there may be forty of them.
    """
    width, spent, failed = width_of(len(chosen)), 0, 0
    drawn: dict[str, bytes] = {}
    for sight in reversed(chosen):
        picture = draw(pdf, sight, width, by)
        failed += picture is None
        if failed == _FAILURES:
            break
        if picture is not None and spent + len(picture) <= BUDGET:
            drawn[sight.key] = picture
            spent += len(picture)
    return drawn


def _sights(verdict: Verdict) -> Iterator[Sight]:
    shown, struck = False, verdict.verdict == "refused"
    for revision in verdict.revisions:
        last = revision.number == len(verdict.revisions)
        if not shown and (revision.field or last):
            pages: Sequence[int] = range(1, len(revision.pages) + 1)
        else:
            pages = sorted({change.place.page for change in revision.changed if change.place and shown})
        shown = shown or bool(pages)
        for page in (page for page in pages if revision.pages[page - 1] <= _TALLEST):
            yield Sight(f"{revision.number}-{page}", revision.number, revision.length, page, struck)
