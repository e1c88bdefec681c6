"""The customer's consent to the electronic form, asked once and taken back at will; and the evidence of the code."""

import json
from pathlib import Path

import pytest

from forms_service.domain.consent import WORDING, consent_words, words_sha256
from forms_service.domain.document import Document
from forms_service.domain.errors import LinkDead, NoConsent, NotYours, ProblemsFound, WrongCode, WrongState
from forms_service.domain.events import Event
from forms_service.signing import oids
from forms_service.signing.container import read_container
from forms_service.signing.form_view import view_form
from forms_service.signing.revisions import History
from forms_service.signing.signatures import find_signatures
from forms_service.workflow.consenting import standing_of, withdraw_by_contact, withdraw_for_contact
from forms_service.workflow.inviting import check_code, granted_link, invite_again, invite_pending, send_code
from forms_service.workflow.receiving import Answer, answer
from tests.world import World, make_world

STAFF = ("li_wen", "lin_guo", "wang_jian")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "office")


def _waiting(world: World) -> tuple[Document, str]:
    """Bring a document to its customer; returns the link's token."""
    document = world.open_allowance()
    for person in STAFF:
        document = world.sign(document, person)
    invite_pending(world.office)
    return document, world.mail().split("/c/")[1].split()[0]


def _grant(world: World, token: str) -> str:
    send_code(world.office, token)
    return check_code(world.office, token, "314159")


def _accept(world: World, document: Document, token: str, *, consents: bool) -> Document:
    given = Answer(document.head, accepts=True, name="张丽华", consents=consents)
    return answer(world.office, token, _grant(world, token), given)


def _told(world: World, kind: str) -> list[Event]:
    with world.office.database.read() as tx:
        return [row.event for row in tx.ledger.rows() if row.event.kind == kind]


def test_without_consent_nothing_is_accepted(world: World) -> None:
    document, token = _waiting(world)
    with pytest.raises(ProblemsFound, match="请先同意") as stop:
        _accept(world, document, token, consents=False)
    assert [problem.where for problem in stop.value.problems] == ["consent"]
    assert _told(world, "consent_given") == []


def test_consent_is_asked_once_and_kept_with_its_exact_words(world: World) -> None:
    _accept(world, *_waiting(world), consents=True)
    (told,) = _told(world, "consent_given")
    words = consent_words(world.office.organisation.firm.name)
    assert (told.data["wording"], told.data["wording_sha256"]) == (WORDING, words_sha256(words))
    assert told.data["words"] == words
    assert "一次性验证码" in str(told.data["identified_by"])
    assert _accept(world, *_waiting(world), consents=False).state == "finished"
    assert len(_told(world, "consent_given")) == 1


def test_a_refusal_needs_no_consent(world: World) -> None:
    document, token = _waiting(world)
    given = Answer(document.head, accepts=False, name="", opinion="数量不对")
    assert answer(world.office, token, _grant(world, token), given).state == "refused"
    assert _told(world, "consent_given") == []


def test_after_withdrawal_the_link_signs_nothing_and_the_clerk_is_told(world: World) -> None:
    _accept(world, *_waiting(world), consents=True)
    document, token = _waiting(world)
    withdraw_by_contact(world.office, token, _grant(world, token))
    for accepts in (True, False):
        given = Answer(document.head, accepts=accepts, name="张丽华", opinion="不对", consents=True)
        with pytest.raises(NoConsent, match="打印、盖章"):
            answer(world.office, token, _grant(world, token), given)
    with world.office.database.read() as tx:
        newest = tx.notes.of("li_wen", 1)[0]
    assert document.number in newest.words
    assert "纸本" in newest.words
    assert len(_told(world, "consent_withdrawn")) == 1


def test_what_was_signed_before_the_withdrawal_stands(world: World) -> None:
    signed = _accept(world, *_waiting(world), consents=True)
    _, token = _waiting(world)
    withdraw_by_contact(world.office, token, _grant(world, token))
    with world.office.database.read() as tx:
        assert tx.documents.get(signed.id).state == "finished"


def test_after_withdrawal_no_link_is_sent_unasked(world: World) -> None:
    _accept(world, *_waiting(world), consents=True)
    _, token = _waiting(world)
    withdraw_by_contact(world.office, token, _grant(world, token))
    document = world.open_allowance()
    for person in STAFF:
        document = world.sign(document, person)
    assert invite_pending(world.office) == 0


def test_a_link_that_the_clerk_sends_after_it_asks_for_consent_anew(world: World) -> None:
    _accept(world, *_waiting(world), consents=True)
    document, token = _waiting(world)
    withdraw_by_contact(world.office, token, _grant(world, token))
    invite_again(world.office, world.person("li_wen"), document.id)
    fresh = world.mail().split("/c/")[1].split()[0]
    with pytest.raises(ProblemsFound, match="请先同意"):
        _accept(world, document, fresh, consents=False)
    assert _accept(world, document, fresh, consents=True).state == "finished"
    assert len(_told(world, "consent_given")) == 2


def test_the_clerk_takes_it_back_for_a_contact_who_called(world: World) -> None:
    _accept(world, *_waiting(world), consents=True)
    document, token = _waiting(world)
    with pytest.raises(NotYours):
        withdraw_for_contact(world.office, world.person("wang_jian"), document.id)
    withdraw_for_contact(world.office, world.person("li_wen"), document.id)
    assert _told(world, "consent_withdrawn")[0].actor == "li_wen"
    link, _ = granted_link(world.office, token, _grant(world, token))
    assert standing_of(world.office, link).withdrawn


def test_only_who_gave_the_code_takes_it_back_and_only_what_was_given(world: World) -> None:
    _, token = _waiting(world)
    with pytest.raises(WrongCode):
        withdraw_by_contact(world.office, token, "0" * 64)
    with pytest.raises(WrongState, match="没有可以撤回"):
        withdraw_by_contact(world.office, token, _grant(world, token))
    with pytest.raises(LinkDead):
        withdraw_by_contact(world.office, "no such link", "")


def test_the_evidence_of_the_code_is_in_the_event_and_under_the_signature(world: World) -> None:
    document, token = _waiting(world)
    signed = _accept(world, document, token, consents=True)
    event = _told(world, "signed")[-1].data
    assert event["shown_sha256"] == document.head
    assert "***@" in str(event["address"])
    assert str(event["code_sent_at"]) < str(event["code_given_at"])
    facts = _facts(world.office.blobs.get(signed.signatures[-1].head))
    names = ("shown_sha256", "code_sent_at", "code_given_at")
    assert {name: facts[name] for name in names} == {name: event[name] for name in names}


def test_staffs_signatures_state_no_code(world: World) -> None:
    document = world.sign(world.open_allowance(), "li_wen")
    assert "code_given_at" not in _facts(world.office.blobs.get(document.head))


def _facts(pdf: bytes) -> dict[str, object]:
    """Read what the newest signature of a file states of itself."""
    history = History(pdf)
    forms = [view_form(history, 0, None)]
    for revision in history.revisions[1:]:
        forms.append(view_form(history, revision.index, forms[-1]))
    found = [s for s in find_signatures(history, tuple(forms)) if not s.is_timestamp]
    stated: dict[str, object] = json.loads(str(read_container(found[-1].container).text(oids.FACTS)))
    return stated
