"""Chasing: what is due or late is followed up: reminders, a slip (催办单) for what is late, a word to others (§14).

The store tells which open documents are to be looked at; of the others nothing is read. A slip is opened in the same
transaction as the row that says so, and is chased as any other document. A timer never signs.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType

from forms_service.domain.document import Document
from forms_service.domain.errors import NotYours, WrongState
from forms_service.domain.lateness import Look, Prompt, days_late, look
from forms_service.domain.people import Person
from forms_service.domain.routing import OVERSEER_ROLES
from forms_service.domain.spec import FormSpec
from forms_service.store.database import Transaction
from forms_service.store.documents import Search
from forms_service.store.looks import Looked, Standing
from forms_service.store.reminders import Occasion
from forms_service.workflow.due import do_each
from forms_service.workflow.office import Office
from forms_service.workflow.opening import open_for_office
from forms_service.workflow.reading import Reading, find, read
from forms_service.workflow.reminding import occasion_of, remind, tell

BATCH = 2000  # looked at in one sweep, so that a restored backup holds nobody up; the next sweep takes the next ones
_NOTHING = Look((), None)


def chase_pending(office: Office) -> int:
    """Follow up every step that is due or late; returns how many reminders and slips went out.

    Raises SomeNotDone after the others had their turn.
    """
    at, firm = office.now(), office.reckoning
    with office.database.read() as tx:
        standing = tx.looks.pending(at, BATCH)
    quiet: list[Looked] = []

    def chase(document: Standing) -> bool:
        late = office.printery.form(document.spec_sha256).spec.late
        seen = look(late, document, at, firm) if late else _NOTHING
        looked = Looked(document.id, document.revision, seen.again_at)
        if not seen.due:
            quiet.append(looked)
            return False
        return _follow_up(office, looked, seen.due, at)

    try:
        return do_each(standing, chase)
    finally:
        with office.database.write() as tx:
            tx.looks.keep(quiet)


def draw_up_slip(office: Office, person: Person, document_id: str) -> Document:
    """Return the slip that stands open for a late step, or draw one up now; by the overseers.

    Raises NotYours, WrongState for what is not late.
    """
    at = office.now()
    if not OVERSEER_ROLES & set(person.roles):
        raise NotYours("催办单由总经理室开立。请联系总经理室。")
    reading = find(office, person, document_id)
    document, late, firm = reading.document, reading.spec.late, office.reckoning
    if late is None or not late.slip or not days_late(reading.spec, document, at, firm):
        raise WrongState(f"{document.number} 现在没有逾期的步骤，不用催办。")
    standing = Search(form=late.slip, parent=document.id, states=("open",))
    due = (prompt for prompt in look(late, document, at, firm).due if prompt.kind == "slip")
    occasion = occasion_of(document, next(due, Prompt(at, "slip", 1)))  # the worker draws up none for it any more

    def once(tx: Transaction, _: str) -> bool:
        if tx.documents.count(standing):
            return False
        _note_drawn_up(tx, occasion, at)
        return True

    made = open_for_office(office, late.slip, parent=document.id, once=once)
    if made is not None:
        return made
    with office.database.read() as tx:
        return tx.documents.find(standing, limit=1)[0]


def slip_of(spec: FormSpec) -> str:
    """Name the form of a late step's slip, "" for none."""
    return spec.late.slip if spec.late else ""


def _follow_up(office: Office, looked: Looked, due: tuple[Prompt, ...], at: dt.datetime) -> bool:
    """Do what a look found due; it is over only when all of it is done, by whomever."""
    with office.database.read() as tx:
        document = tx.documents.get(looked.document_id)
    if document.revision != looked.revision:
        return False  # somebody signed meanwhile: it is looked at anew
    reading = read(office, document)
    done = do_each(due, lambda prompt: _ACTS[prompt.kind](office, reading, prompt, at))
    with office.database.write() as tx:
        if all(_is_done(tx, document, prompt) for prompt in due):
            tx.looks.keep([looked])
    return done > 0


def _is_done(tx: Transaction, document: Document, prompt: Prompt) -> bool:
    return all(reminded.sent_at for reminded in tx.reminders.of(occasion_of(document, prompt)))


def _draw_up(office: Office, reading: Reading, prompt: Prompt, at: dt.datetime) -> bool:
    """Draw up the slip of a late step on its issuer's desk, once; says whether this was it."""
    occasion = occasion_of(reading.document, prompt)

    def once(tx: Transaction, _: str) -> bool:
        return _note_drawn_up(tx, occasion, at)

    return open_for_office(office, slip_of(reading.spec), parent=reading.document.id, once=once) is not None


def _note_drawn_up(tx: Transaction, occasion: Occasion, at: dt.datetime) -> bool:
    """Note that a slip is drawn up on an occasion; False when one was before."""
    if tx.reminders.of(occasion):
        return False
    for drawn_up in tx.reminders.add(occasion, [""], at):
        tx.reminders.mark_sent(drawn_up, at)
    return True


Act = Callable[[Office, Reading, Prompt, dt.datetime], bool]
_ACTS: Mapping[str, Act] = MappingProxyType(
    {"before": remind, "on": remind, "every": remind, "tell": tell, "slip": _draw_up}
)
