"""qpdf, through pikepdf: a reading of a PDF by a strict program, which is told to mend nothing."""

import io
import re
from collections.abc import Iterator

import pikepdf

from forms_service.pdf.pdfium import SecondReading

VERSION = str(pikepdf.__libqpdf_version__)
_DEEPEST = 20
_BUTTON, _SIGNATURE = "/Btn", "/Sig"
_HARMLESS = ("reported number of objects", "extraneous whitespace seen before xref")
_WHERE = re.compile(r"stream <[^<>]*>[ ,:]*")  # the object in memory, which is another one each time


def read_by_qpdf(data: bytes) -> SecondReading:
    """Read a PDF's pages and fields with qpdf; raises ValueError when it cannot without mending the file."""
    try:
        with pikepdf.open(io.BytesIO(data), attempt_recovery=False, suppress_warnings=True) as document:
            pages = len(document.pages)
            form = document.Root.get("/AcroForm")
            fields = form.get("/Fields") if isinstance(form, pikepdf.Dictionary) else None
            printed = dict(_fields(fields, "", None, None, 0))
            said = (_WHERE.sub("", str(warning)) for warning in document.get_warnings())
            complaints = [words for words in said if not any(harmless in words for harmless in _HARMLESS)]
    except (pikepdf.PdfError, TypeError, ValueError, KeyError, RecursionError) as error:
        raise ValueError(f"qpdf cannot read the file: {_WHERE.sub('', str(error))}") from error
    if complaints:
        raise ValueError(f"qpdf complains: {complaints[0]}")
    return SecondReading(pages, printed)


def _fields(found: object, prefix: str, kind: object, value: object, depth: int) -> Iterator[tuple[str, str | bool]]:
    if depth > _DEEPEST or not isinstance(found, pikepdf.Array):
        return
    for field in found:
        if not isinstance(field, pikepdf.Dictionary):
            continue
        name = ".".join(part for part in (prefix, str(field.get("/T", ""))) if part)
        own_kind, own_value = field.get("/FT", kind), field.get("/V", value)
        kids = field.get("/Kids")
        if isinstance(kids, pikepdf.Array) and any(isinstance(k, pikepdf.Dictionary) and "/T" in k for k in kids):
            yield from _fields(kids, name, own_kind, own_value, depth + 1)
        elif str(own_kind) != _SIGNATURE:
            yield name, _read(own_kind, own_value)


def _read(kind: object, value: object) -> str | bool:
    if str(kind) == _BUTTON:
        return isinstance(value, pikepdf.Name) and str(value) != "/Off"
    return str(value) if isinstance(value, pikepdf.String) else ""
