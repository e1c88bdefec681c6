"""A crowded office: ten thousand open documents of the regulation's forms, filled in fast, as a sweep would meet them.

The rows are as the use-cases write them; all heads name the bytes of one real document, for nothing due reads them.
"""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sqlalchemy import insert

from forms_service.domain.document import Document
from forms_service.domain.events import Event, LedgerRow, chain
from forms_service.domain.spec import FormSpec
from forms_service.settings import ROOT, read_settings
from forms_service.store import tables, work_tables
from forms_service.store.database import Transaction
from forms_service.store.links import Link
from forms_service.wiring import Surroundings, open_office, real_surroundings
from forms_service.workflow.demonstrating import set_up
from forms_service.workflow.opening import open_document

OPEN_DOCUMENTS = 10_000
CHEAP = {"FORMS_PIN_MEMORY_KIB": "8", "FORMS_TIMESTAMPS": "off"}
START = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)
LINKED = 10  # one in so many has a customer's link that is alive
_AT_ONCE = 500


class Crowd:
    """An office with so many open documents: most at a step in time, one in ten with a customer, none yet looked at."""

    def __init__(self, folder: Path, count: int = OPEN_DOCUMENTS) -> None:
        real = real_surroundings()
        around = Surroundings(lambda: START, real.token, real.code, glance=lambda: START)
        self.office = open_office(read_settings(CHEAP, data=folder), around)
        set_up(self.office, ROOT / "form_specs")
        opener = self.office.require_person("li_wen")
        self._fill(open_document(self.office, opener, "customer-complaint"), count)

    def unlooked(self) -> bool:
        """Say whether chasing has still to look at some document."""
        with self.office.database.read() as tx:
            return bool(tx.looks.pending(self.office.now(), 1))

    def forget_looks(self) -> None:
        """Let every document be unlooked at, as after a restored backup."""
        with self.office.database.write() as tx:
            tx.looks.connection.execute(work_tables.looks.delete())

    def _fill(self, model: Document, count: int) -> None:
        forms = {form.form: self.office.printery.form(form.sha256).spec for form in self.office.rulebook.forms(START)}
        complaint, allowance = forms["customer-complaint"], forms["sales-allowance"]
        documents = [
            _document(model, allowance if ordinal % LINKED == 0 else complaint, ordinal) for ordinal in range(count)
        ]
        with self.office.database.write() as tx:
            head = tx.ledger.head()
            for start in range(0, count, _AT_ONCE):
                head = _write(tx, documents[start : start + _AT_ONCE], head)


def _document(model: Document, spec: FormSpec, ordinal: int) -> Document:
    """Draw up one document that stands at some step of its form since some days, with its days not over.

    Of a form that a customer signs it is the customer's.
    """
    external = next((step for step in spec.steps if step.who.kind == "external"), None)
    step = external or spec.steps[ordinal % len(spec.steps)]
    opened_at = START - dt.timedelta(days=ordinal % 9, minutes=ordinal)
    return replace(
        model,
        id=f"crowd-{ordinal:06}",
        form=spec.form,
        spec_sha256=spec.sha256,
        number=f"26{ordinal:06}",
        step=step.id,
        opened_at=opened_at,
        step_opened_at=opened_at + dt.timedelta(hours=1),
        due_at=START + dt.timedelta(days=3 + ordinal % 12),
        case_due_at=START + dt.timedelta(days=15),
        subject=f"客户 {ordinal % 200}",
        numbered_at=opened_at,
        revision=1,
    )


def _write(tx: Transaction, documents: list[Document], head: LedgerRow | None) -> LedgerRow | None:
    connection = tx.documents.connection
    columns = [column.name for column in tables.documents.columns if column.name != "distributed_at"]
    connection.execute(insert(tables.documents), [{name: getattr(d, name) for name in columns} for d in documents])
    people = [{"document_id": d.id, "person": person} for d in documents for person in ("sun_yue", "zhao_min")]
    connection.execute(insert(tables.candidates), people)
    rows = list(_events(documents, head))
    connection.execute(insert(tables.ledger), [ledger_row(row) for row in rows])
    for link in (_link(document) for document in documents[::LINKED]):
        tx.links.add(link)
    return rows[-1]


def _events(documents: list[Document], head: LedgerRow | None) -> Iterator[LedgerRow]:
    for document in documents:
        for kind in ("opened", "signed", "signed"):
            data: dict[str, str | int | bool | None] = {"step": document.step, "round": 1, "head": document.head}
            event = Event(document.opened_at, kind, document.id, document.opened_by, data)
            head = chain(event, head.seq + 1 if head else 1, head.hash if head else "0" * 64)
            yield head


def ledger_row(row: LedgerRow) -> dict[str, object]:
    """Write a row of the ledger as its table holds it."""
    event = row.event
    data = json.dumps(dict(event.data), ensure_ascii=False, sort_keys=True)
    own = {"at": event.at, "kind": event.kind, "document_id": event.document_id, "actor": event.actor, "data": data}
    return {"seq": row.seq, "previous": row.previous, "hash": row.hash, **own}


def _link(document: Document) -> Link:
    return Link(
        token_sha256=document.id.rjust(64, "0"),
        document_id=document.id,
        purpose="sign",
        step=str(document.step),
        head=document.head,
        contact_name="张丽华",
        contact_email="zhang.lihua@example.com",
        made_at=START,
        expires_at=START + dt.timedelta(days=10),
        sent_at=START,
    )
