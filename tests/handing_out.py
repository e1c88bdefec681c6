"""A step handed out to be signed in a person's own program, taken in again, or turned away."""

import re

import pytest

from forms_service.domain.document import Document
from forms_service.domain.errors import NotTaken
from forms_service.store.own_certificates import OwnCertificate
from forms_service.workflow.handing_out import hand_out, handed_out
from forms_service.workflow.submitting import Submission
from forms_service.workflow.taking_in import TakenIn, take_in
from tests.elsewhere import OwnKey, own_key
from tests.world import World

BOX = "sign_02_deputy_gm"
_JARGON = re.compile(r"增量|字节|偏移|交叉引用|/[A-Z][A-Za-z]+|ByteRange|MDP|SubFilter|xref|CMS|%%EOF|对象 [0-9]")


def register(world: World, person_id: str, key: OwnKey | None = None) -> None:
    world.person(person_id)
    found = key or own_key()
    with world.office.database.write() as tx:
        tx.own_certificates.add(OwnCertificate(found.sha256, person_id, found.pem, world.clock()))


def prepared(world: World) -> Document:
    """Let a document wait for the deputy, who has a certificate of his own."""
    register(world, "lin_guo")
    return world.sign(world.open_allowance(), "li_wen")


def given_out(world: World, document: Document, person_id: str = "lin_guo", **given: str) -> bytes:
    parts = {"step": str(document.step), "seen": document.head, "opinion": "依规定办理", **given}
    person = world.person(person_id)
    handout = hand_out(world.office, person, Submission(document.id, **parts))  # type: ignore[arg-type]  # texts all
    return handed_out(world.office, person, document.id, handout.sha256)[1]


def taken_in(world: World, pdf: bytes, person_id: str = "lin_guo", document_id: str = "") -> TakenIn:
    return take_in(world.office, world.person(person_id), pdf, document_id)


def turned_away(world: World, pdf: bytes, person_id: str = "lin_guo", document_id: str = "") -> NotTaken:
    with pytest.raises(NotTaken) as stop:
        taken_in(world, pdf, person_id, document_id)
    assert any(letter >= "一" for letter in str(stop.value)), stop.value
    assert "请" in str(stop.value), "it says nothing of what to do"
    assert not _JARGON.findall(str(stop.value)), f"no clerk's words: {stop.value}"
    return stop.value


def signed_events(world: World, document: Document) -> list[object]:
    with world.office.database.read() as tx:
        return [row.event.data["head"] for row in tx.ledger.of(document.id) if row.event.kind == "signed"]
