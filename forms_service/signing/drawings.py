"""Drawings: what a field's appearance shows, read stroke by stroke where it is drawn as programs commonly draw.

found = read_drawing(history, stream, revision)
found.words      # the letters that can be seen, in the order in which they stand
found.hidden     # why letters that are written cannot be seen, "" when all can
found.odd        # why it cannot be told from the strokes alone, "" when it can

Common is: letters of a standard font, upright, in a plain colour, over a background and inside a frame. Whatever else a
drawing does is odd; then another program has to look.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from forms_service.signing.brushes import EVERYWHERE, TURNED, Brush, numbers
from forms_service.signing.content import operations
from forms_service.signing.crossrefs import inflate
from forms_service.signing.letters import Letters, read_letters
from forms_service.signing.rectangles import rectangle
from forms_service.signing.revisions import History
from forms_service.signing.scenes import Drawn, Run, judge_scene
from forms_service.signing.syntax import Malformed, PdfValue, Stream

_UNSEEN_MODES = (3, 7)
_FILLED_AND_DRAWN = 2
_BOLDEST = 0.08  # of a letter's size
_NARROWEST, _WIDEST = 0.5, 2.0
_LONGEST, _LONGEST_OF_ALL = 1_000_000, 3_000_000  # bytes


class Reader:
    """Reads a file's drawings, each once, and no more of them than there is time for."""

    def __init__(self) -> None:
        self._read: dict[tuple[int, int], Drawn] = {}
        self._left = _LONGEST_OF_ALL

    @property
    def is_tired(self) -> bool:
        """Say whether it reads no further drawing."""
        return self._left <= 0

    def read(self, history: History, drawing: Stream, revision: int) -> Drawn:
        """Read a drawing. One that cannot be read, or comes too late, is odd."""
        key = (id(drawing), revision)  # a file's history keeps every stream as long as it lives
        if key not in self._read:
            if self.is_tired:
                return Drawn("", odd="画的东西太多，没有逐一看", is_lost=True)
            self._left -= _size(drawing)
            self._read[key] = read_drawing(history, drawing, revision)
        return self._read[key]


def _size(drawing: Stream) -> int:
    try:
        return len(inflate(drawing))
    except Malformed:
        return len(drawing.raw)


def read_drawing(history: History, drawing: Stream, revision: int) -> Drawn:
    """Read a drawing. One that cannot be read is odd."""
    pen = _Pen(history, drawing, revision)
    try:
        content = inflate(drawing)
        for operator, operands in operations(content) if len(content) <= _LONGEST else ():
            pen.do(operator, operands)
    except Malformed:
        content = b""
        pen.lose("画法读不下去")
    if len(content) > _LONGEST:
        pen.lose("画法太长，没有逐笔读")
    frame = rectangle(history, {"/Rect": drawing.dictionary.get("/BBox")}, revision)
    if frame is None:
        pen.lose("没有写明画在多大的框里")
    return judge_scene(pen.scene, frame or EVERYWHERE)


class _Pen(Brush):
    """Writes, and paints besides."""

    def __init__(self, history: History, drawing: Stream, revision: int) -> None:
        super().__init__(history, drawing, revision)
        self._line = self._pen = (0.0, 0.0)
        self._grid = (1.0, 1.0)
        self._fonts: dict[str, Letters] = {}

    def do(self, operator: str, operands: tuple[PdfValue, ...]) -> None:
        """Do one operation."""
        known = _OPERATORS.get(operator)
        if known is None:
            if operator not in _WITHOUT_TRACE:
                self.note("画法不常见")
            return
        known(self, operands)

    def begin_text(self, _: tuple[PdfValue, ...]) -> None:
        if self._path.lines:  # some programs write `W` without `n` before their text
            self.paint()
        self._line = self._pen = (0.0, 0.0)
        self._grid = (1.0, 1.0)

    def choose_font(self, operands: tuple[PdfValue, ...]) -> None:
        name = str(operands[0]) if operands else ""
        if name not in self._fonts:
            self._fonts[name] = self._find_font(name)
        size = numbers(operands[1:], 1)[0]
        self._state = replace(self._state, letters=self._fonts[name], size=size)

    def _find_font(self, name: str) -> Letters:
        fonts = self._history.dictionary(self._resources.get("/Font"), self._revision)
        if name not in fonts:
            return Letters("用的字体没有写明，各种程序会各画各的", "Helvetica")
        return read_letters(self._history, fonts[name], self._revision)

    def set_grid(self, operands: tuple[PdfValue, ...]) -> None:
        a, b, c, d, e, f = numbers(operands, 6)
        if b or c or a <= 0 or d <= 0:
            self.lose(TURNED)
        self._grid = (a, d)
        self._line = self._pen = (e, f)

    def move_line(self, operands: tuple[PdfValue, ...], *, leads: bool = False) -> None:
        x, y = numbers(operands, 2)
        if leads:
            self._state = replace(self._state, leading=-y)
        self._line = self._pen = (self._line[0] + x * self._grid[0], self._line[1] + y * self._grid[1])

    def next_line(self, _: tuple[PdfValue, ...] = ()) -> None:
        self.move_line((0.0, -self._state.leading))

    def show_on_next_line(self, operands: tuple[PdfValue, ...]) -> None:
        if len(operands) == 3:
            self.set_number(operands[:1], "word_spread")
            self.set_number(operands[1:2], "spread")
        self.next_line()
        self.show(operands[-1:])

    def show(self, operands: tuple[PdfValue, ...]) -> None:
        parts = operands[0] if operands and isinstance(operands[0], tuple) else operands
        for part in parts:
            if isinstance(part, bytes):
                self._show(part)
            elif isinstance(part, int | float):
                step = -part / 1000 * self._state.size * self._state.stretch * self._grid[0]
                self._pen = (self._pen[0] + step, self._pen[1])

    def _show(self, codes: bytes) -> None:
        state, start = self._state, self._pen
        letters = state.letters or Letters("没有说用什么字体", "Helvetica")
        if letters.doubt and codes.strip():
            self.note(letters.doubt)
        if letters.odd_widths(codes) or self._is_oddly_set():
            self.note("字的宽窄或间距不寻常")
        if letters.odd_names(codes):
            self.note("字体里的字名不是各种程序都认得")
        read = letters.read(codes)
        spaced = sum(one.width * state.size + state.spread + state.word_spread * one.is_space for one in read)
        end = start[0] + spaced * state.stretch * self._grid[0]
        self._pen = (end, start[1])
        low = start[1] + state.rise * self._grid[1]
        left, bottom = self._placed(start[0], low)
        right, top = self._placed(end, low + state.size * self._grid[1])
        text = "".join(one.text for one in read)
        if text.strip() and not self._is_plainly_inked():
            self.note("字只画了轮廓、描了粗边，或用来裁切")
        ink = None if state.mode in _UNSEEN_MODES else state.fill
        turn = self.scene.next_turn()
        self.scene.runs.append(Run(text, (left, bottom, right, top), state.clip, ink, state.opaque, turn))

    def _is_oddly_set(self) -> bool:
        """Say whether letters would stand over or far from one another, be turned round, or hardly be any."""
        state = self._state
        close = min(state.spread, state.word_spread) < -state.size / 5
        return state.size <= 0 or close or not _NARROWEST <= state.stretch <= _WIDEST

    def _is_plainly_inked(self) -> bool:
        """Say whether letters are filled, and at most made bolder by a fine line of the same ink around them."""
        state = self._state
        if state.mode == _FILLED_AND_DRAWN:
            return state.stroke == state.fill and state.thick <= _BOLDEST * state.size * self._grid[1]
        return state.mode in (0, *_UNSEEN_MODES)


_WITHOUT_TRACE = frozenset(("BMC", "EMC", "MP", "d", "J", "j", "M", "i", "ri", "BX", "EX", "ET"))
_OPERATORS: Mapping[str, Callable[[_Pen, tuple[PdfValue, ...]], None]] = MappingProxyType(
    {
        "q": _Pen.save,
        "Q": _Pen.restore,
        "cm": _Pen.move_all,
        "gs": _Pen.set_state,
        "BDC": _Pen.mark,
        **dict.fromkeys(("cs", "CS"), _Pen.choose_space),
        **dict.fromkeys(("g", "rg", "k", "sc", "scn"), _Pen.colour),
        **dict.fromkeys(("G", "RG", "K", "SC", "SCN"), lambda pen, given: pen.colour(given, strokes=True)),
        "w": lambda pen, given: pen.set_number(given, "thick"),
        "m": _Pen.start_line,
        "l": _Pen.add_point,
        "re": _Pen.add_rectangle,
        **dict.fromkeys(("c", "v", "y"), _Pen.add_curve),
        "h": _Pen.close_line,
        **dict.fromkeys(("W", "W*"), _Pen.clip),
        "n": lambda pen, _: pen.paint(),
        "f*": _Pen.frame,
        **dict.fromkeys(("f", "F"), lambda pen, _: pen.paint(fills=True)),
        "S": lambda pen, _: pen.paint(strokes=True),
        "s": lambda pen, _: pen.paint(strokes=True, closes=True),
        **dict.fromkeys(("B", "B*"), lambda pen, _: pen.paint(fills=True, strokes=True)),
        **dict.fromkeys(("b", "b*"), lambda pen, _: pen.paint(fills=True, strokes=True, closes=True)),
        "BT": _Pen.begin_text,
        "Tf": _Pen.choose_font,
        "Tc": lambda pen, given: pen.set_number(given, "spread"),
        "Tw": lambda pen, given: pen.set_number(given, "word_spread"),
        "Tz": lambda pen, given: pen.set_number(given, "stretch", 0.01),
        "TL": lambda pen, given: pen.set_number(given, "leading"),
        "Ts": lambda pen, given: pen.set_number(given, "rise"),
        "Tr": _Pen.set_mode,
        "Td": _Pen.move_line,
        "TD": lambda pen, given: pen.move_line(given, leads=True),
        "Tm": _Pen.set_grid,
        "T*": _Pen.next_line,
        **dict.fromkeys(("Tj", "TJ"), _Pen.show),
        **dict.fromkeys(("'", '"'), _Pen.show_on_next_line),
    }
)
