"""Text nodes: a parsed YAML (or JSON) document whose scalars are still text and whose every part knows its Place.

The store makes them (`store.shelf`), the domain reads them; so the domain needs no YAML library.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from forms_service.domain.problem import Place


@dataclass(frozen=True, slots=True)
class Scalar:
    """A scalar as written. `quoted` tells `"5"` from `5`; an empty plain scalar is null."""

    text: str
    place: Place
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes in order."""

    items: tuple["Node", ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Mapping:
    """Key and value pairs in the order written; keys are scalars, unique (the shelf reports duplicates)."""

    pairs: tuple[tuple[Scalar, "Node"], ...]
    place: Place

    def get(self, key: str) -> "Node | None":
        """Return the value written under a key, or None."""
        return next((value for name, value in self.pairs if name.text == key), None)

    def __iter__(self) -> Iterator[tuple[Scalar, "Node"]]:
        return iter(self.pairs)


Node = Scalar | Sequence | Mapping
