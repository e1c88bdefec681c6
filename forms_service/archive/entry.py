"""A catalogue entry: what a department's catalogue says of one sealed copy."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from forms_service.archive.gate import name_copy


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One sealed copy. `size` is in bytes; `index` holds the spec's index fields as printed, in order.

    `sealed_at` is aware and in the firm's own zone: its month is the folder that the copy is filed in.
    """

    document_id: str
    number: str
    form: str
    version: int
    title: str
    copy_no: int
    copy_label: str
    department: str
    customer: str
    index: tuple[tuple[str, str], ...]
    sha256: str
    sealed_at: dt.datetime
    pages: int
    size: int
    retain: str

    @property
    def month(self) -> str:
        """The month of sealing, `2026-11`."""
        return f"{self.sealed_at:%Y-%m}"

    @property
    def file_name(self) -> str:
        """The copy's file name; raises UnsafeName."""
        return name_copy(self.number, self.form, self.copy_no)

    def to_row(self) -> dict[str, object]:
        """Write the entry as the catalogue's JSON object."""
        return {**asdict(self), "index": dict(self.index), "sealed_at": self.sealed_at.isoformat()}

    @classmethod
    def from_row(cls, row: Mapping[str, object]) -> "CatalogueEntry":
        """Read an entry from the catalogue; raises ValueError when the object is no whole entry."""
        try:
            fields = {
                **row,
                "index": tuple(dict(row["index"]).items()),  # type: ignore[call-overload]  # a wrong shape raises below
                "sealed_at": dt.datetime.fromisoformat(str(row["sealed_at"])),
            }
            return cls(**fields)  # type: ignore[arg-type]  # JSON's own types; unknown keys raise below
        except (KeyError, TypeError) as error:
            raise ValueError(f"no whole catalogue entry: {error}") from error
