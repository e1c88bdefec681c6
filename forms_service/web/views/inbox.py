"""The inbox: 待办, 已办, 我发起 and 知会."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from forms_service.domain.consultation import Consultation
from forms_service.domain.errors import NotFound
from forms_service.domain.people import Person
from forms_service.store.notes import Note
from forms_service.web import desk
from forms_service.web.auth import the_office, the_person
from forms_service.web.hindrances import hindrances_for
from forms_service.web.names import actor_name
from forms_service.web.pages.frame import Link
from forms_service.web.pages.inbox import InboxPage, InboxRow, NoteRow, headline
from forms_service.web.tasks import Task, count_tasks, questions_to, tasks_of
from forms_service.web.words import day, due, moment, state
from forms_service.workflow.noting import mark_seen, notes_of
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading, find

blueprint = Blueprint("inbox", __name__)

_TABS = (("todo", "待办"), ("done", "已办"), ("mine", "我发起"), ("told", "知会"))
_ONLY = (("", "全部"), ("own", "本人的"), ("behalf", "代签的"), ("late", "已逾期"))
_RECENT = 5


@blueprint.get("/")
def show() -> str:
    """Show one of the lists, all of it or what a text finds."""
    office, person = the_office(), the_person()
    tab = request.args.get("tab", "todo")
    query = request.args.get("q", "").strip()[:100]
    match tab:
        case "done":
            page = _documents(office, person, tab, query, desk.signed_by(office, person, query))
        case "mine":
            page = _documents(office, person, tab, query, desk.opened_by(office, person, query))
        case "told":
            page = _told(office, person, query)
        case _:
            page = _waiting(office, person, query, request.args.get("only", ""))
    return render_template("inbox.html", page=page)


@blueprint.post("/notes/seen")
def seen() -> Response:
    """Note that the notes shown have been seen."""
    newest = request.form.get("newest", "")
    mark_seen(the_office(), the_person(), int(newest) if newest.isdecimal() and len(newest) < 16 else 0)
    return redirect("/?tab=told", 303)


def _waiting(office: Office, person: Person, query: str, only: str) -> InboxPage:
    todo, asked = tasks_of(office, person), questions_to(office, person)
    found = tasks_of(office, person, query) if query else todo
    rows = [_task_row(office, task) for task in found if _is_only(office, task, only)]
    questions = [_question_row(office, *question) for question in asked if not query and not only]
    recent = () if rows or questions else desk.signed_by(office, person, limit=_RECENT)
    return InboxPage(
        headline=_headline(office, todo, len(asked)),
        tab="todo",
        tabs=_tabs(office, person, "todo", len(todo) + len(asked)),
        query=query,
        rows=(*questions, *rows),
        recent=tuple(_row(office, reading) for reading in recent),
        waiting=True,
        more=len(found) >= desk.LIST_LIMIT,
        only=_only_links(only) if any(task.principal for task in todo) or only else (),
        hindrances=hindrances_for(office, person),
    )


def _documents(office: Office, person: Person, tab: str, query: str, found: tuple[Reading, ...]) -> InboxPage:
    return InboxPage(
        headline={"done": "您签过的单据", "mine": "您开立的单据"}[tab],
        tab=tab,
        tabs=_tabs(office, person, tab, count_tasks(office, person)),
        query=query,
        rows=tuple(_row(office, reading) for reading in found),
        recent=(),
        waiting=False,
        more=len(found) >= desk.LIST_LIMIT,
    )


def _told(office: Office, person: Person, query: str) -> InboxPage:
    notes = notes_of(office, person, desk.LIST_LIMIT)
    unseen = sum(1 for note in notes if note.seen_at is None)
    return InboxPage(
        headline=f"{unseen} 条没有看过的知会" if unseen else "没有新的知会",
        tab="told",
        tabs=_tabs(office, person, "told", count_tasks(office, person)),
        query=query,
        rows=(),
        recent=(),
        waiting=False,
        more=len(notes) >= desk.LIST_LIMIT,
        notes=tuple(_note_row(office, person, note) for note in notes if query in note.words),
        newest=notes[0].no if unseen else 0,
    )


def _tabs(office: Office, person: Person, tab: str, waiting: int) -> tuple[Link, ...]:
    unseen = desk.count_notes(office, person)
    counts = {"todo": waiting, "told": unseen}
    return tuple(Link(f"/?tab={name}", words, name == tab, counts.get(name, 0)) for name, words in _TABS)


def _only_links(only: str) -> tuple[Link, ...]:
    return tuple(Link(f"/?only={name}" if name else "/", words, name == only) for name, words in _ONLY)


def _is_only(office: Office, task: Task, only: str) -> bool:
    match only:
        case "own":
            return task.principal is None
        case "behalf":
            return task.principal is not None
        case "late":
            due_at = task.reading.document.due_at
            return due_at is not None and due_at < office.now()
        case _:
            return True


def _headline(office: Office, todo: tuple[Task, ...], asked: int) -> str:
    now = office.local(office.now())
    documents = [task.reading.document for task in todo]
    dues = [due(d.step_opened_at, office.local(d.due_at), now) for d in documents if d.due_at]
    late = sum(1 for d in dues if d and d.tone == "late")
    return headline(len(todo) + asked, late, sum(1 for d in dues if d and d.words == "今天到期"))


def _task_row(office: Office, task: Task) -> InboxRow:
    reading, step, claimed = task.reading, task.reading.step, task.reading.claim
    mine = f"{step.name}：由{claimed.words}办理" if step and claimed else ""
    mark = f"代 {task.principal.name}" if task.principal else "已退回" if _came_back(office, task) else ""
    href = f"/documents/{reading.document.id}/step?step={step.id if step else ''}"
    return _row(office, reading, href=href, where=mine, mark=mark)


def _came_back(office: Office, task: Task) -> bool:
    """Say whether a task was sent back to where it lies; only then is the ledger read."""
    reading, step = task.reading, task.reading.step
    if step is None or reading.document.round == 1:
        return False
    with office.database.read() as tx:
        rows = tx.ledger.of(reading.document.id)
    return bool(desk.last_return(rows, reading.spec, step))


def _question_row(office: Office, asked: Consultation, reading: Reading) -> InboxRow:
    asker = actor_name(office.organisation, asked.asked_by)
    where = f"{asker}请教您：{asked.question}"
    return _row(office, reading, href=f"/documents/{asked.document_id}#asked", where=where, mark="征求意见")


def _row(office: Office, reading: Reading, *, href: str = "", where: str | None = None, mark: str = "") -> InboxRow:
    document, now = reading.document, office.local(office.now())
    said, tone = state(document)
    by = office.local(document.due_at) if document.due_at else None
    return InboxRow(
        href=href or f"/documents/{document.id}",
        number=document.number,
        title=reading.spec.title.zh_hans,
        customer=document.subject,
        amount=document.amount,
        where=_where(reading) if where is None else where,
        state=said,
        tone=tone,
        due=due(office.local(document.step_opened_at), by, now),
        since=day(office.local(document.opened_at)),
        mark=mark,
    )


def _where(reading: Reading) -> str:
    desks = (
        f"{turn.claim.capacity} {'、'.join(p.name for p in turn.claim.holders[:2]) or reading.document.subject}".strip()
        for turn in reading.turns
    )
    return f"在{'，'.join(desks)} 处" if reading.turns else ""


def _note_row(office: Office, person: Person, note: Note) -> NoteRow:
    when = moment(office.local(note.at))
    return NoteRow(note.words, when, _link_of(office, person, note.document_id), note.seen_at is None)


def _link_of(office: Office, person: Person, document_id: str | None) -> str:
    """Name the page of a document, "" for one that the reader may not see, or see no longer."""
    if document_id is None:
        return ""
    try:
        find(office, person, document_id)
    except NotFound:
        return ""
    return f"/documents/{document_id}"
