"""The page of whom the firm trusts: what counts and what waits, and the questions about what is to be added."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from forms_service.web.pages.frame import Fault

KIND_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "customer-ca": "客户的根证书",
        "contact": "客户的一张证书",
        "person": "本公司人员的一张证书",
        "timestamp-authority": "外面的时间戳机构",
        "crl": "撤销列表",
    }
)
STAND_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"in_force": ("生效", "good"), "to_come": ("等总经理签定", "soon"), "to_go": ("等签定后移除", "soon")}
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose: what is sent, and its words."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class TrustedRow:
    """One certificate or list: what it is, whose, from when to when, and whether it counts."""

    sha256: str
    kind: str
    subject: str
    whom: str
    term: str
    stands: str
    tone: str
    removable: bool


@dataclass(frozen=True, slots=True)
class TrustPage:
    """Whom the firm trusts besides itself. `typed` is what the last answer held, to be mended."""

    rows: tuple[TrustedRow, ...]
    may_propose: bool
    kinds: tuple[Choice, ...]
    parties: tuple[Choice, ...]
    contacts: tuple[Choice, ...]
    people: tuple[Choice, ...]
    typed: Mapping[str, str]
    done: bool
    faults: tuple[Fault, ...]

    @property
    def waits(self) -> bool:
        """Say whether anything waits for the general manager."""
        return any(row.tone == "soon" for row in self.rows)
