"""What a played month came to: each case's story and end, the papers of every kind, and whether all of it holds."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from forms_service.domain.document import Document
from forms_service.domain.problem import Problem
from forms_service.store.copies import SealedCopy
from forms_service.store.documents import Search
from forms_service.workflow.archiving import check_approvals, check_archive
from forms_service.workflow.auditing import verify_copy
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


def outcome_of(play: Play) -> Outcome:
    """Look at all that a played month left: every sealed copy is verified, the archives and the ledger are checked."""
    office = play.office
    with office.database.read() as tx:
        documents = tx.documents.find(Search())
        vouchers = tx.vouchers.posted()
        copies = tuple(copy for document in documents for copy in tx.copies.of(document.id))
    unsound = tuple(f"{copy.document_id} {copy.label}" for copy in copies if not _is_accepted(office, copy))
    return Outcome(
        cases=tuple(_ended(office, play, documents, root) for root in play.stories),
        documents=_counted(office, documents),
        copies=len(copies),
        unsound=unsound,
        vouchers=len(vouchers),
        waiting=dict(play.refused),
        problems=(*check_archive(office), *check_approvals(office)),
    )


def _is_accepted(office: Office, copy: SealedCopy) -> bool:
    return verify_copy(office, copy).verdict == "accepted"


def _ended(office: Office, play: Play, documents: tuple[Document, ...], root: str) -> Ended:
    family = tuple(document for document in documents if document.case == root)
    first = next(document for document in family if document.id == root)
    return Ended(first.number, play.stories[root].story, first.state, _counted(office, family))


def _counted(office: Office, documents: tuple[Document, ...]) -> Mapping[str, int]:
    titles = (office.printery.form(document.spec_sha256).spec.title.zh_hans for document in documents)
    return dict(sorted(Counter(titles).items()))
