"""Publicising: what the personnel unit has published on its board (§12(1)); nothing of a complaint stands there.

An entry is there once the personnel unit has signed the month's review, which ends it, and comes from those bytes.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from forms_service.domain.document import Document
from forms_service.store.registered import Wanted
from forms_service.workflow.office import Office
from forms_service.workflow.reading import values_of

_REVIEW = "sanction-review"
_KEPT = 24  # reviews that the board shows, the newest first


@dataclass(frozen=True, slots=True)
class Notice:
    """One published sanction, with the number of the review that published it."""

    person: str
    unit: str
    sanction: str
    approved_on: dt.date | None
    published_on: dt.date | None
    review_no: str


def published(office: Office) -> tuple[Notice, ...]:
    """List what stands on the board, the newest review first."""
    with office.database.read() as tx:
        reviews = tx.registered.find(Wanted(_REVIEW, states=("finished",)), _KEPT).documents
    return tuple(notice for review in reviews for notice in _notices(office, review))


def _notices(office: Office, review: Document) -> Iterator[Notice]:
    values = values_of(office, office.printery.form(review.spec_sha256).spec, review.head)
    rows, published_on = values["sanctions"], values["published_on"]
    for row in rows if isinstance(rows, tuple) else ():
        approved_on = row["approved_on"]
        yield Notice(
            person=str(row["person"]),
            unit=str(row["unit"] or ""),
            sanction=str(row["sanction"]),
            approved_on=approved_on if isinstance(approved_on, dt.date) else None,
            published_on=published_on if isinstance(published_on, dt.date) else None,
            review_no=review.number,
        )
