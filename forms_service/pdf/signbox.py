"""Signature boxes (签核栏): who signs, what was decided and why, and the place for the seal."""

from forms_service.domain.errors import ProblemsFound
from forms_service.domain.problem import Problem
from forms_service.domain.spec import FormSpec, Step
from forms_service.domain.widgets import decision_name, opinion_name, sign_name
from forms_service.pdf.cells import VALUE_SIZE, CellDrawing, inset
from forms_service.pdf.drawing import Frame, Place
from forms_service.pdf.fonts import Fonts
from forms_service.pdf.labels import set_label

_STRIP = 16.0
_DECISION = 15.0
_OPINION = 32.0
_LEAST_OPINION = 15.0
_LEAST_SEAL = 36.0
_LABEL = 24.0


def draw_sign_box(spec: FormSpec, step: Step, place: Place, fonts: Fonts) -> CellDrawing:
    """Draw a step's box: its role on top, decision and opinion where it decides, and the seal's place below.

    Raises ProblemsFound where the box is too low for them.
    """
    x0, y0, x1, y1 = place
    where = f"sign.{step.id}"
    opinion = _opinion_height(step, y1 - y0, where)
    head = (x0, y1 - _STRIP, x1, y1)
    words = set_label(step.sign, head, fonts, where, size=9.0, bold=True, lines=1)
    drawing = CellDrawing([Frame(*head, fill="tint"), Frame(*place), *words])
    top = y1 - _STRIP
    if step.decides:
        rows = ((decision_name(spec, step), "决定", _DECISION, 9.0), (opinion_name(spec, step), "意见", opinion, 8.0))
        for name, label, tall, size in rows:
            _draw_row(drawing, name, label, (x0, top - tall, x1, top), size, fonts)
            top -= tall
    drawing.boxes[sign_name(spec, step)] = (inset((x0, y0, x1, top)), VALUE_SIZE, "left")
    return drawing


def _opinion_height(step: Step, tall: float, where: str) -> float:
    rest = tall - _STRIP - _LEAST_SEAL - (_DECISION if step.decides else 0)
    if rest < (_LEAST_OPINION if step.decides else 0):
        say = f"「{step.name}」的签核栏太矮，放不下决定、意见与印章。请加高，如 x4。"
        raise ProblemsFound((Problem(where, "sign_box_too_low", say),))
    return min(_OPINION, rest)


def _draw_row(drawing: CellDrawing, name: str, label: str, place: Place, size: float, fonts: Fonts) -> None:
    x0, y0, x1, y1 = place
    head = (x0, y0, x0 + _LABEL, y1)
    drawing.marks += [
        Frame(*head, rule=0.4, fill="tint"),
        Frame(*place, rule=0.4),
        *set_label(label, head, fonts, name, size=7.5, lines=1),
    ]
    drawing.boxes[name] = (inset((x0 + _LABEL, y0, x1, y1)), size, "left")
