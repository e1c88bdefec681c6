"""Expected: what the store knows of a document, against which its bytes can be held where the store is at hand."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from forms_service.domain.record import OutsideSignature, SignatureFacts


@dataclass(frozen=True, slots=True)
class ExpectedSignature:
    """A signature as the ledger has it. `certificate` is a SHA-256 in hex, `person` an id, `received_at` aware.

    `on_behalf_of` is for whom it was made, by a delegation in force then; "" where none was.
    """

    step: str
    round: int
    person: str
    certificate: str
    received_at: dt.datetime
    on_behalf_of: str | None = None
    opinions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExpectedCopy:
    """The copy that a file must be: its number and the department that keeps it."""

    no: int
    department: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What must be found in a file of one document.

    `heads` are the SHA-256 of every stored state of its bytes, over all rounds, from the issued base on: each signed
    state in the file but a copy's last must be one of them. `signatures` are all that were ever recorded. None, where a
    copy or a digest of the whole file is not asked for. `number` is the one drawn for it, "" while none is.
    `outside` are the signatures that were made outside and taken in.
    """

    document_id: str
    heads: frozenset[str]
    signatures: tuple[ExpectedSignature, ...]
    copy: ExpectedCopy | None = None
    sha256: str | None = None
    number: str | None = None
    outside: tuple[OutsideSignature, ...] = ()

    def signature(self, step: str, round_no: int) -> ExpectedSignature | None:
        """Return the recorded signature of a step in a round, if there is one."""
        return next((s for s in self.signatures if (s.step, s.round) == (step, round_no)), None)


@dataclass(frozen=True, slots=True)
class ExpectedRevision:
    """The one revision that a submit must have added: on which base, in which box, by whom, stating and filling what.

    `base_sha256` is the digest of bytes judged before; `certificate` a SHA-256 in hex. `printed` holds the text or tick
    of every cell that the box locks, by AcroForm name; no other may change. `seals` is set for a copy's seal.
    `filled_sha256` is for a signature made outside, which states no `facts`: the digest of the bytes that were handed
    out for it, which are the base with the cells filled, and nothing more, or the base itself where there are none.
    """

    base_sha256: str
    field: str
    lock: tuple[str, ...]
    certificate: str
    facts: SignatureFacts | None
    printed: Mapping[str, str | bool]
    seals: bool = False
    filled_sha256: str | None = None

    @property
    def outside(self) -> bool:
        """Say whether a program of the signer's own made the signature."""
        return self.filled_sha256 is not None
