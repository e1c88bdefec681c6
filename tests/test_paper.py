"""Stamped paper: its scan is kept, named in the document and signed for by a clerk, and never told as a signature."""

from dataclasses import replace
from pathlib import Path

import pytest

from forms_service.domain.document import Document
from forms_service.domain.errors import FormsError, NotYours, ProblemsFound, WrongState
from forms_service.pdf.seal import Stamp
from forms_service.signing.verdict import Verdict
from forms_service.workflow.auditing import verify_copy, verify_file
from forms_service.workflow.demonstrating import PIN
from forms_service.workflow.distributing import distribute_pending
from forms_service.workflow.inviting import check_code, invite_pending, send_code
from forms_service.workflow.keying import unlock_key
from forms_service.workflow.reading import find
from forms_service.workflow.receiving import Answer, answer
from forms_service.workflow.submitting import Capacity, Submission, sign_step
from tests.paper import PNG, take_in
from tests.reading import read_printed
from tests.stories import Story, rebate_at_the_customer
from tests.world import World


@pytest.fixture
def asked(tmp_path: Path) -> Story:
    """A rebate of which the customer is next, in an office of its own."""
    return rebate_at_the_customer().taken(tmp_path / "office")


@pytest.fixture
def world(asked: Story) -> World:
    return asked.world


def _judged(world: World, document: Document) -> Verdict:
    return verify_file(world.office, world.office.blobs.get(document.signatures[-1].head))


def test_the_scan_stands_in_the_cell_and_its_bytes_are_kept(world: World, asked: Story) -> None:
    taken = take_in(world, asked.document, "li_wen", PNG)
    with world.office.database.read() as tx:
        (file,) = tx.attachments.of(taken.id)
    assert world.office.blobs.get(file.sha256) == PNG
    assert read_printed(world.office.blobs.get(taken.head))["scan"] == f"签回.png SHA-256 {file.sha256}"
    assert (taken.step, taken.signatures[-1].person, taken.signatures[-1].decision) == ("book", "li_wen", "accept")


def test_it_is_told_as_paper_in_every_report(world: World, asked: Story) -> None:
    verdict = _judged(world, take_in(world, asked.document, "li_wen", PNG))
    assert verdict.verdict == "review", verdict.sentence
    told = "客户在纸本签章；扫描件由李文静收存，不是客户的电子签章。"
    assert verdict.signatures[-1].note == told
    assert told in verdict.not_checked_here
    assert verdict.signatures[-1].role == "纸本收存"


def test_a_copy_with_paper_in_it_is_accepted(world: World, asked: Story) -> None:
    document = world.sign(take_in(world, asked.document, "li_wen", PNG), "he_mei")
    distribute_pending(world.office)
    with world.office.database.read() as tx:
        copies = tx.copies.of(document.id)
    assert [verify_copy(world.office, copy).verdict for copy in copies] == ["accepted", "accepted"]


def test_a_refusal_on_paper_names_its_scan_and_reason(world: World, asked: Story) -> None:
    refused = take_in(world, asked.document, "li_wen", PNG, accepts=False)
    printed = read_printed(world.office.blobs.get(refused.head))
    assert refused.state == "refused"
    assert str(printed["scan"]).startswith("签回.png SHA-256 ")
    verdict = _judged(world, refused)
    assert (verdict.verdict, verdict.failed) == ("review", ())
    assert "在纸本表示不接受" in verdict.signatures[-1].note


def test_a_colleague_of_the_clerk_may_take_it_in_and_nobody_else(world: World, asked: Story) -> None:
    document = asked.document
    with pytest.raises(NotYours):
        take_in(world, document, "zhao_min", PNG)
    assert take_in(world, document, "zhou_hao", PNG).step == "book"


@pytest.mark.parametrize(
    ("scan", "said"), [(b"MZ\x90 no picture", "内容不是"), (b"%PDF-" + b"0" * 15 * 1024 * 1024, "最大 15 MB")]
)
def test_a_file_of_another_kind_or_too_large_is_refused_before_anything_is_signed(
    world: World, scan: bytes, said: str, asked: Story
) -> None:
    document = asked.document
    with pytest.raises(ProblemsFound, match=said):
        take_in(world, document, "li_wen", scan, name="签回.pdf")
    assert find(world.office, world.person("li_wen"), document.id).document == document


def test_a_step_that_takes_no_paper_refuses_it(world: World) -> None:
    document = world.open_allowance()
    for person in ("li_wen", "lin_guo", "wang_jian"):
        document = world.sign(document, person)
    with pytest.raises(WrongState, match="不收纸本"):
        take_in(world, document, "li_wen", PNG)


def test_the_link_still_serves_the_step_and_leaves_the_scan_blank(world: World, asked: Story) -> None:
    document = asked.document
    assert invite_pending(world.office) == 1
    token = world.mail().split("/c/")[1].split()[0]
    send_code(world.office, token)
    grant = check_code(world.office, token, "314159")
    signed = answer(world.office, token, grant, Answer(document.head, accepts=True, name="张丽华", consents=True))
    assert read_printed(world.office.blobs.get(signed.head))["scan"] == ""
    verdict = _judged(world, signed)
    assert (verdict.verdict, verdict.signatures[-1].note) == ("review", "")


def test_paper_taken_in_ends_the_customers_link(world: World, asked: Story) -> None:
    document = asked.document
    invite_pending(world.office)
    token = world.mail().split("/c/")[1].split()[0]
    take_in(world, document, "li_wen", PNG)
    with pytest.raises(FormsError, match="作废"):
        send_code(world.office, token)


def _signed_by_clerk(asked: Story, identified_by: str | None, scan: str) -> Document:
    """Let a clerk sign the customer's box in a way that the office itself never would."""
    world, document, person = asked.world, asked.document, asked.world.person("li_wen")
    reading = find(world.office, person, document.id)
    signer = unlock_key(world.office, person, PIN)
    stamp = Stamp("person", person.name, ("客户签章", person.name, ""))
    capacity = Capacity(person.id, person.name, "买受人", stamp, signer, identified_by=identified_by)
    submission = Submission(document.id, "customer", document.head, "accept", raw={"scan": scan} if scan else {})
    step = reading.spec.step("customer")
    return sign_step(world.office, reading, step, submission, capacity, world.office.now())


DIGEST, OTHER = "ab" * 32, "cd" * 32


@pytest.mark.parametrize(
    ("identified_by", "scan"),
    [
        (None, f"签回.png SHA-256 {DIGEST}"),
        ("一次性验证码 z***@example.com", f"签回.png SHA-256 {DIGEST}"),
        (f"paper_scan {DIGEST}", ""),
        (f"paper_scan {DIGEST}", f"签回.png SHA-256 {OTHER}"),
    ],
)
def test_a_clerks_key_in_the_customers_box_without_its_paper_is_refused(
    asked: Story, identified_by: str | None, scan: str
) -> None:
    verdict = _judged(asked.world, _signed_by_clerk(asked, identified_by, scan))
    assert [check.no for check in verdict.failed] == [11]


def test_a_staff_step_signed_on_paper_is_refused(world: World, asked: Story) -> None:
    document = world.sign(take_in(world, asked.document, "li_wen", PNG), "he_mei")
    last = document.signatures[-1]
    reading = find(world.office, world.person("he_mei"), document.id)
    at_book = replace(document, state="open", step="book", head=last.base, signatures=document.signatures[:-1])
    person = world.person("he_mei")
    capacity = Capacity(
        person.id,
        person.name,
        "会计",
        Stamp("person", person.name, ("会计", person.name, "")),
        unlock_key(world.office, person, PIN),
        identified_by=f"paper_scan {DIGEST}",
    )
    with world.office.database.write() as tx:
        stored = tx.documents.save(at_book, document.revision, [person.id])
    before = find(world.office, person, document.id)
    submission = Submission(document.id, "book", stored.head)
    signed = sign_step(world.office, before, reading.spec.step("book"), submission, capacity, world.office.now())
    verdict = verify_file(world.office, world.office.blobs.get(signed.head))
    assert 11 in [check.no for check in verdict.failed]
    assert "不收纸本" in verdict.sentence
