"""From a document and its dossier to the record of its page."""

import datetime as dt

from forms_service.domain.countersigning import name_of_all
from forms_service.domain.document import Document
from forms_service.domain.people import Organisation, Person
from forms_service.domain.routing import OVERSEER_ROLES, free_standings, opener_of
from forms_service.domain.spec import Copy, FormSpec
from forms_service.domain.values import Values
from forms_service.store.attachments import AttachedFile
from forms_service.store.copies import SealedCopy
from forms_service.web.beside import question_row
from forms_service.web.case_page import case_boxes
from forms_service.web.dealings import dealings_of
from forms_service.web.desk import Dossier, holders, limits
from forms_service.web.names import department_name
from forms_service.web.pages.beside import QuestionRow
from forms_service.web.pages.document import CopyRow, DocumentPage, FileRow, HandedOver
from forms_service.web.pages.frame import PageImage
from forms_service.web.pages.route import Route, seals
from forms_service.web.pages.sheet import SheetBlock, lay_sheet
from forms_service.web.words import COLOURS, due, moment, size, state
from forms_service.workflow.consenting import who_consents
from forms_service.workflow.inviting import signs_by_link
from forms_service.workflow.moving import movable_to
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading, Turn


def document_page(
    office: Office, person: Person, reading: Reading, found: Dossier, pages: int, pdf_bytes: int, done: str = ""
) -> DocumentPage:
    """Put together a document's page for one reader."""
    document, spec, org = reading.document, reading.spec, office.organisation
    now = office.now()
    said, tone = state(document)
    route = Route(org, spec, document, holders(office, reading), office.local, limits(office, reading))
    mine = _may_sign(person, reading)
    consenting, on_paper = who_consents(office, reading)
    return DocumentPage(
        document_id=document.id,
        number=document.number,
        title=spec.title.zh_hans,
        state=said,
        tone=tone,
        sentence=_sentence(office, reading),
        due=due(office.local(document.step_opened_at), _due_at(office, document), office.local(now)),
        case_due=due(office.local(document.opened_at), _case_due_at(office, document), office.local(now)),
        customer=document.subject,
        amount=document.amount,
        opened=moment(office.local(document.opened_at)),
        round=document.round,
        route=route.entries(found.rows, now),
        case=case_boxes(office, person, reading),
        images=page_images(document, document.head, pages),
        reading=reading_sheet(office, reading),
        copies=_copies(office, reading, found.copies),
        files=tuple(_file(document, file) for file in found.files),
        voucher=found.voucher.number if found.voucher else "",
        head=document.head,
        pdf_size=size(pdf_bytes),
        void_reason=document.void_reason,
        may_sign=mine,
        handed=_handed(person, reading),
        questions=_questions(office, person, found),
        may_withdraw=_may_withdraw(person, document),
        may_void=document.state == "open" and _may_void(person, document),
        consenting=consenting,
        paper_due=on_paper,
        may_invite=signs_by_link(spec, reading.step) and person.id == opener_of(document),
        dealings=dealings_of(office, person, reading, found.copies),
        may_move_to=movable_to(office, person, reading),
        done=done,
    )


def page_images(document: Document, digest: str, pages: int) -> tuple[PageImage, ...]:
    """Name the pictures of exactly the bytes with a digest."""
    return tuple(
        PageImage(
            f"/documents/{document.id}/pages/{number}.png?digest={digest}",
            number,
            f"{document.number} 第 {number} 页，共 {pages} 页；文字版在下面",
        )
        for number in range(1, pages + 1)
    )


def reading_sheet(office: Office, reading: Reading) -> tuple[SheetBlock, ...]:
    """Lay out the whole form in text, as its bytes have it."""
    signed = seals(reading.document, office.organisation, office.local)
    return lay_sheet(reading.spec, reading.values, system_cells(office, reading.document), seals=signed)


def system_cells(office: Office, document: Document) -> dict[str, tuple[str, str]]:
    """Give label and text of the cells that the system fills."""
    return {
        "no": ("编号", document.number),
        "opened_on": ("开立日期", office.local(document.opened_at).date().isoformat()),
    }


def _sentence(office: Office, reading: Reading) -> str:
    document = reading.document
    since = moment(office.local(document.step_opened_at))
    if not reading.turns:
        return f"{since} 结束。" if document.state != "finished" else f"{since} 全部签完。"
    desks = "，".join(_desk(turn, document) for turn in reading.turns)
    return f"在{desks}处等候「{name_of_all(reading.turns[0].step)}」，自 {since}。"


def _desk(turn: Turn, document: Document) -> str:
    names = "、".join(person.name for person in turn.claim.holders[:3]) or document.subject
    return f"{turn.claim.capacity} {names}"


def _handed(person: Person, reading: Reading) -> HandedOver | None:
    """Tell one of the holders of a step to whom it was handed over; anybody else need not know."""
    for turn in reading.turns:
        if turn.claim.assignee is not None and any(holder.id == person.id for holder in turn.claim.people):
            return HandedOver(turn.step.id, turn.step.name, turn.claim.assignee.name)
    return None


def _questions(office: Office, person: Person, found: Dossier) -> tuple[QuestionRow, ...]:
    asked = (c for c in found.consultations if c.is_open and c.asked == person.id)
    return tuple(question_row(office, question) for question in asked)


def _copies(office: Office, reading: Reading, sealed: tuple[SealedCopy, ...]) -> tuple[CopyRow, ...]:
    spec, document, values = reading.spec, reading.document, reading.values
    done = {copy.no: copy for copy in sealed}
    org = office.organisation
    still_to_come = document.state == "open" or (document.state == "finished" and not done)
    return tuple(
        CopyRow(
            label=copy.name,
            colour=copy.colour,
            colour_word=f"第{'一二三四五六七八九'[copy.no - 1]}联 {COLOURS[copy.colour]}",
            department=_keeper(org, spec, copy, values, done.get(copy.no)),
            sealed=f"{moment(office.local(done[copy.no].sealed_at))} 封印"
            if copy.no in done
            else _when_cut(spec, copy),
            size=size(done[copy.no].size) if copy.no in done else "",
            href=f"/documents/{document.id}/copies/{copy.no}.pdf" if copy.no in done else "",
        )
        for copy in spec.copies
        if copy.no in done or (still_to_come and copy.when is None)
    )


def _keeper(org: Organisation, spec: FormSpec, copy: Copy, values: Values, sealed: SealedCopy | None) -> str:
    """Name the department that keeps a copy, or what will tell it."""
    if sealed is not None:
        return department_name(org, sealed.department)
    match copy.to.kind:
        case "dept_field":
            return str(values.get(copy.to.name) or f"「{spec.field(copy.to.name).label.zh_hans}」所填部门")
        case "opened_by":
            return "开立单位"
        case _:
            return department_name(org, copy.to.name)


def _when_cut(spec: FormSpec, copy: Copy) -> str:
    return f"「{spec.step(copy.after).name}」签后封印" if copy.after else "签完后封印"


def _file(document: Document, file: AttachedFile) -> FileRow:
    return FileRow(file.name, size(file.size), file.sha256, f"/documents/{document.id}/files/{file.sha256}")


def _may_sign(person: Person, reading: Reading) -> bool:
    return any(free_standings(t.claim.standings(person.id), t.step, reading.document) for t in reading.turns)


def _may_withdraw(person: Person, document: Document) -> bool:
    signed = document.signatures
    return document.state == "open" and bool(signed) and signed[-1].person == person.id


def _may_void(person: Person, document: Document) -> bool:
    return person.id == opener_of(document) or bool(OVERSEER_ROLES & set(person.roles))


def _case_due_at(office: Office, document: Document) -> dt.datetime | None:
    """Return when an open document is due as a whole, in the firm's zone."""
    open_yet = document.state == "open" and document.case_due_at is not None
    return office.local(document.case_due_at) if open_yet and document.case_due_at else None


def _due_at(office: Office, document: Document) -> dt.datetime | None:
    return office.local(document.due_at) if document.due_at else None
