"""Verifying: one file in, one verdict out, from the bytes and a trust list alone; the store's knowledge is welcome.

verdict = verify(pdf, load_trust(pem), None, at=now, fonts=fonts)
verdict.verdict                # accepted, refused, review
verdict.failed[0].detail       # what leads, in Chinese

Every check runs, the first that fails leads. Whatever goes wrong inside a check is a refusal with its reason, and so is
what is no PDF, or one that nobody signed.
"""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from forms_service.pdf.fonts import Fonts
from forms_service.signing.appearances import check_shown_is_stored
from forms_service.signing.change_checks import check_nothing_laid_over, check_only_own_fields, find_changes
from forms_service.signing.copy_checks import check_copy_sealed, sealed_copy
from forms_service.signing.evidence import Evidence, gather
from forms_service.signing.expected import Expected
from forms_service.signing.finding import Finding, fail, not_checked
from forms_service.signing.foreign import all_vouched_for
from forms_service.signing.integrity import check_signature_sound, check_times_in_order
from forms_service.signing.issue_checks import check_issued_by_firm, document_number
from forms_service.signing.material import material_for
from forms_service.signing.outside import vouch
from forms_service.signing.reporting import foreign_signers, not_checked_here, report_signatures
from forms_service.signing.revising import report_revisions
from forms_service.signing.revisions import History
from forms_service.signing.revocation_checks import check_not_revoked
from forms_service.signing.route_checks import check_route_signed
from forms_service.signing.second_reading import check_second_reading, judge_readings, read_by_others
from forms_service.signing.signatures import granted_rights
from forms_service.signing.stamps import read_stamps
from forms_service.signing.structure import (
    check_byte_ranges,
    check_no_active_content,
    check_plain_structure,
    check_signatures_counted,
    check_whole_file,
    signature_objects,
)
from forms_service.signing.syntax import Malformed
from forms_service.signing.trust import TrustList
from forms_service.signing.unsigned import NO_SIGNATURE, require_signature
from forms_service.signing.verdict import (
    NEEDED_OF_FOREIGN,
    NEEDED_OF_OURS,
    CheckResult,
    Conclusion,
    EngineReading,
    Verdict,
)

PLAIN_STRUCTURE = 7
JUDGED_APART = 16
APART = "在单独的进程里查验，内存、时间与举动都有限制。"


@dataclass(frozen=True, slots=True)
class Check:
    """A numbered check of `design/verification.md`: its name for programs, its title for readers, its one function."""

    no: int
    name: str
    title: str
    run: Callable[[Evidence], Finding]


def _judged_apart(evidence: Evidence) -> Finding:
    """Check 16: the file is judged in a process of its own, with limits; what happens to it there, `apart` says."""
    return Finding("pass", APART) if evidence.apart else not_checked("没有在隔离的进程里查验。")


CHECKS: tuple[Check, ...] = (
    Check(1, "whole_file", "签章覆盖整个文件", check_whole_file),
    Check(2, "byte_ranges", "签章范围一层接一层", check_byte_ranges),
    Check(3, "signatures_counted", "签章一个不少、一个不多", check_signatures_counted),
    Check(4, "issued_by_firm", "由公司签发，签发记录完整", check_issued_by_firm),
    Check(5, "no_active_content", "没有脚本、动作和外来附件", check_no_active_content),
    Check(6, "second_parser", "另一种程序读出相同内容", check_second_reading),
    Check(PLAIN_STRUCTURE, "plain_structure", "文件结构规整", check_plain_structure),
    Check(8, "only_own_fields", "每一步只改自己的栏位", check_only_own_fields),
    Check(9, "shown_is_stored", "看到的就是存着的", check_shown_is_stored),
    Check(10, "nothing_laid_over", "页面、批注与权限保持原样", check_nothing_laid_over),
    Check(11, "route_signed", "该签的人依次签了", check_route_signed),
    Check(12, "signature_sound", "签章本身完好", check_signature_sound),
    Check(13, "times_in_order", "时间有据，不倒退", check_times_in_order),
    Check(14, "not_revoked", "证书当时没有撤销", check_not_revoked),
    Check(15, "copy_sealed", "联别与封印相符", check_copy_sealed),
    Check(JUDGED_APART, "judged_apart", "在隔离的进程里查验", _judged_apart),
)


def verify(
    pdf: bytes, trust: TrustList, expected: Expected | None, at: dt.datetime, fonts: Fonts, *, apart: bool = False
) -> Verdict:
    """Judge a file. `expected` is what the store knows, None offline; `at` (aware) is now.

    `apart` is set by the process that judges one file after another and nothing else; there MemoryError is raised, for
    it ends that process.
    """
    try:
        require_signature(pdf)
        gathered = vouch(gather(History(pdf), trust, expected, at, fonts))
        evidence = replace(
            gathered,
            changes=find_changes(gathered),
            apart=apart,
            stamps=read_stamps(gathered),
            material=material_for(gathered),
        )
        return _judge(evidence)
    except Malformed as malformed:
        return refuse_unread(pdf, trust, malformed, apart=apart)
    except Exception as error:  # noqa: BLE001 - whatever a hostile file brings about is a refusal, never a crash
        _require_memory(error, apart=apart)
        return refuse_unread(pdf, trust, Malformed(f"读取时出错（{type(error).__name__}）"), apart=apart)


def _judge(evidence: Evidence) -> Verdict:
    if not evidence.found:
        return _only_rights(evidence)
    checks, engines = _run_all(evidence)
    return replace(_conclude(evidence, checks), engines=engines)


def _run_all(evidence: Evidence) -> tuple[tuple[CheckResult, ...], tuple[EngineReading, ...]]:
    """Run every check; the second reading comes last, and only of a file that nothing speaks against."""
    results = {check.no: run_check(check, evidence) for check in CHECKS if check.run is not check_second_reading}
    engines: list[EngineReading] = []

    def second_reading(found: Evidence) -> Finding:
        engines.extend(read_by_others(found))
        return judge_readings(tuple(engines))

    if all(result.result != "fail" for result in results.values()):
        second = next(check for check in CHECKS if check.run is check_second_reading)
        results[second.no] = run_check(replace(second, run=second_reading), evidence)
    _leave_to_its_owner(results)
    skipped = "已有别的项目不符，没有再查这一项。"
    return tuple(results.get(check.no) or _not_made(check, skipped) for check in CHECKS), tuple(engines)


def _leave_to_its_owner(results: dict[int, CheckResult]) -> None:
    """Let the check of the file's structure lead with a fault that kept others from reading the file at all."""
    own = results[PLAIN_STRUCTURE]
    for no, result in results.items():
        if no != own.no and (result.result, result.detail) == ("fail", own.detail):
            results[no] = replace(
                result, result="not_checked", detail=f"文件读不下去（见第 {own.no} 项），没有查到这一项。"
            )


def run_check(check: Check, evidence: Evidence) -> CheckResult:
    """Run one check; whatever goes wrong inside is its failure."""
    try:
        finding = check.run(evidence)
    except Malformed as malformed:
        finding = fail(f"{malformed.reason}。")
    except Exception as error:  # noqa: BLE001 - as above
        _require_memory(error, apart=evidence.apart)
        finding = fail(f"查验时出错（{type(error).__name__}），不能采信。")
    return CheckResult(check.no, check.name, check.title, finding.result, finding.detail)


def _require_memory(error: Exception, *, apart: bool) -> None:
    """Stop where memory ran out in a process apart: it is not fit for more, and check 16 says what happened."""
    if apart and isinstance(error, MemoryError):
        raise error


def _conclude(evidence: Evidence, checks: tuple[CheckResult, ...]) -> Verdict:
    record, copy = evidence.record, sealed_copy(evidence)
    last = evidence.history.last
    return Verdict(
        verdict=_conclusion(evidence, checks),
        checks=checks,
        signatures=report_signatures(evidence),
        not_checked_here=not_checked_here(evidence),
        document_id=record.document_id if record else "",
        number=document_number(evidence),
        form=record.form if record else "",
        version=record.version if record else None,
        copy=copy.no if copy else None,
        file_sha256=hashlib.sha256(evidence.history.data).hexdigest(),
        trust_sha256=evidence.trust.sha256,
        printed=evidence.printed(last),
        revisions=report_revisions(evidence),
        record=record,
        unvouched=foreign_signers(evidence),
    )


def _conclusion(evidence: Evidence, checks: tuple[CheckResult, ...]) -> Conclusion:
    """Accept only a sealed copy of ours with nothing against it."""
    if any(check.result == "fail" for check in checks):
        return "refused"
    passed = {check.no for check in checks if check.result == "pass"}
    if not evidence.is_ours:
        return "accepted" if passed >= NEEDED_OF_FOREIGN and all_vouched_for(evidence) else "review"
    return "accepted" if evidence.seal is not None and passed >= NEEDED_OF_OURS else "review"


def _not_made(check: Check, reason: str) -> CheckResult:
    return CheckResult(check.no, check.name, check.title, "not_checked", reason)


def _only_rights(evidence: Evidence) -> Verdict:
    """Leave a file that only grants rights of use to a person.

    Raises Malformed for one whose signatures are gone, and for one that merely speaks of such things.
    """
    history = evidence.history
    left, granted = signature_objects(history), granted_rights(history)
    if left - granted:
        raise Malformed(
            "文件里有签章的痕迹，表单里却一个签章也没有：签章被拿掉了，或签章的程序没有把它写进表单。请让签章的人换一个程序重签",
            check=3,
        )
    if not granted:
        raise Malformed(NO_SIGNATURE, check=3)
    said = "文件里只有 Adobe 的使用权限签章（UR3），那不是任何人的签章；这份文件没有人签过"
    unread = refuse_unread(history.data, evidence.trust, Malformed(said, check=3), apart=evidence.apart)
    checks = (_unasked(check) for check in unread.checks)
    return replace(unread, verdict="review", checks=tuple(checks))


def _unasked(check: CheckResult) -> CheckResult:
    """Leave open what nothing speaks against, for there is no signature to ask it of."""
    if check.result == "not_checked":
        return replace(check, detail="没有人签过这份文件，这一项无从查起。")
    return replace(check, result="not_checked") if check.result == "fail" else check


def refuse_unread(pdf: bytes, trust: TrustList, malformed: Malformed, *, apart: bool = False) -> Verdict:
    """Refuse a file that could not be taken apart: the check that owns the fault fails, the others were not made."""
    checks = tuple(_of_unread(check, malformed, apart=apart) for check in CHECKS)
    digest = hashlib.sha256(pdf).hexdigest()
    return Verdict("refused", checks, (), (), "", "", "", None, None, digest, trust.sha256, {})


def _of_unread(check: Check, malformed: Malformed, *, apart: bool) -> CheckResult:
    if check.no == malformed.check:
        return CheckResult(check.no, check.name, check.title, "fail", f"{malformed.reason}。")
    if check.no == JUDGED_APART and apart:
        return CheckResult(check.no, check.name, check.title, "pass", APART)
    return _not_made(check, "文件读不下去，没有查到这一项。")
