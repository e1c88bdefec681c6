"""Collecting: the receivables that complaints hinder, which a month's rates of collection leave out (§13(2)③)."""

from collections.abc import Mapping
from decimal import Decimal

from forms_service.domain.collection import Hindered, total_of
from forms_service.domain.given import write_plain
from forms_service.domain.routing import opener_of
from forms_service.store.registered import Wanted
from forms_service.workflow.months import month_span
from forms_service.workflow.office import Office

_COMPLAINT = "customer-complaint"
_HINDERS, _AMOUNT, _CUSTOMER, _PART = "hinders_collection", "receivable_amount", "customer", "part_no"


def hindered_in(office: Office, period: str) -> tuple[Hindered, ...]:
    """List the receivables of the complained parts whose case stood in a month and hindered collection.

    A case stands from its acceptance to its closing, in every month between. Whether it hinders, the closed case says;
    only its part (料号) counts, not the rest of an invoice.
    """
    span = month_span(office, period)
    wanted = Wanted(
        _COMPLAINT,
        numbered_before=span.before,
        ended_from=span.start,
        states=("finished",),
        equal=((_HINDERS, "yes"),),
    )
    with office.database.read() as tx:
        documents = tx.registered.find(wanted).documents
        facts = tx.facts.of([document.id for document in documents], (_AMOUNT, _CUSTOMER, _PART))
    return tuple(
        Hindered(
            document_id=document.id,
            number=document.number,
            salesperson=opener_of(document) or "",
            customer=facts[document.id].get(_CUSTOMER, ""),
            part=facts[document.id].get(_PART, ""),
            amount=Decimal(facts[document.id].get(_AMOUNT, "0")),
        )
        for document in reversed(documents)
    )


def collection_list(office: Office, period: str) -> Mapping[str, str]:
    """Fill a list of what a month's rates of collection leave out, and its sum."""
    listed = hindered_in(office, period)
    people = {person.id: person.name for person in office.organisation.people}
    answers = {"hindered": "", "hindered_total": write_plain(total_of(listed))}
    for ordinal, case in enumerate(listed, 1):
        row = {
            "case_no": case.number,
            "salesperson": people.get(case.salesperson, case.salesperson),
            "customer": case.customer,
            "part_no": case.part,
            "amount": write_plain(case.amount),
        }
        answers |= {f"hindered.{ordinal}.{name}": text for name, text in row.items()}
    return answers
