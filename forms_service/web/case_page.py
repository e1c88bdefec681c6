"""From the documents of a case to the record of its page, and to the diagram that each document's page carries."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from forms_service.domain.countersigning import name_of_all
from forms_service.domain.events import LedgerRow
from forms_service.domain.people import Person
from forms_service.web.pages.case import CaseMoment, CasePage
from forms_service.web.pages.document import CaseBox
from forms_service.web.pages.route import Route
from forms_service.web.words import state
from forms_service.workflow.dossiers import CaseDocument, case_of
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading

LATEST = 12
_DEEPEST_ACROSS = 3
_TOLD_BY_THE_CHILD = "followed"


def case_page(office: Office, person: Person, reading: Reading) -> CasePage:
    """Put together the page of a document's whole case for one reader."""
    document = reading.document
    case = case_of(office, person, document)
    moments = _moments(office, case)
    fold = len(moments) - LATEST if len(moments) > LATEST else 0
    return CasePage(
        document_id=document.id,
        title=reading.spec.title.zh_hans,
        number=document.number,
        sentence=_sentence(case),
        boxes=_boxes(case, document.id),
        across=max(each.depth for each in case) <= _DEEPEST_ACROSS,
        earlier=moments[:fold],
        latest=moments[fold:],
    )


def case_boxes(office: Office, person: Person, reading: Reading) -> tuple[CaseBox, ...]:
    """Draw a document's case as far as its reader may see it; nothing where the document stands alone."""
    case = case_of(office, person, reading.document)
    return _boxes(case, reading.document.id) if len(case) > 1 else ()


def _sentence(case: Sequence[CaseDocument]) -> str:
    still_open = sum(each.reading.document.state == "open" for each in case)
    documents = f"您看得到的单据共 {len(case)} 份"
    return f"{documents}，{still_open} 份还在签核。" if still_open else f"{documents}，都已结束。"


def _boxes(case: Sequence[CaseDocument], present: str) -> tuple[CaseBox, ...]:
    below: Mapping[str | None, list[CaseDocument]] = defaultdict(list)
    for each in case:
        below[each.parent].append(each)

    def hang(parent: str | None) -> tuple[CaseBox, ...]:
        return tuple(_box(each.reading, present, hang(each.reading.document.id)) for each in below[parent])

    return hang(None)


def _box(reading: Reading, present: str, below: tuple[CaseBox, ...]) -> CaseBox:
    document = reading.document
    said, tone = state(document)
    return CaseBox(
        href=f"/documents/{document.id}",
        title=reading.spec.title.zh_hans,
        number=document.number,
        state=said,
        tone=tone,
        where=_where(reading),
        current=document.id == present,
        below=below,
    )


def _where(reading: Reading) -> str:
    """Say at which step a document stands, and on whose desk."""
    if not reading.turns:
        return ""
    claims = [turn.claim for turn in reading.turns]
    desks = dict.fromkeys(claimed.capacity for claimed in claims)
    return f"{name_of_all(reading.turns[0].step)}：{'、'.join(desks)}"


def _moments(office: Office, case: Sequence[CaseDocument]) -> tuple[CaseMoment, ...]:
    """Tell all that happened in a case, oldest first."""
    ids = [each.reading.document.id for each in case]
    with office.database.read() as tx:
        rows = tx.ledger.among(ids)
    told = (pair for each in case for pair in _told(office, each.reading, rows))
    return tuple(moment for _, moment in sorted(told, key=lambda pair: pair[0]))


def _told(office: Office, reading: Reading, rows: Sequence[LedgerRow]) -> Iterator[tuple[int, CaseMoment]]:
    document, title = reading.document, reading.spec.title.zh_hans
    own = [row for row in rows if row.event.document_id == document.id and row.event.kind != _TOLD_BY_THE_CHILD]
    route = Route(office.organisation, reading.spec, document, {}, office.local)
    for seq, entry in route.told(own):
        yield seq, CaseMoment(entry, title, document.number, f"/documents/{document.id}")
