"""A register of a hundred thousand complaints, filled in fast, and its page as it is asked for over the web.

The rows are as the use-cases write them; all heads name the bytes of one real document, for the register opens none.
"""

import datetime as dt
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from flask.testing import FlaskClient
from sqlalchemy import insert

from benchmarks.crowd import CHEAP, ledger_row
from forms_service.domain.document import Document
from forms_service.domain.events import Event, LedgerRow, chain
from forms_service.settings import ROOT, read_settings
from forms_service.store import tables
from forms_service.store.database import Transaction
from forms_service.store.facts import key_of
from forms_service.web.app import WebOptions, create_app
from forms_service.wiring import Surroundings, open_office, real_surroundings
from forms_service.workflow.demonstrating import PASSWORD, set_up
from forms_service.workflow.opening import open_document

COMPLAINTS = 100_000
OPEN = 800
NOW = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)
_APART = dt.timedelta(minutes=40)
_AT_ONCE = 1000
_FORM = "customer-complaint"
_STEPS = ("open", "countersign", "register", "qa", "plant", "review", "digest", "decide")
_PEOPLE = ("li_wen", "chen_zhi", "zhao_min", "sun_yue", "wu_gang", "su_ting", "zhao_min", "lin_guo")

# What each page is asked for, by words; `he_mei` of accounting is no overseer.
PAGES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "first page": ("zhao_min", ""),
        "last page": ("zhao_min", "?page=2000"),
        "a month": ("zhao_min", "?month=2024-03"),
        "still open": ("zhao_min", "?state=open"),
        "late": ("zhao_min", "?late=1"),
        "at one department": ("zhao_min", "?desk=qa"),
        "one liable unit and kind": ("zhao_min", "?f.liable_unit=制造部&f.class_found=human"),
        "a text found seldom": ("zhao_min", "?q=PCB-04242"),
        "a text found everywhere": ("zhao_min", "?q=氧化"),
        "a text found nowhere": ("zhao_min", "?q=xyzzy"),
        "with every step's times": ("zhao_min", "?steps=1"),
        "first page, accounting's own rows": ("he_mei", ""),
        "a text, accounting's own rows": ("he_mei", "?q=PCB-04242"),
    }
)


class Annals:
    """An office with so many complaints, the last ones still open."""

    def __init__(self, folder: Path, count: int = COMPLAINTS) -> None:
        real = real_surroundings()
        around = Surroundings(lambda: NOW, real.token, real.code, glance=lambda: NOW)
        self.office = open_office(read_settings(CHEAP, data=folder), around)
        set_up(self.office, ROOT / "form_specs")
        model = open_document(self.office, self.office.require_person("li_wen"), _FORM)
        documents = _documents(model, count)
        with self.office.database.write() as tx:
            head = tx.ledger.head()
            for start in range(0, count, _AT_ONCE):
                head = _write(tx, documents[start : start + _AT_ONCE], head)
        app = create_app(self.office, WebOptions(rate_limits=False, journal=io.StringIO()))
        app.config["WTF_CSRF_ENABLED"] = False
        self.readers = {person: _signed_in(app.test_client(), person) for person in {who for who, _ in PAGES.values()}}

    def look(self, name: str) -> int:
        """Open one of PAGES; returns its size in bytes."""
        person, asked = PAGES[name]
        answer = self.readers[person].get(f"/register/complaints{asked}")
        if answer.status_code != 200:
            raise RuntimeError(f"{name}: {answer.status}")
        return len(answer.data)


def _signed_in(client: FlaskClient, person: str) -> FlaskClient:
    client.post("/login", data={"person": person, "password": PASSWORD})
    return client


def _documents(model: Document, count: int) -> list[Document]:
    counted: dict[str, int] = {}
    found = []
    for ordinal in range(count):
        at = NOW - (count - ordinal) * _APART
        counted[f"{at:%y%m}"] = counted.get(f"{at:%y%m}", 0) + 1
        is_open = ordinal >= count - OPEN
        found.append(
            replace(
                model,
                id=f"annal-{ordinal:06}",
                number=f"{at:%y%m}{counted[f'{at:%y%m}']:02}",
                state="open" if is_open else "finished",
                step="qa" if is_open else None,
                opened_at=at,
                step_opened_at=at,
                numbered_at=at,
                due_at=at + dt.timedelta(days=3) if is_open else None,
                case_due_at=at + dt.timedelta(days=15),
                ended_at=None if is_open else at + dt.timedelta(days=3 + ordinal % 20),
                revision=1,
            )
        )
    return found


def _facts(ordinal: int) -> Mapping[str, str]:
    return {
        "customer": f"客户{ordinal % 400:03}股份有限公司",
        "region": ("domestic", "abroad")[ordinal % 5 == 0],
        "order_no": f"SO-{ordinal:06}",
        "part_no": f"PCB-{ordinal * 7 % 9000:05}",
        "content": f"板面沉金色差，部分焊盘氧化，上件后吃锡不良，第 {ordinal} 批。",
        "class_found": ("quality", "human")[ordinal % 3 == 0],
        "bad_qty": str(ordinal % 900),
        "liable_unit": ("制造部", "业务部", "服务部")[ordinal % 3],
        "liable_share": "1",
        "allowance_amount": f"{ordinal % 90_000}",
        "decided_amount": f"{ordinal % 90_000}",
        "loss_amount": f"{ordinal % 90_000}",
        **{f"other_{place}": "已经查核，依此办理。" for place in range(8)},
    }


def _write(tx: Transaction, documents: list[Document], head: LedgerRow | None) -> LedgerRow | None:
    connection = tx.documents.connection
    columns = [column.name for column in tables.documents.columns if column.name != "distributed_at"]
    connection.execute(insert(tables.documents), [{name: getattr(d, name) for name in columns} for d in documents])
    connection.execute(insert(tables.numbers), [_number(document) for document in documents])
    connection.execute(insert(tables.facts), [row for document in documents for row in _fact_rows(document)])
    connection.execute(insert(tables.signatures), [row for document in documents for row in _signatures(document)])
    waiting = [{"document_id": d.id, "person": p} for d in documents if d.step for p in ("sun_yue", "tang_ying")]
    if waiting:
        connection.execute(insert(tables.candidates), waiting)
    rows = list(_events(documents, head))
    connection.execute(insert(tables.ledger), [ledger_row(row) for row in rows])
    return rows[-1]


def _number(document: Document) -> dict[str, object]:
    period = f"20{document.number[:2]}-{document.number[2:4]}"
    return {"form": _FORM, "period": period, "seq": int(document.number[4:]), "number": document.number}


def _fact_rows(document: Document) -> Iterator[dict[str, object]]:
    for name, text in _facts(int(document.id[-6:])).items():
        number = float(text) if text.isdecimal() else None
        yield {"document_id": document.id, "name": name, "text": text, "key": key_of(text), "number": number}


def _signed(document: Document) -> Iterator[tuple[int, str, str]]:
    steps = _STEPS[: _STEPS.index(document.step)] if document.step else _STEPS
    return ((place, step, person) for place, (step, person) in enumerate(zip(steps, _PEOPLE, strict=False)))


def _signatures(document: Document) -> Iterator[dict[str, object]]:
    for place, step, person in _signed(document):
        yield {
            "document_id": document.id,
            "place": place,
            "step": step,
            "person": person,
            "role": "承办",
            "decision": "approve",
            "opinion": "",
            "certificate": document.head,
            "signed_at": document.opened_at + dt.timedelta(hours=place),
            "base": document.head,
            "head": document.head,
            "round": 1,
            "on_behalf_of": None,
        }


def _events(documents: list[Document], head: LedgerRow | None) -> Iterator[LedgerRow]:
    for document in documents:
        for place, step, person in _signed(document):
            at = document.opened_at + dt.timedelta(hours=place)
            event = Event(at, "signed", document.id, person, {"step": step, "round": 1, "head": document.head})
            head = chain(event, head.seq + 1 if head else 1, head.hash if head else "0" * 64)
            yield head
