"""Numbering: a document's number, drawn in the transaction of the signature that locks it; what fails gives it back."""

import datetime as dt
from dataclasses import replace

from forms_service.domain.document import Document
from forms_service.domain.numbering import NumberPattern, is_drawn, parse_pattern
from forms_service.domain.spec import FormSpec
from forms_service.store.database import Transaction
from forms_service.workflow.noting import note
from forms_service.workflow.office import Office

_TOLD = "gm_office"


def awaits_number(spec: FormSpec, document: Document, step_id: str) -> bool:
    """Say whether a document gets its number when a step agrees to it; one that was returned since keeps its own."""
    return spec.number_at == step_id and not is_drawn(document.number)


def draw_number(office: Office, tx: Transaction, spec: FormSpec, document: Document, at: dt.datetime) -> Document:
    """Draw the next number of a form's series for a document. Raises SeriesFull.

    A series that outgrows its digits goes on, and the 总经理室 is told (readings 14).
    """
    pattern, day = parse_pattern(spec.number), office.today(at)
    number = tx.numbers.draw(spec.form, pattern, day)
    if _outgrows(pattern, day, number):
        people = [person.id for person in office.organisation.holders(_TOLD)]
        words = f"「{spec.title.zh_hans}」本期的 {pattern.width} 位流水号已用完，自 {number} 起加长一位，照常受理。"
        note(tx, people, None, words, at)
    return replace(document, number=number, numbered_at=at)


def _outgrows(pattern: NumberPattern, day: dt.date, number: str) -> bool:
    return pattern.grows and number == pattern.write(day, 10**pattern.width)
