"""Accounting: the verdict in one line, the voucher before it is made, the posting, the export."""

from dataclasses import dataclass
from decimal import Decimal

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from forms_service.accounting.companions import FoundCompanion, side_by_side
from forms_service.accounting.vouchers import Voucher, make_voucher
from forms_service.proof.words import VERDICTS
from forms_service.signing.verdict import Conclusion, Verdict
from forms_service.store.vouchers import PostedVoucher
from forms_service.web import desk
from forms_service.web.answers import deliver
from forms_service.web.auth import the_office, the_person
from forms_service.web.hindrances import hindrances_for
from forms_service.web.pages.accounting import (
    CompanionRow,
    ComparedCell,
    PostingPage,
    QueuePage,
    QueueRow,
    VoucherLine,
)
from forms_service.web.pages.frame import Link
from forms_service.web.words import day, moment, money
from forms_service.workflow.office import Office
from forms_service.workflow.posting import Postable, export_vouchers, look_at, post


@dataclass(frozen=True, slots=True)
class _Headline:
    verdict: Conclusion
    word: str
    sentence: str
    standing: str
    beside: tuple[str, ...]


blueprint = Blueprint("accounting", __name__, url_prefix="/accounting")


@blueprint.get("")
def queue() -> str:
    """List what waits for a voucher, or what has one."""
    office = the_office()
    posted = request.args.get("tab") == "posted"
    waiting = desk.booked(office, posted=False)
    shown = desk.booked(office, posted=True) if posted else waiting
    page = QueuePage(
        headline=_headline(waiting),
        tab="posted" if posted else "waiting",
        tabs=(
            Link("/accounting", "待入账", not posted, len(waiting)),
            Link("/accounting?tab=posted", "已入账", posted),
        ),
        rows=tuple(_row(office, found) for found in shown),
        hindrances=hindrances_for(office, the_person()),
    )
    return render_template("accounting.html", page=page)


@blueprint.get("/<document_id>")
def show(document_id: str) -> str:
    """Judge a document's accounting copy and show the voucher that it makes, or made."""
    office = the_office()
    found = look_at(office, document_id)
    return render_template("posting.html", page=_page(office, found, desk.dossier(office, document_id).voucher))


@blueprint.post("/<document_id>/post")
def post_voucher(document_id: str) -> AnyResponse:
    """Post a document, once."""
    post(the_office(), the_person(), document_id)
    return redirect(f"/accounting/{document_id}", 303)


@blueprint.get("/export.csv")
def export() -> Response:
    """Hand out every voucher as CSV."""
    office = the_office()
    name = f"vouchers-{office.today(office.now()):%Y%m%d}.csv"
    return deliver(export_vouchers(office), name, "text/csv; charset=utf-8")


def _headline(waiting: tuple[desk.Booked, ...]) -> str:
    lone = sum(bool(found.waits_for) for found in waiting)
    if not waiting:
        return "没有待入账的单据"
    return f"{len(waiting) - lone} 张可入账" + (f"，{lone} 张等一并送会计的单据" if lone else "")


def _row(office: Office, found: desk.Booked) -> QueueRow:
    document, voucher = found.document, found.voucher
    return QueueRow(
        href=f"/accounting/{document.id}",
        number=document.number,
        title=office.printery.form(document.spec_sha256).spec.title.zh_hans,
        customer=document.subject,
        amount=document.amount,
        sealed=moment(office.local(found.copy.sealed_at)),
        voucher=voucher.number if voucher else "",
        posted=moment(office.local(voucher.posted_at)) if voucher else "",
        waits="；".join(found.waits_for),
    )


def _page(office: Office, found: Postable, posted: PostedVoucher | None) -> PostingPage:
    voucher = Voucher.from_json(posted.body) if posted else _preview(office, found)
    errors = tuple(problem.message for problem in found.problems if problem.level == "error")
    headline = _say(found.verdict, () if posted else errors)
    return PostingPage(
        document_id=found.document.id,
        number=found.document.number,
        title=found.request.spec.title.zh_hans,
        customer=found.document.subject,
        verdict=headline.verdict,
        word=headline.word,
        sentence=headline.sentence,
        standing=headline.standing,
        problems=headline.beside,
        warnings=tuple(problem.message for problem in found.problems if problem.level == "warning"),
        companions=tuple(_companion(each) for each in found.request.companions),
        compared=_compared(found),
        voucher=posted.number if posted else "",
        posted=moment(office.local(posted.posted_at)) if posted else "",
        date=day(voucher.date) if voucher else "",
        summary=voucher.summary if voucher else "",
        lines=_lines(voucher) if voucher else (),
        total_debit=money(voucher.total) if voucher else "",
        total_credit=money(voucher.total) if voucher else "",
        evidence=found.copy.sha256,
        copy_label=found.copy.label,
        copy_href=f"/documents/{found.document.id}/copies/{found.copy.no}.pdf",
        may_post=posted is None and all(problem.level == "warning" for problem in found.problems),
    )


def _say(verdict: Verdict, errors: tuple[str, ...]) -> _Headline:
    """Let an untrue file speak first, then what speaks against posting a sound one."""
    word, sentence = VERDICTS[verdict.verdict][0], "会计联真实完整，可以采信"
    if verdict.verdict != "accepted":
        return _Headline(verdict.verdict, word, verdict.sentence, "", errors)
    if not errors:
        return _Headline(verdict.verdict, word, sentence, "", ())
    return _Headline("review", "不能入账", errors[0], sentence, errors[1:])


def _preview(office: Office, found: Postable) -> Voucher | None:
    """Make the voucher as it would be posted, without drawing its number; None while something speaks against it."""
    posting = found.request.spec.posting
    if posting is None or any(problem.level == "error" for problem in found.problems):
        return None
    org, asked = office.organisation, found.request
    return make_voucher(
        posting,
        asked.values,
        org.accounts,
        asked.evidence,
        number="",
        date=asked.date,
        currency=org.firm.currency,
    )


def _compared(found: Postable) -> tuple[tuple[str, tuple[ComparedCell, ...]], ...]:
    asked = found.request
    rows = side_by_side(asked.spec, asked.values, asked.companions)
    return tuple((word, _compared_cells(columns)) for word, columns in rows)


def _compared_cells(columns: tuple[tuple[str, Decimal | str], ...]) -> tuple[ComparedCell, ...]:
    cells: list[ComparedCell] = []
    before: Decimal | str = ""
    for column, figure in columns:
        text = f"{figure:,f}" if isinstance(figure, Decimal) else figure
        cells.append(ComparedCell(column, text, "" not in {figure, before} and figure != before))
        before = before if figure == "" else figure
    return tuple(cells)


def _companion(found: FoundCompanion) -> CompanionRow:
    if not found.number:
        return CompanionRow(found.title, "", "尚未开立", "late")
    if not found.verdict:
        words = "尚未签完" if found.state == "open" else "会计联还没有封印"
        return CompanionRow(found.title, found.number, words, "soon")
    words = "可以采信" if found.is_sound else "不能据以入账"
    return CompanionRow(found.title, found.number, words, "good" if found.is_sound else "late")


def _lines(voucher: Voucher) -> tuple[VoucherLine, ...]:
    return tuple(
        VoucherLine(line.account_code, line.account_name, money(line.debit), money(line.credit))
        for line in voucher.lines
    )
