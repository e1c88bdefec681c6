"""What stands in a document's fields, as stock pyHanko reads it: beside our own reading of it."""

import io

from pyhanko.pdf_utils.reader import PdfFileReader


def read_printed(data: bytes) -> dict[str, str | bool]:
    """Return what every text field holds and whether every checkbox is ticked, by field name."""
    printed: dict[str, str | bool] = {}
    for reference in PdfFileReader(io.BytesIO(data)).root["/AcroForm"]["/Fields"]:
        field = reference.get_object()
        if field["/FT"] == "/Btn":
            printed[str(field["/T"])] = field.get("/V", "/Off") == "/Yes"
        elif field["/FT"] != "/Sig":
            printed[str(field["/T"])] = str(field.get("/V", ""))
    return printed
