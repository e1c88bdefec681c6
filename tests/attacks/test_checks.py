"""Each of the checks is broken by one test here and holds in another; what breaks in bulk is in the catalogue."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest

from forms_service.signing.apart import Judges
from forms_service.signing.checks_told import TOLD
from forms_service.signing.messages import Limits
from forms_service.signing.second_reading import check_second_reading
from forms_service.signing.verdict import Result, Verdict
from forms_service.signing.verify import CHECKS, verify
from tests import spoiling
from tests.attacks import bases, forge, hands, universal
from tests.attacks.attack import NOW, judge, judged
from tests.attacks.evidence import evidence_of, with_forms_of
from tests.attacks.people import ledger
from tests.attacks.siblings import REVOKED_LATER, SIGNER, STAMPED
from tests.signing import lasting
from tests.signing.hostile import HOSTILE, file_that
from tests.tampering import AT, ROOT, append, fonts, trust


def result(verdict: Verdict, no: int) -> Result:
    return verdict.checks[no - 1].result


@pytest.fixture(scope="module")
def judges() -> Iterator[Judges]:
    with Judges(ROOT / "fonts", at_once=1, limits=Limits(wall_s=5.0), judge=f"{HOSTILE}:turn") as pool:
        yield pool


def test_check_01_is_broken_by_bytes_behind_the_last_signature() -> None:
    assert result(judge(append(bases.sealed(), spoiling.leave_loose)), 1) == "fail"


def test_check_01_holds_where_the_last_signature_ends_the_file() -> None:
    assert result(judge(bases.sealed()), 1) == "pass"


def test_check_02_is_broken_by_a_gap_that_is_too_wide() -> None:
    one, two, three, four = forge.numbers(bases.sealed())
    assert result(judge(forge.ranged(bases.sealed(), one, two - 9, three, four)), 2) == "fail"


def test_check_02_holds_where_every_gap_is_its_signature() -> None:
    assert result(judge(bases.sealed()), 2) == "pass"


def test_check_03_is_broken_by_a_signature_that_is_taken_away() -> None:
    assert result(judge(bases.by_insider(spoiling.drop_signature("sign_01_prepare"))), 3) == "fail"


def test_check_03_holds_where_every_signature_is_in_its_box() -> None:
    assert result(judge(bases.sealed()), 3) == "pass"


def test_check_04_is_broken_by_another_issuer() -> None:
    assert result(judge(hands.twin_firm()), 4) == "fail"


def test_check_04_holds_for_the_stored_document() -> None:
    assert result(judge(bases.sealed(), ledger()), 4) == "pass"


def test_check_05_is_broken_by_a_script() -> None:
    assert result(judge(bases.by_insider(spoiling.loose_script)), 5) == "fail"


def test_check_05_holds_where_the_only_attachments_are_ours() -> None:
    assert result(judge(bases.sealed()), 5) == "pass"


def test_check_06_is_broken_where_another_program_reads_other_values() -> None:
    assert check_second_reading(with_forms_of(bases.sealed(), revision=2)).result == "fail"


def test_check_06_holds_where_both_read_the_same() -> None:
    assert check_second_reading(evidence_of(bases.sealed())).result == "pass"


def test_check_07_is_broken_by_text_between_objects() -> None:
    smuggled = forge.inserted(bases.sealed(), forge.table(bases.sealed()), b"hello\n")
    assert result(judge(smuggled), 7) == "fail"


def test_check_07_holds_where_every_byte_belongs_to_an_object() -> None:
    assert result(judge(bases.sealed()), 7) == "pass"


def test_check_08_is_broken_by_another_steps_amount() -> None:
    assert result(judge(bases.by_insider(spoiling.refill("net", "99.00"))), 8) == "fail"


def test_check_08_holds_where_each_step_fills_its_own() -> None:
    assert result(judge(bases.finished()), 8) == "pass"


def test_check_09_is_broken_by_a_field_that_shows_other_than_it_stores() -> None:
    assert result(judge(bases.by_insider(spoiling.show_only("opinion_02_deputy_gm", "不同意"))), 9) == "fail"


def test_check_09_holds_where_every_field_shows_what_it_stores() -> None:
    assert result(judge(bases.sealed()), 9) == "pass"


def test_check_10_is_broken_by_a_note_over_the_amount() -> None:
    assert result(judge(bases.by_insider(spoiling.lay_over)), 10) == "fail"


def test_check_10_holds_where_the_page_is_as_issued() -> None:
    assert result(judge(bases.sealed()), 10) == "pass"


def test_check_11_is_broken_by_a_step_left_out() -> None:
    assert result(judge(hands.step_left_out()), 11) == "fail"


def test_check_11_holds_where_all_signed_in_turn() -> None:
    assert result(judge(bases.sealed()), 11) == "pass"


def test_check_12_is_broken_by_one_digit_of_a_signature() -> None:
    assert result(judge(universal.flipped(bases.sealed())), 12) == "fail"


def test_check_12_holds_where_every_digest_agrees() -> None:
    assert result(judge(bases.sealed()), 12) == "pass"


def test_check_13_is_broken_by_a_time_that_has_not_come() -> None:
    early = AT.replace(year=AT.year - 1)
    assert result(judge(bases.sealed(), at=early), 13) == "fail"


def test_check_13_holds_where_every_signature_has_a_timestamp() -> None:
    assert result(judge(STAMPED.build()), 13) == "pass"


def test_check_14_is_broken_by_a_certificate_that_was_revoked_before_it_signed() -> None:
    assert (
        result(judge(lasting.keep(lasting.sealed(), revoked=lasting.revoke(SIGNER, AT - dt.timedelta(days=1)))), 14)
        == "fail"
    )


def test_check_14_holds_where_it_was_revoked_afterwards() -> None:
    assert result(judged(REVOKED_LATER), 14) == "pass"


def test_check_15_is_broken_by_a_seal_of_a_person() -> None:
    assert result(judge(hands.sealed_by_a_person()), 15) == "fail"


def test_check_15_holds_for_the_copy_that_the_ledger_has() -> None:
    assert result(judge(bases.sealed(), ledger()), 15) == "pass"


def test_check_16_is_broken_by_a_file_that_ends_its_process(judges: Judges) -> None:
    assert result(judges.judge(file_that("die"), trust(), NOW), 16) == "fail"


def test_check_16_holds_for_an_honest_copy(judges: Judges) -> None:
    assert result(judges.judge(bases.sealed(), trust(), NOW), 16) == "pass"


def test_every_check_is_broken_once_and_holds_once() -> None:
    shown = {
        (int(no), how) for name in globals() for no, how in re.findall(r"^test_check_(\d\d)_(is_broken|holds)", name)
    }
    assert shown == {(check.no, how) for check in CHECKS for how in ("is_broken", "holds")}


def test_every_check_has_a_sentence_in_each_language() -> None:
    assert list(TOLD) == [check.no for check in CHECKS]
    assert all(told.zh.endswith("。") and told.en.endswith(".") for told in TOLD.values())
    assert not any(re.search("[一-鿿]", told.en) for told in TOLD.values())


@pytest.mark.parametrize(("pdf", "check"), [(b"", 7), (b"hello", 7), (b"%PDF-1.7\n%%EOF\n", 3)])
def test_what_is_no_pdf_or_not_signed_is_refused_and_told_as_such(pdf: bytes, check: int) -> None:
    verdict = verify(pdf, trust(), None, NOW, fonts())
    assert (verdict.verdict, [failed.no for failed in verdict.failed]) == ("refused", [check])
    assert ("没有任何签章" if check == 3 else "不是 PDF") in verdict.sentence
