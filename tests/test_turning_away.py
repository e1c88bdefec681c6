"""What is sent back from elsewhere and turned away, each time with its reason in a clerk's words."""

import io
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.generic import pdf_string

from forms_service.domain.errors import Unreadable
from forms_service.workflow.turning_away import MOST_BYTES
from forms_service.workflow.withdrawing import void_document
from tests.elsewhere import BEGIN, YEARS, own_key, sign_with_mutool, sign_with_pdfbox, sign_with_pyhanko
from tests.handing_out import BOX, given_out, prepared, register, taken_in, turned_away
from tests.signing.others import letter
from tests.tampering import append, put
from tests.world import World, make_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "office")


def test_an_unchanged_file_is_turned_away(world: World) -> None:
    document = prepared(world)
    assert turned_away(world, given_out(world, document)).reason == "unchanged"
    assert turned_away(world, world.office.blobs.get(document.head)).reason == "unchanged"


def test_another_document_is_turned_away(world: World) -> None:
    document, other = prepared(world), world.sign(world.open_allowance(), "li_wen")
    stop = turned_away(world, given_out(world, other), document_id=document.id)
    assert (stop.reason, other.number in str(stop), document.number in str(stop)) == ("another_document", True, True)


def test_a_file_that_is_none_of_ours_is_turned_away(world: World) -> None:
    assert turned_away(world, letter()).reason == "not_ours"
    blank = io.BytesIO()
    pikepdf.new().save(blank)
    assert turned_away(world, blank.getvalue()).reason == "no_cells"


def test_what_is_no_pdf_is_unreadable(world: World) -> None:
    with pytest.raises(Unreadable, match="不是 PDF"):
        taken_in(world, b"hello")
    with pytest.raises(Unreadable, match="读不出来"):
        taken_in(world, b"%PDF-1.7\nno more")


def test_a_file_signed_on_an_older_state_is_turned_away(world: World) -> None:
    document = prepared(world)
    signed = sign_with_pyhanko(given_out(world, document), BOX, own_key())
    back = world.sign(document, "lin_guo", decision="return:prepare", opinion="单价请再核")
    assert turned_away(world, signed).reason == "older"
    world.sign(back, "li_wen")
    assert turned_away(world, signed).reason == "older"


def test_a_file_of_a_void_document_is_turned_away(world: World) -> None:
    document = prepared(world)
    signed = sign_with_pyhanko(given_out(world, document), BOX, own_key())
    void_document(world.office, world.person("li_wen"), document.id, "客户撤回")
    assert turned_away(world, signed).reason == "older"


def test_a_rewritten_file_is_turned_away(world: World) -> None:
    document = prepared(world)
    rewritten = io.BytesIO()
    with pikepdf.open(io.BytesIO(world.office.blobs.get(document.head))) as opened:
        opened.save(rewritten)
    stop = turned_away(world, rewritten.getvalue())
    assert (stop.reason, "整份文件重写" in str(stop)) == ("rewritten", True)


def test_a_signature_in_another_box_is_turned_away(world: World) -> None:
    filled = given_out(world, prepared(world))
    stop = turned_away(world, sign_with_pyhanko(filled, "sign_03_gm", own_key()))
    assert (stop.reason, "总经理核签" in str(stop)) == ("wrong_box", True)


def test_another_persons_certificate_is_turned_away(world: World) -> None:
    filled = given_out(world, prepared(world))
    stop = turned_away(world, sign_with_pyhanko(filled, BOX, own_key("Somebody Else")))
    assert (stop.reason, "Somebody Else" in str(stop)) == ("wrong_certificate", True)


def test_the_sha1_of_mutool_is_turned_away(world: World, tmp_path: Path) -> None:
    filled = given_out(world, prepared(world))
    stop = turned_away(world, sign_with_mutool(tmp_path, filled, BOX, own_key()))
    assert (stop.reason, "SHA-256" in str(stop)) == ("weak", True)


def test_a_box_that_pdfbox_shrinks_to_nothing_is_turned_away(world: World, tmp_path: Path) -> None:
    filled = given_out(world, prepared(world))
    stop = turned_away(world, sign_with_pdfbox(tmp_path, filled, BOX, own_key()))
    assert (stop.reason, "签章格" in str(stop)) == ("altered", True)


def test_a_certificate_that_has_ended_is_turned_away(world: World) -> None:
    ended = own_key("Lin Guo", BEGIN - YEARS)
    register(world, "lin_guo", ended)
    document = world.sign(world.open_allowance(), "li_wen")
    assert turned_away(world, sign_with_pyhanko(given_out(world, document), BOX, ended)).reason == "unsound"


def test_what_a_program_left_half_written_is_turned_away(world: World) -> None:
    signed = sign_with_pyhanko(given_out(world, prepared(world)), BOX, own_key())
    assert turned_away(world, signed[:-200]).reason == "broken"


def test_two_signatures_are_turned_away(world: World) -> None:
    filled = given_out(world, prepared(world))
    both = sign_with_pyhanko(sign_with_pyhanko(filled, BOX, own_key()), "sign_03_gm", own_key())
    assert turned_away(world, both).reason == "several"


def test_cells_changed_before_signing_are_turned_away(world: World) -> None:
    filled = given_out(world, prepared(world))
    changed = append(filled, lambda writer: put(writer, "opinion_02_deputy_gm", "/V", pdf_string("全数赔偿")))
    assert turned_away(world, sign_with_pyhanko(changed, BOX, own_key())).reason == "altered"
    signed = sign_with_pyhanko(filled, BOX, own_key())
    after = append(signed, lambda writer: put(writer, "opinion_03_gm", "/V", pdf_string("同意")))
    assert turned_away(world, after).reason == "altered"


def test_a_file_signed_without_being_handed_out_is_turned_away(world: World) -> None:
    document = prepared(world)
    signed = sign_with_pyhanko(world.office.blobs.get(document.head), BOX, own_key())
    assert turned_away(world, signed).reason == "not_handed_out"


def test_what_was_handed_to_somebody_else_is_turned_away(world: World) -> None:
    document = prepared(world)
    signed = sign_with_pyhanko(given_out(world, document), BOX, own_key())
    stop = turned_away(world, signed, "li_wen")
    assert (stop.reason, "林国栋" in str(stop)) == ("not_handed_out", True)
    assert turned_away(world, signed, "wang_jian").reason == "not_ours"


def test_an_encrypted_file_is_turned_away(world: World) -> None:
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(given_out(world, prepared(world)))) as opened:
        opened.save(locked, encryption=pikepdf.Encryption(user="1234", owner="1234"))
    assert turned_away(world, locked.getvalue()).reason == "encrypted"


def test_a_file_that_is_too_big_is_turned_away(world: World) -> None:
    assert turned_away(world, b"%PDF-1.7\n" + bytes(MOST_BYTES)).reason == "too_big"


def test_a_day_on_which_the_cells_would_be_filled_otherwise_asks_for_a_new_one(world: World) -> None:
    document = prepared(world)
    signed = sign_with_pyhanko(given_out(world, document), BOX, own_key())
    with world.office.database.write() as tx:
        (handout,) = tx.handouts.of(document.id)
        tx.handouts.connection.exec_driver_sql("UPDATE handouts SET opinion = '别的意见'")
    assert turned_away(world, signed).reason == "outdated"
    assert handout.opinion == "依规定办理"
