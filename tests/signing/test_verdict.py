import dataclasses
import datetime as dt
import json

from forms_service.signing.finding import judge
from forms_service.signing.verdict import CheckResult, SignatureReport, Verdict

AT = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)
SIGNED = SignatureReport(
    field="sign_02_gm",
    signer="王建业 华成精密电路股份有限公司",
    person_id="wang_jian",
    role="总经理",
    step="gm",
    decision="approve",
    opinion="同意",
    certificate="ab" * 32,
    time=AT,
    time_source="timestamp",
    covers={"总经理核签 意见": "同意"},
    changed_after=("联别",),
)
ACCEPTED = Verdict(
    verdict="accepted",
    checks=(CheckResult(1, "whole_file", "签章覆盖整个文件", "pass", "符合。"),),
    signatures=(SIGNED,),
    not_checked_here=("是否作废。",),
    document_id="d-1",
    number="A2611001",
    form="sales-allowance",
    version=1,
    copy=2,
    file_sha256="cd" * 32,
    trust_sha256="ef" * 32,
    printed={},
)
FAILED = CheckResult(8, "only_own_fields", "每一步只改自己的栏位", "fail", "「折让金额合计」改了。")
ANOTHER = CheckResult(10, "nothing_laid_over", "页面、批注与权限保持原样", "fail", "页面内容改了。")


def test_json_holds_what_programs_read() -> None:
    told = json.loads(ACCEPTED.to_json())
    assert told["verdict"] == "accepted"
    assert told["document"] == {
        "id": "d-1",
        "number": "A2611001",
        "form": "sales-allowance",
        "version": 1,
        "copy": 2,
    }
    assert set(told["checks"][0]) == {"no", "name", "title", "result", "detail"}
    assert told["not_checked_here"] == ["是否作废。"]


def test_json_of_a_signature_holds_who_when_and_what() -> None:
    (told,) = json.loads(ACCEPTED.to_json())["signatures"]
    assert (told["person"], told["step"], told["role"]) == ("wang_jian", "gm", "总经理")
    assert (told["time"], told["time_source"]) == ("2026-11-24T01:30:00+00:00", "timestamp")
    assert (told["covers"], told["changed_after"]) == ({"总经理核签 意见": "同意"}, ["联别"])


def test_json_says_null_for_what_a_foreign_file_has_not() -> None:
    foreign = dataclasses.replace(
        ACCEPTED, verdict="review", document_id="", number="", form="", version=None, copy=None
    )
    assert set(json.loads(foreign.to_json())["document"].values()) == {None}


def test_json_keeps_chinese_readable() -> None:
    assert "总经理" in ACCEPTED.to_json()


def test_first_failed_check_leads() -> None:
    refused = dataclasses.replace(ACCEPTED, verdict="refused", checks=(*ACCEPTED.checks, FAILED, ANOTHER))
    assert refused.failed == (FAILED, ANOTHER)
    assert refused.sentence == "不可采信。第 8 项「每一步只改自己的栏位」不符：「折让金额合计」改了。"


def test_accepted_copy_is_said_in_one_sentence() -> None:
    assert ACCEPTED.sentence == "可以采信。sales-allowance A2611001 第 2 联由公司签发并封印，全部签章完好。"


def test_honest_file_without_a_seal_asks_for_a_person() -> None:
    assert "需要有人判断" in dataclasses.replace(ACCEPTED, verdict="review").sentence


def test_many_faults_are_told_in_part() -> None:
    finding = judge(f"第 {n} 处。" for n in range(1, 9))
    assert finding.detail == "第 1 处。第 2 处。第 3 处。第 4 处。第 5 处。（另有 3 处）"


def test_same_fault_is_told_once() -> None:
    assert judge(["改了。", "改了。"]).detail == "改了。"


def test_no_fault_is_a_pass() -> None:
    assert judge([]).result == "pass"
