"""Inks: the plain colours of a drawing, and whether one can be told from another on which it lies."""

from forms_service.signing.syntax import PdfValue

Colour = tuple[float, float, float]
"""Red, green and blue, from 0 to 1."""

BLACK: Colour = (0.0, 0.0, 0.0)
WHITE: Colour = (1.0, 1.0, 1.0)
UNSEEN, PALE = 1.15, 1.6
"""Contrasts (WCAG 2.2) below which nobody sees a letter, and below which somebody should look."""


def colour_of(operands: tuple[PdfValue, ...]) -> Colour | None:
    """Read a colour by how many parts it has: grey, red-green-blue, or inks. None for any other, a pattern say."""
    parts = [min(max(float(part), 0.0), 1.0) for part in operands if isinstance(part, int | float)]
    if len(parts) != len(operands) or len(parts) not in (1, 3, 4):
        return None
    if len(parts) == 4:
        *inks, black = parts
        red, green, blue = ((1 - ink) * (1 - black) for ink in inks)
        return red, green, blue
    return (parts[0],) * 3 if len(parts) == 1 else (parts[0], parts[1], parts[2])


def over(ink: Colour, opaque: float, ground: Colour) -> Colour:
    """Say what colour an ink has that lets some of the ground through."""
    red, green, blue = (one * opaque + other * (1 - opaque) for one, other in zip(ink, ground, strict=True))
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    """Measure how well two colours can be told apart: 1 not at all, 21 black on white (WCAG 2.2)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
