"""Judged: the digests of bytes that the verifier has already judged good, so that a step judges only what is new."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from forms_service.store.tables import judged


@dataclass(frozen=True, slots=True)
class Judged:
    """The judged digests within one transaction."""

    connection: Connection

    def add(self, sha256: str, document_id: str, at: dt.datetime) -> None:
        """Note that bytes were judged good; a second time changes nothing."""
        if not self.known([sha256]):
            self.connection.execute(insert(judged).values(sha256=sha256, document_id=document_id, at=at))

    def known(self, sha256s: Iterable[str]) -> frozenset[str]:
        """Return those of the digests that were judged good."""
        return frozenset(self.connection.scalars(select(judged.c.sha256).where(judged.c.sha256.in_(tuple(sha256s)))))

    def of(self, document_id: str) -> frozenset[str]:
        """Return the digests of a document's bytes that were judged good, over all rounds."""
        return frozenset(self.connection.scalars(select(judged.c.sha256).where(judged.c.document_id == document_id)))
