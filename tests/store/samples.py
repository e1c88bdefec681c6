"""Sample records of the store's tests, all valid, each a plain one."""

import datetime as dt
import hashlib

from forms_service.domain.document import Document, Signature
from forms_service.domain.events import Event

NOW = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def document(name: str = "a", **changes: object) -> Document:
    fields: dict[str, object] = {
        "id": f"doc-{name}",
        "form": "sales-allowance",
        "version": 1,
        "spec_sha256": digest("spec"),
        "number": f"A2611{name}",
        "state": "open",
        "step": "prepare",
        "round": 1,
        "head": digest(f"head {name}"),
        "opened_by": "chen",
        "opened_at": NOW,
        "step_opened_at": NOW,
        "due_at": None,
    }
    return Document(**{**fields, **changes})  # type: ignore[arg-type]  # a sample is what its test says


def signature(step: str = "prepare", person: str = "chen", **changes: object) -> Signature:
    fields: dict[str, object] = {
        "step": step,
        "person": person,
        "role": "sales",
        "decision": "approve",
        "opinion": "",
        "certificate": digest(person),
        "signed_at": NOW,
        "base": digest("base"),
        "head": digest(f"after {step}"),
        "round": 1,
    }
    return Signature(**{**fields, **changes})  # type: ignore[arg-type]  # a sample is what its test says


def event(
    kind: str = "signed", document_id: str = "doc-a", actor: str = "chen", **data: str | int | bool | None
) -> Event:
    return Event(NOW, kind, document_id, actor, data)
