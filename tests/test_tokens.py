"""An office whose seal, and one clerk's key, lie on PKCS#11 tokens."""

from dataclasses import replace
from pathlib import Path

import pytest

from forms_service.domain.document import Document
from forms_service.domain.errors import KeyLocked, WrongPin, WrongState
from forms_service.signing.tokens import TokenKey
from forms_service.signing.verify import verify
from forms_service.wiring import open_office
from forms_service.workflow.keying import set_token, unlock_key
from forms_service.workflow.submitting import Submission, submit
from tests.allowance import ALLOWANCE
from tests.signing import softhsm
from tests.world import World, make_world

SEAL = {
    "FORMS_PKCS11_MODULE": softhsm.MODULE,
    "FORMS_SEAL_TOKEN": softhsm.token("firm", "seal"),
    "FORMS_SEAL_PIN": softhsm.PIN,
}
CARD = TokenKey(softhsm.token("li_wen's", "signing"), "signing")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "office", SEAL)


def _sign_by_card(world: World, document: Document, pin: str = softhsm.PIN) -> Document:
    person = world.office.require_person("li_wen")
    given = Submission(document.id, step="prepare", seen=document.head, raw=ALLOWANCE)
    return submit(world.office, person, given, unlock_key(world.office, person, pin))


def _finish(world: World) -> Document:
    document = _sign_by_card(world, world.open_allowance())
    for person in ("lin_guo", "wang_jian"):
        document = world.sign(document, person)
    world.let_customer_sign(document)
    return document


@pytest.fixture
def carded(world: World) -> World:
    """Give the clerk a key on a card of her own."""
    world.keyed.add("li_wen")
    set_token(world.office, world.office.require_person("li_wen"), CARD, softhsm.PIN)
    return world


def test_a_step_and_a_seal_signed_by_tokens_are_accepted(carded: World) -> None:
    document = _finish(carded)
    with carded.office.database.read() as tx:
        copies = tx.copies.of(document.id)
        key, firm = tx.keys.active("li_wen"), tx.certificates.of("office")
    for copy in copies:
        verdict = verify(
            carded.office.blobs.get(copy.sha256), carded.office.trust, None, carded.clock.at, carded.office.fonts
        )
        assert verdict.verdict == "accepted", [check.detail for check in verdict.failed]
    assert [certificate.sha256 for certificate in firm] == [carded.office.authority.firm_signer().fingerprint]
    assert key is not None
    assert "BEGIN" not in key.locked_key  # the store knows where the key is, not the key


def test_a_wrong_pin_of_a_card_is_counted_and_signs_nothing(carded: World) -> None:
    document = carded.open_allowance()
    with pytest.raises(WrongPin, match="4 次"):
        _sign_by_card(carded, document, "111111")
    for _ in range(4):
        with pytest.raises(WrongPin):
            unlock_key(carded.office, carded.office.require_person("li_wen"), "111111")
    with pytest.raises(KeyLocked):
        _sign_by_card(carded, document)


def test_one_token_is_one_holders(carded: World) -> None:
    other = carded.office.require_person("lin_guo")
    with pytest.raises(WrongState, match="li_wen"):
        set_token(carded.office, other, CARD, softhsm.PIN)
    with pytest.raises(WrongState, match="公司印章"):
        set_token(carded.office, other, TokenKey("firm", "seal"), softhsm.PIN)


def test_the_firms_token_has_one_certificate_however_often_the_office_opens(world: World) -> None:
    again = open_office(world.settings)
    assert again.authority.firm_signer().fingerprint == world.office.authority.firm_signer().fingerprint


def test_an_office_without_its_seals_pin_does_not_open(world: World) -> None:
    with pytest.raises(WrongPin, match="firm"):
        open_office(replace(world.settings, seal_pin="000000"))


def test_what_the_token_sealed_stays_the_firms_when_the_seal_moves_on(world: World) -> None:
    data = b"a day of the ledger"
    on_token = world.office.authority.firm_signer().sign_raw(data)
    later = open_office(replace(world.settings, seal_token=""))
    assert later.authority.firm_signer().fingerprint != world.office.authority.firm_signer().fingerprint
    assert later.authority.signed_by_firm(data, on_token)
    assert world.office.authority.signed_by_firm(data, later.authority.firm_signer().sign_raw(data))
    assert not later.authority.signed_by_firm(b"another", on_token)
