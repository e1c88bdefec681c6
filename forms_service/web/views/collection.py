"""The receivables that a month's rates of collection leave out (§13(2)③), and the rate once both sums are typed."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.domain.collection import Hindered, collection_rate, total_of
from forms_service.domain.money import Money
from forms_service.web.answers import deliver
from forms_service.web.auth import the_office
from forms_service.web.names import actor_name
from forms_service.web.pages.collection import CollectionPage, Collector, HinderedRow
from forms_service.web.pages.frame import Link
from forms_service.web.tables import csv_table
from forms_service.web.words import months_around
from forms_service.workflow.collecting import hindered_in
from forms_service.workflow.office import Office

_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,2})?")

blueprint = Blueprint("collection", __name__, url_prefix="/collection")


@blueprint.get("")
def current() -> AnyResponse:
    """Go to the month that is running."""
    office = the_office()
    return redirect(f"/collection/{office.today(office.now()):%Y-%m}", 303)


@blueprint.get("/<period>")
def show(period: str) -> str:
    """Show a month's list; sums typed into it stand in the address and nowhere else."""
    office = the_office()
    listed = hindered_in(office, period)
    people = dict.fromkeys(case.salesperson for case in listed)
    page = CollectionPage(
        month=period,
        headline=f"{len(listed)} 笔应收账款扣除" if listed else "没有要扣除的应收账款",
        months=tuple(Link(f"/collection/{month}", month, month == period) for month in months_around(period)),
        collectors=tuple(_collector(office, person, listed, request.args) for person in people),
        total=f"{total_of(listed):,.2f}",
        export=f"/collection/{period}.csv",
    )
    return render_template("collection.html", page=page)


@blueprint.get("/<period>.csv")
def export(period: str) -> Response:
    """Hand out a month's list as CSV."""
    rows = _exported(the_office(), hindered_in(the_office(), period))
    return deliver(csv_table(rows), f"应收回收率扣除清单-{period}.csv", "text/csv; charset=utf-8")


def _collector(office: Office, person: str, listed: tuple[Hindered, ...], typed: Mapping[str, str]) -> Collector:
    own = tuple(case for case in listed if case.salesperson == person)
    receivable, collected = (typed.get(f"{what}.{person}", "").strip()[:24] for what in ("receivable", "collected"))
    rate, fault = _rate(receivable, collected, total_of(own))
    return Collector(
        id=person,
        name=actor_name(office.organisation, person),
        rows=tuple(_row(case) for case in own),
        listed=f"{total_of(own):,.2f}",
        receivable=receivable,
        collected=collected,
        rate=rate,
        fault=fault,
    )


def _rate(receivable: str, collected: str, listed: Money) -> tuple[str, str]:
    """Work out a rate from what was typed; says what is wrong where nothing comes of it."""
    if not receivable and not collected:
        return "", ""
    sums = [_amount(text) for text in (receivable, collected)]
    if sums[0] is None or sums[1] is None:
        return "", "应收和已收都要填金额，如 120000.00。"
    rate = collection_rate(sums[1], sums[0], listed)
    if rate is None:
        return "", f"应收 {sums[0]:,.2f} 没有超过要扣除的 {listed:,.2f}，算不出回收率。请核对应收。"
    return f"{(rate * 100).normalize():f}%", ""


def _amount(text: str) -> Money | None:
    plain = text.replace(",", "")
    return Decimal(plain) if _AMOUNT.fullmatch(plain) else None


def _row(case: Hindered) -> HinderedRow:
    return HinderedRow(case.number, f"/documents/{case.document_id}", case.customer, case.part, f"{case.amount:,.2f}")


def _exported(office: Office, listed: tuple[Hindered, ...]) -> Iterator[tuple[str | Money, ...]]:
    yield "业务员", "客诉编号", "客户", "料号", "应收金额"
    for case in listed:
        yield actor_name(office.organisation, case.salesperson), case.number, case.customer, case.part, case.amount
