"""Vouchers: what accounting posted, once per document; `body` is accounting's own JSON."""

import datetime as dt
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select

from forms_service.domain.errors import AlreadyPosted
from forms_service.store.tables import vouchers


@dataclass(frozen=True, slots=True)
class PostedVoucher:
    """A posted voucher. `evidence_sha256` addresses the verified copy that its figures were read from.

    `invoice_no` is the invoice that it takes from, "" where it takes from none.
    """

    document_id: str
    number: str
    evidence_sha256: str
    body: str
    posted_at: dt.datetime
    posted_by: str
    invoice_no: str = ""


@dataclass(frozen=True, slots=True)
class Vouchers:
    """The posted vouchers within one transaction."""

    connection: Connection

    def add(self, voucher: PostedVoucher) -> None:
        """Store a voucher; raises AlreadyPosted when its document has one."""
        earlier = self.of(voucher.document_id)
        if earlier is not None:
            raise AlreadyPosted(f"这张单据已经入账，传票号码 {earlier.number}，不能再入一次。")
        self.connection.execute(insert(vouchers).values(asdict(voucher)))

    def of(self, document_id: str) -> PostedVoucher | None:
        """Return a document's voucher, if it was posted."""
        query = select(vouchers).where(vouchers.c.document_id == document_id)
        row = self.connection.execute(query).mappings().one_or_none()
        return PostedVoucher(**row) if row else None

    def on_invoice(self, invoice_no: str) -> tuple[PostedVoucher, ...]:
        """List the vouchers that take from an invoice, oldest first; none for no invoice."""
        query = select(vouchers).where(vouchers.c.invoice_no == invoice_no).order_by(vouchers.c.posted_at)
        return tuple(PostedVoucher(**row) for row in self.connection.execute(query).mappings()) if invoice_no else ()

    def posted(self, since: dt.datetime | None = None, before: dt.datetime | None = None) -> tuple[PostedVoucher, ...]:
        """List vouchers in the order posted, from `since` (inclusive) to `before` (exclusive)."""
        query = select(vouchers).order_by(vouchers.c.posted_at, vouchers.c.number)
        if since is not None:
            query = query.where(vouchers.c.posted_at >= since)
        if before is not None:
            query = query.where(vouchers.c.posted_at < before)
        return tuple(PostedVoucher(**row) for row in self.connection.execute(query).mappings())
