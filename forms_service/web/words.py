"""Words: days, times, sums and states as the office writes them; the same term on every page."""

import datetime as dt
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from forms_service.domain.document import Document, State
from forms_service.domain.spec import Colour

Tone = Literal["calm", "soon", "late", "good", "sealed", "soft"]

_WEEKDAYS = "一二三四五六日"
_FULL = 1000

STATES: Mapping[State, tuple[str, Tone]] = MappingProxyType(
    {
        "open": ("签核中", "calm"),
        "finished": ("已完成", "good"),
        "rejected": ("已驳回", "late"),
        "refused": ("客户不接受", "late"),
        "void": ("已作废", "late"),
    }
)
COLOURS: Mapping[Colour, str] = MappingProxyType(
    {"white": "白", "pink": "红", "blue": "蓝", "yellow": "黄", "green": "绿"}
)
EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "opened": "开立并签发",
        "signed": "签章",
        "returned": "退回",
        "rejected": "驳回",
        "refused": "不接受",
        "withdrawn": "撤回签章",
        "voided": "作废",
        "moved": "改用新版表单",
        "invited": "寄送客户链接",
        "reminded": "提醒",
        "sealed": "封印",
        "renewed": "续盖时间戳",
        "followed": "开立后续单据",
        "not_followed": "没有开立后续单据",
        "received": "签收登记",
        "posted": "入账",
        "consulted": "征求意见",
        "advised": "答复意见",
        "handed_over": "转交",
        "taken_back": "取回",
    }
)
SUPERSEDED: tuple[str, Tone, str] = ("已被取代", "late", "这张单据已被新开的一张取代，不能再用")
STATUS_SENTENCES: Mapping[State, str] = MappingProxyType(
    {
        "open": "是我们开立的单据，还在签核，尚未生效",
        "finished": "是我们开立的单据，签核完成，有效",
        "rejected": "这张单据已被驳回，不能使用",
        "refused": "客户没有接受这张单据，不能使用",
        "void": "这张单据已经作废，不能使用",
    }
)


@dataclass(frozen=True, slots=True)
class Due:
    """A due date in words. `used` and `allowed` are in thousandths, for a bar; `allowed` is always 1000."""

    words: str
    day: str
    tone: Tone
    used: int
    allowed: int = _FULL


def day(at: dt.date) -> str:
    """Write a day: `2026-11-23 周一`."""
    return f"{at:%Y-%m-%d} 周{_WEEKDAYS[at.weekday()]}"


def moment(at: dt.datetime) -> str:
    """Write a local instant for a list: `2026-11-23 周一 09:30`."""
    return f"{day(at)} {at:%H:%M}"


def span(taken: dt.timedelta) -> str:
    """Write a length of time by its two largest units: `2 天 3 小时`, `35 分钟`."""
    minutes = max(0, int(taken.total_seconds())) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [(days, "天"), (hours, "小时"), (rest, "分钟")]
    shown = [f"{count} {unit}" for count, unit in parts if count][:2]
    return " ".join(shown) or "不到 1 分钟"


def due(opened: dt.datetime, by: dt.datetime | None, now: dt.datetime) -> Due | None:
    """Say how long there is until a due instant; all three are local. None without a due date."""
    if by is None:
        return None
    left = (by.date() - now.date()).days
    if now > by:
        return Due(f"已逾期 {max(-left, 1)} 天", due_day(by), "late", _FULL)
    whole = max((by - opened).total_seconds(), 1)
    used = min(max(int((now - opened).total_seconds() / whole * _FULL), 0), _FULL)
    words = f"还剩 {left} 天" if left else "今天到期"
    return Due(words, due_day(by), "soon" if left <= 1 else "calm", used)


def due_day(by: dt.datetime) -> str:
    """Write a local instant by which something is due: the day, and the hour where that is not its end."""
    end = by + dt.timedelta(seconds=1)
    return day(by) if end.date() > by.date() else f"{day(by)} {end:%H:%M}"


def months_around(period: str, each_way: int = 2) -> tuple[str, ...]:
    """Name a month (`2026-11`) with those before and after it."""
    return tuple(shift_month(period, months) for months in range(-each_way, each_way + 1))


def shift_month(period: str, months: int) -> str:
    """Name the month that is so many months after one, or before it."""
    year, month = divmod(int(period[:4]) * 12 + int(period[5:]) - 1 + months, 12)
    return f"{dt.date(year, month + 1, 1):%Y-%m}"


def money(amount: Decimal) -> str:
    """Write an amount with thousands separators and two places; a zero of a voucher line is left blank."""
    return f"{amount:,.2f}" if amount else ""


def state(document: Document) -> tuple[str, Tone]:
    """Name a document's state and the tone in which it is told."""
    return STATES[document.state]


def size(count: int) -> str:
    """Write a file's size: `182 KB`, `1.4 MB`."""
    return f"{count / 1_048_576:.1f} MB" if count >= 1_048_576 else f"{max(count // 1024, 1)} KB"


def initial(name: str) -> str:
    """Return the character that stands in a person's or a firm's small mark."""
    return next((c for c in name if not unicodedata.category(c).startswith(("Z", "C"))), "·")
