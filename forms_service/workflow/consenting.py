"""Consenting: a customer's contact agrees to the electronic form once, and may take it back; then paper is the way.

A link that was sent before the consent was taken back signs nothing more. Only a link that the clerk sends afterwards,
at the contact's own wish, asks anew.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from forms_service.domain.consent import WORDING, consent_words, words_sha256
from forms_service.domain.errors import NoConsent, NotYours, WrongState
from forms_service.domain.events import Data, Event
from forms_service.domain.people import Person
from forms_service.domain.problem import Problem
from forms_service.domain.routing import opener_of
from forms_service.store.database import Transaction
from forms_service.store.links import Link
from forms_service.workflow.inviting import contacts_of, granted_link, mask, signs_by_link
from forms_service.workflow.noting import note
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading, find

WITHDRAWN = "您已撤回电子签署的同意，这个链接不能再用来签章。请下载单据，打印、盖章后寄回给承办人。"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a contact stands: since when they consent, None if they do not; `withdrawn`: this link signs no more."""

    words: str
    given_at: dt.datetime | None
    withdrawn: bool


def standing_of(office: Office, link: Link) -> Standing:
    """Say where a link's contact stands with the electronic form."""
    with office.database.read() as tx:
        last = tx.consents.last(link.contact_email)
    words = consent_words(office.organisation.firm.name)
    if last is None:
        return Standing(words, None, withdrawn=False)
    if last.withdrawn_at is None:
        return Standing(words, last.given_at, withdrawn=False)
    return Standing(words, None, withdrawn=link.made_at <= last.withdrawn_at)


def consent_faults(standing: Standing, *, accepts: bool, consents: bool) -> Iterator[Problem]:
    """Ask for the consent where an acceptance has none; a refusal needs none. Raises NoConsent on a dead link."""
    if standing.withdrawn:
        raise NoConsent(WITHDRAWN)
    if accepts and standing.given_at is None and not consents:
        yield Problem("consent", "required", "请先同意以电子形式签署；不同意的话，请下载单据，打印、盖章后寄回。")


def keep_consent(office: Office, link: Link, party: str) -> None:
    """Keep a contact's consent to the words in force, as identified by the code that came to their address."""
    words, at = consent_words(office.organisation.firm.name), office.now()
    identified_by = f"一次性验证码 {mask(link.contact_email)}"
    with office.database.write() as tx:
        given = tx.consents.give(link.contact_email, party, (WORDING, words_sha256(words)), at, identified_by)
        if given is None:
            return
        data: Data = {
            "wording": given.wording,
            "wording_sha256": given.wording_sha256,
            "words": words,
            "party": party,
            "identified_by": identified_by,
        }
        tx.ledger.append(Event(at, "consent_given", link.document_id, f"contact:{mask(link.contact_email)}", data))


def who_consents(office: Office, reading: Reading) -> tuple[str, bool]:
    """Name the contact whose consent stands ("" for none), and say whether they took it back."""
    if not signs_by_link(reading.spec, reading.step):
        return "", False
    party = office.organisation.party_named(str(reading.values.get("customer")))
    if party is None or not party.contacts:
        return "", False
    contact = party.contacts[0]
    with office.database.read() as tx:
        last = tx.consents.last(contact.email)
    if last is None:
        return "", False
    return ("", True) if last.withdrawn_at else (contact.name, False)


def withdraw_by_contact(office: Office, token: str, grant: str) -> None:
    """Take back the consent of a link's contact, who gave the code; those who await them are told.

    Raises LinkDead, WrongCode; WrongState when no consent stands.
    """
    link, _ = granted_link(office, token, grant)
    with office.database.write() as tx:
        _withdraw(office, tx, link.contact_email, link.document_id, f"contact:{mask(link.contact_email)}")
        _tell(office, tx, link)


def withdraw_for_contact(office: Office, person: Person, document_id: str) -> None:
    """Take back the consent of a document's contact, who said so by other means; by the one who opened the document.

    Raises NotFound, NotYours, WrongState.
    """
    reading = find(office, person, document_id)
    if person.id != opener_of(reading.document):
        raise NotYours("客户的电子签署同意由开立人登记撤回。请联系开立人。")
    if not signs_by_link(reading.spec, reading.step):
        raise WrongState("这张单据现在不等客户用链接签章，没有可以撤回的。")
    _, contact = contacts_of(office, reading)
    with office.database.write() as tx:
        _withdraw(office, tx, contact.email, document_id, person.id)


def _withdraw(office: Office, tx: Transaction, email: str, document_id: str, actor: str) -> None:
    at, last = office.now(), tx.consents.last(email)
    if last is None or not tx.consents.withdraw(email, at, actor):
        raise WrongState("没有生效的电子签署同意，没有可以撤回的。")
    data: Data = {"wording": last.wording, "wording_sha256": last.wording_sha256, "contact": mask(email)}
    tx.ledger.append(Event(at, "consent_withdrawn", document_id, actor, data))


def _tell(office: Office, tx: Transaction, link: Link) -> None:
    """Tell whoever opened a document that waits for the contact that it goes on on paper."""
    for document_id in tx.links.alive_to(link.contact_email, office.now()):
        document = tx.documents.get(document_id)
        words = f"{link.contact_name}撤回了电子签署的同意。请把 {document.number} 印成纸本，请客户盖章后收回。"
        note(tx, filter(None, [opener_of(document)]), document_id, words, office.now())
