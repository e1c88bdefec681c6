"""Inspecting: every filed copy judged in full as it lies in its folder, by the ledger; the whole, told to an auditor.

    inspected = tuple(inspect_archive(office, judges, jobs=2))
    summaries(inspected)

The archive's check compares digests, which tells of alterations only; this tells what a copy still proves. The files
are judged apart, by the limits of any file that a stranger brings.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from forms_service.archive.entry import CatalogueEntry
from forms_service.domain.errors import NotFound
from forms_service.signing.apart import Judges
from forms_service.signing.expected import Expected
from forms_service.signing.verdict import Verdict
from forms_service.workflow.auditing import expect
from forms_service.workflow.office import Office

UNREADABLE = "unreadable"
LONG_TERM = "B-LTA"


@dataclass(frozen=True, slots=True)
class Inspected:
    """A filed copy and what became of it: a verdict, or in `reason` why there is none."""

    entry: CatalogueEntry
    verdict: Verdict | None
    reason: str

    @property
    def outcome(self) -> str:
        """Name the outcome: a conclusion, or UNREADABLE."""
        return self.verdict.verdict if self.verdict else UNREADABLE

    @property
    def lasting(self) -> bool:
        """Say whether the copy proves all its signatures by itself, beyond their certificates."""
        if self.verdict is None or self.verdict.verdict != "accepted":
            return False
        return all(signature.level == LONG_TERM for signature in self.verdict.signatures)


@dataclass(frozen=True, slots=True)
class Summary:
    """What an auditor asks of a department first; `outcomes` counts its copies, the days are those of sealing."""

    department: str
    copies: int
    outcomes: Mapping[str, int]
    lasting: int
    first: str
    last: str


def inspect_archive(office: Office, judges: Judges, jobs: int = 1) -> Iterator[Inspected]:
    """Judge every copy that the catalogues name, `jobs` at once, in the order of the catalogues."""
    entries = [entry for department in office.archive.departments() for entry in office.archive.entries(department)]
    with ThreadPoolExecutor(jobs) as readers:
        yield from readers.map(lambda entry: _inspect(office, judges, entry), entries)


def summaries(inspected: Iterable[Inspected]) -> tuple[Summary, ...]:
    """Sum up by departments."""
    of_department: dict[str, list[Inspected]] = {}
    for each in inspected:
        of_department.setdefault(each.entry.department, []).append(each)
    return tuple(_summary(department, found) for department, found in of_department.items())


def _inspect(office: Office, judges: Judges, entry: CatalogueEntry) -> Inspected:
    expected = _expected(office, entry)
    try:
        pdf = office.archive.read_copy(entry.department, entry.month, entry.file_name)
        verdict = judges.judge(pdf, office.trust, office.now(), lambda _: expected)
    except NotFound as error:
        return Inspected(entry, None, str(error))
    return Inspected(entry, verdict, "" if verdict.verdict == "accepted" else verdict.sentence)


def _expected(office: Office, entry: CatalogueEntry) -> Expected:
    """Gather what the ledger knows of a copy; the catalogue beside the file is an index and proves nothing."""
    with office.database.read() as tx:
        copy = next((copy for copy in tx.copies.of(entry.document_id) if copy.no == entry.copy_no), None)
    return expect(office, entry.document_id, copy)


def _summary(department: str, found: list[Inspected]) -> Summary:
    days = sorted(f"{each.entry.sealed_at:%Y-%m-%d}" for each in found)
    outcomes = Counter(each.outcome for each in found)
    return Summary(department, len(found), outcomes, sum(each.lasting for each in found), days[0], days[-1])
