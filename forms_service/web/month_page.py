"""From a month's closed cases to the record of its page; every figure leads to the cases that it counts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from forms_service.domain.document import Document
from forms_service.domain.people import Person
from forms_service.domain.registers import Monthly, Register
from forms_service.domain.statistics import ClosedCase, by_days, figures, grouped
from forms_service.web.access import may_read_accounts
from forms_service.web.narrowing import Narrowing
from forms_service.web.pages.chart import draw
from forms_service.web.pages.frame import Link
from forms_service.web.pages.month import Division, Figure, Missing, MonthPage, Statistics, Tally
from forms_service.web.words import day, months_around, shift_month
from forms_service.workflow.months import UNNAMED, closed_cases, count_accepted
from forms_service.workflow.office import Office

Counted = tuple[tuple[str, ...], tuple[ClosedCase, ...], str]


@dataclass(frozen=True, slots=True)
class Lists:
    """The addresses of a month's lists in its register."""

    register: Register
    monthly: Monthly
    period: str

    def accepted(self) -> str:
        """Write the address of what was accepted in the month."""
        return self._address({"month": self.period}, {})

    def closed(self, *, late: bool = False, **fields: str) -> str:
        """Write the address of what was closed in the month, narrowed; "" where a blank cannot be looked for."""
        if UNNAMED in fields.values():
            return ""
        plain = {"closed": self.period, "state": "finished"} | ({"late": "1"} if late else {})
        return self._address(plain, {getattr(self.monthly, name): text for name, text in fields.items()})

    def _address(self, plain: Mapping[str, str], fields: Mapping[str, str]) -> str:
        return Narrowing(plain, fields).address(f"/register/{self.register.id}")


def month_page(
    office: Office, person: Person, register: Register, monthly: Monthly, period: str, statistics: Document | None
) -> MonthPage:
    """Put together a month's page for one reader. Raises NotFound for a month that is none."""
    cases = closed_cases(office, register, monthly, period)
    lists = Lists(register, monthly, period)
    return MonthPage(
        month=period,
        headline=_headline(cases),
        months=tuple(Link(f"/month/{month}", month, month == period) for month in months_around(period)),
        figures=tuple(_figures(lists, cases, count_accepted(office, register, period))),
        statistics=_statistics(office, period, statistics),
        divisions=tuple(_divisions(lists, cases)),
        whole=tuple(_tally(*counted) for counted in _crossed(lists, cases)),
        missing=tuple(_missing(case) for case in cases if case.lacks),
        collection=f"/collection/{period}" if may_read_accounts(person) else "",
    )


def _headline(cases: tuple[ClosedCase, ...]) -> str:
    found = figures(cases)
    if not found.count:
        return "没有结案的案件"
    late = f"，逾期 {found.late} 件" if found.late else "，都在期限内"
    return f"结案 {found.count} 件{late}"


def _figures(lists: Lists, cases: tuple[ClosedCase, ...], accepted: int) -> Iterator[Figure]:
    found, closed = figures(cases), lists.closed()
    yield Figure("受理", f"{accepted} 件", lists.accepted())
    yield Figure("结案", f"{found.count} 件", closed)
    yield Figure("逾期结案", f"{found.late} 件", lists.closed(late=True), "late" if found.late else None)
    yield Figure("平均处理天数", f"{found.average_days} 天", closed)
    yield Figure("损失金额", f"{found.loss:,.2f}", closed)


def _divisions(lists: Lists, cases: tuple[ClosedCase, ...]) -> Iterator[Division]:
    kinds = [
        ((found[0].kind_words,), found, lists.closed(kind=kind)) for kind, found in grouped(cases, lambda c: c.kind)
    ]
    units = [((unit,), found, lists.closed(unit=unit)) for unit, found in grouped(cases, lambda c: c.unit)]
    spans = [((words,), found, lists.closed() if found else "") for words, found in by_days(cases)]
    yield _division("按类别", "异常类别", kinds)
    yield _division("按责任部门", "责任部门", units)
    yield _division("按处理天数", "受理到结案", spans)


def _division(title: str, heading: str, counted: Iterable[Counted]) -> Division:
    found = tuple(counted)
    chart = draw(title, ((names[0], len(cases), href) for names, cases, href in found))
    return Division(chart, heading, tuple(_tally(*group) for group in found))


def _crossed(lists: Lists, cases: tuple[ClosedCase, ...]) -> Iterator[Counted]:
    """Count by customer, kind and liable unit together."""
    for customer, of_customer in grouped(cases, lambda c: c.customer):
        for kind, of_kind in grouped(of_customer, lambda c: c.kind):
            for unit, found in grouped(of_kind, lambda c: c.unit):
                href = lists.closed(customer=customer, kind=kind, unit=unit)
                yield (customer, found[0].kind_words, unit), found, href


def _tally(names: tuple[str, ...], cases: tuple[ClosedCase, ...], href: str) -> Tally:
    found = figures(cases)
    return Tally(
        names=names,
        count=found.count,
        quantity=f"{found.quantity.normalize():f}",
        loss=f"{found.loss:,.2f}",
        days=str(found.average_days),
        late=found.late,
        href=href,
    )


def _missing(case: ClosedCase) -> Missing:
    return Missing(case.number, case.customer, f"/documents/{case.document_id}", "；".join(case.lacks))


def _statistics(office: Office, period: str, document: Document | None) -> Statistics:
    if document is None:
        opened = f"{shift_month(period, 1)}-01"
        return Statistics(
            "客户投诉案件统计表", "", "", f"还没有开立，系统在 {opened} 开立，{opened[:-2]}10 前签发", "soft"
        )
    spec = office.printery.form(document.spec_sha256).spec
    title, href = spec.title.zh_hans, f"/documents/{document.id}"
    if document.state == "finished" and document.ended_at is not None:
        signed = f"{day(office.local(document.ended_at))} 签发，已公布"
        return Statistics(title, document.number, href, signed, "good")
    step = spec.step(document.step).name if document.step else ""
    due = f"，应于 {day(office.local(document.case_due_at))} 前签发" if document.case_due_at else ""
    return Statistics(title, document.number, href, f"在「{step}」，还没有签发{due}；签发之后公布", "soon")
