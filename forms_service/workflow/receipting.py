"""Receipting: a copy's keeper notes what the form asks (查核日期、传票号码); the ledger keeps it, never the PDF."""

from collections.abc import Iterator, Mapping

from forms_service.domain.characters import odd_characters
from forms_service.domain.course import Receipt
from forms_service.domain.errors import NotFound, NotYours, ProblemsFound, WrongState
from forms_service.domain.events import Data, Event
from forms_service.domain.people import Person
from forms_service.domain.problem import Problem
from forms_service.domain.spec import FormSpec
from forms_service.store.receipts import ReceiptNoted
from forms_service.workflow.office import Office
from forms_service.workflow.reading import find

EVENT = "received"
NOTED = "noted."
"""What each noted fact is called in the event: `noted.voucher_no`."""

LONGEST_NOTE = 100


def note_receipt(office: Office, person: Person, document_id: str, no: int, noted: Mapping[str, str]) -> ReceiptNoted:
    """Note a sealed copy's receipt, by one of the department that keeps it; noted again, the newest counts.

    `noted` is keyed by the form's names. Raises NotFound, NotYours, WrongState, ProblemsFound.
    """
    at = office.now()
    reading = find(office, person, document_id)
    receipt = receipt_of(reading.spec, no)
    with office.database.read() as tx:
        copy = next((copy for copy in tx.copies.of(document_id) if copy.no == no), None)
    if receipt is None or copy is None:
        raise NotFound(f"{reading.document.number} 没有可以登记签收的第 {no} 联。请从单据页重新打开。")
    if reading.document.state == "void":
        raise WrongState(f"{reading.document.number} 已经作废，不用再登记。")
    if person.department != copy.department:
        raise NotYours(f"「{copy.label}」由存这一联的部门登记。请联系他们。")
    texts = {name: noted.get(name, "").strip() for name, _ in receipt.records}
    problems = tuple(_faults(receipt, texts))
    if problems:
        raise ProblemsFound(problems)
    stored = ReceiptNoted(document_id, no, tuple(texts.items()), person.id, at)
    with office.database.write() as tx:
        tx.receipts.put(stored)
        data: Data = {"copy": no, "label": copy.label, "department": copy.department}
        tx.ledger.append(Event(at, EVENT, document_id, person.id, {**data, **_told(texts)}))
    return stored


def receipt_of(spec: FormSpec, no: int) -> Receipt | None:
    """Return what a form asks the keeper of a copy to note, None where it asks nothing or has no such copy."""
    return next((copy.receipt for copy in spec.copies if copy.no == no), None)


def _told(texts: Mapping[str, str]) -> Data:
    return {NOTED + name: text for name, text in texts.items()}


def _faults(receipt: Receipt, texts: Mapping[str, str]) -> Iterator[Problem]:
    for name, label in receipt.records:
        text = texts[name]
        if not text:
            yield Problem(name, "required", f"「{label}」必须填写，现在是空白。请填写。")
        elif len(text) > LONGEST_NOTE:
            yield Problem(name, "max_length", f"「{label}」最多 {LONGEST_NOTE} 个字，现在有 {len(text)} 个。请删短。")
        elif odd := odd_characters(text, lines=False):
            yield Problem(name, "odd_character", f"「{label}」里有不能用的字符：{'、'.join(odd[:5])}。请删掉。")
