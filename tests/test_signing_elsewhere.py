"""A step signed in a person's own program: handed out or not, taken in once, sealed, accepted offline, posted."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from forms_service.cli import main
from forms_service.domain.errors import FormsError, NotYours, ProblemsFound, StalePage, WrongState
from forms_service.signing.verify import verify
from forms_service.workflow.archiving import check_archive
from forms_service.workflow.auditing import verify_file
from forms_service.workflow.handing_out import hand_out, handed_out
from forms_service.workflow.posting import post
from forms_service.workflow.submitting import Submission
from tests.allowance import ALLOWANCE
from tests.elsewhere import fill_with_pdfium, own_key, sign_with_pdfsig, sign_with_pyhanko
from tests.handing_out import BOX, given_out, prepared, register, signed_events, taken_in
from tests.world import World, make_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "office")


# The whole way.


def test_a_step_signed_with_pdfsig_goes_the_whole_way_to_the_voucher(world: World, tmp_path: Path) -> None:
    document = prepared(world)
    signed = sign_with_pdfsig(tmp_path, given_out(world, document), BOX, own_key())
    moved = taken_in(world, signed).document
    assert (moved.step, world.office.blobs.get(moved.head)) == ("gm", signed)
    world.let_customer_sign(world.sign(moved, "wang_jian"))
    office = world.office
    with office.database.read() as tx:
        copies = tx.copies.of(document.id)
    for copy in copies:
        verdict = verify(office.blobs.get(copy.sha256), office.trust, None, world.clock(), office.fonts)
        assert verdict.verdict == "accepted", verdict.sentence
        assert [report.person_id for report in verdict.signatures if report.outside] == ["lin_guo"]
    assert check_archive(office) == ()
    assert post(office, world.person("he_mei"), document.id).number


def test_what_was_taken_in_verifies_with_the_store_and_waits_for_its_seal(world: World) -> None:
    signed = sign_with_pyhanko(given_out(world, prepared(world)), BOX, own_key())
    moved = taken_in(world, signed).document
    verdict = verify_file(world.office, signed)
    assert verdict.verdict == "review", verdict.sentence
    assert verdict.signatures[-1].time == moved.signatures[-1].signed_at
    assert verdict.signatures[-1].opinion == "依规定办理"


def test_a_first_step_is_filled_here_and_signed_elsewhere(world: World) -> None:
    register(world, "li_wen")
    document = world.open_allowance()
    with pytest.raises(ProblemsFound):
        given_out(world, document, "li_wen")
    person, office = world.person("li_wen"), world.office
    handout = hand_out(office, person, Submission(document.id, "prepare", document.head, raw=ALLOWANCE))
    filled = handed_out(office, person, document.id, handout.sha256)[1]
    moved = taken_in(world, sign_with_pyhanko(filled, "sign_01_prepare", own_key()), "li_wen").document
    assert (moved.step, moved.subject) == ("deputy_gm", ALLOWANCE["customer"])


def test_a_file_sent_twice_is_recorded_once(world: World) -> None:
    document = prepared(world)
    signed = sign_with_pyhanko(given_out(world, document), BOX, own_key())
    first, again = taken_in(world, signed).document, taken_in(world, signed).document
    assert first == again
    assert len(signed_events(world, document)) == 2
    later = world.sign(first, "wang_jian")
    assert taken_in(world, signed).document == later


def test_a_kill_between_bytes_and_row_leaves_the_step_open_for_the_same_file(world: World) -> None:
    document = prepared(world)
    signed = sign_with_pyhanko(given_out(world, document), BOX, own_key())
    world.office.blobs.put(signed)
    assert taken_in(world, signed).document.step == "gm"
    assert len(signed_events(world, document)) == 2


def test_a_return_forks_from_before_a_signature_made_outside(world: World) -> None:
    document = prepared(world)
    moved = taken_in(world, sign_with_pyhanko(given_out(world, document), BOX, own_key())).document
    back = world.sign(moved, "wang_jian", decision="return:prepare", opinion="单价请再核")
    assert back.head == document.signatures[0].base
    again = taken_in(world, sign_with_pyhanko(given_out(world, world.sign(back, "li_wen")), BOX, own_key())).document
    assert (again.step, again.round) == ("gm", 2)


def test_what_was_handed_out_is_no_leftover_to_the_sweep(world: World) -> None:
    filled = given_out(world, prepared(world))
    with world.office.database.read() as tx:
        assert world.office.blobs.put(filled) in tx.references.digests()


# What cannot be handed out.


def test_without_a_registered_certificate_nothing_is_handed_out(world: World) -> None:
    document = world.sign(world.open_allowance(), "li_wen")
    with pytest.raises(WrongState, match="登记"):
        given_out(world, document)


def test_nothing_is_handed_out_to_whom_the_step_is_not(world: World) -> None:
    document = prepared(world)
    register(world, "li_wen", own_key("Li Wen"))
    with pytest.raises(NotYours):
        given_out(world, document, "li_wen")


def test_a_return_is_signed_elsewhere_and_begins_another_round(world: World) -> None:
    document = prepared(world)
    filled = given_out(world, document, decision="return:prepare", opinion="单价请再核")
    signed = sign_with_pyhanko(filled, BOX, own_key())
    back = taken_in(world, signed).document
    assert (back.step, back.round, back.head) == ("prepare", 2, document.signatures[0].base)
    verdict = verify_file(world.office, signed)
    assert (verdict.verdict, verdict.failed) == ("review", ())
    assert (verdict.signatures[-1].decision, verdict.signatures[-1].opinion) == ("return:prepare", "单价请再核")
    again = sign_with_pyhanko(given_out(world, world.sign(back, "li_wen")), BOX, own_key())
    assert taken_in(world, again).document.step == "gm"


def test_a_rejection_is_signed_elsewhere(world: World) -> None:
    register(world, "wang_jian")
    document = world.sign(world.sign(world.open_allowance(), "li_wen"), "lin_guo")
    filled = given_out(world, document, "wang_jian", decision="reject", opinion="不符规定")
    signed = sign_with_pyhanko(filled, "sign_03_gm", own_key())
    assert taken_in(world, signed, "wang_jian").document.state == "rejected"
    verdict = verify_file(world.office, signed)
    assert (verdict.verdict, verdict.signatures[-1].decision) == ("review", "reject")


def test_a_decision_that_the_step_does_not_offer_is_not_handed_out(world: World) -> None:
    document = prepared(world)
    with pytest.raises(WrongState, match="不能作"):
        given_out(world, document, decision="reject")
    with pytest.raises(ProblemsFound, match="写明意见"):
        given_out(world, document, decision="return:prepare", opinion=" ")


def test_nothing_is_handed_out_of_a_page_gone_stale(world: World) -> None:
    document = prepared(world)
    with pytest.raises(StalePage):
        given_out(world, document, seen="0" * 64)


def test_anothers_handout_is_not_shown(world: World) -> None:
    document = prepared(world)
    given_out(world, document)
    with world.office.database.read() as tx:
        (handout,) = tx.handouts.of(document.id)
    with pytest.raises(FormsError, match="没有为您准备"):
        handed_out(world.office, world.person("wang_jian"), document.id, handout.sha256)


# At the command line, and twice at once.


def test_a_file_is_filled_and_received_at_the_command_line(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document, out, back = prepared(world), tmp_path / "out.pdf", tmp_path / "back.pdf"
    data = ["--data", str(world.settings.data)]
    assert main([*data, "fill", document.id, str(out), "--person", "lin_guo", "--opinion", "同意"]) == 0
    assert main([*data, "receive", str(out), "--person", "lin_guo"]) == 1
    assert "还没有签" in capsys.readouterr().err
    back.write_bytes(sign_with_pyhanko(out.read_bytes(), BOX, own_key()))
    assert main([*data, "receive", str(back), "--person", "lin_guo", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["step"] == "gm"


def test_a_filled_file_gives_its_values_at_the_command_line(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world.person("li_wen")
    document, file = world.open_allowance(), tmp_path / "filled.pdf"
    file.write_bytes(fill_with_pdfium(world.office.blobs.get(document.head), "reason", "板面色差"))
    assert main(["--data", str(world.settings.data), "receive", str(file), "--person", "li_wen"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["reason"] == "板面色差"
    assert "没有收下" in said.err


def test_a_file_sent_twice_at_once_is_recorded_once(world: World) -> None:
    document = prepared(world)
    signed = sign_with_pyhanko(given_out(world, document), BOX, own_key())
    with ThreadPoolExecutor(2) as both:
        taken = list(both.map(lambda _: taken_in(world, signed).document, range(2)))
    assert {one.head for one in taken} == {hashlib.sha256(signed).hexdigest()}
    assert len(signed_events(world, document)) == 2
