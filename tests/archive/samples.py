"""Sample copies of the archive's tests: bytes that carry their own entry, as a real PDF carries its record."""

import datetime as dt
import hashlib
import json
from dataclasses import replace

from forms_service.archive.entry import CatalogueEntry

TAIPEI = dt.timezone(dt.timedelta(hours=8))
SEALED = dt.datetime(2026, 11, 24, 17, 5, tzinfo=TAIPEI)

_BARE = CatalogueEntry(
    document_id="doc-a",
    number="A2611001",
    form="sales-allowance",
    version=1,
    title="销货折让证明单",
    copy_no=2,
    copy_label="第二联 会计作账",
    department="accounting",
    customer="大昌行",
    index=(("no", "A2611001"), ("invoice_no", "AB12345678"), ("grand_total", "12,600.00")),
    sha256="",
    sealed_at=SEALED,
    pages=1,
    size=0,
    retain="accounting_voucher",
)


def copy(number: str = "A2611001", **changes: object) -> tuple[bytes, CatalogueEntry]:
    bare = replace(_BARE, number=number, document_id=f"doc-{number}", **changes)  # type: ignore[arg-type]  # its test says
    pdf = b"%PDF-1.7 " + json.dumps(bare.to_row()).encode()
    return pdf, _about(bare, pdf)


def read_entry(pdf: bytes) -> CatalogueEntry:
    if not pdf.startswith(b"%PDF-1.7 "):
        raise ValueError("不是 PDF")
    return _about(CatalogueEntry.from_row(json.loads(pdf.removeprefix(b"%PDF-1.7 "))), pdf)


def _about(entry: CatalogueEntry, pdf: bytes) -> CatalogueEntry:
    return replace(entry, sha256=hashlib.sha256(pdf).hexdigest(), size=len(pdf))
