"""Attachments: the files beside a document's PDF; the PDF's locked cell holds name and digest, a blob the bytes."""

import datetime as dt
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select

from forms_service.store.tables import attachments


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file given for an attachment field. `size` is in bytes."""

    document_id: str
    field: str
    sha256: str
    name: str
    media_type: str
    size: int
    added_by: str
    added_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Attachments:
    """The attached files within one transaction."""

    connection: Connection

    def add(self, file: AttachedFile) -> None:
        """Note a file for a field; the same bytes twice are noted once."""
        if self.get(file.document_id, file.field, file.sha256) is None:
            self.connection.execute(insert(attachments).values(asdict(file)))

    def get(self, document_id: str, field: str, sha256: str) -> AttachedFile | None:
        """Return a file of a field by its digest, if it was given."""
        table = attachments.c
        which = table.document_id == document_id, table.field == field, table.sha256 == sha256
        row = self.connection.execute(select(attachments).where(*which)).mappings().one_or_none()
        return AttachedFile(**row) if row else None

    def of(self, document_id: str) -> tuple[AttachedFile, ...]:
        """List a document's files in the order given."""
        query = select(attachments).where(attachments.c.document_id == document_id)
        query = query.order_by(attachments.c.added_at, attachments.c.sha256)
        return tuple(AttachedFile(**row) for row in self.connection.execute(query).mappings())
