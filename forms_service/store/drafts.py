"""Drafts: what a person has typed for a step and not yet signed, as the flat texts that the form sent."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from forms_service.store.tables import drafts


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft. `raw` is keyed by field id or `lines.1.qty`; `head` is the digest of the bytes it was typed against."""

    document_id: str
    step: str
    person: str
    head: str
    raw: Mapping[str, str]
    saved_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Drafts:
    """The drafts within one transaction."""

    connection: Connection

    def save(self, draft: Draft) -> None:
        """Keep a draft in place of the person's earlier one for that step."""
        self.drop(draft.document_id, draft.step, draft.person)
        values = {name: getattr(draft, name) for name in ("document_id", "step", "person", "head", "saved_at")}
        raw = json.dumps(dict(draft.raw), ensure_ascii=False)
        self.connection.execute(insert(drafts).values(**values, raw=raw))

    def get(self, document_id: str, step: str, person: str) -> Draft | None:
        """Return a person's draft for a step, if there is one."""
        row = self.connection.execute(select(drafts).where(*_key(document_id, step, person))).mappings().one_or_none()
        return Draft(**{**row, "raw": json.loads(row["raw"])}) if row else None

    def drop(self, document_id: str, step: str, person: str) -> None:
        """Forget a person's draft for a step; no draft is no fault."""
        self.connection.execute(delete(drafts).where(*_key(document_id, step, person)))

    def drop_all(self, document_id: str) -> None:
        """Forget everybody's drafts for a document, as when it ends."""
        self.drop_but(document_id, ())

    def drop_but(self, document_id: str, steps: Iterable[str]) -> None:
        """Forget everybody's drafts for a document but those for some steps, as when one of several is signed."""
        others = drafts.c.document_id == document_id, drafts.c.step.not_in(list(steps))
        self.connection.execute(delete(drafts).where(*others))


def _key(document_id: str, step: str, person: str) -> tuple[ColumnElement[bool], ...]:
    return drafts.c.document_id == document_id, drafts.c.step == step, drafts.c.person == person
