"""The exported trust file: the certificates that people brought, each with its holder's part at each time."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from forms_service.signing.trust import load_trust
from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import verify
from forms_service.workflow.carrying import bring, take_away
from forms_service.workflow.certifying import end_certificate
from forms_service.workflow.demonstrating import PIN
from forms_service.workflow.vouching import trust_file
from tests.elsewhere import own_key, sign_with_pyhanko
from tests.handing_out import BOX, given_out, prepared, register, taken_in
from tests.world import World, make_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "office")


def offline(world: World, pdf: bytes) -> Verdict:
    return verify(pdf, load_trust(trust_file(world.office)), None, world.clock(), world.office.fonts)


def route_check(verdict: Verdict) -> tuple[str, str]:
    return next((check.result, check.detail) for check in verdict.checks if check.no == 11)


def test_what_a_person_signed_outside_is_theirs_by_the_exported_file_alone(world: World) -> None:
    signed = sign_with_pyhanko(given_out(world, prepared(world)), BOX, own_key())
    taken_in(world, signed)
    verdict = offline(world, signed)
    assert route_check(verdict)[0] == "pass", route_check(verdict)
    assert verdict.signatures[-1].person_id == "lin_guo"


def test_a_file_says_what_part_its_people_had_at_each_time(world: World) -> None:
    register(world, "lin_guo")
    world.clock.pass_(days=3)
    world.amend("people.yaml", "roles: [deputy_gm]", "roles: [sales_manager]")
    world.clock.pass_(days=3)
    end_certificate(world.office, world.person("lin_guo"))
    first, second = load_trust(trust_file(world.office)).pinned(own_key().certificate.public_bytes(Encoding.DER))
    assert (first.person, first.department, first.roles) == ("lin_guo", "gm_office", frozenset({"deputy_gm"}))
    assert (second.roles, second.since) == (frozenset({"sales_manager"}), first.until)
    assert second.until < world.clock()  # it ended when its holder ended it


def test_whoever_lost_the_role_signs_nothing_by_it_afterwards(world: World) -> None:
    register(world, "lin_guo")
    world.clock.pass_(days=3)
    world.amend("people.yaml", "roles: [deputy_gm]", "roles: [sales_manager]")
    document = world.sign(world.open_allowance(), "li_wen")
    base = world.office.blobs.get(document.head)
    verdict = offline(world, sign_with_pyhanko(base, BOX, own_key()))
    assert (verdict.verdict, "当时不是" in route_check(verdict)[1]) == ("refused", True)


def test_a_person_who_brought_back_their_own_key_signs_on_here_as_before(world: World) -> None:
    """Their certificate is the firm's; that the file names it too must not set it apart from the firm's."""
    deputy, passphrase = world.person("lin_guo"), "twelve letters and more"
    document = world.sign(world.sign(world.open_allowance(), "li_wen"), "lin_guo")
    bring(world.office, deputy, take_away(world.office, deputy, PIN, passphrase), passphrase, PIN)
    world.let_customer_sign(world.sign(document, "wang_jian"))
    with world.office.database.read() as tx:
        copy = tx.copies.of(document.id)[0]
    assert offline(world, world.office.blobs.get(copy.sha256)).verdict == "accepted"
