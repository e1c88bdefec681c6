"""Scenes: what a drawing laid down where and in what order, and which of its letters can be seen.

It knows letters, fills and strokes by their places and colours alone. What it calls hidden nobody sees; what it calls
odd it cannot tell.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from forms_service.pdf.pdfium import Box
from forms_service.signing.inks import PALE, UNSEEN, WHITE, Colour, contrast, over
from forms_service.signing.rectangles import common

Point = tuple[float, float]
_EDGE_PT = 4.0
_BACKGROUND = 0.5  # of the frame's area, or of its width in full: what a program paints before it writes
_TINY_PT, _SMALL_PT = 2.0, 4.0
_HEIGHT = 0.5  # ems from the base line: what small and capital letters alike take up
_MOST_PAIRS = 1_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """Letters in a row: the box from their base line up, what clips them, their ink (None: laid down in none)."""

    text: str
    box: Box
    clip: Box
    ink: Colour | None
    opaque: float
    turn: int

    @property
    def size(self) -> float:
        """The letters' size in points."""
        return self.box[3] - self.box[1]

    @property
    def core(self) -> Box:
        """The part of the box that every letter takes up."""
        left, low, right, _ = self.box
        return left, low + 0.05 * self.size, max(right, left + 0.1 * self.size), low + _HEIGHT * self.size


@dataclass(frozen=True, slots=True)
class Shape:
    """A path that was filled, or stroked `thick` points wide (0: filled)."""

    lines: tuple[tuple[Point, ...], ...]
    is_block: bool
    ink: Colour
    opaque: float
    turn: int
    clip: Box
    thick: float = 0.0

    @property
    def box(self) -> Box:
        """The box around it."""
        points = [point for line in self.lines for point in line]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return min(xs), min(ys), max(xs), max(ys)


@dataclass(slots=True)
class Scene:
    """Everything that a drawing laid down, and what was odd about how it did so; `is_lost` as in `Drawn`."""

    runs: list[Run] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    is_lost: bool = False

    def next_turn(self) -> int:
        """Number what is laid down next."""
        return len(self.runs) + len(self.shapes)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a drawing shows: its visible letters, why others are hidden, and why not all can be told.

    `on_paper` are the inks of letters that lie on whatever the page has beneath the field. `is_lost` says that places
    could not be followed, so that what is called hidden may be seen after all.
    """

    words: str
    hidden: str = ""
    odd: str = ""
    on_paper: tuple[Colour, ...] = ()
    is_lost: bool = False


def judge_scene(scene: Scene, frame: Box) -> Drawn:
    """Say what can be seen of a scene within its frame."""
    runs = [run for run in scene.runs if run.text.strip()]
    points = sum(len(line) for shape in scene.shapes for line in shape.lines)
    if len(runs) * points > _MOST_PAIRS:
        return Drawn("", odd="画的东西太多，没有逐一看", is_lost=True)
    doubts = [*scene.doubts, *_odd_shapes(scene, frame)]
    hidden: list[str] = []
    seen: list[Run] = []
    paper: list[Colour] = []
    for run in runs:
        fault, doubt = _look_at(scene, frame, run)
        hidden.extend([fault] if fault else [])
        doubts.extend([doubt] if doubt else [])
        if not fault:
            seen.append(run)
            if run.ink is not None and _ground(scene, run) is None:
                paper.append(run.ink)
    words, crowded = _read(seen)
    doubts.extend([crowded] if crowded else [])
    return Drawn(words, next(iter(hidden), ""), next(iter(doubts), ""), tuple(paper), scene.is_lost)


def _look_at(scene: Scene, frame: Box, run: Run) -> tuple[str, str]:
    """Say why letters are hidden, and why it cannot be told whether they are; "" for no reason."""
    if run.ink is None:
        return "字写成看不见的样子", ""
    if run.size < _TINY_PT:
        return "字小得看不见", ""
    kept = common(common(run.core, frame), run.clip)
    if _area(kept) < 0.5 * _area(_shortened(run.core, kept)):
        return "字写在看得见的范围之外", ""
    later = [shape for shape in scene.shapes if shape.turn > run.turn and _covers(shape, run)]
    if any(shape.is_block and shape.opaque > 0.5 for shape in later):
        return "字写了又被盖住", ""
    least = min(contrast(over(run.ink, run.opaque, ground), ground) for ground in _grounds(scene, run))
    if least < UNSEEN:
        return "字的颜色与底色分不出来", ""
    return "", next(_doubts(run, kept, later, least), "")


def _doubts(run: Run, kept: Box, later: list[Shape], least: float) -> Iterator[str]:
    if later:
        yield "字上面又画了东西"
    if least < PALE:
        yield "字的颜色太淡"
    if run.size < _SMALL_PT:
        yield "字太小"
    if run.core[2] - kept[2] > run.size or kept[0] - run.core[0] > run.size / 2:
        yield "字放不下，有一部分看不见"
    if kept[3] - kept[1] < 0.85 * (run.core[3] - run.core[1]):
        yield "字的上下被切掉了一部分"


def _shortened(core: Box, kept: Box) -> Box:
    """Leave out what runs over to the right: a text may be longer than its field, and is doubted for that alone."""
    return core[0], core[1], max(min(core[2], kept[2]), core[0] + 0.1), core[3]


def _grounds(scene: Scene, run: Run) -> Iterator[Colour]:
    """Yield the colours that may lie right under letters; a page is white until somebody looks."""
    for shape in reversed(scene.shapes):
        if shape.turn < run.turn and not shape.thick and shape.opaque > 0.05 and _area(common(shape.box, run.core)) > 0:
            yield over(shape.ink, shape.opaque, WHITE)
            if _is_ground(shape, run):
                return
    yield WHITE


def _ground(scene: Scene, run: Run) -> Shape | None:
    """Find what the drawing itself painted right under the whole of some letters."""
    earlier = (shape for shape in reversed(scene.shapes) if shape.turn < run.turn)
    return next((shape for shape in earlier if _is_ground(shape, run)), None)


def _is_ground(shape: Shape, run: Run) -> bool:
    within = common(common(shape.box, shape.clip), run.core)
    return shape.is_block and shape.opaque > 0.95 and _area(within) > 0.97 * _area(run.core)


def _covers(shape: Shape, run: Run) -> bool:
    """Say whether a shape lies over a part of some letters that would be missed."""
    if shape.thick:
        return any(_crosses(line, shape.thick, run.core) for line in shape.lines)
    return _area(common(common(shape.box, shape.clip), run.core)) > 0.1 * _area(run.core)


def _crosses(line: tuple[Point, ...], thick: float, core: Box) -> bool:
    """Say whether a stroke goes through letters, as far as the boxes around its straight pieces tell."""
    half = thick / 2
    for (x1, y1), (x2, y2) in pairwise(line):
        piece = (min(x1, x2) - half, min(y1, y2) - half, max(x1, x2) + half, max(y1, y2) + half)
        if _area(common(piece, core)) > 0:
            return True
    return False


def _odd_shapes(scene: Scene, frame: Box) -> Iterator[str]:
    """Doubt shapes that are neither a background nor a border: they may be letters, or strike some out."""
    for shape in scene.shapes:
        rim = all(_near_edge(point, frame) for line in shape.lines for point in line)
        if shape.thick and (shape.thick > _EDGE_PT or not rim):
            yield "除了字还画了线条"
        elif shape.thick and any(_covers(shape, run) for run in scene.runs if run.text.strip()):
            yield "字上画了线"
        elif not shape.thick and not rim and not (shape.is_block and _is_background(shape, frame)):
            yield "除了字还画了别的图形"


def _is_background(shape: Shape, frame: Box) -> bool:
    wide = shape.box[2] - shape.box[0] > 0.8 * (frame[2] - frame[0])
    return _area(common(shape.box, frame)) > _BACKGROUND * _area(frame) or (wide and shape.opaque > 0)


def _near_edge(point: Point, frame: Box) -> bool:
    x, y = point
    return min(abs(x - frame[0]), abs(x - frame[2]), abs(y - frame[1]), abs(y - frame[3])) <= _EDGE_PT


def _read(runs: list[Run]) -> tuple[str, str]:
    """Read letters as an eye does, line by line from the left; and say whether some lie on one another."""
    lines: list[list[Run]] = []
    for run in sorted(runs, key=lambda one: -one.box[1]):
        if lines and lines[-1][0].box[1] - run.box[1] < 0.4 * max(run.size, lines[-1][0].size):
            lines[-1].append(run)
        else:
            lines.append([run])
    ordered = [sorted(line, key=lambda one: one.box[0]) for line in lines]
    crowded = any(two.box[0] < one.box[2] - 0.35 * one.size for line in ordered for one, two in pairwise(line))
    return "".join(run.text for line in ordered for run in line), "字叠在一起" if crowded else ""


def _area(box: Box) -> float:
    return max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0)
