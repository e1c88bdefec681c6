"""Sanctioning: the sanctions (行政处分) that were approved, as the month's review lists them (§12(1)).

A case stands in the review of the month in which both it was closed and its memorial decided: whatever is decided only
after the month's review comes in the next one, and nothing comes twice.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from forms_service.domain.document import Document
from forms_service.domain.errors import NotFound
from forms_service.domain.facts import show_fact
from forms_service.store.database import Transaction
from forms_service.store.registered import Wanted
from forms_service.workflow.months import month_span
from forms_service.workflow.office import Office

_MEMORIAL = "memorial"
_COMPLAINT = "customer-complaint"


@dataclass(frozen=True, slots=True)
class Sanction:
    """An approved sanction. `settled_at` is when the last of case and memorial was decided."""

    case_no: str
    memorial_no: str
    person: str
    unit: str
    sanction: str
    approved_on: dt.date
    settled_at: dt.datetime


def sanction_list(office: Office, period: str) -> Mapping[str, str]:
    """Fill the month's review with the sanctions settled in it; none is said, too."""
    answers = {"sanctions": ""}
    for ordinal, sanction in enumerate(sanctions_in(office, period), 1):
        row = {
            "case_no": sanction.case_no,
            "memorial_no": sanction.memorial_no,
            "person": sanction.person,
            "unit": sanction.unit,
            "sanction": sanction.sanction,
            "approved_on": sanction.approved_on.isoformat(),
        }
        answers |= {f"sanctions.{ordinal}.{name}": text for name, text in row.items()}
    return answers


def sanctions_in(office: Office, period: str) -> tuple[Sanction, ...]:
    """List the sanctions settled in a month, in the order settled."""
    span = month_span(office, period)
    decided = Wanted(_MEMORIAL, ended_before=span.before, states=("finished",), equal=(("kind", "discipline"),))
    with office.database.read() as tx:
        found = tuple(_sanctions(office, tx, tx.registered.find(decided).documents))
    settled = (sanction for sanction in found if span.start <= sanction.settled_at < span.before)
    return tuple(sorted(settled, key=lambda sanction: (sanction.settled_at, sanction.memorial_no)))


def _sanctions(office: Office, tx: Transaction, memorials: tuple[Document, ...]) -> Iterator[Sanction]:
    facts = tx.facts.of([memorial.id for memorial in memorials])
    for memorial in memorials:
        told, decided_at = facts[memorial.id], memorial.ended_at
        closed_at = _closed_at(tx, told.get("complaint_no", ""), decided_at)
        if decided_at is None or closed_at is None:
            continue
        spec = office.printery.form(memorial.spec_sha256).spec
        yield Sanction(
            case_no=told.get("complaint_no", ""),
            memorial_no=memorial.number,
            person=told.get("offender", ""),
            unit=told.get("unit_of_offender", ""),
            sanction=show_fact(spec.field("sanction"), told.get("sanction", "")),
            approved_on=office.today(decided_at),
            settled_at=max(decided_at, closed_at),
        )


def _closed_at(tx: Transaction, number: str, otherwise: dt.datetime | None) -> dt.datetime | None:
    """Return when a case was closed, None while it is open; what is no case of ours does not hold a sanction up."""
    try:
        return tx.documents.numbered(_COMPLAINT, number).ended_at
    except NotFound:
        return otherwise
