"""From a document at a person's step to the record of its page."""

from collections.abc import Mapping

from forms_service.domain.claims import Claim
from forms_service.domain.people import Person
from forms_service.domain.spec import Step
from forms_service.domain.values import Values
from forms_service.pdf.read import page_count
from forms_service.web.auth import signing_session
from forms_service.web.desk import dossier, last_return
from forms_service.web.document_page import page_images, reading_sheet, system_cells
from forms_service.web.pages.beside import Beside
from forms_service.web.pages.frame import Fault
from forms_service.web.pages.sheet import SheetBlock, lay_sheet
from forms_service.web.pages.step import Elsewhere, StepPage, decisions, lock_labels, reason, task
from forms_service.web.words import due
from forms_service.workflow.handing_out import last_handout, own_certificate
from forms_service.workflow.keying import has_key, session_signer
from forms_service.workflow.numbering import awaits_number
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading


def step_page(
    office: Office,
    person: Person,
    reading: Reading,
    fills: tuple[SheetBlock, ...],
    beside: Beside,
    *,
    faults: tuple[Fault, ...] = (),
    warnings: tuple[str, ...] = (),
    draft_saved: str = "",
) -> StepPage:
    """Put together the page of the step at hand; `fills` are its open cells as `fill_sheet` laid them.

    `beside` is what stands beside the step.
    """
    step, claim = step_at_hand(reading)
    document, spec = reading.document, reading.spec
    by = office.local(document.due_at) if document.due_at else None
    return StepPage(
        document_id=document.id,
        number=document.number,
        title=spec.title.zh_hans,
        step=step.id,
        task=task(step),
        why=reason(claim, step, beside.principals),
        due=due(office.local(document.step_opened_at), by, office.local(office.now())),
        customer=document.subject,
        amount=document.amount,
        seen=document.head,
        images=page_images(document, document.head, page_count(office.blobs.get(document.head))),
        reading=reading_sheet(office, reading),
        fills=fills,
        locks=lock_labels(spec, step),
        decisions=decisions(spec, step, beside.principals),
        has_opinion=step.decides,
        returned=last_return(dossier(office, document.id).rows, spec, step),
        has_key=has_key(office, person),
        session=session_signer(office, person, signing_session()) is not None,
        draft_saved=draft_saved,
        faults=faults,
        warnings=warnings,
        beside=beside,
        elsewhere=_elsewhere(office, person, reading, beside),
    )


def _elsewhere(office: Office, person: Person, reading: Reading, beside: Beside) -> Elsewhere:
    step, _ = step_at_hand(reading)
    if beside.principals or awaits_number(reading.spec, reading.document, step.id):
        return ""
    if own_certificate(office, person) is None:
        return "register"
    found = last_handout(office, person, reading)
    return "bring" if found is not None and found.step == step.id else "prepare"


def fill_sheet(office: Office, reading: Reading, values: Values, typed: Mapping[str, str]) -> tuple[SheetBlock, ...]:
    """Lay out the cells of the step at hand, open for writing; nothing where it fills nothing."""
    step, _ = step_at_hand(reading)
    if not step.fills:
        return ()
    first = step.id == reading.spec.steps[0].id
    fixed = frozenset(dict(reading.document.given.answers)) if first else frozenset[str]()
    cells = system_cells(office, reading.document)
    return lay_sheet(reading.spec, values, cells, step=step, typed=typed, fixed=fixed)


def sums_of(blocks: tuple[SheetBlock, ...]) -> Mapping[str, str]:
    """Return the texts of the calculated cells, by name."""
    cells = [block.cell for block in blocks if block.cell]
    tables = [block.table for block in blocks if block.table]
    cells += [cell for table in tables for line in (*table.lines, *table.spare) for cell in line.cells]
    return {cell.name: cell.text for cell in cells if cell.kind == "calc"}


def step_at_hand(reading: Reading) -> tuple[Step, Claim]:
    """Return the step whose turn it is and who may sign it; the caller has settled that there is one."""
    if reading.step is None or reading.claim is None:
        raise RuntimeError(f"document {reading.document.id} has ended")
    return reading.step, reading.claim
