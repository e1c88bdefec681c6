"""Consulting (加签): the holder of a step asks colleagues what they think of it, and signs with their answers at hand.

An answer moves nothing and has no signature box; the ledger keeps its words and their hash, and the signature of the
step names the hash.
"""

import datetime as dt
from collections.abc import Iterable

from forms_service.domain.consultation import Consultation, check_question, check_text, opinion_hash
from forms_service.domain.document import Document
from forms_service.domain.errors import NotYours, ProblemsFound, WrongState
from forms_service.domain.events import Data, Event
from forms_service.domain.people import Person
from forms_service.domain.problem import Problem
from forms_service.domain.routing import require_turn
from forms_service.domain.spec import Step
from forms_service.store.database import Transaction
from forms_service.workflow.noting import note
from forms_service.workflow.office import Office
from forms_service.workflow.reading import at_desk_of, find


def consult(office: Office, person: Person, document_id: str, step_id: str, asked: tuple[str, ...], text: str) -> None:
    """Ask some colleagues one question about a step that is the asker's. Raises NotYours, WrongState, ProblemsFound."""
    at = office.now()
    reading = at_desk_of(find(office, person, document_id), person.id, step_id)
    step, claimed, document = reading.step, reading.claim, reading.document
    if step is None or claimed is None or step.id != step_id:
        raise WrongState(f"单据 {document.number} 现在不在这一步，不能就它征求意见。请刷新页面再看。")
    require_turn(person, step, document, claimed)
    if not step.may_consult:
        raise WrongState(f"「{step.name}」不设加签，请直接与同事商量。")
    _refuse(check_question(person.id, asked, text, office.organisation))
    with office.database.write() as tx:
        waiting = {c.asked for c in tx.consultations.of(document_id) if c.is_open and c.step == step_id}
        for colleague in dict.fromkeys(asked):
            if colleague not in waiting:
                _ask(office, tx, document, step, (person.id, colleague), text.strip(), at)


def give_opinion(office: Office, person: Person, consultation_id: str, opinion: str) -> Consultation:
    """Answer a question that one was asked. Raises NotFound, NotYours, WrongState, ProblemsFound."""
    at = office.now()
    _refuse(tuple(check_text("opinion", opinion, "意见")))
    with office.database.write() as tx:
        asked = tx.consultations.get(consultation_id)
        if asked.asked != person.id:
            raise NotYours("这个问题问的是别的同事，请由他本人答复。")
        digest = opinion_hash(asked, opinion.strip(), at)
        tx.consultations.answer(asked.id, opinion.strip(), digest, at)
        data: Data = {
            "consultation": asked.id,
            "step": asked.step,
            "round": asked.round,
            "opinion": opinion.strip(),
            "sha256": digest,
        }
        tx.ledger.append(Event(at, "advised", asked.document_id, person.id, data))
        number = tx.documents.get(asked.document_id).number
        note(tx, [asked.asked_by], asked.document_id, f"{person.name}就 {number} 答复了您请教的问题。", at)
    return asked


def answered(office: Office, document: Document, step: Step) -> tuple[Consultation, ...]:
    """List the opinions given on a step since it opened, in the order in which they were asked for."""
    return tuple(c for c in questions(office, document, step) if c.answered_at is not None)


def questions(office: Office, document: Document, step: Step) -> tuple[Consultation, ...]:
    """List what was asked about a step since it opened and still counts: answered, or waited for."""
    with office.database.read() as tx:
        asked = tx.consultations.of(document.id)
    present = (c for c in asked if c.step == step.id and c.asked_at >= document.step_opened_at)
    return tuple(c for c in present if c.closed_at is None)


def warn_of_open(office: Office, document: Document, step: Step) -> tuple[Problem, ...]:
    """Warn whoever signs a step while colleagues whom they asked have not answered yet."""
    waiting = [c.asked for c in questions(office, document, step) if c.is_open]
    if not waiting:
        return ()
    names = "、".join(office.require_person(person_id).name for person_id in waiting)
    message = f"您请教的{names}还没有答复。现在就签，这些问题会作罢。"
    return (Problem("reason", "open_questions", message, level="warning"),)


def close_questions(tx: Transaction, document: Document, steps: Iterable[str], at: dt.datetime) -> None:
    """Close what is still asked about steps that are no longer open, and tell those who were asked."""
    closed = tx.consultations.close_but(document.id, steps, at)
    words = f"{document.number} 请教您的那一步已经办完，您不用再答复。"
    note(tx, [c.asked for c in closed], document.id, words, at)


def _ask(
    office: Office,
    tx: Transaction,
    document: Document,
    step: Step,
    between: tuple[str, str],
    question: str,
    at: dt.datetime,
) -> None:
    asker, colleague = between
    asked = Consultation(office.token(), document.id, step.id, document.round, asker, colleague, question, at)
    tx.consultations.add(asked)
    data: Data = {
        "consultation": asked.id,
        "step": step.id,
        "round": asked.round,
        "asked": colleague,
        "question": question,
    }
    tx.ledger.append(Event(at, "consulted", document.id, asker, data))


def _refuse(problems: tuple[Problem, ...]) -> None:
    if problems:
        raise ProblemsFound(problems)
