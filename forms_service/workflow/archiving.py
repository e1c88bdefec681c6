"""Archiving: the departments' folders held against their catalogues, the sealed copies and the drawn numbers."""

import hashlib
from pathlib import Path

from forms_service.archive.archive import check_numbers
from forms_service.archive.bag import pack_bag
from forms_service.archive.checkpoints import FOLDER, Checkpoints
from forms_service.archive.entry import CatalogueEntry
from forms_service.domain.errors import NotFound
from forms_service.domain.problem import Problem
from forms_service.store.documents import Search
from forms_service.workflow.distributing import catalogue_entry
from forms_service.workflow.office import Office
from forms_service.workflow.rulebook import Entry


def check_archive(office: Office) -> tuple[Problem, ...]:
    """List what is wrong: in a department's folder, a finished number without its copy, in the ledger, in approvals."""
    folders = (
        problem
        for department in office.archive.departments()
        for problem in office.archive.check(department, lambda pdf: read_entry(office, pdf))
    )
    return (*folders, *_check_numbers(office), *_check_ledger(office), *check_approvals(office))


def rebuild_archive(office: Office) -> tuple[Problem, ...]:
    """Make every department's catalogues again from the PDFs; lists those that are no sealed copy of ours."""
    return tuple(
        problem
        for department in office.archive.departments()
        for problem in office.archive.rebuild(department, lambda pdf: read_entry(office, pdf))
    )


def pack_month(office: Office, department: str, month: str, target: Path) -> Path:
    """Pack a department's month into a new folder to take away; raises what `pack_bag` raises."""
    at = office.local(office.now())
    return pack_bag(office.archive, department, month, target, firm=office.organisation.firm.name, at=at)


def read_entry(office: Office, pdf: bytes) -> CatalogueEntry:
    """Write the catalogue entry of a sealed copy's bytes; raises NotFound for bytes that were never sealed here."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    with office.database.read() as tx:
        copy = tx.copies.sealed_as(sha256)
        if copy is None:
            raise NotFound(f"没有封印过摘要为 {sha256[:12]}… 的联。")
        document = tx.documents.get(copy.document_id)
    return catalogue_entry(office, document, copy, pdf)


def check_approvals(office: Office) -> tuple[Problem, ...]:
    """Judge every approval by its bytes, certificate and signer, and hold them against the ledger's events."""
    entries = office.rulebook.judged_anew()
    with office.database.read() as tx:
        told = {str(row.event.data["statement"]) for row in tx.ledger.of("") if row.event.kind == "approved"}
    kept = {hashlib.sha256(entry.signed.statement).hexdigest(): entry for entry in entries}
    return (
        *(_refused(entry) for entry in entries if entry.fault),
        *(_unmatched(sha256, "台账记有这份签定，签定表里没有。请从备份恢复") for sha256 in sorted(told - kept.keys())),
        *(_unmatched(sha256, "签定表里有这一份，台账没有记。请查明是谁加的") for sha256 in sorted(kept.keys() - told)),
    )


def _refused(entry: Entry) -> Problem:
    no = entry.signed.seq
    return Problem(f"approval {no}", "approval_refused", f"第 {no} 份签定不可采信：{entry.fault}。")


def _unmatched(sha256: str, words: str) -> Problem:
    return Problem(f"approval {sha256[:12]}", "approval_unmatched", f"{words}（{sha256[:12]}…）。")


def _check_numbers(office: Office) -> tuple[Problem, ...]:
    filed = frozenset(
        (entry.form, entry.number)
        for department in office.archive.departments()
        for entry in office.archive.entries(department)
    )
    with office.database.read() as tx:
        finished = tx.documents.find(Search(states=("finished",)))
    drawn = {form: tuple(d.number for d in finished if d.form == form) for form in {d.form for d in finished}}
    return tuple(
        problem
        for form, numbers in drawn.items()
        for problem in check_numbers(numbers, frozenset(n for f, n in filed if f == form), frozenset())
    )


def _check_ledger(office: Office) -> tuple[Problem, ...]:
    """Check the chain itself, then its signed daily heads, which show an end that was cut off."""
    checkpoints = Checkpoints(office.archive.folder / FOLDER)
    signed_by_us = office.authority.signed_by_firm
    with office.database.read() as tx:
        broken = tx.ledger.first_broken()
        if broken is None:
            return checkpoints.check(tx.ledger.rows(), signed_by_us)
    return (Problem("ledger", "ledger_broken", f"台账从第 {broken} 行起接不上前一行，被改动过。请从备份恢复并查明。"),)
