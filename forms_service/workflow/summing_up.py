"""Summing up a month: what the statistics of closed cases print (§9(9)), and the shares that they settled (§12(2))."""

from collections.abc import Mapping
from decimal import Decimal

from forms_service.domain.document import Document
from forms_service.domain.errors import BadConfiguration, NotOpenable
from forms_service.domain.given import write_plain
from forms_service.domain.registers import Monthly, Register
from forms_service.domain.statistics import ClosedCase
from forms_service.domain.values import Single, Values
from forms_service.store.registered import Wanted
from forms_service.workflow.months import closed_cases
from forms_service.workflow.office import Office
from forms_service.workflow.reading import values_of

_WORDS = 80  # characters that a printed line of measure or result holds
_SHARES = ("plant_share", "sales_share", "service_share")


def counted_register(office: Office) -> tuple[Register, Monthly]:
    """Return the register whose months are counted, and how; raises BadConfiguration where no file says `monthly`."""
    for register in office.registers:
        if register.monthly is not None:
            return register, register.monthly
    raise BadConfiguration("没有一本登记册写了 monthly，不知道按什么统计。请在 form_specs/registers 补上。")


def complaint_statistics(office: Office, period: str) -> Mapping[str, str]:
    """Fill the monthly statistics with the cases closed in a month; the shares are left to those who settle them."""
    answers = {"cases": "", "reviews": ""}
    for ordinal, case in enumerate(closed_cases(office, *counted_register(office), period), 1):
        answers |= {f"cases.{ordinal}.{name}": text for name, text in _figures(case).items()}
        answers |= {f"reviews.{ordinal}.{name}": text for name, text in _review(case).items()}
    return answers


def penalty_basis(office: Office, complaint: Document) -> Mapping[str, str]:
    """Give the shares that the heads settled for a case in its month's statistics.

    Raises NotOpenable while they have not: liability is final before anything is taken off anybody's bonus.
    """
    month = f"{office.local(complaint.ended_at):%Y-%m}" if complaint.ended_at else ""
    for document in _signed_statistics(office, month):
        values = values_of(office, office.printery.form(document.spec_sha256).spec, document.head)
        shares = _shares(values, complaint.number)
        if shares is not None:
            return {"statistics_no": document.number, **shares}
    raise NotOpenable(
        f"客诉 {complaint.number} 的责任比率还没有会同判定。"
        f"请等 {month or '结案月份'} 的《客户投诉案件统计表》由各部门主管签完，再开奖罚通知单。"
    )


def _signed_statistics(office: Office, month: str) -> tuple[Document, ...]:
    _, monthly = counted_register(office)
    with office.database.read() as tx:
        return tx.registered.find(Wanted(monthly.report, states=("finished",), equal=(("month", month),))).documents


def _shares(values: Values, number: str) -> Mapping[str, str] | None:
    cases = values["cases"]
    row = next((row for row in cases if row["case_no"] == number), None) if isinstance(cases, tuple) else None
    return {name: _percent(row[name]) for name in _SHARES} if row is not None else None


def _percent(share: Single) -> str:
    return f"{write_plain(share * 100)}%" if isinstance(share, Decimal) else "0%"


def _figures(case: ClosedCase) -> Mapping[str, str]:
    return {
        "case_no": case.number,
        "customer": case.customer[:40],
        "kind": case.kind_words[:12],
        "unit": case.unit[:20],
        "qty": write_plain(case.quantity),
        "loss": write_plain(case.loss),
        "days": str(case.days),
    }


def _review(case: ClosedCase) -> Mapping[str, str]:
    unfinished = "；".join(f"改善 {number} 未完成" for number in case.unfinished)
    return {
        "review_no": case.number,
        "late_days": str(case.late_days),
        "measure": _line(case.measure),
        "result": _line("；".join(filter(None, (case.result, unfinished)))),
    }


def _line(text: str) -> str:
    """Write a text on one printed line; what is cut off stands in the case itself."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _WORDS else f"{flat[: _WORDS - 1]}…"
