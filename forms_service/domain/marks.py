"""Marks: a configured value written plainly, or with where it comes from.

days: 15
days: {value: 15, source: assumption, note: 办法没有写}
"""

from forms_service.domain.entries import as_scalar, read_entries
from forms_service.domain.faults import Faults
from forms_service.domain.node import Mapping, Node, Scalar
from forms_service.domain.people import Mark, Source

KEYS = ("value", "source", "note")
SOURCES: tuple[Source, ...] = ("regulation", "assumption", "practice", "law")


def read_marked(name: str, node: Node, faults: Faults) -> tuple[Scalar | None, Mark | None]:
    """Read a value and, where it says its source, its mark; the place of the mark is the value's own."""
    if not isinstance(node, Mapping):
        return as_scalar(node, faults), None
    entries = read_entries(node, faults, KEYS)
    if entries is None:
        raise TypeError("a mapping opens as entries")
    value = entries.scalar("value", required=True)
    source = entries.word("source", SOURCES, required=True)
    note = entries.text("note")
    if value is None or source is None:
        return value, None
    return value, Mark(name, value.text, source, note or "", value.place)
