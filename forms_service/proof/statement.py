"""The statement: all that is told of one verdict, in words, ready for a page or a report to set.

Templates format these records; they decide nothing.
"""

from dataclasses import dataclass

from forms_service.proof.words import Tone
from forms_service.signing.verdict import Conclusion


@dataclass(frozen=True, slots=True)
class Fact:
    """A label, what it says, the technical term behind it, and whether that is a code to be compared by eye."""

    label: str
    text: str
    term: str = ""
    code: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """What a later revision filled in: which one, and the fields' labels."""

    revision: int
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignedBy:
    """One signature. `covers` are label and value as signed, without the `blanks`; `later` is what came after.

    `holds` is what it does to them: it locks them, or merely covers them in a file that knows no locks.
    """

    number: int
    name: str
    role: str
    behalf: str
    decision: str
    opinion: str
    time: str
    time_source: str
    belief: str
    facts: tuple[Fact, ...]
    holds: str
    covers: tuple[tuple[str, str], ...]
    blanks: int
    later: tuple[Later, ...]
    note: str

    @property
    def locked(self) -> int:
        """Count the fields that it covers."""
        return len(self.covers) + self.blanks

    @property
    def filled_later(self) -> int:
        """Count what later revisions filled in."""
        return sum(len(later.labels) for later in self.later)


@dataclass(frozen=True, slots=True)
class Mark:
    """A frame on a picture, in thousandths of the page's width: the number that the list of changes gives it.

    `signed` is set for the box that was signed.
    """

    number: int
    left: float
    top: float
    width: float
    height: float
    signed: bool


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page as of a revision, with the frames on it. `key` names its picture; `tall` is its height in thousandths.

    `struck` says that it is drawn with lines across, for its file was refused.
    """

    key: str
    page: int
    tall: int
    words: str
    marks: tuple[Mark, ...]
    struck: bool


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One changed field: its number on the pictures, its label, and what it read before and after."""

    number: int
    label: str
    before: str
    after: str
    page: int


@dataclass(frozen=True, slots=True)
class Stage:
    """One revision: what it is, how long the file was then and with which digest, what changed, and its pages."""

    number: int
    title: str
    length: int
    size: str
    sha256: str
    changes: tuple[ChangeRow, ...]
    blanks: int
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of the issue record: who must sign, under which condition, and who did, as far as this file shows."""

    name: str
    role: str
    condition: str
    signed: str


@dataclass(frozen=True, slots=True)
class Issued:
    """The issue record in words."""

    facts: tuple[Fact, ...]
    steps: tuple[StepRow, ...]
    copies: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One numbered check."""

    number: int
    title: str
    name: str
    words: str
    tone: Tone
    detail: str


@dataclass(frozen=True, slots=True)
class EngineRow:
    """What another program read in the file."""

    name: str
    result: str
    detail: str


@dataclass(frozen=True, slots=True)
class OtherWay:
    """A way to check without us: by what, the commands to type or steps to take, and what must be seen."""

    title: str
    commands: tuple[str, ...]
    expect: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A verdict on one file, told. `pictured` says how to take the pictures of its pages, or why there are none."""

    verdict: Conclusion
    word: str
    sentence: str
    reasons: tuple[str, ...]
    file_name: str
    facts: tuple[Fact, ...]
    signatures: tuple[SignedBy, ...]
    stages: tuple[Stage, ...]
    pictured: str
    issued: Issued | None
    checks: tuple[CheckRow, ...]
    engines: tuple[EngineRow, ...]
    not_checked_here: tuple[str, ...]
    others: tuple[OtherWay, ...]

    @property
    def shown(self) -> int:
        """Number the revision to be looked at first: the newest that has pictures, else the newest."""
        pictured = [stage.number for stage in self.stages if stage.leaves]
        return (pictured or [len(self.stages)])[-1]

    @property
    def failed(self) -> int:
        """Count the checks that failed."""
        return sum(check.tone == "late" for check in self.checks)
