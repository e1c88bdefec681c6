"""Exports: vouchers as a CSV that Excel and an ERP read, one row an entry line, and as JSON.

A spreadsheet runs a text that begins with `=`, `+`, `-` or `@`, and some take their full-width forms too. So such a
text gets an apostrophe before it; numbers are written by this module alone and keep their sign.
"""

import csv
import io
import unicodedata
from collections.abc import Callable, Iterable
from decimal import Decimal

from forms_service.accounting.vouchers import EntryLine, Voucher

BOM = "\ufeff"  # without it Excel takes UTF-8 for the machine's own code page

_STARTS_FORMULA = frozenset("=+-@")

Cell = Callable[[Voucher, EntryLine], str]

_TEXTS: dict[str, Cell] = {
    "voucher_date": lambda voucher, _: voucher.date.isoformat(),
    "voucher_type": lambda voucher, _: voucher.kind,
    "voucher_no": lambda voucher, _: voucher.number,
    "account_code": lambda _, line: line.account_code,
    "account_name": lambda _, line: line.account_name,
    "currency": lambda voucher, _: voucher.currency,
    "customer_code": lambda voucher, _: voucher.evidence.customer_code,
    "customer_tax_id": lambda voucher, _: voucher.evidence.customer_tax_id,
    "dept": lambda voucher, _: voucher.evidence.department,
    "summary": lambda voucher, _: voucher.summary,
    "complaint_no": lambda voucher, _: voucher.evidence.complaint_no,
    "form_no": lambda voucher, _: voucher.evidence.number,
    "orig_invoice_no": lambda voucher, _: voucher.evidence.invoice_no,
    "orig_invoice_date": lambda voucher, _: str(voucher.evidence.invoice_date or ""),
    "tax_type": lambda voucher, _: (
        "1" if voucher.evidence.tax_rate else ""
    ),  # 1 应税; 0% does not tell 零税率 from 免税
    "unit": lambda voucher, _: voucher.evidence.unit,
    "allowance_no": lambda voucher, _: voucher.evidence.number,
    "evidence_sha256": lambda voucher, _: voucher.evidence.sha256,
}
_NUMBERS: dict[str, Cell] = {
    "line_no": lambda _, line: str(line.no),
    "debit": lambda _, line: f"{line.debit:.2f}",
    "credit": lambda _, line: f"{line.credit:.2f}",
    "fx_rate": lambda _voucher, _line: "1",  # the firm books in its own currency
    "tax_rate": lambda voucher, _: _figure(voucher.evidence.tax_rate),
    "tax_amount": lambda voucher, _: _figure(voucher.evidence.tax_amount),
    "qty": lambda voucher, _: _figure(voucher.evidence.qty),
}
# The order that domain rule §3.3 gives; a column that no form fills yet stays empty, so that imports need no change.
COLUMNS = (
    "voucher_date", "voucher_type", "voucher_no", "line_no", "account_code", "account_name", "debit", "credit",
    "currency", "fx_rate", "customer_code", "customer_tax_id", "dept", "summary", "complaint_no", "form_no",
    "orig_invoice_no", "orig_invoice_date", "orig_line_no", "qty", "unit", "tax_type", "tax_rate", "tax_amount",
    "allowance_no", "evidence_sha256",
)  # fmt: skip


def export_csv(vouchers: Iterable[Voucher]) -> bytes:
    """Write vouchers as CSV, one row an entry line: UTF-8 with BOM, CRLF, a header of COLUMNS."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for voucher in vouchers:
        writer.writerows([_cell(column, voucher, line) for column in COLUMNS] for line in voucher.lines)
    return (BOM + text.getvalue()).encode()


def export_json(vouchers: Iterable[Voucher]) -> bytes:
    """Write vouchers as a JSON list with all their fields; amounts and days are texts, and texts are as they are."""
    return ("[" + ",\n".join(voucher.to_json() for voucher in vouchers) + "]\n").encode()


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe is put before one that it might."""
    visible = text.lstrip("".join(filter(_is_unseen, text)))
    starts = unicodedata.normalize("NFKC", visible[:1])[:1]
    breaks = text[:1] in ("\t", "\r", "\n")
    return f"'{text}" if breaks or starts in _STARTS_FORMULA else text


def _cell(column: str, voucher: Voucher, line: EntryLine) -> str:
    if column in _NUMBERS:
        return _NUMBERS[column](voucher, line)
    return harmless(_TEXTS[column](voucher, line)) if column in _TEXTS else ""


def _is_unseen(character: str) -> bool:
    """Say whether a character leaves no mark: spaces, controls and format characters such as a zero-width space."""
    return unicodedata.category(character) in ("Zs", "Zl", "Zp", "Cc", "Cf")


def _figure(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"
