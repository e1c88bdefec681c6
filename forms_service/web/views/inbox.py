"""The inbox: 待办, 已办 and 我发起."""

from flask import Blueprint, render_template, request

from forms_service.web import desk
from forms_service.web.auth import the_office, the_person
from forms_service.web.pages.frame import Link
from forms_service.web.pages.inbox import InboxPage, InboxRow, headline
from forms_service.web.words import day, due, state
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading

blueprint = Blueprint("inbox", __name__)

_TABS = (("todo", "待办"), ("done", "已办"), ("mine", "我发起"))
_RECENT = 5


@blueprint.get("/")
def show() -> str:
    """Show one of the three lists, all of it or what a text finds."""
    office, person = the_office(), the_person()
    tab = request.args.get("tab", "todo")
    query = request.args.get("q", "").strip()[:100]
    todo = desk.waiting_for(office, person)
    match tab:
        case "done":
            found, said = desk.signed_by(office, person, query), "您签过的单据"
        case "mine":
            found, said = desk.opened_by(office, person, query), "您开立的单据"
        case _:
            tab, found = "todo", desk.waiting_for(office, person, query) if query else todo
            said = _headline(office, todo)
    recent = desk.signed_by(office, person, limit=_RECENT) if tab == "todo" and not found else ()
    page = InboxPage(
        headline=said,
        tab=tab,
        tabs=tuple(Link(f"/?tab={t}", words, t == tab, len(todo) if t == "todo" else 0) for t, words in _TABS),
        query=query,
        rows=tuple(_row(office, reading, waiting=tab == "todo") for reading in found),
        recent=tuple(_row(office, reading, waiting=False) for reading in recent),
        waiting=tab == "todo",
        more=len(found) >= desk.LIST_LIMIT,
    )
    return render_template("inbox.html", page=page)


def _headline(office: Office, todo: tuple[Reading, ...]) -> str:
    now = office.local(office.now())
    dues = [due(r.document.step_opened_at, office.local(r.document.due_at), now) for r in todo if r.document.due_at]
    late = sum(1 for d in dues if d and d.tone == "late")
    return headline(len(todo), late, sum(1 for d in dues if d and d.words == "今天到期"))


def _row(office: Office, reading: Reading, *, waiting: bool) -> InboxRow:
    document, now = reading.document, office.local(office.now())
    said, tone = state(document)
    by = office.local(document.due_at) if document.due_at else None
    return InboxRow(
        href=f"/documents/{document.id}" + ("/step" if waiting else ""),
        number=document.number,
        title=reading.spec.title.zh_hans,
        customer=document.subject,
        amount=document.amount,
        where=_where(reading, waiting=waiting),
        state=said,
        tone=tone,
        due=due(office.local(document.step_opened_at), by, now),
        since=day(office.local(document.opened_at)),
    )


def _where(reading: Reading, *, waiting: bool) -> str:
    if reading.step is None or reading.claim is None:
        return ""
    if waiting:
        return f"{reading.step.name}：由{reading.claim.words}办理"
    names = "、".join(person.name for person in reading.claim.people[:2]) or reading.document.subject
    return f"在{reading.claim.words} {names} 处"
