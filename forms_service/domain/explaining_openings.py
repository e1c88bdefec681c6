"""Explaining what a form is opened from, what opens after it, and what its times are."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from forms_service.domain.course import FollowOn, Late, OpensFrom, Reminder, Who
from forms_service.domain.explaining_route import department_name
from forms_service.domain.outlines import ANY
from forms_service.domain.telling import PARENT, Telling, say_together

# One for every report; a test holds the two together.
REPORT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "step_times": "各步起讫时间",
        "complaint_statistics": "上月结案的投诉统计",
        "penalty_basis": "会议判定的责任比率",
        "sanction_list": "上月核定的行政处分",
        "collection_list": "应收回收率扣除清单",
    }
)
_ENDS: Mapping[str, str] = MappingProxyType(
    {"finished": "全部签完、各联封存后", "refused": "客户拒绝后", "rejected": "驳回后"}
)


def say_opening(told: Telling) -> Iterator[str]:
    """Say from what a document of the form comes about."""
    spec = told.spec
    if spec.opens_from is not None:
        yield from _opened_from(spec.opens_from, told)
    if spec.opens_every is not None:
        report = spec.opens_every.report
        filled = f"，内容取自「{REPORT_WORDS[report]}」" if report else ""
        yield f"每月 1 日由系统为上个月自动开立{filled}，当月 {spec.opens_every.due_day} 日前要办完。"


def _opened_from(opens: OpensFrom, told: Telling) -> Iterator[str]:
    whose = "任何一张单据" if opens.form == ANY else told.title(opens.form)
    condition = "" if opens.when is None else f"，条件是{told.say(opens.when)}"
    alone = f"；没有{PARENT}也可以开立" if opens.optional else ""
    yield f"由{whose}开出（以下称{PARENT}）{condition}{alone}。"
    if opens.limit is not None:
        yield f"同一张{PARENT}最多有 {opens.limit} 张本单在办或已结案。"
    for own, source in opens.copy:
        yield f"「{told.label(own)}」取自{told.words.names[source]}，不能改填。"
    if opens.report:
        yield f"开立时按「{REPORT_WORDS[opens.report]}」填好有关栏位，不能改填。"


def say_follow_on(told: Telling) -> Iterator[str]:
    """Say which forms come after."""
    yield from (f"- {_follow(follow, told)}。" for follow in told.spec.follow_on)


def _follow(follow: FollowOn, told: Telling) -> str:
    step = follow.on.removeprefix("signed ")
    moment = _ENDS.get(follow.on) or f"{told.steps((step,))}签章后"
    condition = "" if follow.when is None else f"，如果{told.say(follow.when)}"
    opened = f"可以由人开立{told.title(follow.form)}" if follow.offered else f"自动开立{told.title(follow.form)}"
    parent = f"，挂在{PARENT}之下" if follow.parent else ""
    return f"{moment}{condition}，{opened}{parent}"


def say_clock(told: Telling) -> Iterator[str]:
    """Say how long all may take, what happens to what is late, and what counts together."""
    spec = told.spec
    if spec.due is not None:
        yield f"整张单据的期限从{told.steps((spec.due.start,))}签章起算，天数：{told.say(spec.due.days)}。"
    if spec.late is not None:
        yield from _late(spec.late, told)
    if spec.together is not None:
        yield f"防止拆单：{say_together(spec, spec.together)}，与本单一并看限额。"


def _late(late: Late, told: Telling) -> Iterator[str]:
    if late.remind:
        yield f"提醒承办人：{'、'.join(map(_reminder, late.remind))}。"
    if late.slip:
        again = f"，仍未办的{_every(late.again.days, workdays=late.again.workdays)}再开一张" if late.again else ""
        yield f"某一步逾期的那个工作日，自动拟好{told.title(late.slip)}{again}。"
    if late.tell is not None:
        yield f"逾期时一并告知{_told(late.tell, told)}。"


def _told(who: Who, told: Telling) -> str:
    return department_name(who.name, told.org) if who.kind == "dept" else told.org.role_name(who.name)


def _reminder(reminder: Reminder) -> str:
    match reminder.when:
        case "before":
            return f"到期前 {_count(reminder.days, workdays=reminder.workdays)}"
        case "on":
            return "到期当天"
        case "every":
            return f"逾期后{_every(reminder.days, workdays=reminder.workdays)}"


def _every(days: int, *, workdays: bool) -> str:
    return f"每隔 {_count(days, workdays=workdays)}"


def _count(days: int, *, workdays: bool) -> str:
    return f"{days} {'个工作日' if workdays else '天'}"
