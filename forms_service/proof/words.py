"""Words of a verdict: the same sentence on the page, in the report and in a court clerk's hand."""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from forms_service.signing.verdict import Conclusion, Result, TimeSource

Tone = Literal["good", "late", "soft"]

VERDICTS: Mapping[Conclusion, tuple[str, str]] = MappingProxyType(
    {
        "accepted": ("可以采信", "此文件真实完整，可以采信"),
        "refused": ("不可采信", "此文件不可采信，请勿使用"),
        "review": ("请人工判断", "没有发现改动，但不是封印的联单，请人工判断"),
    }
)
UNSIGNED: Mapping[int, str] = MappingProxyType({3: "这份文件没有有效的签章，不可采信", 7: "这份文件读不下去，不可采信"})
"""What to say first of a file in which no signature was read, by the check that failed."""
CHECKED: Mapping[Result, tuple[str, Tone]] = MappingProxyType(
    {"pass": ("符合", "good"), "fail": ("不符", "late"), "not_checked": ("没有查", "soft")}
)
DECISIONS: Mapping[str, str] = MappingProxyType(
    {"approve": "同意", "accept": "同意", "reject": "驳回", "refuse": "不接受", "issue": "签发", "seal": "封印"}
)
TIME_SOURCES: Mapping[TimeSource, str] = MappingProxyType(
    {"timestamp": "时间戳机构证明的时间", "receipt": "本公司收到的时间", "claim": "签章人自己说的时间"}
)
BELIEF: Mapping[TimeSource, str] = MappingProxyType(
    {
        "timestamp": "时间戳机构证明：签章在这个时刻已经存在。签章人无法把它往前改。",
        "receipt": "本公司系统收到签章时记下的时间，与公司台账一样可信；只凭文件本身证明不了。",
        "claim": "只是签章人自己写的时间，没有旁证，可供参考，不能当作证据。",
    }
)
LEVELS: Mapping[str, str] = MappingProxyType(
    {
        "B-B": "只有签章本身，没有可以采信的时间戳",
        "B-T": "签章，另有时间戳",
        "B-LT": "签章、时间戳，另附验证所需的证书与撤销资料",
        "B-LTA": "签章、时间戳、验证资料，再由文件时间戳保护，可长期验证",
    }
)
ENGINES: Mapping[str, str] = MappingProxyType({"pass": "读出相同内容", "fail": "读出不同内容", "not_checked": "没有读"})
ADDED: Mapping[str, str] = MappingProxyType({"timestamp": "文件时间戳", "validation": "附上验证用的证书与撤销资料"})
PARTS: Mapping[str, str] = MappingProxyType({"issue": "公司签发", "seal": "公司封印"})


def decision(code: str) -> str:
    """Name a decision of a signature."""
    return "退回" if code.startswith("return:") else DECISIONS.get(code, code)


def evidence_time(at: dt.datetime) -> str:
    """Write an instant where it is evidence: seconds and zone, `2026-11-23 09:30:05 +08:00`."""
    zone = f"{at:%z}"
    return f"{at:%Y-%m-%d %H:%M:%S} {zone[:3]}:{zone[3:]}"


def size(count: int) -> str:
    """Write a file's size with its bytes: `182 KB（186,812 字节）`."""
    near = f"{count / 1_048_576:.1f} MB" if count >= 1_048_576 else f"{max(count // 1024, 1)} KB"
    return f"{near}（{count:,} 字节）"
