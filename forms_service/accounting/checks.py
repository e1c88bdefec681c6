"""Checks before posting: everything that must hold of a document before it may enter the books, all faults at once.

The values are those read from the verified bytes. The figures are worked out again, by the form's own formulas and,
for the tax, also without them: a form with a wrong formula must not post a wrong tax.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from forms_service.accounting.companions import FoundCompanion, check_companions, check_rules
from forms_service.accounting.evidence import Evidence
from forms_service.accounting.history import check_case, check_history
from forms_service.accounting.vouchers import Voucher, check_entries
from forms_service.domain.money import LARGEST
from forms_service.domain.numbering import parse_number
from forms_service.domain.people import Account, Party
from forms_service.domain.problem import Problem
from forms_service.domain.spec import Field, FormSpec
from forms_service.domain.values import Value, Values, print_value

_CENT = Decimal("0.01")
_ROUNDINGS = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}


@dataclass(frozen=True, slots=True)
class PostingRequest:
    """A document as it stands before posting.

    `verdict` is the verifier's word on the copy; `recalculated` are the values with every calculation done again;
    `posted_as` is the number of the voucher it has already; `closed_through` the last day of the closed books.
    `companions` are the documents that are posted with it, `policy` the settings in force when it was opened,
    `unconfirmed` the titles of the limits tables behind its decisions that the firm has not confirmed, `earlier` the
    vouchers posted on the same invoice or the same case, `buyer` the customer that it names.
    """

    spec: FormSpec
    values: Values
    recalculated: Values
    accounts: tuple[Account, ...]
    evidence: Evidence
    verdict: str
    date: dt.date
    today: dt.date
    posted_as: str | None = None
    closed_through: dt.date | None = None
    companions: tuple[FoundCompanion, ...] = ()
    policy: Mapping[str, Decimal | str] = dataclasses.field(default_factory=dict)
    unconfirmed: tuple[str, ...] = ()
    earlier: tuple[Voucher, ...] = ()
    buyer: Party | None = None


def check_posting(request: PostingRequest) -> tuple[Problem, ...]:
    """List every reason why a document may not be posted, and what only warns; no error means that it may."""
    return tuple(problem for check in _CHECKS for problem in check(request))


def _check_verdict(request: PostingRequest) -> Iterator[Problem]:
    if request.verdict != "accepted":
        yield Problem(
            "", "not_accepted", f"验证结论是「{request.verdict}」，不是「accepted」，不能入账。请看验证页的各项查验。"
        )


def _check_not_posted(request: PostingRequest) -> Iterator[Problem]:
    if request.posted_as is not None:
        yield Problem("", "already_posted", f"这张单据已经入账，传票号码 {request.posted_as}，不能再入一次。")


def _check_number(request: PostingRequest) -> Iterator[Problem]:
    try:
        parse_number(request.evidence.number)
    except ValueError as error:
        yield Problem("no", "bad_number", str(error))


def _check_figures(request: PostingRequest) -> Iterator[Problem]:
    for field in request.spec.fields:
        found, expected = request.values.get(field.id), request.recalculated.get(field.id)
        if field.kind == "table":
            yield from _check_rows(field, found, expected)
        elif field.calc is not None:
            yield from _check_figure(field, field.id, found, expected)


def _check_rows(table: Field, found: Value, expected: Value) -> Iterator[Problem]:
    rows, again = (value if isinstance(value, tuple) else () for value in (found, expected))
    if len(rows) != len(again):
        yield Problem(
            table.id, "figure_differs", f"「{table.label.zh_hans}」有 {len(rows)} 行，重算时有 {len(again)} 行。"
        )
        return
    for no, (row, row_again) in enumerate(zip(rows, again, strict=True), 1):
        for column in table.columns:
            if column.calc is not None:
                where = f"{table.id}.{no}.{column.id}"
                yield from _check_figure(column, where, row.get(column.id), row_again.get(column.id))


def _check_figure(field: Field, where: str, found: Value, expected: Value) -> Iterator[Problem]:
    shown, again = (print_value(field, value) if not isinstance(value, tuple) else "" for value in (found, expected))
    if shown != again:
        yield Problem(
            where,
            "figure_differs",
            f"「{field.label.zh_hans}」印的是 {shown}，重算应为 {again}。请退回业务更正后重开。",
        )


def _check_tax(request: PostingRequest) -> Iterator[Problem]:
    """Tax is rate times net, rounded once to the cent: domain rule V11."""
    net, rate, tax = (request.values.get(name) for name in ("net", "tax_rate", "tax_amount"))
    if not (isinstance(net, Decimal) and isinstance(rate, Decimal) and isinstance(tax, Decimal)):
        return
    if abs(net) > LARGEST or abs(rate) > 1:
        yield Problem("tax_rate", "tax_out_of_range", f"折让金额 {net:,} 或税率 {rate:%} 超出范围，不能入账。")
        return
    expected = (net * rate).quantize(_CENT, _ROUNDINGS[request.spec.rounding])
    if tax != expected:
        yield Problem(
            "tax_amount", "tax_differs", f"税额印的是 {tax:,.2f}，{net:,.2f} × {rate:%} 应为 {expected:,.2f}。"
        )


def _check_entries(request: PostingRequest) -> Iterator[Problem]:
    if request.spec.posting is None:
        yield Problem("", "no_posting", f"表单「{request.spec.title.zh_hans}」没有入账规则，不能入账。")
        return
    yield from check_entries(request.spec.posting, request.values, request.accounts)


def _check_dates(request: PostingRequest) -> Iterator[Problem]:
    opened, invoiced = request.evidence.opened_on, request.evidence.invoice_date
    if request.date > request.today:
        yield Problem("date", "date_ahead", f"入账日期 {request.date} 在今天 {request.today} 之后。")
    if request.date < opened:
        yield Problem("date", "date_before_document", f"入账日期 {request.date} 早于单据开立日 {opened}。")
    if request.closed_through is not None and request.date <= request.closed_through:
        yield Problem(
            "date", "period_closed", f"{request.closed_through} 以前已关账，入账日期是 {request.date}。请改日期。"
        )
    if invoiced is not None and invoiced > opened:
        yield Problem("invoice_date", "invoice_after_document", f"原发票日期 {invoiced} 晚于单据开立日 {opened}。")


def _check_companions(request: PostingRequest) -> Iterator[Problem]:
    yield from check_companions(request.companions)


def _check_rules(request: PostingRequest) -> Iterator[Problem]:
    yield from check_rules(request.spec, request.values, request.companions, request.policy)


def _check_history(request: PostingRequest) -> Iterator[Problem]:
    yield from check_history(request.evidence, request.earlier)
    approved, ratio = (request.values.get(name) for name in ("approved_qty", "allowed_ratio"))
    if isinstance(approved, Decimal) and isinstance(ratio, Decimal) and request.values.get("excess") is not True:
        yield from check_case(request.evidence, request.earlier, approved * (1 + ratio))


def _check_confirmed(request: PostingRequest) -> Iterator[Problem]:
    """A decision by limits that are nobody's yet books nothing outside the demo: domain rule V20."""
    for title in request.unconfirmed:
        yield Problem(
            "",
            "limits_unconfirmed",
            f"「{title}」还是示例，没有经公司确认（confirmed: no），不能据以入账。请总经理室填好、总经理签定。",
        )


def _check_buyer(request: PostingRequest) -> Iterator[Problem]:
    """The invoice's buyer is the customer: domain rule V09."""
    found, due = request.evidence.customer_tax_id, request.buyer.tax_id if request.buyer else ""
    if due and found != due:
        yield Problem("buyer_tax_id", "buyer_differs", f"买受人统一编号是 {found}，客户资料登记的是 {due}。请核对。")


_CHECKS: tuple[Callable[[PostingRequest], Iterator[Problem]], ...] = (
    _check_verdict,
    _check_not_posted,
    _check_number,
    _check_figures,
    _check_tax,
    _check_entries,
    _check_dates,
    _check_companions,
    _check_rules,
    _check_history,
    _check_confirmed,
    _check_buyer,
)
