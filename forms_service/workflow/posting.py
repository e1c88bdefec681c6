"""Posting: an accounting copy with an accepted verdict becomes a voucher, once; its figures come from the bytes."""

from dataclasses import dataclass

from forms_service.accounting.checks import PostingRequest, check_posting
from forms_service.accounting.evidence import gather_evidence
from forms_service.accounting.export import export_csv
from forms_service.accounting.vouchers import Voucher, make_voucher
from forms_service.domain.checking import calculate
from forms_service.domain.document import Document
from forms_service.domain.errors import NotFound, NotYours, ProblemsFound
from forms_service.domain.events import Event
from forms_service.domain.numbering import parse_pattern
from forms_service.domain.people import Person
from forms_service.domain.problem import Problem
from forms_service.domain.routing import BOOKKEEPER_ROLE, opener_of
from forms_service.domain.spec import FormSpec
from forms_service.domain.widgets import read_document
from forms_service.signing.verdict import Verdict
from forms_service.store.copies import SealedCopy
from forms_service.store.documents import Search
from forms_service.store.vouchers import PostedVoucher
from forms_service.workflow.auditing import verify_copy
from forms_service.workflow.companions import ACCOUNTING, find_companions, is_postable, unconfirmed_limits
from forms_service.workflow.office import Office
from forms_service.workflow.reading import context

_NUMBERS = parse_pattern("V{yy}{mm}{seq:3+}")


@dataclass(frozen=True, slots=True)
class Postable:
    """A document as accounting sees it: its copy, the full verdict on it, and every reason against posting."""

    document: Document
    copy: SealedCopy
    verdict: Verdict
    problems: tuple[Problem, ...]
    request: PostingRequest


def look_at(office: Office, document_id: str) -> Postable:
    """Judge a document's accounting copy and list what speaks against posting it. Raises NotFound without a copy."""
    with office.database.read() as tx:
        document = tx.documents.get(document_id)
        copies = tx.copies.of(document_id)
        posted = tx.vouchers.of(document_id)
    copy = next((c for c in copies if c.department == ACCOUNTING), None)
    if copy is None:
        raise NotFound(f"单据 {document.number} 还没有会计联。全部签完并分发之后才能入账。")
    verdict = verify_copy(office, copy)
    spec = office.printery.form(document.spec_sha256).spec
    if not is_postable(office, document, spec, read_document(spec, verdict.printed)):
        raise NotFound(f"《{spec.title.zh_hans}》{document.number} 没有要入的账。")
    request = _request(office, document, spec, copy, verdict, posted.number if posted else None)
    return Postable(document, copy, verdict, check_posting(request), request)


def post(office: Office, person: Person, document_id: str) -> Voucher:
    """Post a document once. Raises NotYours, NotFound, ProblemsFound with every reason, AlreadyPosted."""
    if BOOKKEEPER_ROLE not in person.roles:
        raise NotYours("只有会计可以入账。")
    found = look_at(office, document_id)
    spec = found.request.spec
    errors = tuple(problem for problem in found.problems if problem.level == "error")
    if errors or spec.posting is None:
        raise ProblemsFound(errors)
    at, org = office.now(), office.organisation
    with office.database.write() as tx:
        voucher = make_voucher(
            spec.posting,
            found.request.values,
            org.accounts,
            found.request.evidence,
            number=tx.numbers.draw("voucher", _NUMBERS, found.request.date),
            date=found.request.date,
            currency=org.firm.currency,
        )
        evidence = found.request.evidence
        body = voucher.to_json()
        posted = PostedVoucher(document_id, voucher.number, found.copy.sha256, body, at, person.id, evidence.invoice_no)
        tx.vouchers.add(posted)
        data = {"voucher": voucher.number, "sha256": found.copy.sha256}
        tx.ledger.append(Event(at, "posted", document_id, person.id, data))
    return voucher


def export_vouchers(office: Office) -> bytes:
    """Write every posted voucher as CSV, one row an entry line."""
    with office.database.read() as tx:
        return export_csv(Voucher.from_json(posted.body) for posted in tx.vouchers.posted())


def _request(
    office: Office, document: Document, spec: FormSpec, copy: SealedCopy, verdict: Verdict, posted_as: str | None
) -> PostingRequest:
    """Read the figures out of the judged bytes and work each of them out again."""
    org, today = office.organisation, office.today(office.now())
    opened_on = office.today(document.opened_at)
    values = read_document(spec, verdict.printed)
    ctx = context(office, document, document.opened_at)
    opener, party = org.person(opener_of(document) or ""), org.party_named(str(values.get("customer")))
    evidence = gather_evidence(
        document,
        values,
        opened_on=opened_on,
        party=party,
        department=opener.department if opener else "",
        sha256=copy.sha256,
    )
    return PostingRequest(
        spec=spec,
        values=values,
        recalculated=calculate(spec, values, ctx),
        accounts=org.accounts,
        evidence=evidence,
        verdict=verdict.verdict,
        date=today,
        today=today,
        posted_as=posted_as,
        companions=find_companions(office, document, spec, values),
        policy=ctx.policy,
        unconfirmed=() if org.demo else unconfirmed_limits(office, document, spec, values),
        earlier=_posted_before(office, document, evidence.invoice_no),
        buyer=party,
    )


def _posted_before(office: Office, document: Document, invoice_no: str) -> tuple[Voucher, ...]:
    """Read the vouchers on the same invoice, and those of the same form's documents on the same case."""
    siblings = Search(parent=document.parent, form=document.form, posted=True)
    with office.database.read() as tx:
        beside = tx.documents.find(siblings) if document.parent else ()
        found = (*tx.vouchers.on_invoice(invoice_no), *(tx.vouchers.of(each.id) for each in beside))
    by_number = {posted.number: posted for posted in found if posted is not None}
    return tuple(Voucher.from_json(posted.body) for posted in by_number.values())
