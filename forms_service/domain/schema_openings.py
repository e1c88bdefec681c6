"""The part of the language's schema for what a form opens from, what comes of it, and by when."""

from forms_service.domain import parsing_copies, parsing_openings, parsing_rules, parsing_times
from forms_service.domain.reports import REPORT_NAMES
from forms_service.domain.schema_parts import (
    DAYS,
    EXPRESSION,
    FORM_ID,
    ID,
    TEXT,
    YES_NO,
    Schema,
    listed,
    mapped,
    record,
    ref,
    text_like,
)

WITHIN = f"^({DAYS}|policy +[a-z][a-z0-9_]*( +by +[a-z][a-z0-9_]*)?|until +.+)$"

_DAYS = f"^{DAYS}$"
_FORM = text_like(FORM_ID)
_REPORT: Schema = {"enum": list(REPORT_NAMES)}


def openings() -> dict[str, Schema]:
    """Describe the keys of a form about its openings and its times."""
    return {
        "opens_from": _opens_from(),
        "opens_every": _opens_every(),
        "follow_on": listed(_follow_on()),
        "due": record({"from": text_like(ID), "days": EXPRESSION}, required=parsing_times.DUE_KEYS),
        "late": _late(),
        "together": _together(),
    }


def _opens_from() -> Schema:
    properties: dict[str, Schema] = {
        "form": _FORM,
        "as": text_like(ID),
        "when": EXPRESSION,
        "limit": {"type": "integer", "minimum": 1},
        "optional": YES_NO,
        "copy": mapped(text_like(r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")),
        "report": _REPORT,
    }
    return record(properties, required=parsing_openings.OPENS_FROM_KEYS[:2])


def _opens_every() -> Schema:
    properties: dict[str, Schema] = {
        "month": {"enum": list(parsing_openings.MONTHS)},
        "due_day": {"type": "integer", "minimum": 1, "maximum": parsing_openings.LAST_DUE_DAY},
        "report": _REPORT,
    }
    return record(properties, required=parsing_openings.OPENS_EVERY_KEYS[:2])


def _follow_on() -> Schema:
    event: Schema = {"anyOf": [{"enum": list(parsing_openings.ENDS)}, text_like("^signed +[a-z]")]}
    properties: dict[str, Schema] = {"when": EXPRESSION, "on": event, "parent": text_like(ID)}
    ways = [record({**properties, way: _FORM}, required=(way,)) for way in ("open", "offer")]
    return {"oneOf": ways}


def _late() -> Schema:
    properties: dict[str, Schema] = {
        "remind": listed(text_like(f"^({DAYS} before|on due|every {DAYS})$")),
        "slip": _FORM,
        "again": text_like(_DAYS),
        "tell": text_like("^(dept|role) "),
    }
    return {**record(properties), "minProperties": 1}


def _together() -> Schema:
    properties: dict[str, Schema] = {
        "name": text_like(ID),
        "total": text_like(ID),
        "same": listed(text_like(ID), least=1),
        "within": text_like("^[1-9][0-9]{0,2} days?$"),
    }
    return record(properties, required=parsing_openings.TOGETHER_KEYS)


def copy_schema() -> Schema:
    """Describe a copy."""
    receipt: dict[str, Schema] = {"records": mapped(TEXT), "within": text_like(_DAYS)}
    properties: dict[str, Schema] = {
        "no": {"type": "integer", "minimum": 1},
        "to": text_like("^((dept|role) |opened_by$)"),
        "name": TEXT,
        "colour": {"enum": list(parsing_copies.COLOURS)},
        "when": EXPRESSION,
        "after": text_like(ID),
        "receipt": record(receipt, required=parsing_copies.RECEIPT_KEYS[:1]),
    }
    return record(properties, required=parsing_copies.NEEDED)


def posting_schema() -> Schema:
    """Describe what accounting makes of a form."""
    side = mapped(TEXT)
    need: dict[str, Schema] = {
        "form": _FORM,
        "is": {"enum": list(parsing_rules.RELATIONS)},
        "when": EXPRESSION,
    }
    columns: Schema = {"type": "object", "additionalProperties": TEXT}
    properties: dict[str, Schema] = {
        "debit": side,
        "credit": side,
        "summary": TEXT,
        "when": EXPRESSION,
        "needs": mapped(record(need, required=parsing_rules.NEED_KEYS[:2])),
        "checks": listed(ref("check")),
        "compare": {"type": "object", "additionalProperties": columns},
    }
    return record(properties, required=("debit", "credit", "summary"))
