"""Scanning: a customer's stamped paper is scanned and taken in, where the form takes paper (`paper_scan`).

The clerk who received it signs the customer's box with their own key, over the scan's name and digest. It is evidence
that paper exists, kept and signed for; it is never shown as the customer's signature.
"""

from dataclasses import dataclass, replace

from forms_service.domain.document import Document
from forms_service.domain.errors import NotYours, ProblemsFound, WrongState
from forms_service.domain.people import Person
from forms_service.domain.problem import Problem
from forms_service.domain.record import PAPER_SCAN
from forms_service.domain.routing import opener_of
from forms_service.domain.spec import Field, FormSpec, Step
from forms_service.pdf.seal import Stamp
from forms_service.signing.signer import Signer
from forms_service.workflow.attaching import keep_file
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading, find
from forms_service.workflow.submitting import Capacity, Submission, require_fresh, sign_step

SAID = "纸本签章扫描"
ROLE = "纸本收存"
_NO_PAPER = "「{}」现在不收纸本签章的扫描件。请从单据页看轮到谁。"


@dataclass(frozen=True, slots=True)
class Paper:
    """The paper that came back: the step it is for, the digest of the bytes shown, the scan, and what it says.

    `opinion` is the customer's reason where they do not accept.
    """

    step: str
    seen: str
    file_name: str
    data: bytes
    accepts: bool = True
    opinion: str = ""


def take_in_paper(office: Office, person: Person, document_id: str, paper: Paper, signer: Signer) -> Document:
    """Keep the scan of a customer's paper and sign their box for having taken it in.

    Raises NotFound, NotYours, StalePage, WrongState, ProblemsFound (nothing was signed) or VerdictRefused.
    """
    at = office.now()
    reading = find(office, person, document_id)
    submission = Submission(
        document_id=document_id,
        step=paper.step,
        seen=paper.seen,
        decision="accept" if paper.accepts else "refuse",
        opinion=paper.opinion,
    )
    step, _ = require_fresh(reading, submission)
    require_taker(office, person, reading)
    field = _scan_field(reading.spec, step)
    if field is None:
        raise WrongState(_NO_PAPER.format(step.name))
    _require_scan(field, paper)
    scan = keep_file(office, person, document_id, field, paper.file_name, paper.data)
    capacity = _capacity(person, signer, scan.sha256, f"{office.local(at):%Y-%m-%d %H:%M}")
    filled = replace(submission, raw={field.id: str(scan)})
    return sign_step(office, reading, step, filled, capacity, at)


def require_taker(office: Office, person: Person, reading: Reading) -> Step:
    """Return the customer's step that waits for paper. Raises WrongState where none does, NotYours for another's."""
    step = reading.step
    if step is None or _scan_field(reading.spec, step) is None:
        raise WrongState(_NO_PAPER.format(step.name if step else "这张单据"))
    if not may_take_in(office, person, reading):
        raise NotYours("纸本由经办人或其部门的同事收存。请联系经办部门。")
    return step


def _scan_field(spec: FormSpec, step: Step) -> Field | None:
    """Return the cell that names the scan of a step that takes paper, None for a step that takes none."""
    if step.who.kind != "external" or PAPER_SCAN not in step.sign_by:
        return None
    return next((field for field in map(spec.field, step.fills) if field.kind == "attachment"), None)


def may_take_in(office: Office, person: Person, reading: Reading) -> bool:
    """Say whether a person may take in paper at the step at hand: the clerk of the document, or one of their unit."""
    if reading.step is None or _scan_field(reading.spec, reading.step) is None:
        return False
    clerk = office.organisation.person(opener_of(reading.document) or "")
    return clerk is not None and clerk.department == person.department


def _require_scan(field: Field, paper: Paper) -> None:
    if not paper.data:
        raise ProblemsFound((Problem(field.id, "required", "请选择签回纸本的扫描件或照片。"),))


def _capacity(person: Person, signer: Signer, sha256: str, when: str) -> Capacity:
    return Capacity(
        person=person.id,
        name=person.name,
        role=ROLE,
        stamp=Stamp("person", person.name, (SAID, f"由 {person.name} 收存", when)),
        signer=signer,
        identified_by=f"{PAPER_SCAN} {sha256}",
        on_paper=True,
    )
