"""A person's key over the years: renewed, lost, revoked, taken away and brought; what it signed before stands."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12

from forms_service.domain.document import Document
from forms_service.domain.errors import (
    KeyLocked,
    NotFound,
    NotProven,
    NotYours,
    ProblemsFound,
    Unreadable,
    WrongPin,
    WrongState,
)
from forms_service.domain.people import Person
from forms_service.signing.carrying import pack, unpack
from forms_service.signing.signer import KeySigner
from forms_service.signing.stock import stock_opinions
from forms_service.signing.verify import verify
from forms_service.workflow.carrying import bring, take_away
from forms_service.workflow.certifying import make_challenge, register_certificate
from forms_service.workflow.demonstrating import PIN
from forms_service.workflow.keying import open_session, report_lost, session_signer, set_pin, unlock_key
from forms_service.workflow.revoking import revoke_certificates
from tests.signing import brought
from tests.world import START, World, make_world

NEW_PIN = "975310"
PASSPHRASE = "correct horse battery"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "office")


def _li(world: World) -> Person:
    return world.person("li_wen")


def _require_sealed_copies_accepted(world: World, document: Document) -> None:
    with world.office.database.read() as tx:
        copies = tx.copies.of(document.id)
    assert copies
    for copy in copies:
        pdf = world.office.blobs.get(copy.sha256)
        verdict = verify(pdf, world.office.trust, None, world.clock.at, world.office.fonts)
        assert verdict.verdict == "accepted", [check.detail for check in verdict.failed]


def _finish(world: World, document: Document) -> Document:
    for person in ("lin_guo", "wang_jian"):
        document = world.sign(document, person)
    world.let_customer_sign(document)
    return document


def _states(world: World) -> list[tuple[str, bool]]:
    with world.office.database.read() as tx:
        revoked = {kept.sha256: kept.revoked_at is not None for kept in tx.certificates.of("li_wen")}
        return [(key.state, revoked[key.certificate]) for key in tx.keys.history("li_wen")]


def test_a_renewed_key_leaves_what_the_old_one_signed_and_revokes_nothing(world: World) -> None:
    document = world.sign(world.open_allowance(), "li_wen")
    set_pin(world.office, _li(world), NEW_PIN)
    assert _states(world) == [("replaced", False), ("active", False)]
    _require_sealed_copies_accepted(world, _finish(world, document))


def test_a_lost_pin_gives_a_new_key_and_revokes_the_old_one_from_that_moment(world: World) -> None:
    document = world.sign(world.open_allowance(), "li_wen")
    before = world.clock.at
    set_pin(world.office, _li(world), NEW_PIN, lost=True)
    assert _states(world) == [("lost", True), ("active", False)]
    with world.office.database.read() as tx:
        (revoked,) = tx.certificates.revoked()
    assert revoked.revoked_at is not None
    assert revoked.revoked_at > before
    assert all(o.sound for o in stock_opinions(world.office.blobs.get(document.head), world.office.trust))
    _require_sealed_copies_accepted(world, _finish(world, document))


def test_a_lost_key_signs_nothing_more_not_even_in_an_open_session(world: World) -> None:
    token = open_session(world.office, _li(world), PIN)
    report_lost(world.office, _li(world))
    assert session_signer(world.office, _li(world), token) is None
    with pytest.raises(NotFound):
        unlock_key(world.office, _li(world), PIN)


def test_a_session_of_another_process_ends_with_its_key(world: World) -> None:
    token = open_session(world.office, _li(world), PIN)
    with world.office.database.write() as tx:  # as another process does, which knows nothing of this one's sessions
        tx.keys.end("li_wen", world.clock.at, "revoked")
    assert session_signer(world.office, _li(world), token) is None


def test_revoking_a_person_ends_all_that_could_sign_for_them(world: World) -> None:
    sheet = make_challenge(world.office, _li(world))
    own = brought.signed(sheet, brought.key(), brought.certificate(brought.key()))
    register_certificate(world.office, _li(world), own)
    set_pin(world.office, _li(world), NEW_PIN)
    assert revoke_certificates(world.office, _li(world), "离职", world.office.require_person("zhao_min")) == 3
    assert _states(world) == [("replaced", True), ("revoked", True)]
    with world.office.database.read() as tx:
        assert tx.own_certificates.active("li_wen") is None
        told = [row.event for row in tx.ledger.rows() if row.event.kind == "certificate_revoked"]
    assert [(event.actor, event.data["reason"]) for event in told] == [("zhao_min", "离职")] * 2


def test_what_a_person_signed_before_they_left_stands(world: World) -> None:
    document = world.sign(world.open_allowance(), "li_wen")
    revoke_certificates(world.office, _li(world), "离职")
    _require_sealed_copies_accepted(world, _finish(world, document))


def test_only_the_general_managers_office_revokes_and_says_why(world: World) -> None:
    with pytest.raises(NotYours):
        revoke_certificates(world.office, _li(world), "离职", world.person("lin_guo"))
    with pytest.raises(ProblemsFound, match="为什么"):
        revoke_certificates(world.office, _li(world), "  ", world.office.require_person("zhao_min"))
    assert _states(world) == [("active", False)]


def test_there_is_nothing_to_revoke_twice(world: World) -> None:
    revoke_certificates(world.office, _li(world), "离职")
    with pytest.raises(WrongState, match="没有还有效的证书"):
        revoke_certificates(world.office, _li(world), "离职")


def test_a_key_taken_away_opens_elsewhere_with_its_certificate(world: World) -> None:
    content = take_away(world.office, _li(world), PIN, PASSPHRASE)
    key, certificate, above = pkcs12.load_key_and_certificates(content, PASSPHRASE.encode())
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert certificate is not None
    signer = unlock_key(world.office, _li(world), PIN)
    assert signer.verifies(b"letter", KeySigner(key, certificate, tuple(above)).sign_raw(b"letter"))
    with world.office.database.read() as tx:
        assert [r.event.actor for r in tx.ledger.rows() if r.event.kind == "key_taken_away"] == ["li_wen"]


def test_a_key_is_not_taken_away_with_a_wrong_pin(world: World) -> None:
    for _ in range(5):
        with pytest.raises(WrongPin):
            take_away(world.office, _li(world), "135790", PASSPHRASE)
    with pytest.raises(KeyLocked):
        take_away(world.office, _li(world), PIN, PASSPHRASE)


def test_a_short_passphrase_lets_no_key_out(world: World) -> None:
    with pytest.raises(ProblemsFound, match="不少于 12 位"):
        take_away(world.office, _li(world), PIN, "short")


def test_a_key_that_a_person_brings_signs_here_and_its_certificate_is_registered(world: World) -> None:
    own = brought.key()
    assert isinstance(own, ec.EllipticCurvePrivateKey)
    named = brought.certificate(own)
    content = pack(own, named, (), PASSPHRASE, rounds=1000)
    bring(world.office, _li(world), content, PASSPHRASE, NEW_PIN)
    signer = unlock_key(world.office, _li(world), NEW_PIN)
    assert signer.certificate.public_key() == named.public_key()
    with world.office.database.read() as tx:
        registered = tx.own_certificates.active("li_wen")
    assert registered is not None
    assert registered.sha256 == named.fingerprint(named.signature_hash_algorithm).hex()  # type: ignore[arg-type]


def test_a_brought_file_with_a_wrong_passphrase_or_another_kind_of_key_is_refused(world: World) -> None:
    own = brought.key()
    assert isinstance(own, ec.EllipticCurvePrivateKey)
    content = pack(own, brought.certificate(own), (), PASSPHRASE, rounds=1000)
    with pytest.raises(Unreadable, match="文件密码不对"):
        bring(world.office, _li(world), content, "another passphrase", NEW_PIN)
    with pytest.raises(ProblemsFound, match="签章密码"):
        bring(world.office, _li(world), content, PASSPHRASE, "111111")
    assert _states(world) == [("active", False)]


def test_what_is_no_pkcs12_with_a_p256_key_is_named() -> None:
    for content in (b"", b"x" * 100, b"\x30\x03\x02\x01\x03"):
        with pytest.raises(Unreadable, match="PKCS#12"):
            unpack(content, PASSPHRASE)
    with pytest.raises(Unreadable, match="字节"):
        unpack(bytes(70_000), PASSPHRASE)


def test_a_certificate_that_may_not_be_registered_brings_no_key(world: World) -> None:
    own = brought.key()
    assert isinstance(own, ec.EllipticCurvePrivateKey)
    expired = brought.certificate(own, since=START - 3 * brought.YEAR)
    with pytest.raises(NotProven, match="有效期"):
        bring(world.office, _li(world), pack(own, expired, (), PASSPHRASE, rounds=1000), PASSPHRASE, NEW_PIN)
    assert _states(world) == [("active", False)]
