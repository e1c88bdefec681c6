"""Brought files: a form as some other program saved it, read for what stands in its fields and for nothing else.

Such a file proves nothing. Programs that rewrite a file lose its signatures; what was typed into it is still there.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass

import pypdf
from pypdf.errors import PyPdfError

from forms_service.domain.errors import Unreadable
from forms_service.domain.widgets import DOCUMENT_ID

_MOST_FIELDS = 20_000


@dataclass(frozen=True, slots=True)
class BroughtFile:
    """What stands in a file: its text fields and ticks by name, and which signature boxes are filled."""

    encrypted: bool
    printed: Mapping[str, str | bool]
    signed: frozenset[str]

    @property
    def document_id(self) -> str:
        """The id that it bears in its own field, "" for what is no document of ours. It is the file's word only."""
        return str(self.printed.get(DOCUMENT_ID, ""))


def read_brought(data: bytes) -> BroughtFile:
    """Read a file that anybody may have written; an encrypted one is not looked into. Raises Unreadable."""
    if not data.lstrip()[:5] == b"%PDF-":
        raise Unreadable("这不是 PDF 文件。请选择用您自己的程序签好、存好的那一份 PDF。")
    try:
        return _read(pypdf.PdfReader(io.BytesIO(data)))
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError) as error:
        raise Unreadable("这份 PDF 读不出来：文件不完整，或已损坏。请重新存一次，再送上来。") from error


def _read(reader: pypdf.PdfReader) -> BroughtFile:
    if reader.is_encrypted:
        return BroughtFile(encrypted=True, printed={}, signed=frozenset())
    fields = {str(name): field for name, field in (reader.get_fields() or {}).items()}  # plain text, not pypdf's own
    if len(fields) > _MOST_FIELDS:
        raise ValueError(f"{len(fields)} fields")
    printed: dict[str, str | bool] = {}
    signed: set[str] = set()
    for name, field in fields.items():
        kind, value = field.get("/FT"), field.get("/V")
        if kind == "/Btn":
            printed[name] = value not in (None, "/Off")
        elif kind == "/Sig" and value is not None:
            signed.add(name)
        elif kind in ("/Tx", "/Ch"):
            printed[name] = "" if value is None else _plain(str(value))
    return BroughtFile(encrypted=False, printed=printed, signed=frozenset(signed))


def _plain(text: str) -> str:
    """Give a text the line ends that are printed: some programs write carriage returns."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
