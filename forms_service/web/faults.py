"""Faults: from a stop or an HTTP fault to a status and a page, in one table."""

from collections.abc import Mapping
from types import MappingProxyType

from forms_service.domain import errors
from forms_service.domain.calendars import CalendarGap
from forms_service.domain.problem import Problem
from forms_service.signing.timestamps import NoTimestamp
from forms_service.web.pages.frame import Fault

STOPS: Mapping[type[errors.FormsError], tuple[int, str]] = MappingProxyType(
    {
        errors.FormsError: (400, "没有办成"),
        errors.ProblemsFound: (422, "有几处要改正"),
        errors.NotFound: (404, "没有找到"),
        errors.NotYours: (403, "这一件不由您办"),
        errors.StalePage: (409, "单据在您看的时候变了"),
        errors.WrongState: (409, "单据现在不能这样办"),
        errors.NotOpenable: (409, "这张单现在开不了"),
        errors.WrongPin: (422, "签章密码不对"),
        errors.KeyLocked: (423, "密钥暂时锁定"),
        errors.NotProven: (422, "证书没有登记"),
        errors.NoToken: (409, "签章令牌用不了"),
        errors.SeriesFull: (409, "编号用完了"),
        errors.LinkDead: (410, "这个链接不能用了"),
        errors.NoConsent: (409, "这张单据改用纸本"),
        errors.WrongCode: (422, "验证码不对"),
        errors.DoesNotFit: (422, "字数太多，印不下"),
        errors.MissingGlyph: (422, "有印不出来的字"),
        errors.VerdictRefused: (409, "查验没有通过"),
        errors.NotTaken: (422, "这份文件没有收下"),
        errors.AlreadyPosted: (409, "已经入账"),
        errors.PublishedDiffers: (409, "这一版已经公布过"),
        errors.Unreadable: (422, "读不懂这个文件"),
        errors.Busy: (503, "请稍等"),
        errors.BadConfiguration: (500, "设置有矛盾"),
        NoTimestamp: (503, "没有取得时间戳"),
        CalendarGap: (409, "公司日历没有这一年"),
    }
)
HTTP: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        400: ("请求不完整", "页面可能放得太久，或不是从本站送出的。什么都没有改动。请返回上一页，刷新后再送一次。"),
        403: ("没有权限", "这一页不是给您的。请回到待办，或联系总经理室。"),
        404: ("没有找到", "没有这个网址。可能是网址抄漏了字，或单据不在您可看的范围。请从待办或档案里找。"),
        405: ("不能这样打开", "这个网址要从页面上的按钮进去。请返回上一页。"),
        413: ("文件太大", "一次最多上传 20 MB，您的文件超过了。什么都没有保存。请压缩扫描件，或分成几份再上传。"),
        429: ("请稍等", "短时间内试了太多次。请等一分钟再试；这期间您填写的内容不会丢失，返回上一页就能看到。"),
        500: (
            "这里出了差错",
            "是我们的问题，不是您的。没有签章，也没有改动单据。请稍后再试；仍不行，请把下面的号码告诉管理员。",
        ),
    }
)


def status_of(stop: errors.FormsError) -> tuple[int, str]:
    """Return a stop's HTTP status and title; a subclass without its own row has its parent's."""
    return next(STOPS[kind] for kind in type(stop).__mro__ if kind in STOPS)


def point_at(problems: tuple[Problem, ...], names: frozenset[str], prefix: str = "f.") -> tuple[Fault, ...]:
    """Turn Problems into faults of a page whose answers have these names; what has no place gets no anchor."""
    return tuple(Fault(_anchor(str(problem.where), names, prefix), problem.message) for problem in problems)


def _anchor(where: str, names: frozenset[str], prefix: str) -> str:
    """Find the narrowest part of the page that a Problem speaks of: its cell, else its table."""
    if where in names:
        return f"{prefix}{where}"
    root = where.partition(".")[0]
    if root in names:
        return f"{prefix}{root}"
    return root if root in ("opinion", "reason", "question", "asked") else ""
