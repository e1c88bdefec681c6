"""A person's own certificate: registered by its fingerprint once they signed a challenge with it, and not otherwise."""

import io
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter

from forms_service.domain.errors import NotFound, NotProven
from forms_service.domain.people import Person
from forms_service.workflow.certifying import (
    end_certificate,
    make_challenge,
    own_certificates,
    register_certificate,
)
from forms_service.workflow.demonstrating import PIN
from forms_service.workflow.keying import unlock_key
from tests.signing import brought, foreign
from tests.world import START, World, make_world

OWN = brought.certificate(brought.key())


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "office")


def _li(world: World) -> Person:
    return world.office.require_person("li_wen")


def _answered(world: World, named: x509.Certificate = OWN, kind: str = "p256", person: str = "li_wen") -> bytes:
    sheet = make_challenge(world.office, world.office.require_person(person))
    return brought.signed(sheet, brought.key(kind), named)


def _events(world: World) -> list[tuple[str, str]]:
    with world.office.database.read() as tx:
        told = [row.event for row in tx.ledger.rows()]
    return [(event.kind, event.actor) for event in told if event.kind.startswith("certificate_")]


def test_a_signed_challenge_registers_the_certificate_by_its_fingerprint(world: World) -> None:
    kept = register_certificate(world.office, _li(world), _answered(world))
    assert kept.sha256 == OWN.fingerprint(hashes.SHA256()).hex()
    assert own_certificates(world.office, _li(world)) == (kept,)
    assert _events(world) == [("certificate_registered", "li_wen")]


def test_the_older_kind_of_signature_and_an_rsa_key_prove_as_well(world: World) -> None:
    named = brought.certificate(brought.key("rsa2048"))
    sheet = make_challenge(world.office, _li(world))
    older = brought.signed(sheet, brought.key("rsa2048"), named, SigSeedSubFilter.ADOBE_PKCS7_DETACHED)
    assert register_certificate(world.office, _li(world), older).person == "li_wen"


def test_a_challenge_proves_once(world: World) -> None:
    signed = _answered(world)
    register_certificate(world.office, _li(world), signed)
    end_certificate(world.office, _li(world))
    with pytest.raises(NotProven, match="已经用过一次"):
        register_certificate(world.office, _li(world), signed)


def test_a_challenge_signed_with_another_key_after_it_was_used_proves_nothing(world: World) -> None:
    sheet = make_challenge(world.office, _li(world))
    register_certificate(world.office, _li(world), brought.signed(sheet, brought.key(), OWN))
    other = brought.certificate(brought.key("rsa2048"))
    with pytest.raises(NotProven, match="已经用过一次"):
        register_certificate(world.office, _li(world), brought.signed(sheet, brought.key("rsa2048"), other))


def test_a_challenge_for_another_person_proves_nothing(world: World) -> None:
    with pytest.raises(NotProven, match="发给别人的"):
        register_certificate(world.office, _li(world), _answered(world, person="lin_guo"))
    assert _events(world) == []


def test_a_challenge_is_over_after_a_quarter_of_an_hour(world: World) -> None:
    signed = _answered(world)
    world.clock.pass_(minutes=15)
    with pytest.raises(NotProven, match="过期"):
        register_certificate(world.office, _li(world), signed)


def test_a_sheet_that_is_not_signed_proves_nothing(world: World) -> None:
    with pytest.raises(NotProven, match="还没有签章"):
        register_certificate(world.office, _li(world), make_challenge(world.office, _li(world)))


def test_a_file_that_was_never_given_out_proves_nothing(world: World) -> None:
    make_challenge(world.office, _li(world))
    for file in (b"", b"%PDF-1.7", foreign.signed(foreign.page())):
        with pytest.raises(NotProven, match="不是这里发的登记书"):
            register_certificate(world.office, _li(world), file)


def test_a_sheet_changed_after_it_was_signed_proves_nothing(world: World) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(_answered(world)))
    writer.update_root()
    changed = io.BytesIO()
    writer.write(changed)
    with pytest.raises(NotProven, match="又改动过"):
        register_certificate(world.office, _li(world), changed.getvalue())


def test_a_signature_that_was_spoiled_proves_nothing(world: World) -> None:
    signed = bytearray(_answered(world))
    signed[signed.rindex(b"PPKLite") + 6] ^= 1
    with pytest.raises(NotProven, match="不能采信"):
        register_certificate(world.office, _li(world), bytes(signed))


def test_two_signatures_on_a_sheet_prove_nothing(world: World) -> None:
    twice = foreign.signed(_answered(world), "Another")
    with pytest.raises(NotProven, match="2 个"):
        register_certificate(world.office, _li(world), twice)


def test_a_signature_by_another_key_than_its_certificates_proves_nothing(world: World) -> None:
    sheet = make_challenge(world.office, _li(world))
    forged = brought.signed(sheet, brought.key("rsa2048"), brought.certificate(brought.key("rsa3072")))
    with pytest.raises(NotProven, match="对不上"):
        register_certificate(world.office, _li(world), forged)


def test_a_short_rsa_key_is_refused(world: World) -> None:
    weak = brought.certificate(brought.key("rsa1024"))
    with pytest.raises(NotProven, match="1024 位"):
        register_certificate(world.office, _li(world), _answered(world, weak, "rsa1024"))


def test_a_certificate_issued_under_sha1_is_refused(world: World) -> None:
    own = brought.key("rsa2048")
    assert isinstance(own, rsa.RSAPrivateKey)
    with pytest.raises(NotProven, match="sha1"):
        register_certificate(world.office, _li(world), _answered(world, brought.with_sha1(own), "rsa2048"))


@pytest.mark.parametrize(
    ("named", "says"),
    [
        (brought.certificate(brought.key(), since=START - 3 * brought.YEAR), "有效期"),
        (brought.certificate(brought.key(), since=START + brought.YEAR), "有效期"),
        (brought.certificate(brought.key(), authority=True), "颁发机构"),
        (brought.certificate(brought.key(), signs=False), "用途里没有签章"),
    ],
    ids=["expired", "not yet valid", "an authority's", "for encryption only"],
)
def test_a_certificate_not_fit_to_sign_is_refused(world: World, named: x509.Certificate, says: str) -> None:
    with pytest.raises(NotProven, match=says):
        register_certificate(world.office, _li(world), _answered(world, named))


def test_one_certificate_is_one_persons(world: World) -> None:
    register_certificate(world.office, _li(world), _answered(world))
    lin = world.office.require_person("lin_guo")
    with pytest.raises(NotProven, match="别人名下"):
        register_certificate(world.office, lin, _answered(world, person="lin_guo"))


def test_a_colleagues_certificate_from_the_office_is_not_mine(world: World) -> None:
    signer = unlock_key(world.office, world.person("lin_guo"), PIN)
    sheet = make_challenge(world.office, _li(world))
    with pytest.raises(NotProven, match="发给别人"):
        register_certificate(world.office, _li(world), foreign.signed(sheet, "Own", signer))


def test_the_next_certificate_ends_the_one_before_it(world: World) -> None:
    register_certificate(world.office, _li(world), _answered(world))
    newer = brought.certificate(brought.key("rsa2048"))
    kept = register_certificate(world.office, _li(world), _answered(world, newer, "rsa2048"))
    first, second = own_certificates(world.office, _li(world))
    assert first.ended_at == second.registered_at
    assert second == kept


def test_an_ended_certificate_does_not_come_back(world: World) -> None:
    register_certificate(world.office, _li(world), _answered(world))
    end_certificate(world.office, _li(world), "zhao_min", "换发")
    with pytest.raises(NotProven, match="已经停用"):
        register_certificate(world.office, _li(world), _answered(world))
    with pytest.raises(NotFound, match="没有可以停用的"):
        end_certificate(world.office, _li(world))
    assert _events(world) == [("certificate_registered", "li_wen"), ("certificate_ended", "zhao_min")]
