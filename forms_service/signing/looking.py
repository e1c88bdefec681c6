"""Looking: what PDFium shows where a field stands, for drawings that their strokes alone do not explain.

A page is drawn once a revision, whatever the number of its fields; after so many pages nobody looks any more.
"""

from collections.abc import Callable, Mapping, Sequence

from forms_service.pdf.pdfium import Box, Face, faces, papers
from forms_service.signing.drawings import Reader
from forms_service.signing.inks import PALE, UNSEEN, Colour, contrast
from forms_service.signing.moments import Moment, Widget
from forms_service.signing.syntax import Malformed

_MOST_LOOKS = 60
_MOST_AREA = 3_000_000  # square points to look at at once: six pages' worth
_LEAST_CONTRAST = 16  # greys between letters and their ground
_MUCH, _SOME = 0.5, 0.15  # of the ground
_ANY_REVISION = -1
_Look = Callable[[bytes, int, Sequence[Box]], tuple[Face, ...]]


class Looker:
    """Looks at pages, and keeps what it saw; its reader reads drawings without looking."""

    def __init__(self) -> None:
        self.reader = Reader()
        self._seen: dict[tuple[int, int], Mapping[Box, Face]] = {}
        self._looks = 0

    def face(self, moment: Moment, widget: Widget) -> Face | None:
        """Look at a box, annotations included; None when too many pages were looked at. Raises Malformed."""
        return self._look((moment.revision, widget.page or 0), moment, widget, faces)

    def paper(self, moment: Moment, widget: Widget) -> Face | None:
        """Look at what the page has beneath a box; no revision may change that. Raises Malformed."""
        return self._look((_ANY_REVISION, widget.page or 0), moment, widget, papers)

    def _look(self, key: tuple[int, int], moment: Moment, widget: Widget, look: _Look) -> Face | None:
        if widget.place is None or widget.page is None:
            return None
        if widget.place not in self._seen.get(key, {}):
            if self._looks >= _MOST_LOOKS:
                return None
            self._looks += 1
            places = _as_fit((widget.place, *moment.places_on(widget.page)))
            try:
                found = look(moment.file, widget.page, places)
            except ValueError as error:
                raise Malformed("PDFium 打不开签章时的版本", check=9) from error
            self._seen[key] = {**self._seen.get(key, {}), **dict(zip(places, found, strict=True))}
        return self._seen[key][widget.place]


def _as_fit(places: tuple[Box, ...]) -> tuple[Box, ...]:
    """Take the first of some boxes, and of the others as many as there is room to keep."""
    taken: dict[Box, None] = {}
    area = 0.0
    for place in places:
        area += (place[2] - place[0]) * (place[3] - place[1])
        if not taken or area <= _MOST_AREA:
            taken[place] = None
    return tuple(taken)


def stands_out(face: Face) -> bool:
    """Say whether anything can be told from its ground in what was looked at."""
    return bool(face.dots) and max(face.dots) - min(face.dots) >= _LEAST_CONTRAST


def lost_on(paper: Face, ink: Colour) -> tuple[bool, bool]:
    """Say whether nobody could see an ink on a paper, and whether it is hard to see on a good part of it."""
    shades = {grey: contrast(ink, (grey / 255,) * 3) for grey in set(paper.dots)}
    lost, pale = ({grey for grey, told in shades.items() if told < least} for least in (UNSEEN, PALE))
    return _share(paper.dots, lost) > _MUCH, _share(paper.dots, pale) > _SOME


def _share(dots: bytes, greys: set[int]) -> float:
    return sum(dots.count(grey) for grey in greys) / len(dots) if dots else 0.0
