"""Revising: what each save of a file did to its fields, and where on its pages that can be seen. It judges nothing."""

import hashlib
from collections.abc import Iterator
from typing import Literal

from forms_service.signing.comparison import differing
from forms_service.signing.evidence import Evidence
from forms_service.signing.field_changes import changed_fields
from forms_service.signing.form_view import FieldView, FormView, read_text
from forms_service.signing.pages import Page, pages_of, place_of
from forms_service.signing.reporting import as_words, signer_of
from forms_service.signing.verdict import ChangedField, RevisionReport


def report_revisions(evidence: Evidence) -> tuple[RevisionReport, ...]:
    """Say of each revision what it changed; of a file whose pages lead nowhere, nothing."""
    try:
        return tuple(_report(evidence))
    except Exception:  # noqa: BLE001 - a hostile file loses its description, and its verdict stays what it was
        return ()


def _report(evidence: Evidence) -> Iterator[RevisionReport]:
    digest, view = hashlib.sha256(), memoryview(evidence.history.data)
    before: FormView | None = None
    for revision, after in zip(evidence.history.revisions, evidence.forms, strict=True):
        digest.update(view[revision.start : revision.end])
        touched = changed_fields(before, after) if before else tuple(after.fields)
        pages = pages_of(evidence.history, revision.index)
        changed = tuple(_changed(evidence, touched, before, after, pages))
        signed = next((s.found.field for s in evidence.signings if s.revision == revision.index), "")
        shapes = tuple(page.shape for page in pages)
        blanks = len(touched) - len(changed) if before else 0
        yield RevisionReport(
            revision.index + 1,
            revision.end,
            digest.copy().hexdigest(),
            signed,
            shapes,
            changed,
            blanks,
            _adds(evidence, revision.index),
        )
        before = after


def _adds(evidence: Evidence, revision: int) -> Literal["", "timestamp", "validation"]:
    if any(found.revision == revision and found.is_timestamp for found in evidence.found):
        return "timestamp"
    grown = revision > 0 and differing(evidence.history.root(revision - 1), evidence.history.root(revision))
    return "validation" if grown and "/DSS" in grown else ""


def _changed(
    evidence: Evidence,
    touched: tuple[str, ...],
    before: FormView | None,
    after: FormView,
    pages: tuple[Page, ...],
) -> Iterator[ChangedField]:
    stamps = {found.field for found in evidence.found if found.is_timestamp}
    order = {name: place for place, name in enumerate(evidence.labels)}
    for name in sorted(touched, key=lambda name: order.get(name, len(order))):
        field = after.fields.get(name)
        was = _read(evidence, before, before.fields.get(name)) if before else ""
        now = _read(evidence, after, field)
        if was != now:
            place = place_of(evidence.history, pages, after.revision, field.widgets) if field else None
            label = "文件时间戳" if name in stamps else evidence.label(name)
            yield ChangedField(name, label, was, now, place)


def _read(evidence: Evidence, form: FormView, field: FieldView | None) -> str:
    if field is None:
        return ""
    if not field.is_signature:
        return as_words(read_text(field, evidence.history, form.revision))
    if field.value is None:
        return ""
    signed = (s for s in evidence.signings if s.found.field == field.name and s.revision <= form.revision)
    return next((signer_of(signing) for signing in signed), "已签")
