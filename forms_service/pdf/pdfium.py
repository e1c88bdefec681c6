"""PDFium, the program inside Chromium: a second reading of a PDF, by other hands than ours or pyHanko's.

PDFium keeps global state and must not be entered by two threads: `PDFIUM` is held around every use of it.
"""

import ctypes
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pypdfium2 as pdfium
from pypdfium2 import raw

PDFIUM = threading.Lock()
_LONGEST = 65_536


@dataclass(frozen=True, slots=True)
class SecondReading:
    """What PDFium sees: how many pages, and what each field on them holds, signature boxes left out."""

    pages: int
    printed: Mapping[str, str | bool]


def read_by_pdfium(data: bytes) -> SecondReading:
    """Read a PDF's pages and fields with PDFium; raises ValueError when it cannot open the file."""
    with PDFIUM:
        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as error:
            raise ValueError("PDFium cannot open the file") from error
        try:
            document.init_forms()
            forms = document.formenv
            printed: dict[str, str | bool] = {}
            for number in range(len(document)) if forms else ():
                printed.update(_fields_on(document[number], forms))
            return SecondReading(len(document), printed)
        finally:
            document.close()


def _fields_on(page: pdfium.PdfPage, forms: pdfium.PdfFormEnv) -> Iterator[tuple[str, str | bool]]:
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        box = raw.FPDFPage_GetAnnot(page, index)
        if not box:
            continue
        try:
            kind = raw.FPDFAnnot_GetFormFieldType(forms, box)
            if kind in (raw.FPDF_FORMFIELD_UNKNOWN, -1, raw.FPDF_FORMFIELD_SIGNATURE):
                continue
            name = _text(raw.FPDFAnnot_GetFormFieldName, forms, box)
            ticked = kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON)
            value = bool(raw.FPDFAnnot_IsChecked(forms, box)) if ticked else _text(_VALUE, forms, box)
            yield name, value
        finally:
            raw.FPDFPage_CloseAnnot(box)


_VALUE = raw.FPDFAnnot_GetFormFieldValue


def _text(ask: Callable[..., int], forms: pdfium.PdfFormEnv, box: object) -> str:
    """Ask for a text twice: how long it is, then what it is (UTF-16LE, ended by a zero)."""
    size = ask(forms, box, None, 0)
    if not 2 <= size <= _LONGEST:
        return ""
    buffer = ctypes.create_string_buffer(size)
    ask(forms, box, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le")
