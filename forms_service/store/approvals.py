"""Approvals: the general manager's signed statements, in the order of signing; rows are appended and never changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from forms_service.domain.approval import Approval, read_statement
from forms_service.store.tables import approvals


@dataclass(frozen=True, slots=True)
class SignedApproval:
    """A statement as signed. `statement` is what the signature is over; `certificate_pem` is the signer's.

    `approval` is None where the statement cannot be read; `agrees` says whether the row's other columns say the same.
    """

    seq: int
    statement: bytes
    signature: bytes
    certificate_pem: str
    approval: Approval | None
    agrees: bool = True


@dataclass(frozen=True, slots=True)
class Approvals:
    """The approvals within one transaction."""

    connection: Connection

    def add(self, approval: Approval, signature: bytes, certificate_pem: str) -> int:
        """Append a signed approval; returns its seq, counted from 1."""
        seq = self.last() + 1
        row = {"seq": seq, "signature": signature, "certificate_pem": certificate_pem, **_columns(approval)}
        self.connection.execute(insert(approvals).values(row))
        return seq

    def last(self) -> int:
        """Return the seq of the newest approval, 0 while there is none."""
        return int(self.connection.execute(select(func.coalesce(func.max(approvals.c.seq), 0))).scalar_one())

    def after(self, seq: int) -> tuple[SignedApproval, ...]:
        """List the approvals after a seq, in the order of signing."""
        return tuple(self._read(seq))

    def _read(self, seq: int) -> Iterator[SignedApproval]:
        query = select(approvals).where(approvals.c.seq > seq).order_by(approvals.c.seq)
        return map(_signed, self.connection.execute(query))


def _columns(approval: Approval) -> dict[str, object]:
    return {
        "kind": approval.kind,
        "sha256": approval.sha256,
        "subject": approval.subject,
        "effective": approval.effective.isoformat(),
        "person": approval.person,
        "at": approval.at,
        "statement": approval.statement(),
    }


def _signed(row: Row[Any]) -> SignedApproval:
    try:
        approval = read_statement(row.statement)
    except ValueError:
        approval = None
    agrees = approval is not None and all(getattr(row, name) == said for name, said in _columns(approval).items())
    return SignedApproval(row.seq, row.statement, row.signature, row.certificate_pem, approval, agrees)
