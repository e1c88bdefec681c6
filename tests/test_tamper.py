"""A finished, sealed copy is spoilt, as an unsigned tail and as an insider could; the right check says so each time.

The honest document is made once with the real rooms. An insider spoils in the deputy general manager's own, validly
signed revision; everybody after signs in good faith, and the firm seals.
"""

import dataclasses
import datetime as dt
import io
import re
from collections.abc import Callable

import pytest
from pyhanko.pdf_utils.generic import NumberObject, pdf_string
from pypdf import PdfReader, PdfWriter

from tests import spoiling
from tests.attacks.bases import DESK, by_insider, finished, prepared, sealed
from tests.attacks.hands import (
    customer_signed_by_clerk,
    filled_before_issue,
    firm_in_the_place_of_a_person,
    issued_by_a_person,
    issued_under_another_number,
    issued_with_another_template,
    rejected_and_sealed,
    same_person_twice,
    sealed_by_a_person,
    signed_after_the_seal,
    statement_of_another_document,
    statement_of_another_step,
    step_left_out,
    twin_firm,
    twin_person,
    twin_seal,
    unfinished,
    unknown_label,
    wrong_order,
    wrong_person,
    wrong_person_who_says_so,
)
from tests.tampering import AT, OURS, Desk, Spoil, append, authority, contact
from tests.verdicts import expected, failed, judge, named

# What changes something in the file: the check that names it.
SPOILS: dict[str, tuple[Spoil, int]] = {
    "another amount": (spoiling.refill("net", "99.00"), 8),
    "another customer": (spoiling.refill("customer", "南方仪表有限公司"), 8),
    "another number": (spoiling.refill("sys_no", "A2611002"), 8),
    "another date": (spoiling.refill("sys_opened_on", "2026-01-01"), 8),
    "another document id": (spoiling.refill("sys_document_id", "d-000000"), 8),
    "another row's amount": (spoiling.refill("lines_01_amount", "1.00"), 8),
    "another total in words": (spoiling.refill("in_words", "壹元整"), 8),
    "another reason": (spoiling.refill("reason", "客户自愿"), 8),
    "another tick": (spoiling.refill("evidence_02_signed_form", True), 8),
    "a blank row filled": (spoiling.refill("lines_08_item", "附加品"), 8),
    "a later step's opinion early": (spoiling.refill("opinion_03_gm", "同意"), 8),
    "the copy label early": (spoiling.refill("sys_copy_label", "第二联 会计作账"), 8),
    "only what is stored": (spoiling.store_only("net", "99.00"), 8),
    "only what is shown": (spoiling.show_only("net", "99.00"), 8),
    "an appearance overwritten": (spoiling.redraw_in_place("net"), 8),
    "a font overwritten": (spoiling.swap_shown_font, 8),
    "a field hidden": (spoiling.hide("net"), 8),
    "a field moved": (spoiling.move("net"), 8),
    "a field made read-only": (spoiling.set_key("opinion_03_gm", "/Ff", NumberObject(1)), 8),
    "a field cut short": (spoiling.set_key("opinion_03_gm", "/MaxLen", NumberObject(1)), 8),
    "a field typed in another font": (spoiling.set_key("opinion_03_gm", "/DA", pdf_string("/Courier 40 Tf 1 g")), 8),
    "a field that exports otherwise": (spoiling.set_key("net", "/TM", pdf_string("gross")), 8),
    "a field added": (spoiling.add_field, 8),
    "a field taken away": (spoiling.drop_field("reason"), 8),
    "another form": (spoiling.second_form, 8),
    "a mark on the page": (spoiling.write_on_page, 10),
    "another page content": (spoiling.free_page_content, 10),
    "a page added": (spoiling.add_page, 10),
    "a note laid over": (spoiling.lay_over, 10),
    "the permissions dropped": (spoiling.drop_permissions, 10),
    "a lock changed": (spoiling.widen_lock("sign_03_gm"), 10),
    "the form's font swapped": (spoiling.swap_form_font, 10),
    "another title": (spoiling.rename, 10),
    "an object left loose": (spoiling.leave_loose, 10),
    "an attachment": (spoiling.attach, 5),
    "a script at opening": (spoiling.script, 5),
    "a script on a field": (spoiling.script_on_field, 5),
    "a script left loose": (spoiling.loose_script, 5),
    "a second form in XFA": (spoiling.xfa_form, 5),
    "redrawing asked for": (spoiling.ask_for_redrawing, 5),
    "a signature dropped": (spoiling.drop_signature("sign_01_prepare"), 3),
    "a signature's box taken away": (spoiling.drop_field("sign_01_prepare"), 3),
    "a signature doubled": (spoiling.double_signature("sign_01_prepare", "sign_99_seal"), 3),
    "a signature hidden": (spoiling.hide_signature("sign_01_prepare"), 3),
}


@pytest.mark.parametrize("way", SPOILS)
def test_unsigned_tail_is_refused(way: str) -> None:
    spoil, no = SPOILS[way]
    verdict = judge(append(sealed(), spoil))
    assert verdict.verdict == "refused"
    assert failed(verdict)[0] == named(1)
    assert named(no) in failed(verdict)


# These would keep the others from signing after, or are undone by signing.
NOT_TO_THE_END = ("a signature doubled", "a lock changed", "redrawing asked for")
INSIDER = {way: spoil for way, spoil in SPOILS.items() if way not in NOT_TO_THE_END}


@pytest.mark.parametrize("way", INSIDER)
def test_insiders_signed_revision_is_refused(way: str) -> None:
    spoil, no = INSIDER[way]
    verdict = judge(by_insider(spoil))
    assert verdict.verdict == "refused"
    assert failed(verdict)[0] == named(no)


OWN_FIELD: dict[str, Spoil] = {
    "shows other than it stores": spoiling.show_only("opinion_02_deputy_gm", "不同意"),
    "stores other than it shows": spoiling.store_only("opinion_02_deputy_gm", "不同意"),
}


@pytest.mark.parametrize("way", OWN_FIELD)
def test_insiders_own_field_must_show_what_it_stores(way: str) -> None:
    assert failed(judge(by_insider(OWN_FIELD[way])))[0] == named(9)


def test_insiders_lock_on_another_box_is_refused() -> None:
    assert failed(judge(DESK.step(prepared(), "deputy_gm", spoiling.widen_lock("sign_03_gm")))) == [named(10)]


def widen(pdf: bytes) -> bytes:
    """Let the last signature's gap begin a digit's worth earlier."""
    last = list(re.finditer(rb"/ByteRange \[0 (\d+)", pdf))[-1]
    digits = str(int(last[1]) - 1).encode()
    return pdf[: last.start(1)] + digits.rjust(len(last[1]), b"0") + pdf[last.end(1) :]


def empty_container(pdf: bytes) -> bytes:
    gap = list(re.finditer(rb"/Contents <([0-9a-fA-F]{500,})>", pdf))[-1]
    return pdf[: gap.start(1)] + b"0" * len(gap[1]) + pdf[gap.end(1) :]


def loop(pdf: bytes) -> bytes:
    """Let the oldest table that names a predecessor name itself."""
    start = int(re.findall(rb"startxref\n(\d+)", pdf)[1])
    prev = re.search(rb"/Prev (\d+)", pdf[start:])
    if prev is None:
        raise AssertionError("no /Prev")
    at = start + prev.start(1)
    return pdf[:at] + str(start).encode().rjust(len(prev[1]), b"0") + pdf[at + len(prev[1]) :]


def rewrite(pdf: bytes) -> bytes:
    written = io.BytesIO()
    PdfWriter(clone_from=PdfReader(io.BytesIO(pdf))).write(written)
    return written.getvalue()


BYTES: dict[str, tuple[Callable[[bytes], bytes], int]] = {
    "a byte after the end": (lambda pdf: pdf + b"\n", 1),
    "a comment after the end": (lambda pdf: pdf + b"% 999,999.00\n", 1),
    "a second end": (lambda pdf: pdf + b"startxref\n9\n%%EOF\n", 7),
    "a byte before the start": (lambda pdf: b"\n" + pdf, 1),
    "another file before the start": (lambda pdf: b"MZ" + bytes(100) + pdf, 1),
    "the end cut off": (lambda pdf: pdf[:-7], 1),
    "cut in the middle": (lambda pdf: pdf[: len(pdf) // 2], 1),
    "a signed digit flipped": (lambda pdf: pdf.replace(b"(A2611001)", b"(A2611009)", 1), 4),
    "a range widened": (widen, 2),
    "a signature emptied": (empty_container, 12),
    "encrypted": (lambda pdf: pdf.replace(b"/Size ", b"/Encrypt 9 0 R /Size ", 1), 7),
    "hybrid": (lambda pdf: pdf.replace(b"trailer\n<<", b"trailer\n<< /XRefStm 9 ", 1), 7),
    "an endless chain of tables": (loop, 7),
    "a key written twice": (lambda pdf: pdf.replace(b"/Type /Sig", b"/M (D:2) /Type /Sig", 1), 7),
    "rewritten as a whole": (rewrite, 1),
}


@pytest.mark.parametrize("way", BYTES)
def test_spoilt_bytes_are_refused(way: str) -> None:
    spoil, no = BYTES[way]
    spoilt = spoil(sealed())
    assert spoilt != sealed()
    verdict = judge(spoilt)
    assert verdict.verdict == "refused"
    assert failed(verdict)[0] == named(no)


PEOPLE_AND_ORDER: dict[str, tuple[Callable[[], bytes], int]] = {
    "another person's certificate": (wrong_person, 11),
    "a twin authority's certificate": (twin_person, 11),
    "the maker approves": (same_person_twice, 11),
    "the wrong order": (wrong_order, 11),
    "a step left out": (step_left_out, 11),
    "sealed before the end": (unfinished, 11),
    "signed on after a rejection": (rejected_and_sealed, 11),
    "a statement of another document": (statement_of_another_document, 11),
    "a statement of another step": (statement_of_another_step, 11),
    "a clerk in the customer's place": (customer_signed_by_clerk, 11),
    "the firm in a person's place": (firm_in_the_place_of_a_person, 11),
    "sealed by a person": (sealed_by_a_person, 15),
    "sealed by a twin firm": (twin_seal, 15),
    "an unknown copy label": (unknown_label, 15),
    "all of it by a twin firm": (twin_firm, 4),
    "issued by a person": (issued_by_a_person, 4),
    "filled before it was issued": (filled_before_issue, 4),
    "issued under another number": (issued_under_another_number, 4),
    "issued with another template": (issued_with_another_template, 4),
    "signed after the seal": (signed_after_the_seal, 8),
}


@pytest.mark.parametrize("way", PEOPLE_AND_ORDER)
def test_wrong_hands_are_refused(way: str) -> None:
    build, no = PEOPLE_AND_ORDER[way]
    verdict = judge(build())
    assert verdict.verdict == "refused"
    assert failed(verdict)[0] == named(no)


def test_signature_lifted_into_another_document_is_refused() -> None:
    other = Desk(document_id="d-000001", number="A2611002")
    facts = DESK.facts("prepare")
    verdict = judge(other.seal(other.finish(other.step(other.issue(), "prepare", facts=facts), "deputy_gm")))
    assert failed(verdict) == [named(11)]


def test_time_that_runs_backwards_is_refused() -> None:
    late = dataclasses.replace(DESK, timestamper=authority(OURS).timestamper(lambda: AT + dt.timedelta(minutes=9)))
    early = dataclasses.replace(DESK, timestamper=authority(OURS).timestamper(lambda: AT + dt.timedelta(minutes=1)))
    signed = early.step(late.step(late.step(late.issue(), "prepare"), "deputy_gm"), "gm")
    verdict = judge(signed, at=AT + dt.timedelta(minutes=10))
    assert failed(verdict) == [named(13)]


def test_time_that_has_not_come_is_refused() -> None:
    assert named(13) in failed(judge(sealed(), at=AT - dt.timedelta(hours=1)))


def test_timestamp_of_a_twin_authority_is_refused() -> None:
    twin = dataclasses.replace(DESK, timestamper=authority("twin").timestamper(lambda: AT))
    assert failed(judge(twin.step(prepared(), "deputy_gm"))) == [named(13)]


@pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.7\n%%EOF\n"])
def test_what_is_no_signed_pdf_is_refused(data: bytes) -> None:
    assert judge(data).verdict == "refused"


def test_contacts_key_is_stale_after_its_hour() -> None:
    late = dataclasses.replace(DESK, timestamper=authority(OURS).timestamper(lambda: AT + dt.timedelta(hours=2)))
    signed = late.step(DESK.finish(prepared(), "deputy_gm", last="gm"), "customer", signer=contact())
    assert failed(judge(signed, at=AT + dt.timedelta(hours=3))) == [named(11)]


# What the store knows, and the file does not say.


def test_copy_of_another_department_is_refused_where_the_store_is_at_hand() -> None:
    assert failed(judge(DESK.seal(finished(), copy=1), expected(sealed()))) == [named(15)]


def test_other_documents_bytes_are_refused_where_the_store_is_at_hand() -> None:
    other = Desk(document_id="d-000001", number="A2611002")
    verdict = judge(other.seal(other.finish()), expected(sealed()))
    assert failed(verdict)[0] == named(4)


def test_bytes_that_were_never_stored_are_refused_where_the_store_is_at_hand() -> None:
    again = DESK.seal(DESK.finish(prepared(), "deputy_gm"))
    assert failed(judge(again, expected(again))) == [named(4)]


def test_signer_that_the_ledger_does_not_name_is_refused() -> None:
    forged = wrong_person_who_says_so()
    assert judge(forged).verdict == "accepted"
    assert named(11) in failed(judge(forged, expected(sealed())))


def test_cut_back_to_an_earlier_state_is_no_copy() -> None:
    assert judge(prepared()).verdict == "review"
    assert failed(judge(prepared(), expected(sealed()))) == [named(15)]
