"""Particulars: what a file says of itself in /Info and in XMP: its title, its author, by what it was written and when.

Viewers show the title in their title bar, and all of it among the file's properties. It judges nothing.
"""

import functools
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from forms_service.signing.crossrefs import inflate
from forms_service.signing.form_view import decode_text
from forms_service.signing.revisions import History
from forms_service.signing.syntax import Malformed, PdfValue, Stream

_DC, _PDF = "{http://purl.org/dc/elements/1.1/}", "{http://ns.adobe.com/pdf/1.3/}"
_XMP, _MM = "{http://ns.adobe.com/xap/1.0/}", "{http://ns.adobe.com/xap/1.0/mm/}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_RDF_SHELL, _NODE = f"{_RDF}RDF", f"{_RDF}Description"
_LONGEST_XMP = 1_000_000
_KEPT = 8
_UNREADABLE = "?"
SEEN: Mapping[str, str] = MappingProxyType(
    {
        "/Title": "标题",
        "/Author": "作者",
        "/Subject": "主题",
        "/Keywords": "关键词",
        f"{_DC}title": "标题",
        f"{_DC}creator": "作者",
        f"{_DC}description": "主题",
        f"{_DC}subject": "关键词",
        f"{_PDF}Keywords": "关键词",
        _UNREADABLE: "XMP",
    }
)
"""What a reader is shown of them, by what it is called in the file."""

_BY_PROGRAM = frozenset((f"{_PDF}Producer", f"{_XMP}ModifyDate", f"{_XMP}MetadataDate"))
PASSING = _BY_PROGRAM | {"/Producer", "/ModDate", f"{_MM}InstanceID", f"{_MM}VersionID", f"{_MM}History"}
"""What every save may write anew: by which program, when, as which instance."""

LONGEST = 255
"""How long what passes may be."""


def particulars(history: History, revision: int) -> Mapping[str, str]:
    """Read what a file says of itself as of a revision; XMP that cannot be read is one particular of its own."""
    information = history.dictionary(history.revisions[revision].trailer.get("/Info"), revision)
    found = {key: _text(history.resolve(value, revision)) for key, value in information.items()}
    description = history.resolve(history.root(revision).get("/Metadata"), revision)
    return {**found, **(_properties(description) if isinstance(description, Stream) else {})}


def changed_particulars(history: History, before: int, after: int) -> tuple[str, ...]:
    """Name what a file says of itself otherwise than it did, as the file names it."""
    was, now = particulars(history, before), particulars(history, after)
    return tuple(key for key in dict.fromkeys((*was, *now)) if was.get(key) != now.get(key))


def _text(value: PdfValue) -> str:
    return decode_text(value) if isinstance(value, bytes) else str(value)


def _properties(description: Stream) -> Mapping[str, str]:
    """Read the properties of an XMP packet (ISO 16684-1)."""
    try:
        return _properties_of(inflate(description))
    except Malformed:
        return {_UNREADABLE: description.raw[:_LONGEST_XMP].decode("latin-1")}


@functools.lru_cache(maxsize=_KEPT)
def _properties_of(data: bytes) -> Mapping[str, str]:
    """Read a packet once, for most saves leave it as it is. Whoever asks has seen that it declares nothing itself."""
    if len(data) > _LONGEST_XMP or b"<!" in data:
        return {_UNREADABLE: data[:_LONGEST_XMP].decode("latin-1")}
    try:
        tree = ET.fromstring(data.strip(b"\x00"))  # noqa: S314 - without declarations there is nothing to blow up
    except (ET.ParseError, ValueError):
        return {_UNREADABLE: data.decode("latin-1")}
    shells = (tree, *(child for child in tree if child.tag == _RDF_SHELL)) if tree.tag != _RDF_SHELL else (tree,)
    parts: dict[str, list[str]] = {}
    for key, value in (pair for shell in shells for node in shell if node.tag == _NODE for pair in _pairs(node)):
        parts.setdefault(key, []).append(value)
    besides = "".join(words for shell in shells for words in _besides(shell)).strip()
    found = {key: " ".join(" ".join(values).split()) for key, values in parts.items()}
    return {**found, **({_UNREADABLE: besides} if besides else {})}


def _besides(shell: ET.Element) -> Iterator[str]:
    """Yield what stands in a packet outside its descriptions, where nothing should."""
    yield shell.text or ""
    for child in shell:
        yield child.tail or ""
        if child.tag != _NODE and (child.tag != _RDF_SHELL or shell.tag == _RDF_SHELL):
            yield ET.tostring(child, "unicode")


def _pairs(node: ET.Element) -> Iterator[tuple[str, str]]:
    yield from ((key, value) for key, value in node.attrib.items() if not key.startswith(_RDF))
    for child in node:
        attributes = [f"{key}={value}" for part in child.iter() for key, value in part.attrib.items()]
        yield child.tag, " ".join((*child.itertext(), *attributes))
