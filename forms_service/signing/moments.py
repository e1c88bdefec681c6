"""Moments: a form as it stands on its pages after one revision, widget by widget. It judges nothing.

moment = Moment(history, form)
moment.widgets(field)[0].page      # the page that lists it, from 0; None when no page does
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from forms_service.pdf.pdfium import Box
from forms_service.signing.form_view import FieldView, FormView
from forms_service.signing.page_tree import Sheet, sheets
from forms_service.signing.pages import pages_of
from forms_service.signing.rectangles import common, overlap, rectangle
from forms_service.signing.revisions import History
from forms_service.signing.syntax import PdfDict, PdfValue, Ref, Stream, same

INVISIBLE = 0b10_0010  # flags Hidden and NoView of ISO 32000-2, table 167
PRINTS = 0b100
_DRAWN_BY_THE_READER = frozenset({"/Popup", "/Link"})
_UNMOVED = (1, 0, 0, 1, 0, 0)
_SLACK = 2.0


@dataclass(frozen=True, slots=True)
class Widget:
    """A field's box on a page. `number` is None for a field that is no object of its own; `place` is its rectangle."""

    number: int | None
    dictionary: PdfDict
    page: int | None
    place: Box | None
    drawing: Stream | None
    listed: int

    @property
    def flags(self) -> int:
        """Its annotation flags."""
        found = self.dictionary.get("/F", 0)
        return found if isinstance(found, int) else 0

    @property
    def state(self) -> str:
        """The state that a button's box is in."""
        return str(self.dictionary.get("/AS", "/Off"))


class Moment:
    """A form as of one revision, in its file."""

    def __init__(self, history: History, form: FormView) -> None:
        self.history = history
        self.form = form
        self._drawn: dict[int, tuple[tuple[int, Box], ...]] = {}

    @property
    def revision(self) -> int:
        """The revision."""
        return self.form.revision

    @property
    def file(self) -> bytes:
        """The file as it ended with the revision."""
        return self.history.data[: self.history.revisions[self.revision].end]

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """The pages. Raises Malformed."""
        return sheets(self.history, self.revision)

    @cached_property
    def _listings(self) -> Mapping[int, tuple[int, ...]]:
        found: dict[int, list[int]] = {}
        for sheet in self.sheets:
            for number in sheet.annotations:
                found.setdefault(number, []).append(sheet.place)
        return {number: tuple(places) for number, places in found.items()}

    @cached_property
    def _shown(self) -> tuple[Box, ...]:
        return tuple(page.shows for page in pages_of(self.history, self.revision))

    def boxes(self, field: FieldView) -> tuple[PdfDict, ...]:
        """Return the dictionaries of a field's boxes, its own first."""
        others = (self.history.dictionary(Ref(number, 0), self.revision) for number in field.widgets)
        return tuple(others) or (field.dictionary,)

    def drawings(self, field: FieldView) -> tuple[Stream, ...]:
        """Return what a field's boxes show now: one drawing each, by their states."""
        return tuple(d for box in self.boxes(field) if (d := self.drawing(box)) is not None)

    def states(self, field: FieldView) -> frozenset[str]:
        """Name the states that a button's boxes are in."""
        return frozenset(str(box.get("/AS", "/Off")) for box in self.boxes(field)) - {"/Off"}

    def widgets(self, field: FieldView) -> tuple[Widget, ...]:
        """Return a field's boxes with the pages that list them. Raises Malformed."""
        numbers = field.widgets or (None,)
        return tuple(self.lying(n, box) for n, box in zip(numbers, self.boxes(field), strict=True))

    def lying(self, number: int | None, box: PdfDict) -> Widget:
        """Describe a box that lies on a page. Raises Malformed."""
        pages = self._listings.get(number, ()) if number is not None else ()
        place = rectangle(self.history, box, self.revision)
        return Widget(number, box, pages[0] if pages else None, place, self.drawing(box), len(pages))

    def drawing(self, box: PdfDict) -> Stream | None:
        """Return what a box shows now, by its state."""
        normal = self.history.resolve(self.history.dictionary(box.get("/AP"), self.revision).get("/N"), self.revision)
        if isinstance(normal, dict):
            normal = self.history.resolve(normal.get(str(box.get("/AS", "/Off"))), self.revision)
        return normal if isinstance(normal, Stream) else None

    def states_drawn(self, box: PdfDict) -> Mapping[str, PdfValue]:
        """Return how a button's box draws each of its states."""
        normal = self.history.resolve(self.history.dictionary(box.get("/AP"), self.revision).get("/N"), self.revision)
        found = normal if isinstance(normal, dict) else {}
        return {state: self.history.resolve(drawn, self.revision) for state, drawn in found.items()}

    def has_states(self, widget: Widget) -> bool:
        """Say whether a box is drawn by states, as only a button's should be."""
        looks = self.history.dictionary(widget.dictionary.get("/AP"), self.revision)
        return isinstance(self.history.resolve(looks.get("/N"), self.revision), dict)

    def other_looks(self, box: PdfDict) -> Mapping[str, PdfValue]:
        """Return how a box looks beneath the pointer (`/R`) and while it is pressed (`/D`), state by state."""
        looks = self.history.dictionary(box.get("/AP"), self.revision)
        found = {way: self.history.resolve(looks.get(way), self.revision) for way in ("/R", "/D")}
        whole = {way: value for way, value in found.items() if value is not None}
        return {way: self._settled(value) for way, value in whole.items()}

    def _settled(self, states: PdfValue) -> PdfValue:
        if not isinstance(states, dict):
            return states
        return {state: self.history.resolve(drawn, self.revision) for state, drawn in states.items()}

    def places_on(self, page: int) -> tuple[Box, ...]:
        """Return the rectangles of everything laid on a page."""
        found = (self._place_of(number) for number in self.sheets[page].annotations)
        return tuple(place for place in found if place is not None)

    def _place_of(self, number: int) -> Box | None:
        return rectangle(self.history, self.history.dictionary(Ref(number, 0), self.revision), self.revision)

    def is_framed(self, widget: Widget) -> bool:
        """Say whether a drawing fills its box corner to corner, neither moved, shrunk nor turned."""
        form = widget.drawing.dictionary if widget.drawing else {}
        frame = rectangle(self.history, {"/Rect": form.get("/BBox")}, self.revision)
        moved = form.get("/Matrix") is not None and not same(form["/Matrix"], _UNMOVED)
        if widget.place is None or frame is None or moved:
            return False
        sides = ((frame[n + 2] - frame[n], widget.place[n + 2] - widget.place[n]) for n in (0, 1))
        return all(abs(one - other) <= _SLACK for one, other in sides)

    def unseen(self, widget: Widget) -> str:
        """Say why nobody sees a box, whatever is drawn in it; "" when it can be seen."""
        if widget.page is None:
            return "没有一页列着它"
        if widget.flags & INVISIBLE:
            return "设成了隐藏"
        if widget.place is None:
            return "小得看不见"
        if not overlap(widget.place, self._shown[widget.page]):
            return "在页面之外"
        return "所在的图层是关着的" if self._is_off(widget.dictionary.get("/OC")) else ""

    def _is_off(self, layer: PdfValue) -> bool:
        """Say whether a layer is off when the file is opened (ISO 32000-2, 8.11.4.3)."""
        layers = self.history.dictionary(self.history.root(self.revision).get("/OCProperties"), self.revision)
        usual = self.history.dictionary(layers.get("/D"), self.revision)
        listed = "/ON" if usual.get("/BaseState") == "/OFF" else "/OFF"
        return layer is not None and (layer in self.history.array(usual.get(listed), self.revision)) == (
            listed == "/OFF"
        )

    def crowded(self, widget: Widget) -> bool:
        """Say whether something else that is drawn lies on the same place of the page."""
        if widget.page is None or widget.place is None:
            return False
        place, own = widget.place, widget.number
        return any(number != own and overlap(box, place) for number, box in self._drawn_on(widget.page))

    def _drawn_on(self, page: int) -> tuple[tuple[int, Box], ...]:
        """Number what is drawn on a page over it, with the place of each."""
        if page not in self._drawn:
            numbers = dict.fromkeys(self.sheets[page].annotations)
            found = ((number, self._drawn_at(number)) for number in numbers)
            self._drawn[page] = tuple((number, box) for number, box in found if box is not None)
        return self._drawn[page]

    def _drawn_at(self, number: int) -> Box | None:
        other = self.history.dictionary(Ref(number, 0), self.revision)
        flags = other.get("/F", 0)
        hidden = isinstance(flags, int) and bool(flags & INVISIBLE)
        if hidden or other.get("/Subtype") in _DRAWN_BY_THE_READER or not self._draws(other):
            return None
        return rectangle(self.history, other, self.revision)

    def _draws(self, annotation: PdfDict) -> bool:
        return annotation.get("/Subtype") != "/Widget" or self.drawing(annotation) is not None

    def is_cut(self, widget: Widget) -> bool:
        """Say whether a part of a box lies outside what its page shows."""
        if widget.page is None or widget.place is None:
            return False
        kept = common(widget.place, self._shown[widget.page])
        return any(abs(one - other) > _SLACK for one, other in zip(kept, widget.place, strict=True))

    def elsewhere(self, widget: Widget) -> bool:
        """Say whether a box names another page than the one that lists it, or several pages list it."""
        named = widget.dictionary.get("/P")
        here = self.sheets[widget.page].number if widget.page is not None else None
        return widget.listed > 1 or (isinstance(named, Ref) and here is not None and named.number != here)
