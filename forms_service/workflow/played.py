"""What a played month came to: each case's story and end, the papers of every kind, and whether all of it holds.

The sealed copies are verified as an auditor would, from their bytes and the trust anchor alone.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from forms_service.domain.document import Document
from forms_service.domain.problem import Problem
from forms_service.signing.apart import Judges
from forms_service.signing.trust import TrustList
from forms_service.store.documents import Search
from forms_service.workflow.archiving import check_approvals, check_archive
from forms_service.workflow.office import Office
from forms_service.workflow.playing import Play


@dataclass(frozen=True, slots=True)
class Ended:
    """One case: its number, what it shows, and the forms of its dossier with how many of each, by title."""

    number: str
    story: str
    state: str
    papers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A month's outcome. `copies` counts the sealed copies, `unsound` lists those whose verdict is not accepted.

    `waiting` says, by document, what accounting has not posted and why; `problems` are the archive's and the ledger's.
    """

    cases: tuple[Ended, ...]
    documents: Mapping[str, int]
    copies: int
    unsound: tuple[str, ...]
    vouchers: int
    waiting: Mapping[str, str]
    problems: tuple[Problem, ...]


class CopyReader:
    """Verifies every filed copy apart, while the month is still played: the office has one processor, this another."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self._readers = ThreadPoolExecutor(max(1, play.office.judges.at_once - 1))
        self._sound: dict[Path, Future[bool]] = {}

    def take_new(self) -> None:
        """Begin to verify what was filed since, as of the play's present moment."""
        office, at = self._play.office, self._play.clock.at
        trust = office.trust
        for department in office.archive.departments():
            for entry in office.archive.entries(department):
                file = office.archive.folder / department / entry.month / entry.file_name
                if file not in self._sound:
                    self._sound[file] = self._readers.submit(_is_accepted, office.judges, file, trust, at)

    def finish(self) -> tuple[int, tuple[str, ...]]:
        """Wait for all verdicts; returns how many copies there are and which are not accepted."""
        self.take_new()
        unsound = tuple(str(file.name) for file, sound in self._sound.items() if not sound.result())
        self._readers.shutdown()
        return len(self._sound), unsound


def _is_accepted(judges: Judges, file: Path, trust: TrustList, at: dt.datetime) -> bool:
    return judges.judge(file.read_bytes(), trust, at).verdict == "accepted"


def outcome_of(play: Play, reader: CopyReader) -> Outcome:
    """Look at all that a played month left: every sealed copy is verified, the archives and the ledger are checked."""
    office = play.office
    with office.database.read() as tx:
        documents = tx.documents.find(Search())
        vouchers = tx.vouchers.posted()
    copies, unsound = reader.finish()
    return Outcome(
        cases=tuple(_ended(office, play, documents, root) for root in play.stories),
        documents=_counted(office, documents),
        copies=copies,
        unsound=unsound,
        vouchers=len(vouchers),
        waiting=dict(play.refused),
        problems=(*check_archive(office), *check_approvals(office)),
    )


def _ended(office: Office, play: Play, documents: tuple[Document, ...], root: str) -> Ended:
    family = tuple(document for document in documents if document.case == root)
    first = next(document for document in family if document.id == root)
    return Ended(first.number, play.stories[root].story, first.state, _counted(office, family))


def _counted(office: Office, documents: tuple[Document, ...]) -> Mapping[str, int]:
    titles = (office.printery.form(document.spec_sha256).spec.title.zh_hans for document in documents)
    return dict(sorted(Counter(titles).items()))
