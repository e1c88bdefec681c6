"""Page text as pypdf reads it: a program in another language by other hands, to hold against what PDFium reads."""

import io
import unicodedata
from collections import Counter
from collections.abc import Iterator

from pypdf import PdfReader, __version__, apply_configuration

VERSION = __version__
_MOST_TOKENS = 100_000  # of one page; pypdf takes some seconds for a million
_MOST_FORMS = 60
_MOST_BYTES = 1_000_000  # of all pages together


def page_texts_by_pypdf(data: bytes) -> tuple[str, ...]:
    """Read the text of each page, annotations left out.

    Raises ValueError when pypdf cannot, or when there is too much to read in the time that a verdict has.
    """
    try:
        with apply_configuration(
            stream_parsing_work_maximum_count=_MOST_TOKENS, xform_maximum_invocations_per_extraction=_MOST_FORMS
        ):
            return tuple(_texts(PdfReader(io.BytesIO(data))))
    except (MemoryError, _TooMuch):
        raise
    except Exception as error:  # pypdf raises whatever a file brings about: its own, zlib's, NotImplementedError
        raise ValueError("pypdf 读不出来") from error


class _TooMuch(ValueError):
    """Say that the pages hold more than there is time for."""


def _texts(reader: PdfReader) -> Iterator[str]:
    left = _MOST_BYTES
    for page in reader.pages:
        contents = page.get_contents()
        left -= len(contents.get_data()) if contents is not None else 0
        if left < 0:
            raise _TooMuch("页面的内容太多，来不及读两遍")
        yield page.extract_text()


def letters(text: str) -> Counter[str]:
    """Count a text's characters whatever their order and width: programs differ in how they part and join lines."""
    kept = (c for c in unicodedata.normalize("NFKC", text) if not c.isspace() and unicodedata.category(c)[0] != "C")
    return Counter(c for c in kept if c not in "-‐‑")
