"""A field as it stands in a file: its box, and the words by which its value is shown."""

from pyhanko.pdf_utils import generic

from forms_service.domain.widgets import WidgetKind
from forms_service.pdf.box import Align, Box

_MULTILINE = 1 << 12
_ALIGNMENTS: tuple[Align, ...] = ("left", "center", "right")


def box_of(field: generic.DictionaryObject) -> Box:
    """Read a field's box out of its own dictionary; the page is not known and given as 0."""
    x0, y0, x1, y1 = (float(value) for value in field["/Rect"])
    multiline = bool(int(field.get("/Ff", 0)) & _MULTILINE)
    kind: WidgetKind = "longtext" if multiline else "text"
    size = float(str(field["/DA"]).split(" Tf", maxsplit=1)[0].split()[-1]) if "/DA" in field else 0.0
    return Box(str(field["/T"]), 0, x0, y0, x1, y1, kind, size, _ALIGNMENTS[int(field.get("/Q", 0))])


def words_for(field: generic.DictionaryObject, value: str) -> str:
    """Return the words that show a value: of a choice the option's label, of any other field the value itself.

    Raises ValueError for a value that is none of a choice's options.
    """
    if field["/FT"] != "/Ch" or value == "":
        return value
    labels = {str(option[0]): str(option[1]) for option in field["/Opt"]}
    if value not in labels:
        raise ValueError(f"{field['/T']} has no option {value}")
    return labels[value]
