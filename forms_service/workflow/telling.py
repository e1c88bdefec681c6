"""Telling: a mail and a note to some people on an occasion, each once.

What is to be sent is written before it is sent. Two at once send one: who writes it sends it. One who was killed before
the mail leaves it unsent, and it is taken up when it has had its time; one killed right after the mail sends that very
mail again, of the same Message-ID, which a mail folder keeps once.
"""

import datetime as dt
from collections.abc import Callable, Iterable

from forms_service.domain.events import Data, Event
from forms_service.domain.people import Person
from forms_service.notices.mail import Mail
from forms_service.store.reminders import Occasion, Reminded
from forms_service.workflow.due import do_each
from forms_service.workflow.noting import note
from forms_service.workflow.office import Office

Letter = Callable[[Person, dt.datetime], Mail]
"""Writes the mail to one person as of an instant; of the same instant it is the same mail, word for word."""


def tell_once(
    office: Office, occasion: Occasion, people: Iterable[Person], words: str, letter: Letter, at: dt.datetime
) -> bool:
    """Tell people on an occasion, by a note of some words and by mail; says whether anything was sent."""
    with office.database.write() as tx:
        mine = tx.reminders.take_left(occasion, at)
        if not tx.reminders.of(occasion):
            mine = tx.reminders.add(occasion, (person.id for person in people), at)
            note(tx, (reminded.person for reminded in mine), occasion.document_id, words, at)
    return do_each(mine, lambda reminded: _send(office, reminded, letter)) > 0


def _send(office: Office, reminded: Reminded, letter: Letter) -> bool:
    """Send one mail; to somebody who has left meanwhile there is nothing to send."""
    person, occasion = office.organisation.person(reminded.person), reminded.occasion
    if person is not None:
        office.mailer.send(letter(person, reminded.made_at))
    at = office.now()
    with office.database.write() as tx:
        if tx.reminders.mark_sent(reminded, at):
            told = [office.organisation.person(each.person) for each in tx.reminders.of(occasion)]
            names = "、".join(person.name for person in told if person)
            data: Data = {"step": occasion.step, "round": occasion.round, "kind": occasion.kind, "to": names}
            tx.ledger.append(Event(at, "reminded", occasion.document_id, "office", data))
    return True
