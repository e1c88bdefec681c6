"""Brushes: the half of a drawing that is no text: a painter's state, the paths that it fills, strokes and clips to.

What is not common is noted as odd; nothing is drawn.
"""

from dataclasses import dataclass, field, replace

from forms_service.pdf.pdfium import Box
from forms_service.signing.inks import BLACK, Colour, colour_of
from forms_service.signing.letters import Letters
from forms_service.signing.rectangles import common
from forms_service.signing.revisions import History
from forms_service.signing.scenes import Point, Scene, Shape
from forms_service.signing.syntax import Malformed, PdfValue, Stream

_FORM_KEYS = frozenset(("/Type", "/Subtype", "/FormType", "/BBox", "/Matrix", "/Resources", "/Name"))
_PLAIN_KEYS = _FORM_KEYS | {"/Length", "/Filter", "/DecodeParms", "/LastModified", "/StructParent", "/StructParents"}
_PLAIN_STATE = frozenset(
    ("/Type", "/LW", "/LC", "/LJ", "/ML", "/D", "/RI", "/OP", "/op", "/OPM", "/SA", "/AIS", "/FL", "/SM", "/TK")
)
_DEVICE = frozenset(("/DeviceGray", "/DeviceRGB", "/DeviceCMYK"))
EVERYWHERE: Box = (-1e9, -1e9, 1e9, 1e9)
_STRANGE_COLOUR = "用了不常见的颜色"
TURNED = "字是转过或倒过来画的"
_FAR = 1e6
_HAIR_PT = 0.1


@dataclass(frozen=True, slots=True)
class State:
    """A painter's state. `at` scales and moves: across, down, right, up. `letters` is None before a font is chosen."""

    at: Box = (1.0, 1.0, 0.0, 0.0)
    clip: Box = EVERYWHERE
    fill: Colour = BLACK
    stroke: Colour = BLACK
    thick: float = 1.0
    opaque: float = 1.0
    letters: Letters | None = None
    size: float = 0.0
    spread: float = 0.0
    word_spread: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0


@dataclass(slots=True)
class Path:
    """A path under way: its lines, whether it is one rectangle, and whether it will clip."""

    lines: list[list[Point]] = field(default_factory=list)
    is_block: bool = False
    clips: bool = False


class Brush:
    """Follows a drawing's operations and notes what was laid down where, in what order."""

    def __init__(self, history: History, drawing: Stream, revision: int) -> None:
        self._history = history
        self._revision = revision
        self._resources = history.dictionary(drawing.dictionary.get("/Resources"), revision)
        self._state = State()
        self._saved: list[State] = []
        self._path = Path()
        self.scene = Scene()
        if drawing.dictionary.keys() - _PLAIN_KEYS:
            self.note("画法带有不常见的设定")
        spaces = history.dictionary(self._resources.get("/ColorSpace"), revision)
        if any(key.startswith("/Default") for key in spaces):
            self.note(_STRANGE_COLOUR)

    def note(self, doubt: str) -> None:
        """Note why the strokes alone do not tell what is seen."""
        self.scene.doubts.append(doubt)

    def lose(self, doubt: str) -> None:
        """Note that places can no longer be followed."""
        self.scene.is_lost = True
        self.note(doubt)

    def save(self, _: tuple[PdfValue, ...]) -> None:
        """Keep the state (`q`)."""
        self._saved.append(self._state)

    def restore(self, _: tuple[PdfValue, ...]) -> None:
        """Go back to the state kept last (`Q`)."""
        if self._saved:
            self._state = self._saved.pop()

    def move_all(self, operands: tuple[PdfValue, ...]) -> None:
        """Scale and move everything that follows (`cm`)."""
        a, b, c, d, e, f = numbers(operands, 6)
        if b or c or a <= 0 or d <= 0:
            self.lose(TURNED)
        across, down, right, up = self._state.at
        self._state = replace(self._state, at=(across * a, down * d, right + across * e, up + down * f))

    def set_state(self, operands: tuple[PdfValue, ...]) -> None:
        """Take up a named state (`gs`): how opaque the ink is, and nothing else that would show."""
        states = self._history.dictionary(self._resources.get("/ExtGState"), self._revision)
        named = self._history.dictionary(states.get(str(operands[0])) if operands else None, self._revision)
        opaque = self._history.resolve(named.get("/ca", 1.0), self._revision)
        if named.keys() - _PLAIN_STATE - {"/ca", "/CA"} or not isinstance(opaque, int | float):
            self.note("画法带有不常见的设定（ExtGState）")
            return
        self._state = replace(self._state, opaque=float(opaque) if "/ca" in named else self._state.opaque)

    def mark(self, operands: tuple[PdfValue, ...]) -> None:
        """Begin marked content; a layer may be switched off by the reader, or was when the file came."""
        if operands[:1] == ("/OC",):
            self.note("画在可以关掉的图层里")

    def choose_space(self, operands: tuple[PdfValue, ...]) -> None:
        """Choose a colour space (`cs`)."""
        if not operands or operands[0] not in _DEVICE:
            self.note(_STRANGE_COLOUR)

    def colour(self, operands: tuple[PdfValue, ...], *, strokes: bool = False) -> None:
        """Choose an ink for filling, or for strokes."""
        found = colour_of(operands)
        if found is None:
            self.note(_STRANGE_COLOUR)
        elif strokes:
            self._state = replace(self._state, stroke=found)
        else:
            self._state = replace(self._state, fill=found)

    def set_number(self, operands: tuple[PdfValue, ...], key: str, scale: float = 1.0) -> None:
        """Set one number of the state."""
        (number,) = numbers(operands, 1)
        self._state = replace(self._state, **{key: number * scale})  # type: ignore[arg-type]  # all are numbers

    def set_mode(self, operands: tuple[PdfValue, ...]) -> None:
        """Choose how letters are laid down (`Tr`)."""
        self._state = replace(self._state, mode=int(numbers(operands, 1)[0]))

    def start_line(self, operands: tuple[PdfValue, ...]) -> None:
        """Start a line (`m`)."""
        self._path.lines.append([self._placed(*numbers(operands, 2))])
        self._path.is_block = False

    def add_point(self, operands: tuple[PdfValue, ...]) -> None:
        """Go on to a point (`l`)."""
        if not self._path.lines:
            raise Malformed("画线没有起点", check=9)
        self._path.lines[-1].append(self._placed(*numbers(operands, 2)))

    def add_rectangle(self, operands: tuple[PdfValue, ...]) -> None:
        """Add a rectangle (`re`)."""
        x, y, width, height = numbers(operands, 4)
        corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y))
        self._path.is_block = not self._path.lines
        self._path.lines.append([self._placed(*corner) for corner in corners])

    def add_curve(self, operands: tuple[PdfValue, ...]) -> None:
        """Add a curve, of which only the end is kept."""
        self.note("画了曲线")
        self.add_point(operands[-2:])

    def close_line(self, _: tuple[PdfValue, ...] = ()) -> None:
        """Close the line (`h`)."""
        if self._path.lines:
            self._path.lines[-1].append(self._path.lines[-1][0])

    def clip(self, _: tuple[PdfValue, ...]) -> None:
        """Let the path clip what follows, once it ends (`W`)."""
        self._path.clips = True

    def paint(self, *, fills: bool = False, strokes: bool = False, closes: bool = False) -> None:
        """End a path: fill it, stroke it, clip to it, or let it go."""
        if closes:
            self.close_line()
        path, self._path = self._path, Path()
        if fills:
            self._lay(path, self._state.fill, 0.0)
        if strokes:
            self._lay(path, self._state.stroke, max(self._state.thick * max(self._state.at[:2]), _HAIR_PT))
        if path.clips and path.lines:
            self._clip_to(path)

    def frame(self, _: tuple[PdfValue, ...]) -> None:
        """Fill what lies between two rectangles, as PDFium draws borders; any other path is filled as ever."""
        if [len(line) for line in self._path.lines] == [5, 5]:
            (outer, inner), self._path = self._path.lines, Path()
            pairs = list(zip(outer, inner, strict=True))
            gap = max(max(abs(one[0] - two[0]), abs(one[1] - two[1])) for one, two in pairs)
            between = [((one[0] + two[0]) / 2, (one[1] + two[1]) / 2) for one, two in pairs]
            self._lay(Path([between]), self._state.fill, gap)
        else:
            self.paint(fills=True)

    def _lay(self, path: Path, ink: Colour, thick: float) -> None:
        if path.lines:
            lines = tuple(tuple(line) for line in path.lines)
            opaque, turn, clip = self._state.opaque, self.scene.next_turn(), self._state.clip
            self.scene.shapes.append(Shape(lines, path.is_block and not thick, ink, opaque, turn, clip, thick))

    def _clip_to(self, path: Path) -> None:
        if not path.is_block:
            self.note("裁切的形状不常见")
            return
        xs, ys = ([point[axis] for point in path.lines[0]] for axis in (0, 1))
        kept = common(self._state.clip, (min(xs), min(ys), max(xs), max(ys)))
        self._state = replace(self._state, clip=kept)

    def _placed(self, x: float, y: float) -> Point:
        across, down, right, up = self._state.at
        return right + x * across, up + y * down


def numbers(operands: tuple[PdfValue, ...], count: int) -> tuple[float, ...]:
    """Take the numbers that an operator stands behind. Raises Malformed for any other number of them."""
    found = tuple(float(one) for one in operands if isinstance(one, int | float) and not isinstance(one, bool))
    if len(found) != count or len(operands) != count or not all(abs(one) < _FAR for one in found):
        raise Malformed("画法里的数字不对", check=9)
    return found
