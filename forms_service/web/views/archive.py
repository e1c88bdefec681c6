"""A department's archive: its copies by month, one box to find one, and the copy to print."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from forms_service.archive.entry import CatalogueEntry
from forms_service.domain.people import Department, Person
from forms_service.web import shelves
from forms_service.web.auth import the_office, the_person
from forms_service.web.pages.archive import ArchivedCopy, ArchivePage
from forms_service.web.pages.frame import Link
from forms_service.web.words import moment
from forms_service.workflow.office import Office

_AMOUNT = "grand_total"

blueprint = Blueprint("archive", __name__, url_prefix="/archive")


@blueprint.get("")
def mine() -> Response:
    """Go to the first archive that the person may read."""
    found = shelves.shelves(the_office(), the_person())
    own = next((d for d in found if d.id == the_person().department), found[0] if found else None)
    return redirect(f"/archive/{own.id if own else the_person().department}", 303)


@blueprint.get("/<department>")
def shelf(department: str) -> str:
    """List a department's copies of a month, or those that a text finds."""
    office, person = the_office(), the_person()
    found = shelves.shelf(office, person, department)
    query = request.args.get("q", "").strip()[:100]
    months = tuple(reversed(office.archive.months(found.id)))
    asked = request.args.get("month", "")
    month = asked if asked in months else (months[0] if months else None)
    entries = shelves.filed_copies(office, found.id, month, query) if months else ()
    missing = shelves.missing_numbers(office, found.id, month) if month else ()
    page = ArchivePage(
        department=found.name,
        headline=_headline(entries, month, query, missing=len(missing)),
        departments=_departments(office, person, found),
        months=tuple(Link(f"/archive/{found.id}?month={m}", m, m == month and not query) for m in months),
        query=query,
        copies=tuple(_copy(office, entry) for entry in entries),
        problems=tuple(problem.message for problem in missing),
    )
    return render_template("archive.html", page=page)


def _headline(entries: tuple[CatalogueEntry, ...], month: str | None, query: str, *, missing: int) -> str:
    if query:
        return f"找到 {len(entries)} 份"
    if month is None:
        return "还没有存档"
    return f"{month} 存 {len(entries)} 份，{f'缺 {missing} 号' if missing else '无缺号'}"


def _departments(office: Office, person: Person, current: Department) -> tuple[Link, ...]:
    return tuple(Link(f"/archive/{d.id}", d.name, d.id == current.id) for d in shelves.shelves(office, person))


def _copy(office: Office, entry: CatalogueEntry) -> ArchivedCopy:
    values, spec = dict(entry.index), shelves.spec_of(office, entry)
    colour = next((copy.colour for copy in spec.copies if copy.no == entry.copy_no), "white") if spec else "white"
    labels = {field.id: field.label.zh_hans for field in spec.fields} if spec else {}
    shown = {entry.customer, values.get(_AMOUNT), ""}
    told = (f"{labels[name]} {value}" for name, value in entry.index if name in labels and value not in shown)
    return ArchivedCopy(
        number=entry.number,
        title=entry.title,
        customer=entry.customer,
        copy_label=entry.copy_label,
        colour=colour,
        sealed=moment(office.local(entry.sealed_at)),
        amount=values.get(_AMOUNT, ""),
        keywords="　".join(told),
        document_href=f"/documents/{entry.document_id}",
        pdf_href=f"/documents/{entry.document_id}/copies/{entry.copy_no}.pdf",
    )
