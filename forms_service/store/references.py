"""References: every digest of bytes that the database names, so that a sweep of the blobs knows what to leave."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from forms_service.store.tables import (
    attachments,
    copies,
    documents,
    drafts,
    judged,
    ledger,
    links,
    signatures,
    vouchers,
)
from forms_service.store.work_tables import handouts

_COLUMNS = (
    documents.c.head,
    signatures.c.base,
    signatures.c.head,
    drafts.c.head,
    links.c.head,
    judged.c.sha256,
    copies.c.sha256,
    attachments.c.sha256,
    vouchers.c.evidence_sha256,
    handouts.c.base,
    handouts.c.sha256,
)
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")


@dataclass(frozen=True, slots=True)
class References:
    """The digests named within one transaction."""

    connection: Connection

    def digests(self) -> frozenset[str]:
        """Return every digest that a row names; whatever the ledger ever told of stays, older rounds included."""
        return frozenset((*self._in_columns(), *self._in_ledger()))

    def _in_columns(self) -> Iterator[str]:
        for column in _COLUMNS:
            yield from self.connection.scalars(select(column))

    def _in_ledger(self) -> Iterator[str]:
        for data in self.connection.scalars(select(ledger.c.data)):
            yield from _DIGEST.findall(data)
