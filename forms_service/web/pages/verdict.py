"""The verify page: the verdict in one sentence, who signed, and the numbered checks folded."""

from dataclasses import dataclass
from typing import Literal

from forms_service.web.pages.frame import Fault
from forms_service.web.words import Tone


@dataclass(frozen=True, slots=True)
class SignerRow:
    """One signature in words. `covers` are label and value as signed, without the `blanks`; `after` what came later."""

    signer: str
    role: str
    decision: str
    opinion: str
    time: str
    time_source: str
    certificate: str
    covers: tuple[tuple[str, str], ...]
    blanks: int
    after: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One numbered check."""

    number: int
    title: str
    words: str
    tone: Tone
    detail: str


@dataclass(frozen=True, slots=True)
class VerdictPage:
    """A verdict on one file."""

    verdict: Literal["accepted", "refused", "review"]
    word: str
    sentence: str
    reasons: tuple[str, ...]
    file_name: str
    file_sha256: str
    signers: tuple[SignerRow, ...]
    checks: tuple[CheckRow, ...]
    failed: int
    not_checked_here: tuple[str, ...]
    picture: str


@dataclass(frozen=True, slots=True)
class VerifyPage:
    """The page that takes a file. `limit` is in words."""

    limit: str
    faults: tuple[Fault, ...]
    result: VerdictPage | None
