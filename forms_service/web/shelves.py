"""Shelves: what the archive's pages read — a department's filed copies, and whether a number is missing among them."""

import datetime as dt
from collections.abc import Iterable

from forms_service.archive.archive import check_numbers
from forms_service.archive.entry import CatalogueEntry
from forms_service.domain.course import Who
from forms_service.domain.document import Document
from forms_service.domain.errors import NotFound, NotYours
from forms_service.domain.numbering import parse_pattern
from forms_service.domain.people import Department, Person
from forms_service.domain.problem import Problem
from forms_service.domain.spec import Copy, FormSpec
from forms_service.store.documents import Search
from forms_service.web.access import may_read_shelf
from forms_service.workflow.office import Office


def shelf(office: Office, person: Person, department_id: str) -> Department:
    """Return a department whose archive a person may read. Raises NotFound, NotYours."""
    department = office.organisation.department(department_id)
    if department is None:
        raise NotFound(f"没有代号为「{department_id}」的部门。请从「档案」进入。")
    if not may_read_shelf(person, department_id):
        raise NotYours(f"{department.name}的档案由该部门与总经理室查看。需要其中的单据，请联系该部门。")
    return department


def shelves(office: Office, person: Person) -> tuple[Department, ...]:
    """List the departments whose archive a person may read and that have one."""
    filed = office.archive.departments()
    found = (d for d in office.organisation.departments if d.id in filed or d.id == person.department)
    return tuple(d for d in found if may_read_shelf(person, d.id))


def filed_copies(office: Office, department_id: str, month: str | None, text: str) -> tuple[CatalogueEntry, ...]:
    """List a department's filed copies, newest first: those that hold a text, else those of a month."""
    archive = office.archive
    found = archive.search(department_id, text) if text else archive.entries(department_id, month)
    return tuple(sorted(found, key=lambda entry: entry.sealed_at, reverse=True))


def missing_numbers(office: Office, department_id: str, month: str) -> tuple[Problem, ...]:
    """List the numbers of a month for which a department should have a copy and has none."""
    filed = frozenset(entry.number for entry in office.archive.entries(department_id))
    day = dt.date.fromisoformat(f"{month}-01")
    return tuple(problem for spec in _kept_here(office, department_id) for problem in _gaps(office, spec, day, filed))


def spec_of(office: Office, entry: CatalogueEntry) -> FormSpec | None:
    """Return the form of a filed copy, None when the store has lost its document."""
    try:
        with office.database.read() as tx:
            return office.printery.form(tx.documents.get(entry.document_id).spec_sha256).spec
    except NotFound:
        return None


def _kept_here(office: Office, department_id: str) -> Iterable[FormSpec]:
    """Name the forms of which a department keeps a copy of every number."""
    newest = {version.form: version for version in office.rulebook.versions()}
    specs = (office.printery.form(version.sha256).spec for version in newest.values())
    return (spec for spec in specs if any(_is_always_for(copy, department_id) for copy in spec.copies))


def _is_always_for(copy: Copy, department_id: str) -> bool:
    return copy.when is None and copy.to == Who("dept", department_id)


def _gaps(office: Office, spec: FormSpec, day: dt.date, filed: frozenset[str]) -> tuple[Problem, ...]:
    with office.database.read() as tx:
        drawn = tx.numbers.drawn(spec.form, parse_pattern(spec.number).period(day))
        open_ones = tx.documents.find(Search(form=spec.form, states=("open", "rejected", "refused", "void")))
        unsealed = tx.documents.find(Search(form=spec.form, states=("finished",), distributed=False))
    return check_numbers(drawn, filed, _numbers((*open_ones, *unsealed)))


def _numbers(documents: Iterable[Document]) -> frozenset[str]:
    return frozenset(document.number for document in documents)
