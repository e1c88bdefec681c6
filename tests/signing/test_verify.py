import dataclasses
import datetime as dt
import functools
import hashlib

import pytest
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from forms_service.domain.record import IssueRecord
from forms_service.domain.widgets import COPY_LABEL, ISSUE_SIGNATURE, SEAL_SIGNATURE, locked_names, sign_name
from forms_service.signing.conditions import holds
from forms_service.signing.evidence import Evidence, gather, read_date
from forms_service.signing.expected import ExpectedRevision
from forms_service.signing.judge import judge_revision
from forms_service.signing.revisions import History
from forms_service.signing.second_reading import check_second_reading
from forms_service.signing.verdict import CheckResult, Verdict
from forms_service.signing.verify import verify
from tests import spoiling
from tests.tampering import (
    AT,
    OURS,
    PEOPLE,
    Desk,
    Spoil,
    allowance,
    allowance_with,
    append,
    authority,
    fonts,
    person,
    trust,
)

DESK = Desk()
DEPUTY = "    who: role deputy_gm\n"


def judge(pdf: bytes, at: dt.datetime = AT) -> Verdict:
    return verify(pdf, trust(), None, at, fonts())


@functools.cache
def issued() -> bytes:
    return DESK.issue()


@functools.cache
def prepared() -> bytes:
    return DESK.step(issued(), "prepare")


@functools.cache
def sealed() -> bytes:
    return DESK.seal(DESK.finish(prepared(), "deputy_gm"))


def evidence() -> Evidence:
    return gather(History(sealed()), trust(), None, AT, fonts())


def record() -> IssueRecord:
    found = evidence().record
    if found is None:
        raise AssertionError("no record")
    return found


# What a verdict says.


def test_signature_says_who_what_and_when() -> None:
    second = judge(sealed()).signatures[2]
    assert (second.field, second.step, second.person_id) == ("sign_02_deputy_gm", "deputy_gm", "lin_guo")
    assert (second.role, second.decision, second.opinion) == ("副总经理", "approve", "同意折让")
    assert second.signer == "林国栋 华成精密电路股份有限公司"
    assert (second.time, second.time_source) == (AT, "claim")
    assert second.certificate == person("lin_guo").fingerprint


def test_signature_covers_what_stood_in_its_fields_then() -> None:
    first, second = judge(sealed()).signatures[1:3]
    assert first.covers["折让金额合计"] == "10,121.60"
    assert first.covers["折让证明取得方式：电子签章同意"] == "是"
    assert second.covers == {"副总经理核签 决定": "同意", "副总经理核签 意见": "同意折让"}


def test_signature_names_what_came_after() -> None:
    last_step, seal = judge(sealed()).signatures[-2:]
    assert last_step.changed_after == ("联别", "公司封印")
    assert seal.changed_after == ()


def test_verdict_is_bound_to_the_files_bytes_and_the_trust_list() -> None:
    verdict = judge(sealed())
    assert verdict.file_sha256 == hashlib.sha256(sealed()).hexdigest()
    assert verdict.trust_sha256 == trust().sha256


def test_verdict_gives_the_document_and_what_is_printed() -> None:
    verdict = judge(sealed())
    assert (verdict.document_id, verdict.number) == ("d-7f3a9c", "A2611001")
    assert (verdict.form, verdict.version, verdict.copy) == ("sales-allowance", 1, 2)
    assert (verdict.printed["grand_total"], verdict.printed["evidence_01_e_consent"]) == ("10,627.68", True)


def test_what_a_file_cannot_tell_is_listed() -> None:
    said = "".join(judge(sealed()).not_checked_here)
    assert "只是签章人自称" in said
    assert "作废" in said
    assert "入账" in said


def test_second_reading_is_asked_only_of_what_nothing_speaks_against() -> None:
    honest, spoilt = judge(sealed()), judge(append(sealed(), spoiling.leave_loose))
    assert [check.result for check in (honest.checks[5], spoilt.checks[5])] == ["pass", "not_checked"]


def test_second_reading_that_disagrees_is_a_refusal() -> None:
    ours = evidence()
    older = dataclasses.replace(ours, forms=(*ours.forms[:-1], ours.forms[2]))
    finding = check_second_reading(older)
    assert finding.result == "fail"
    assert "PDFium 读出「第二联 会计作账」" in finding.detail


def test_verdict_is_the_same_a_second_time() -> None:
    assert judge(sealed()) == judge(sealed())


# Steps that fall away.


def with_condition(condition: str) -> Desk:
    return Desk(form=allowance_with(DEPUTY, f"    when: {condition}\n"))


def test_step_whose_condition_does_not_hold_may_be_left_out() -> None:
    desk = with_condition("net > 50000")
    assert judge(desk.seal(desk.finish(desk.step(desk.issue(), "prepare"), "gm"))).verdict == "accepted"


def test_step_whose_condition_holds_may_not_be_left_out() -> None:
    desk = with_condition("net > 5000")
    verdict = judge(desk.seal(desk.finish(desk.step(desk.issue(), "prepare"), "gm")))
    assert [check.detail for check in verdict.failed] == ["缺少「副总经理核签」的签章。"]


def test_step_that_was_left_out_has_nothing_filled_in() -> None:
    desk = with_condition("net > 50000")
    early = desk.step(desk.issue(), "prepare", spoiling.refill("opinion_02_deputy_gm", "同意"))
    verdict = judge(desk.finish(early, "gm"))
    assert [check.no for check in verdict.failed] == [8, 11]


@pytest.mark.parametrize(
    ("condition", "holding"),
    [
        ("net > 10000", True),
        ("net == 10121.60", True),
        ("tax_rate == 0.05", True),
        ("sum(lines.amount) > 10121.60", False),
        ('evidence == "e_consent"', True),
        ('evidence == "invoice_copy"', False),
        ('customer == "东升电子有限公司"', True),
        ("invoice_date < opened_on", False),
        ("any(lines.qty > 1000)", True),
    ],
)
def test_condition_is_worked_out_from_the_pdf_alone(condition: str, holding: bool) -> None:
    assert holds(condition, record(), judge(sealed()).printed) is holding


# One revision on a base judged before.


def due(step_id: str, base: bytes) -> ExpectedRevision:
    spec = allowance()
    step = spec.step(step_id)
    return ExpectedRevision(
        base_sha256=hashlib.sha256(base).hexdigest(),
        field=sign_name(spec, step),
        lock=locked_names(spec, step_id),
        certificate=person(PEOPLE[step_id]).fingerprint,
        facts=DESK.facts(step_id),
        printed=DESK.cells(step),
    )


def results(pdf: bytes, expected: ExpectedRevision) -> tuple[CheckResult, ...]:
    return judge_revision(pdf, expected, trust(), AT, fonts())


def failed(pdf: bytes, expected: ExpectedRevision) -> list[int]:
    return [result.no for result in results(pdf, expected) if result.result == "fail"]


@pytest.mark.parametrize("step_id", ["prepare", "deputy_gm"])
def test_honest_revision_passes_every_check(step_id: str) -> None:
    base = issued() if step_id == "prepare" else prepared()
    found = results(DESK.step(base, step_id), due(step_id, base))
    assert {result.result for result in found} == {"pass"}
    assert [result.no for result in found] == [1, 2, 3, 5, 7, 8, 9, 10, 11, 12, 13]


def test_honest_seal_passes_as_a_revision() -> None:
    base = DESK.finish(prepared(), "deputy_gm")
    cells = {COPY_LABEL: "第二联 会计作账"}
    facts = dataclasses.replace(DESK.facts("prepare"), person="office", role="firm", decision="seal", step="seal")
    expected = ExpectedRevision(
        hashlib.sha256(base).hexdigest(),
        SEAL_SIGNATURE,
        (COPY_LABEL,),
        DESK.firm.fingerprint,
        facts,
        cells,
        seals=True,
    )
    assert failed(DESK.seal(base), expected) == []


def test_issue_passes_as_a_revision_on_the_blank_form() -> None:
    history = History(issued())
    blank_form = issued()[: history.revisions[0].end]
    expected = dataclasses.replace(due("prepare", blank_form), field=ISSUE_SIGNATURE)
    assert 4 not in failed(issued(), expected)


REVISIONS: dict[str, tuple[Spoil, int]] = {
    "another step's field": (spoiling.refill("net", "99.00"), 8),
    "only what is shown": (spoiling.show_only("opinion_02_deputy_gm", "不同意"), 9),
    "a mark on the page": (spoiling.write_on_page, 10),
    "an attachment": (spoiling.attach, 10),
    "a script": (spoiling.loose_script, 5),
    "a hidden signature": (spoiling.hide_signature("sign_01_prepare"), 10),
}


@pytest.mark.parametrize("way", REVISIONS)
def test_spoilt_revision_is_refused(way: str) -> None:
    spoil, no = REVISIONS[way]
    assert no in failed(DESK.step(prepared(), "deputy_gm", spoil), due("deputy_gm", prepared()))


def test_revision_that_stores_other_than_was_submitted_is_refused() -> None:
    signed = DESK.step(prepared(), "deputy_gm", printed={"opinion_02_deputy_gm": "另有意见"})
    assert failed(signed, due("deputy_gm", prepared())) == [8]


def test_revision_by_another_certificate_is_refused() -> None:
    signed = DESK.step(prepared(), "deputy_gm", signer=person("wang_jian"))
    assert failed(signed, due("deputy_gm", prepared())) == [11]


def test_revision_by_a_twin_certificate_is_refused() -> None:
    signed = DESK.step(prepared(), "deputy_gm", signer=person("lin_guo", "twin"))
    assert failed(signed, due("deputy_gm", prepared())) == [11]


def test_revision_stating_another_decision_is_refused() -> None:
    agreed = DESK.cells(allowance().step("deputy_gm"))
    signed = DESK.step(prepared(), "deputy_gm", facts=DESK.facts("deputy_gm", decision="reject"), printed=agreed)
    assert failed(signed, due("deputy_gm", prepared())) == [11]


def test_revision_in_another_box_is_refused() -> None:
    assert 3 in failed(DESK.step(prepared(), "gm"), due("deputy_gm", prepared()))


def test_revision_on_another_base_is_refused() -> None:
    assert failed(DESK.step(DESK.step(issued(), "prepare"), "deputy_gm"), due("deputy_gm", prepared())) == [4]


def test_two_revisions_at_once_are_refused() -> None:
    signed = DESK.step(append(prepared(), leave_a_trace), "deputy_gm")
    assert failed(signed, due("deputy_gm", prepared())) == [4]


def test_revision_without_a_signature_is_refused() -> None:
    assert failed(append(prepared(), leave_a_trace), due("deputy_gm", prepared())) == [3]


def test_bytes_after_the_revision_are_refused() -> None:
    assert failed(DESK.step(prepared(), "deputy_gm") + b"%", due("deputy_gm", prepared())) == [1]


def test_revision_dated_long_ago_is_refused() -> None:
    late = AT + dt.timedelta(hours=1)
    found = judge_revision(DESK.step(prepared(), "deputy_gm"), due("deputy_gm", prepared()), trust(), late, fonts())
    assert [result.no for result in found if result.result == "fail"] == [13]


def test_what_is_no_pdf_at_all_is_a_failed_check() -> None:
    assert failed(b"hello", due("deputy_gm", prepared())) == [1]


def leave_a_trace(writer: IncrementalPdfFileWriter) -> None:
    spoiling.set_key("opinion_02_deputy_gm", "/TU", pdf_string("x"))(writer)


# Certificates and times.


def test_expired_certificate_without_a_timestamp_is_refused() -> None:
    later = AT + dt.timedelta(days=365 * 4)
    assert [check.no for check in judge(sealed(), at=later).failed] == [11]


def test_timestamp_proves_that_a_certificate_was_valid_then() -> None:
    stamped = dataclasses.replace(DESK, timestamper=authority(OURS).timestamper(lambda: AT))
    verdict = judge(stamped.seal(stamped.finish()), at=AT + dt.timedelta(days=365 * 10))
    assert verdict.verdict == "accepted"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("D:20261124013000Z", AT),
        ("D:20261124093000+08'00'", AT),
        ("D:20261124093000+08'00", AT),
        ("D:2026", None),
        ("D:20261399013000Z", None),
        ("yesterday", None),
    ],
)
def test_pdf_dates_are_read_with_their_zone(text: str, moment: dt.datetime | None) -> None:
    assert read_date(text) == moment
