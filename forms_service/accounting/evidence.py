"""Evidence: the document that a voucher rests on, in the words that an accountant's books want."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from forms_service.domain.document import Document
from forms_service.domain.people import Party
from forms_service.domain.values import Values

_FIGURES = ("tax_rate", "tax_amount", "net", "qty", "invoice_amount", "invoice_qty")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What stands behind a voucher. `sha256` addresses the sealed copy that the figures were read from.

    What a form does not have is "" or None. `tax_rate` is a fraction, 0.05 for 5%.
    """

    document_id: str
    form: str
    number: str
    opened_on: dt.date
    sha256: str
    department: str
    customer: str
    customer_code: str
    customer_tax_id: str
    complaint_no: str
    invoice_no: str
    invoice_date: dt.date | None
    tax_rate: Decimal | None
    tax_amount: Decimal | None
    net: Decimal | None = None
    qty: Decimal | None = None
    unit: str = ""
    invoice_amount: Decimal | None = None
    invoice_qty: Decimal | None = None

    @classmethod
    def from_raw(cls, raw: Mapping[str, str | None]) -> "Evidence":
        """Read evidence from the texts of a voucher's JSON; raises TypeError, KeyError, ValueError for others."""
        return cls(
            **{
                **raw,
                "opened_on": dt.date.fromisoformat(str(raw["opened_on"])),
                "invoice_date": dt.date.fromisoformat(raw["invoice_date"]) if raw["invoice_date"] else None,
                **{name: Decimal(str(raw[name])) if raw.get(name) else None for name in _FIGURES},
            }  # type: ignore[arg-type]  # JSON's own types; unknown and missing keys raise
        )


def gather_evidence(
    document: Document, values: Values, *, opened_on: dt.date, party: Party | None, department: str, sha256: str
) -> Evidence:
    """Gather a voucher's evidence from a document's verified values.

    The columns of the books take the fields of these ids where a form has them: `customer`, `buyer_tax_id`,
    `complaint_no`, `invoice_no`, `invoice_date`, `tax_rate`, `tax_amount`, `net`, `unit`, `invoice_amount`,
    `invoice_qty`, and `received_qty` for what came back. `department` is who opened the document, `opened_on` the
    firm's day.
    """
    return Evidence(
        document_id=document.id,
        form=document.form,
        number=document.number,
        opened_on=opened_on,
        sha256=sha256,
        department=department,
        customer=_text(values, "customer") or document.subject,
        customer_code=party.id if party else "",
        customer_tax_id=_text(values, "buyer_tax_id") or (party.tax_id if party else ""),
        complaint_no=_text(values, "complaint_no"),
        invoice_no=_text(values, "invoice_no"),
        invoice_date=_day(values, "invoice_date"),
        tax_rate=_figure(values, "tax_rate"),
        tax_amount=_figure(values, "tax_amount"),
        net=_figure(values, "net"),
        qty=_figure(values, "received_qty"),
        unit=_text(values, "unit"),
        invoice_amount=_figure(values, "invoice_amount"),
        invoice_qty=_figure(values, "invoice_qty"),
    )


def _text(values: Values, field: str) -> str:
    value = values.get(field)
    return value if isinstance(value, str) else ""


def _day(values: Values, field: str) -> dt.date | None:
    value = values.get(field)
    return value if isinstance(value, dt.date) else None


def _figure(values: Values, field: str) -> Decimal | None:
    value = values.get(field)
    return value if isinstance(value, Decimal) else None
