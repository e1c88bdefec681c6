import csv
import io
import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.accounting.export import COLUMNS, export_csv, export_json, harmless
from forms_service.accounting.vouchers import Voucher
from tests.accounting.samples import evidence, voucher


def _read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_voucher_is_one_row_an_entry_line() -> None:
    rows = _read(export_csv([voucher()]))
    assert [(row["line_no"], row["account_code"], row["debit"], row["credit"]) for row in rows] == [
        ("1", "4190", "933.17", "0.00"),
        ("2", "2281", "46.66", "0.00"),
        ("3", "1156", "0.00", "979.83"),
    ]
    assert {row["voucher_no"] for row in rows} == {"V2611001"}


def test_a_row_has_every_column_that_the_accountant_asked_for() -> None:
    row = _read(export_csv([voucher()]))[0]
    assert tuple(row) == COLUMNS
    assert row == {
        "voucher_date": "2026-11-24",
        "voucher_type": "转",
        "voucher_no": "V2611001",
        "line_no": "1",
        "account_code": "4190",
        "account_name": "销货折让",
        "debit": "933.17",
        "credit": "0.00",
        "currency": "CNY",
        "fx_rate": "1",
        "customer_code": "dongsheng",
        "customer_tax_id": "23547185",
        "dept": "sales",
        "summary": "销货折让 A2611001 东升电子有限公司",
        "complaint_no": "261103",
        "form_no": "A2611001",
        "orig_invoice_no": "QK20463157",
        "orig_invoice_date": "2026-10-30",
        "orig_line_no": "",
        "qty": "",
        "unit": "",
        "tax_type": "1",
        "tax_rate": "0.05",
        "tax_amount": "46.66",
        "allowance_no": "A2611001",
        "evidence_sha256": "2" * 64,
    }


def test_the_file_opens_in_excel_as_utf8_with_its_line_ends() -> None:
    data = export_csv([voucher()])
    assert data.startswith(b"\xef\xbb\xbfvoucher_date,")
    assert data.count(b"\r\n") == data.count(b"\n") == 4


def test_no_vouchers_make_a_header_and_an_empty_list() -> None:
    assert export_csv([]).decode("utf-8-sig") == ",".join(COLUMNS) + "\r\n"
    assert json.loads(export_json([])) == []


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://x";"看")',
        "+1",
        "-1+2",
        "@SUM(A1)",
        "\t=1",
        "\rx",
        "\nx",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "﹣1",
        " =1",
        "\u200b=1",
        "\ufeff=1",
        "\u3000＝1",
        "\x00=1",
    ],
)
def test_a_text_that_could_be_a_formula_is_made_harmless(text: str) -> None:
    assert harmless(text) == f"'{text}"
    exported = _read(export_csv([replace(voucher(), summary=text)]))[0]["summary"]
    assert exported == f"'{text}"


@pytest.mark.parametrize("text", ["", "东升", "A2611001", "a=b", "1-2", "3.5%", "'quoted", "（=1）", "  ", "、-"])
def test_a_plain_text_is_left_as_it_is(text: str) -> None:
    assert harmless(text) == text


def test_every_text_column_is_guarded() -> None:
    bad = "=1"
    fake = replace(evidence(), customer_code=bad, customer_tax_id=bad, department=bad, complaint_no=bad, number=bad)
    fake = replace(fake, invoice_no=bad, sha256=bad, customer=bad)
    lines = tuple(replace(line, account_code=bad, account_name=bad) for line in voucher().lines)
    spoilt = replace(voucher(), number=bad, kind=bad, currency=bad, summary=bad, lines=lines, evidence=fake)
    assert [cell for row in _read(export_csv([spoilt])) for cell in row.values() if cell.startswith("=")] == []


def test_a_negative_number_keeps_its_sign_in_a_number_column() -> None:
    red = replace(voucher(), evidence=replace(evidence(), tax_amount=Decimal("-46.66")))
    assert _read(export_csv([red]))[0]["tax_amount"] == "-46.66"


def test_json_holds_every_field_and_texts_as_they_are() -> None:
    odd = replace(voucher(), summary='=1 "折让"')
    (exported,) = json.loads(export_json([odd]))
    assert exported["summary"] == '=1 "折让"'
    assert exported["lines"][0]["debit"] == "933.17"
    assert Voucher.from_json(json.dumps(exported)) == odd


@given(st.text(max_size=20))
def test_any_text_comes_back_whole_and_starts_no_formula(text: str) -> None:
    exported = _read(export_csv([replace(voucher(), summary=text)]))[0]["summary"]
    assert exported in {text, f"'{text}"}
    assert exported[:1] not in tuple("=+-@＝＋－＠\t\r\n")
