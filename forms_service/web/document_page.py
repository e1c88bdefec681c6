"""From a document and its dossier to the record of its page."""

import datetime as dt

from forms_service.domain.document import Document
from forms_service.domain.people import Person
from forms_service.domain.routing import OVERSEER_ROLES, free_standings
from forms_service.domain.spec import FormSpec
from forms_service.store.attachments import AttachedFile
from forms_service.store.copies import SealedCopy
from forms_service.web.desk import Dossier, holders
from forms_service.web.names import department_name
from forms_service.web.pages.document import CopyRow, DocumentPage, FileRow
from forms_service.web.pages.frame import PageImage
from forms_service.web.pages.route import Route, seals
from forms_service.web.pages.sheet import SheetBlock, lay_sheet
from forms_service.web.words import COLOURS, due, moment, size, state
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading


def document_page(
    office: Office, person: Person, reading: Reading, found: Dossier, pages: int, pdf_bytes: int, done: str = ""
) -> DocumentPage:
    """Put together a document's page for one reader."""
    document, spec, org = reading.document, reading.spec, office.organisation
    now = office.now()
    said, tone = state(document)
    route = Route(org, spec, document, holders(office, reading), office.local)
    mine = _may_sign(person, reading)
    return DocumentPage(
        document_id=document.id,
        number=document.number,
        title=spec.title.zh_hans,
        state=said,
        tone=tone,
        sentence=_sentence(office, reading),
        due=due(office.local(document.step_opened_at), _due_at(office, document), office.local(now)),
        customer=document.subject,
        amount=document.amount,
        opened=moment(office.local(document.opened_at)),
        round=document.round,
        route=route.entries(found.rows, now),
        images=page_images(document, document.head, pages),
        reading=reading_sheet(office, reading),
        copies=_copies(office, spec, document, found.copies),
        files=tuple(_file(document, file) for file in found.files),
        voucher=found.voucher.number if found.voucher else "",
        head=document.head,
        pdf_size=size(pdf_bytes),
        void_reason=document.void_reason,
        may_sign=mine,
        may_withdraw=_may_withdraw(person, document),
        may_void=document.state == "open" and _may_void(person, document),
        may_invite=bool(reading.step and reading.step.who.kind == "external" and person.id == document.opened_by),
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
    if reading.step is None or reading.claim is None:
        return f"{since} 结束。" if document.state != "finished" else f"{since} 全部签完。"
    names = "、".join(p.name for p in reading.claim.people[:3]) or document.subject
    return f"在{reading.claim.words} {names}处等候「{reading.step.name}」，自 {since}。"


def _copies(office: Office, spec: FormSpec, document: Document, sealed: tuple[SealedCopy, ...]) -> tuple[CopyRow, ...]:
    done = {copy.no: copy for copy in sealed}
    org = office.organisation
    return tuple(
        CopyRow(
            label=copy.name,
            colour=copy.colour,
            colour_word=f"第{'一二三四五六七八九'[copy.no - 1]}联 {COLOURS[copy.colour]}",
            department=department_name(org, copy.to.name),
            sealed=f"{moment(office.local(done[copy.no].sealed_at))} 封印" if copy.no in done else "签完后封印",
            size=size(done[copy.no].size) if copy.no in done else "",
            href=f"/documents/{document.id}/copies/{copy.no}.pdf" if copy.no in done else "",
        )
        for copy in spec.copies
    )


def _file(document: Document, file: AttachedFile) -> FileRow:
    return FileRow(file.name, size(file.size), file.sha256, f"/documents/{document.id}/files/{file.sha256}")


def _may_sign(person: Person, reading: Reading) -> bool:
    return any(free_standings(t.claim.standings(person.id), t.step, reading.document) for t in reading.turns)


def _may_withdraw(person: Person, document: Document) -> bool:
    signed = document.signatures
    return document.state == "open" and bool(signed) and signed[-1].person == person.id


def _may_void(person: Person, document: Document) -> bool:
    return person.id == document.opened_by or bool(OVERSEER_ROLES & set(person.roles))


def _due_at(office: Office, document: Document) -> dt.datetime | None:
    return office.local(document.due_at) if document.due_at else None
