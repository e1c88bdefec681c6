"""Stages: a form of the shelf filled step after step with the usual answers, without an office around it."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from forms_service.domain.values import Single, Values
from tests.cases import USUAL
from tests.forms.desk import TODAY, Desk, Filled, shelf
from tests.paperwork import TODAY as THE_DAY

GIVEN: Mapping[str, Mapping[str, Single]] = {
    "customer-complaint": {"earlier_amount": Decimal(0), "case_due": dt.date(2026, 12, 24)},
    "sales-allowance": {"complaint.allowance_amount": Decimal(9000), "complaint.compensation_amount": None},
    "goods-return": {
        "complaint.return_qty": Decimal(100),
        "complaint.exchange_qty": None,
        "complaint.rework_qty": Decimal(40),
    },
}
COPIED: Mapping[str, str] = {
    "complaint_no": "261103",
    "customer": "东升电子有限公司",
    "order_no": "SO-2026-1187",
    "part_no": "PCB-4L-0086",
    "item_name": "四层印刷电路板 FR-4 沉金",
    "unit": "片",
    "invoice_no": "QK20463157",
    "invoice_date": "2026-10-28",
    "invoice_amount": "173000.00",
}
"""What the office copies from the complaint."""


def fill_to(form: str, step: str, **typed: str) -> Filled:
    """Fill a form's steps in their order up to one; what a test types stands for the usual answer, wherever it belongs.

    Two underscores in a name stand for a table's dots. The steps before must be without an error.
    """
    values: Values = {}
    for each in shelf()[form].steps:
        filled = _fill(form, each.id, values, typed)
        if each.id == step:
            return filled
        assert not filled.said(), (each.id, filled.said())
        values = filled.values
    raise AssertionError(f"{form} has no step {step}")


def _fill(form: str, step_id: str, before: Values, typed: Mapping[str, str]) -> Filled:
    spec = shelf()[form]
    fills = spec.step(step_id).fills
    copied = COPIED if spec.opens_from and form != "customer-complaint" else {}
    told = {name.replace("__", "."): text for name, text in typed.items()}
    usual = {**copied, **USUAL[form], **told}
    raw = {name: text for name, text in usual.items() if name.partition(".")[0] in fills}
    dated = {name: TODAY.isoformat() if text == THE_DAY else text for name, text in raw.items()}
    if step_id == "rd" and not before["needs_rd"]:
        dated = {}
    return Desk(form, step_id, dated, before, GIVEN.get(form, {})).fill()
