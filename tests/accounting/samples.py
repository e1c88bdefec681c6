"""The demo firm's allowance form with one document's values, as they are read from its verified bytes."""

import datetime as dt
from decimal import Decimal
from functools import cache
from pathlib import Path

from forms_service.accounting.checks import PostingRequest
from forms_service.accounting.evidence import Evidence, gather_evidence
from forms_service.accounting.vouchers import Voucher, make_voucher
from forms_service.domain.checking import Context, calculate
from forms_service.domain.document import Document
from forms_service.domain.people import Organisation
from forms_service.domain.spec import FormSpec, Posting
from forms_service.domain.values import Values
from forms_service.store.shelf import load_organisation, load_specs

TODAY = dt.date(2026, 11, 24)
AT = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)
SPECS = Path(__file__).parents[2] / "form_specs"
FILLED: Values = {
    "complaint_no": "261103",
    "approved_amount": Decimal("2000.00"),
    "customer": "东升电子有限公司",
    "buyer_tax_id": "23547185",
    "order_no": "SO-8812",
    "part_no": "PF-20",
    "invoice_no": "QK20463157",
    "invoice_date": dt.date(2026, 10, 30),
    "lines": (
        {"item": "PF-20 端子", "qty": Decimal(1200), "old_price": Decimal("3.50"), "new_price": Decimal("2.75")},
        {"item": "PF-21 端子", "qty": Decimal("100.500"), "old_price": Decimal("1.33"), "new_price": Decimal("1.00")},
    ),
    "tax_rate": Decimal("0.05"),
    "reason": "色差",
    "evidence": "e_consent",
    "invoice_copy": None,
}


@cache
def firm() -> Organisation:
    organisation, _ = load_organisation(SPECS / "organisations" / "demo")
    assert organisation is not None
    return organisation


@cache
def allowance() -> FormSpec:
    specs, problems = load_specs(Path(__file__).parents[1] / "specs", firm())
    assert not problems
    return next(spec for spec in specs if spec.form == "sales-allowance")


def posting() -> Posting:
    rule = allowance().posting
    assert rule is not None
    return rule


def recalculated(values: Values = FILLED) -> Values:
    return calculate(allowance(), values, Context(TODAY, {"tax_rate": Decimal("0.05")}, firm()))


def document() -> Document:
    return Document(
        "doc-a", "sales-allowance", 1, "0" * 64, "A2611001", "finished", None, 1, "1" * 64, "lin", AT, AT, None
    )


def evidence() -> Evidence:
    return gather_evidence(
        document(),
        recalculated(),
        opened_on=AT.date(),
        party=firm().party_named("东升电子有限公司"),
        department="sales",
        sha256="2" * 64,
    )


def voucher() -> Voucher:
    return make_voucher(
        posting(), recalculated(), firm().accounts, evidence(), number="V2611001", date=TODAY, currency="CNY"
    )


def request(**changes: object) -> PostingRequest:
    fields: dict[str, object] = {
        "spec": allowance(),
        "values": recalculated(),
        "recalculated": recalculated(),
        "accounts": firm().accounts,
        "evidence": evidence(),
        "verdict": "accepted",
        "date": TODAY,
        "today": TODAY,
    }
    return PostingRequest(**{**fields, **changes})  # type: ignore[arg-type]  # a sample is what its test says
