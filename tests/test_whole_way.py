"""One allowance from issue to its sealed copies, with real keys, real PDFs and a real database."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from forms_service.domain.document import Document
from forms_service.domain.errors import (
    LinkDead,
    NotFound,
    NotYours,
    ProblemsFound,
    StalePage,
    WrongCode,
    WrongPin,
    WrongState,
)
from forms_service.domain.events import first_broken
from forms_service.pdf.read import read_record
from forms_service.signing.stock import stock_opinions
from forms_service.workflow.demonstrating import PIN
from forms_service.workflow.distributing import distribute_pending
from forms_service.workflow.inviting import check_code, invite_pending, send_code
from forms_service.workflow.keying import open_session, session_signer, set_pin, unlock_key
from forms_service.workflow.reading import find, values_of
from forms_service.workflow.receiving import Answer, answer
from forms_service.workflow.submitting import Submission, submit
from forms_service.workflow.withdrawing import void_document, withdraw_signature
from tests.allowance import ALLOWANCE
from tests.reading import read_printed
from tests.world import World, make_world

STAFF = ("li_wen", "lin_guo", "wang_jian")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path / "office")


def _signed_by(world: World, people: tuple[str, ...]) -> Document:
    document = world.open_allowance()
    for person in people:
        document = world.sign(document, person)
    return document


def _token(world: World) -> str:
    found = re.search(r"/c/(\S+)", world.mail())
    if found is None:
        raise AssertionError("no link in the newest mail")
    return found[1]


def _granted(world: World, token: str) -> str:
    send_code(world.office, token)
    return check_code(world.office, token, "314159")


def _invited(world: World) -> tuple[Document, str]:
    document = _signed_by(world, STAFF)
    invite_pending(world.office)
    return document, _token(world)


def _finished(world: World) -> Document:
    document, token = _invited(world)
    return answer(
        world.office, token, _granted(world, token), Answer(document.head, accepts=True, name="张丽华", consents=True)
    )


def _bytes(world: World, document: Document) -> bytes:
    return world.office.blobs.get(document.head)


def test_every_signature_of_a_sealed_copy_is_sound_to_stock_pyhanko_and_to_poppler(
    world: World, tmp_path: Path
) -> None:
    document = _finished(world)
    distribute_pending(world.office)
    for department in ("sales", "accounting"):
        (entry,) = world.office.archive.entries(department)
        copy = world.office.archive.read_copy(department, entry.month, entry.file_name)
        assert copy.startswith(_bytes(world, document))
        opinions = stock_opinions(copy, world.office.trust)
        assert [o.sound for o in opinions] == [True] * 6
        (tmp_path / "copy.pdf").write_bytes(copy)
        said = subprocess.run(
            ["pdfsig", "-nocert", str(tmp_path / "copy.pdf")], capture_output=True, text=True, check=False
        ).stdout
        assert said.count("Signature is Valid.") == 6


def test_a_finished_document_with_four_signatures_stays_below_250_kb(world: World) -> None:
    assert len(_bytes(world, _finished(world))) < 250_000


def test_each_copy_carries_its_own_label(world: World) -> None:
    _finished(world)
    distribute_pending(world.office)
    labels = []
    for department in ("sales", "accounting"):
        (entry,) = world.office.archive.entries(department)
        copy = world.office.archive.read_copy(department, entry.month, entry.file_name)
        labels.append(read_printed(copy)["sys_copy_label"])
    assert labels == ["第一联 业务部存", "第二联 会计作账"]


def test_distributing_twice_seals_nothing_twice(world: World) -> None:
    _finished(world)
    assert (distribute_pending(world.office), distribute_pending(world.office)) == (1, 0)
    assert len(world.office.archive.entries("accounting")) == 1


def test_the_record_inside_names_the_document(world: World) -> None:
    document = world.open_allowance()
    record = read_record(_bytes(world, document))
    assert (record.document_id, record.number, record.spec_sha256) == (
        document.id,
        "A2611001",
        document.spec_sha256,
    )


def test_what_was_typed_stands_in_the_bytes(world: World) -> None:
    document = _signed_by(world, ("li_wen",))
    printed = read_printed(_bytes(world, document))
    assert printed["grand_total"] == "10,627.68"
    assert printed["in_words"] == "壹万零陆佰贰拾柒元陆角捌分"


def test_the_maker_cannot_approve(world: World) -> None:
    document = _signed_by(world, ("li_wen",))
    with pytest.raises(NotYours):
        world.sign(document, "li_wen")


def test_someone_of_another_department_does_not_see_the_document(world: World) -> None:
    document = _signed_by(world, ("li_wen",))
    with pytest.raises(NotFound):
        find(world.office, world.person("wu_gang"), document.id)


def test_the_second_of_two_clicks_signs_nothing(world: World) -> None:
    document = _signed_by(world, ("li_wen",))
    world.sign(document, "lin_guo")
    with pytest.raises(StalePage):
        world.sign(document, "lin_guo")


def test_a_page_gone_stale_signs_nothing(world: World) -> None:
    document = _signed_by(world, ("li_wen",))
    with pytest.raises(StalePage):
        world.sign(document, "lin_guo", seen="0" * 64)


def test_a_wrong_pin_signs_nothing_and_says_how_many_tries_are_left(world: World) -> None:
    person = world.person("li_wen")
    with pytest.raises(WrongPin, match="4 次"):
        unlock_key(world.office, person, "135790")


def test_a_new_pin_leaves_earlier_signatures_sound(world: World) -> None:
    document = _signed_by(world, ("li_wen",))
    set_pin(world.office, world.person("li_wen"), "975310")
    assert all(o.sound for o in stock_opinions(_bytes(world, document), world.office.trust))


def test_a_signing_session_is_over_after_ten_minutes(world: World) -> None:
    person = world.person("li_wen")
    token = open_session(world.office, person, PIN)
    assert session_signer(world.office, person, token) is not None
    world.clock.pass_(minutes=10)
    assert session_signer(world.office, person, token) is None


def test_a_limit_overstepped_is_refused_before_anything_is_signed(world: World) -> None:
    document = world.open_allowance()
    with pytest.raises(ProblemsFound, match="超过投诉案核定金额"):
        world.sign(document, "li_wen", raw={**ALLOWANCE, "approved_amount": "100"})
    assert find(world.office, world.person("li_wen"), document.id).document.head == document.head


def test_a_character_that_no_font_has_is_named(world: World) -> None:
    document = world.open_allowance()
    with pytest.raises(ProblemsFound, match="𠮷"):
        world.sign(document, "li_wen", raw={**ALLOWANCE, "order_no": "𠮷-1"})


def test_a_return_keeps_number_and_starts_a_round_from_the_bytes_before(world: World) -> None:
    at_gm = _signed_by(world, ("li_wen", "lin_guo"))
    back = world.sign(at_gm, "wang_jian", decision="return:prepare", opinion="单价请再核对")
    assert (back.step, back.round, back.number) == ("prepare", 2, at_gm.number)
    assert back.head == at_gm.signatures[0].base
    again = world.sign(back, "li_wen")
    assert all(o.sound for o in stock_opinions(_bytes(world, again), world.office.trust))


def test_a_return_without_opinion_is_refused(world: World) -> None:
    document = _signed_by(world, ("li_wen",))
    with pytest.raises(ProblemsFound):
        world.sign(document, "lin_guo", decision="return:prepare")


def test_a_rejection_ends_the_document_signed(world: World) -> None:
    document = world.sign(_signed_by(world, STAFF[:2]), "wang_jian", decision="reject", opinion="不予折让")
    assert document.state == "rejected"
    assert "驳回" in read_printed(_bytes(world, document)).values()


def test_the_last_signer_can_withdraw_until_the_next_signs(world: World) -> None:
    document = _signed_by(world, ("li_wen",))
    withdrawn = withdraw_signature(world.office, world.person("li_wen"), document.id)
    assert (withdrawn.step, withdrawn.signatures) == ("prepare", ())


def test_only_opener_or_general_managers_office_void(world: World) -> None:
    document = _signed_by(world, ("li_wen",))
    with pytest.raises(NotYours):
        void_document(world.office, world.person("lin_guo"), document.id, "改开")
    assert void_document(world.office, world.person("li_wen"), document.id, "改开").state == "void"


def test_numbers_go_on_without_a_gap(world: World) -> None:
    assert [world.open_allowance().number for _ in range(3)] == ["A2611001", "A2611002", "A2611003"]


def test_a_customers_link_is_not_sent_before_the_general_manager_signed(world: World) -> None:
    _signed_by(world, STAFF[:2])
    assert invite_pending(world.office) == 0


def test_a_link_is_sent_once(world: World) -> None:
    _signed_by(world, STAFF)
    assert (invite_pending(world.office), invite_pending(world.office)) == (1, 0)


def test_a_customer_refuses_with_a_reason_and_the_link_is_used_up(world: World) -> None:
    document, token = _invited(world)
    given = Answer(document.head, accepts=False, name="张丽华", opinion="数量不对")
    refused = answer(world.office, token, _granted(world, token), given)
    assert refused.state == "refused"
    with pytest.raises(LinkDead):
        send_code(world.office, token)


def test_a_wrong_code_is_counted(world: World) -> None:
    _, token = _invited(world)
    send_code(world.office, token)
    with pytest.raises(WrongCode, match="4 次"):
        check_code(world.office, token, "000000")


def test_without_the_code_nobody_answers(world: World) -> None:
    document, token = _invited(world)
    send_code(world.office, token)
    with pytest.raises(WrongCode):
        answer(world.office, token, "0" * 64, Answer(document.head, accepts=True, name="张丽华", consents=True))


@pytest.mark.parametrize(("name", "said"), [("", "姓名"), ("长" * 21, "20"), ("𠮷田", "𠮷"), ("\u202e张", "U+202E")])
def test_a_name_that_cannot_be_printed_is_refused_before_anything_is_signed(world: World, name: str, said: str) -> None:
    document, token = _invited(world)
    grant = _granted(world, token)
    with pytest.raises(ProblemsFound, match=re.escape(said)) as stopped:
        answer(world.office, token, grant, Answer(document.head, accepts=True, name=name, consents=True))
    assert [problem.where for problem in stopped.value.problems] == ["name"]
    assert (
        answer(world.office, token, grant, Answer(document.head, accepts=True, name="张丽华", consents=True)).state
        == "finished"
    )


def test_an_expired_link_is_dead(world: World) -> None:
    _, token = _invited(world)
    world.clock.pass_(days=11)
    with pytest.raises(LinkDead):
        send_code(world.office, token)


def test_staff_cannot_sign_the_customers_step(world: World) -> None:
    document = _signed_by(world, STAFF)
    person = world.person("li_wen")
    with pytest.raises((NotYours, WrongState)):
        submit(
            world.office,
            person,
            Submission(document.id, "customer", document.head, "accept"),
            unlock_key(world.office, person, PIN),
        )


def test_values_are_read_from_the_bytes_not_from_the_database(world: World) -> None:
    document = _signed_by(world, ("li_wen",))
    with world.office.database.write() as tx:
        tx.documents.save(replace(document, amount="99,999.00"), document.revision, [])
    spec = world.office.printery.form(document.spec_sha256).spec
    assert str(values_of(world.office, spec, document.head)["grand_total"]) == "10627.68"


def test_the_ledger_is_one_whole_chain(world: World) -> None:
    _finished(world)
    distribute_pending(world.office)
    with world.office.database.read() as tx:
        rows = tuple(tx.ledger.rows())
    assert first_broken(rows) is None
    kinds = [row.event.kind for row in rows]
    assert kinds[-2:] == ["sealed", "sealed"]
    assert kinds.count("signed") == 4
