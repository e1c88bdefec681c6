"""What a document was given when it was opened: what its parent or a report fixed, and nobody may type otherwise."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from forms_service.domain.expression import Kind
from forms_service.domain.values import Single

_READERS: Mapping[Kind, Callable[[str], Single]] = MappingProxyType(
    {
        "number": Decimal,
        "money": Decimal,
        "text": str,
        "date": dt.date.fromisoformat,
        "boolean": lambda text: text == "yes",
    }
)


@dataclass(frozen=True, slots=True)
class Named:
    """A name under the parent's alias (`complaint.allowance_amount`), its kind, and its value as plain text.

    Numbers are written without separators, days as ISO, truths as `yes` or `no`; "" is a blank.
    """

    name: str
    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Given:
    """What was given: `answers` fix fields of the first step, keyed as typed (field id or `lines.1.qty`).

    `names` are what expressions may read.
    """

    answers: tuple[tuple[str, str], ...] = ()
    names: tuple[Named, ...] = ()

    def known(self) -> Mapping[str, Single]:
        """Return the names with their values, blanks as None."""
        return {named.name: _READERS[named.kind](named.text) if named.text else None for named in self.names}


NOTHING = Given()


def write_plain(value: Single) -> str:
    """Write a value as `Named.text` keeps it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, dt.date) else str(value)
