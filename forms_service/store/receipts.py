"""Receipts: what a copy's keeper noted of it (查核日期、传票号码); facts beside the sealed bytes, never in them."""

import datetime as dt
import json
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from forms_service.store.tables import receipts


@dataclass(frozen=True, slots=True)
class ReceiptNoted:
    """What was noted of one copy, as (name, text) in the form's order. The ledger keeps what stood here before."""

    document_id: str
    no: int
    noted: tuple[tuple[str, str], ...]
    received_by: str
    received_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Receipts:
    """The receipts within one transaction."""

    connection: Connection

    def put(self, receipt: ReceiptNoted) -> None:
        """Keep a copy's receipt in place of an earlier one."""
        which = receipts.c.document_id == receipt.document_id, receipts.c.no == receipt.no
        self.connection.execute(delete(receipts).where(*which))
        self.connection.execute(
            insert(receipts).values(
                document_id=receipt.document_id,
                no=receipt.no,
                noted=json.dumps(receipt.noted, ensure_ascii=False),
                received_by=receipt.received_by,
                received_at=receipt.received_at,
            )
        )

    def of(self, document_id: str) -> tuple[ReceiptNoted, ...]:
        """List what was noted of a document's copies, by number."""
        query = select(receipts).where(receipts.c.document_id == document_id).order_by(receipts.c.no)
        return tuple(
            ReceiptNoted(**{**row, "noted": tuple((name, text) for name, text in json.loads(row["noted"]))})
            for row in self.connection.execute(query).mappings()
        )
