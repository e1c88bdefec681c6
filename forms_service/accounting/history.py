"""History: a document held against what is already in the books: nothing twice, no invoice and no case overdrawn."""

from collections.abc import Iterator
from decimal import Decimal

from forms_service.accounting.evidence import Evidence
from forms_service.accounting.vouchers import Voucher
from forms_service.domain.problem import Problem


def check_case(evidence: Evidence, earlier: tuple[Voucher, ...], approved: Decimal) -> Iterator[Problem]:
    """Hold that what comes back for one case by several documents stays within what was approved (§13(2)①, V06)."""
    due = (evidence.form, evidence.complaint_no)
    same = [
        v.evidence
        for v in earlier
        if (v.evidence.form, v.evidence.complaint_no) == due and v.evidence.document_id != evidence.document_id
    ]
    total = sum((booked.qty for booked in (evidence, *same) if booked.qty is not None), Decimal(0))
    if same and total > approved:
        yield Problem(
            "received_qty",
            "case_overdrawn",
            f"案 {evidence.complaint_no} 最多可退 {approved.normalize():,f}，连同已入账的 "
            f"{'、'.join(booked.number for booked in same)} 合计 {total:,f}，超过了。请核对，或以签呈呈核。",
        )


def check_history(evidence: Evidence, earlier: tuple[Voucher, ...]) -> Iterator[Problem]:
    """List what speaks against booking a document beside the vouchers posted on the same invoice (V10, V15)."""
    same = tuple(v for v in earlier if v.evidence.invoice_no == evidence.invoice_no and evidence.invoice_no)
    yield from _check_twice(evidence, same)
    yield from _check_overdrawn(evidence, same)


def _check_twice(evidence: Evidence, same: tuple[Voucher, ...]) -> Iterator[Problem]:
    """One invoice, one case, one form and one amount are booked once (财会〔2020〕6 号)."""
    due = (evidence.form, evidence.complaint_no, evidence.net)
    for voucher in same:
        booked = voucher.evidence
        if (booked.form, booked.complaint_no, booked.net) == due and booked.document_id != evidence.document_id:
            yield Problem(
                "",
                "booked_twice",
                f"同一发票 {evidence.invoice_no}、同一案 {evidence.complaint_no}、同一金额已由传票 {voucher.number} "
                f"入账（单据 {booked.number}）。请核对是否重复。",
            )


def _check_overdrawn(evidence: Evidence, same: tuple[Voucher, ...]) -> Iterator[Problem]:
    """All that was taken back of an invoice stays within what it was written for, in amount and in quantity."""
    for word, found, limit, booked in (
        ("金额", evidence.net, evidence.invoice_amount, tuple(v.evidence.net for v in same)),
        ("数量", evidence.qty, evidence.invoice_qty, tuple(v.evidence.qty for v in same)),
    ):
        if found is None or limit is None:
            continue
        total = found + sum((amount for amount in booked if amount is not None), Decimal(0))
        if total > limit:
            yield Problem(
                "invoice_no",
                "invoice_overdrawn",
                f"发票 {evidence.invoice_no} 的{word}是 {limit:,f}，连同已入账的折让与退回合计 {total:,f}，超过了。",
            )
