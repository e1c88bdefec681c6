"""Page text as pypdf reads it: a program in another language by other hands, to hold against what PDFium reads."""

import io
import unicodedata
from collections import Counter

from pypdf import PdfReader, __version__

VERSION = __version__


def page_texts_by_pypdf(data: bytes) -> tuple[str, ...]:
    """Read the text of each page, annotations left out; raises ValueError when pypdf cannot."""
    try:
        return tuple(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    except MemoryError:
        raise
    except Exception as error:  # pypdf raises whatever a file brings about: its own, zlib's, NotImplementedError
        raise ValueError("pypdf cannot read the text") from error


def letters(text: str) -> Counter[str]:
    """Count a text's characters whatever their order and width: programs differ in how they part and join lines."""
    kept = (c for c in unicodedata.normalize("NFKC", text) if not c.isspace() and unicodedata.category(c)[0] != "C")
    return Counter(c for c in kept if c not in "-‐‑")
