"""Parsing a form's spec: from text nodes to a FormSpec, or to all of its faults at once.

node, yaml_problems = store.shelf.read_document(text, "form_specs/sales_allowance.yaml")
spec, problems = parse_spec(node, text.decode(), org, missing=fonts.missing)
"""

import hashlib
import re
from collections.abc import Callable
from typing import Literal

from forms_service.domain.entries import Entries, read_entries, read_label
from forms_service.domain.faults import Faults
from forms_service.domain.linting import check_glyphs, lint_form
from forms_service.domain.linting_openings import lint_openings
from forms_service.domain.linting_route import lint_route
from forms_service.domain.linting_steps import lint_steps
from forms_service.domain.node import Node
from forms_service.domain.numbering import parse_pattern
from forms_service.domain.outlines import NO_OTHERS, Others, outline_fields, outline_form
from forms_service.domain.parsing_copies import read_copies
from forms_service.domain.parsing_fields import read_fields
from forms_service.domain.parsing_layout import KEYS as LAYOUT_KEYS
from forms_service.domain.parsing_layout import SYSTEM_CELLS, read_layout
from forms_service.domain.parsing_openings import (
    OPENS_EVERY_KEYS,
    OPENS_FROM_KEYS,
    TOGETHER_KEYS,
    read_follow_on,
    read_givens,
    read_opens_every,
    read_opens_from,
    read_together,
)
from forms_service.domain.parsing_rules import POSTING_KEYS, read_checks, read_posting
from forms_service.domain.parsing_steps import read_steps
from forms_service.domain.parsing_times import DUE_KEYS, LATE_KEYS, find_step, read_due, read_late
from forms_service.domain.parsing_who import Surroundings
from forms_service.domain.people import Organisation
from forms_service.domain.problem import Problem
from forms_service.domain.scope import scope_of
from forms_service.domain.spec import Field, FormSpec, PrintLayout

KEYS = (
    "form", "version", "title", "source", "number", "number_at", "rounding", "visible_to_customer",
    "opens_from", "opens_every", "follow_on", "due", "late", "together",
    "fields", "checks", "steps", "copies", "archive", "posting", "layout",
)  # fmt: skip
OPTIONAL_KEYS = (
    "number_at", "opens_from", "opens_every", "follow_on", "due", "late", "together", "checks", "posting",
)  # fmt: skip
ARCHIVE_KEYS = ("retain", "index")
RETENTIONS = ("accounting_voucher", "business_record")
ROUNDINGS: tuple[Literal["half_up", "half_even"], ...] = ("half_up", "half_even")
AUDIENCES: tuple[Literal["yes", "no", "never"], ...] = ("yes", "no", "never")

_FORM_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

Missing = Callable[[str], tuple[str, ...]]


def parse_spec(
    node: Node,
    source_text: str,
    org: Organisation,
    missing: Missing | None = None,
    *,
    others: Others = NO_OTHERS,
) -> tuple[FormSpec | None, tuple[Problem, ...]]:
    """Read a form's spec; None when anything but a warning was found. The faults are in the order of the file.

    `source_text` is the YAML as stored, whose UTF-8 bytes give the spec its SHA-256. `missing`, where given, lists the
    characters of a text that the embedded fonts cannot print. `others` are the outlines of the forms beside this one.
    """
    faults = Faults()
    entries = read_entries(node, faults, KEYS)
    if entries is None:
        return None, faults.in_order()
    around = _with_itself(others, node)
    spec = _read_form(entries, source_text, org, around)
    layout = entries.peek("layout")
    if spec.fields and spec.steps and len({step.place for step in spec.steps}) == len(entries.items("steps")):
        lint_form(spec, entries.place if layout is None else layout.place, faults)
        lint_route(spec, faults)
        lint_steps(spec, faults)
        lint_openings(spec, around, faults)
    if missing is not None:
        check_glyphs(node, missing, faults)
    return (None if faults.any_error else spec), faults.in_order()


def _with_itself(others: Others, node: Node) -> Others:
    own = outline_form(node)
    return others if own is None else {**others, own.form: own}


def _read_form(entries: Entries, source_text: str, org: Organisation, others: Others) -> FormSpec:
    outlines = outline_fields(entries.peek("fields"))
    givens = read_givens(entries, others)
    scope = scope_of(outlines, givens.names, org, entries.faults)
    fields = read_fields(entries.pairs("fields", required=True), scope, outlines)
    by_id = {field.id: field for field in fields}
    around = Surroundings(org, scope, by_id, filled_before=givens.copied, alias=givens.alias)
    steps = read_steps(entries.items("steps", required=True), around)
    posting = entries.entries("posting", POSTING_KEYS)
    archive = entries.entries("archive", ARCHIVE_KEYS, required=True)
    number_at = entries.scalar("number_at")
    opens_from = entries.entries("opens_from", OPENS_FROM_KEYS)
    opens_every = entries.entries("opens_every", OPENS_EVERY_KEYS)
    due, late = entries.entries("due", DUE_KEYS), entries.entries("late", LATE_KEYS)
    together = entries.entries("together", TOGETHER_KEYS)
    return FormSpec(
        form=_read_form_id(entries),
        version=entries.whole("version", required=True, least=1) or 0,
        title=read_label(entries.node("title", required=True), entries.faults),
        source=entries.text("source", required=True) or "",
        number=_read_number(entries),
        visible_to_customer=entries.word("visible_to_customer", AUDIENCES, required=True) or "no",
        rounding=entries.word("rounding", ROUNDINGS, required=True) or "half_up",
        fields=fields,
        checks=read_checks(entries.items("checks"), by_id, scope),
        steps=steps,
        copies=read_copies(entries.items("copies", required=True), steps, around),
        layout=_read_layout(entries, by_id),
        index=_read_index(archive, by_id),
        retain=(archive.word("retain", RETENTIONS, required=True) if archive is not None else None) or "",
        posting=None if posting is None else read_posting(posting, by_id, org, scope, others),
        sha256=hashlib.sha256(source_text.encode()).hexdigest(),
        source_text=source_text,
        number_at="" if number_at is None else find_step(number_at, 0, steps, entries.faults),
        opens_from=None
        if opens_from is None
        else read_opens_from(opens_from, scope, givens, by_id, next(iter(steps), None), others),
        opens_every=None if opens_every is None else read_opens_every(opens_every),
        follow_on=read_follow_on(entries.items("follow_on"), steps, scope, givens.alias),
        due=None if due is None else read_due(due, steps, scope),
        late=None if late is None else read_late(late, around),
        together=None if together is None else read_together(together, by_id),
    )


def _read_form_id(entries: Entries) -> str:
    scalar = entries.scalar("form", required=True)
    if scalar is None or _FORM_ID.fullmatch(scalar.text):
        return "" if scalar is None else scalar.text
    entries.faults.add(
        scalar.place,
        "bad_id",
        f"表单代号「{scalar.text}」只用小写字母、数字和连字号，如 sales-allowance。",
        f"form id '{scalar.text}' must be lower-case words joined by hyphens",
    )
    return scalar.text


def _read_number(entries: Entries) -> str:
    scalar = entries.scalar("number", required=True)
    if scalar is None:
        return ""
    try:
        parse_pattern(scalar.text)
    except ValueError as fault:
        entries.faults.add(
            scalar.place, "bad_number_pattern", str(fault), f"'{scalar.text}' cannot be a number pattern"
        )
    return scalar.text


def _read_layout(entries: Entries, fields: dict[str, Field]) -> PrintLayout:
    layout = entries.entries("layout", LAYOUT_KEYS, required=True)
    return PrintLayout("A4 portrait", ()) if layout is None else read_layout(layout, fields)


def _read_index(archive: Entries | None, fields: dict[str, Field]) -> tuple[str, ...]:
    """Read what the archive is searched by: single values only."""
    known = (*SYSTEM_CELLS, *(field.id for field in fields.values() if field.kind != "table"))
    words = () if archive is None else archive.words("index")
    for word in words:
        if archive is not None and word.text not in known:
            archive.faults.add_unknown(word.place, "unknown_field", ("栏位", "field"), word.text, known)
    return tuple(word.text for word in words)
