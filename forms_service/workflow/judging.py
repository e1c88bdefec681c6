"""Judging: a new revision is judged before it is stored; what cannot be verified is never kept."""

from forms_service.domain.errors import VerdictRefused
from forms_service.signing.expected import ExpectedRevision
from forms_service.signing.judge import judge_revision
from forms_service.workflow.office import Office


def require_sound(office: Office, signed: bytes, due: ExpectedRevision) -> None:
    """Judge a new revision on a base that was judged before; raises VerdictRefused naming the check that fails."""
    results = judge_revision(signed, due, office.trust, office.now(), office.fonts)
    failed = next((result for result in results if result.result == "fail"), None)
    if failed is not None:
        raise VerdictRefused(
            f"签好的文件没有通过第 {failed.no} 项「{failed.title}」，没有存档：{failed.detail}"
            "请重试；仍不行请联系管理员。"
        )
