"""Schemas: the spec language for editors, and a form's values for programs, as JSON Schema (2020-12).

Built from the tables that the reader itself uses, so that an editor never knows another language than the linter.
Numbers of a form's values are strings: no program on the way may turn an amount into a float.
"""

from collections.abc import Iterable

from forms_service.domain import parsing, parsing_fields, parsing_layout, parsing_rules, parsing_steps
from forms_service.domain.entries import LANGUAGES
from forms_service.domain.literals import MONEY_PLACES
from forms_service.domain.outlines import FIELD_KINDS
from forms_service.domain.schema_openings import WITHIN, copy_schema, openings, posting_schema
from forms_service.domain.schema_parts import (
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
from forms_service.domain.spec import Field, FieldKind, FormSpec

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def language_schema() -> Schema:
    """Describe the spec language, for editors that complete and check while one types."""
    return {
        "$schema": DIALECT,
        "title": "表单规格",
        **record(_form_properties(), required=_REQUIRED),
        "$defs": {
            "label": {"anyOf": [TEXT, record(dict.fromkeys(LANGUAGES, TEXT), required=LANGUAGES[:1])]},
            "field": {"oneOf": [_field_schema(kind) for kind in FIELD_KINDS]},
            "column": {"oneOf": [_column_schema(kind) for kind in FIELD_KINDS if _may_be_column(kind)]},
            "check": _check_schema(),
            "step": _step_schema(),
            "copy": copy_schema(),
            "posting": posting_schema(),
            "layout": _layout_schema(),
        },
    }


_REQUIRED = tuple(key for key in parsing.KEYS if key not in parsing.OPTIONAL_KEYS)


def values_schema(spec: FormSpec) -> Schema:
    """Describe a form's values: every field by its id; what is calculated is read-only."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:form:{spec.form}:{spec.version}:{spec.sha256}",
        "title": spec.title.zh_hans,
        **record(
            {field.id: _value_schema(field) for field in spec.fields},
            required=(field.id for field in spec.fields if _must_be_given(field)),
        ),
    }


def _form_properties() -> dict[str, Schema]:
    return {
        "form": text_like(FORM_ID),
        "version": {"type": "integer", "minimum": 1},
        "title": ref("label"),
        "source": TEXT,
        "number": TEXT,
        "number_at": text_like(ID),
        "rounding": {"enum": list(parsing.ROUNDINGS)},
        "visible_to_customer": {"enum": list(parsing.AUDIENCES)},
        **openings(),
        "fields": mapped(ref("field")),
        "checks": listed(ref("check")),
        "steps": listed(ref("step"), least=1),
        "copies": listed(ref("copy"), least=1),
        "archive": record(
            {"retain": {"enum": list(parsing.RETENTIONS)}, "index": listed(TEXT)},
            required=("retain",),
        ),
        "posting": ref("posting"),
        "layout": ref("layout"),
    }


def _field_schema(kind: FieldKind, without: Iterable[str] = ()) -> Schema:
    """Describe the fields of one type: the keys that the reader takes for it, and no other."""
    keys = [key for key in (*parsing_fields.ALWAYS, *parsing_fields.KEYS[kind]) if key not in without]
    properties: dict[str, Schema] = {**_FIELD_PROPERTIES, "type": {"const": kind}}
    needed = {"choice": ("options",), "table": ("rows", "columns"), "attachment": ("accept",)}
    return record({key: properties[key] for key in keys}, required=("label", "type", *needed.get(kind, ())))


def _column_schema(kind: FieldKind) -> Schema:
    return _field_schema(kind, parsing_fields.NOT_IN_COLUMNS)


def _may_be_column(kind: FieldKind) -> bool:
    return kind not in parsing_fields.NOT_AS_COLUMN


_FIELD_PROPERTIES: dict[str, Schema] = {
    "label": ref("label"),
    "help": TEXT,
    "required": YES_NO,
    "default": EXPRESSION,
    "calc": EXPRESSION,
    "show_when": EXPRESSION,
    "max_length": {"type": "integer", "minimum": 1, "maximum": parsing_fields.LONGEST_TEXT},
    "pattern": TEXT,
    "places": {"type": "integer", "minimum": 0, "maximum": parsing_fields.MOST_PLACES},
    "min": EXPRESSION,
    "max": EXPRESSION,
    "options": mapped(ref("label")),
    "accept": listed({"enum": list(parsing_fields.ACCEPTED_FILES)}, least=1),
    "rows": {"type": "string", "pattern": r"^[0-9]{1,2}\.\.[1-9][0-9]?$"},
    "columns": mapped(ref("column")),
}


def _check_schema() -> Schema:
    properties: dict[str, Schema] = {
        "rule": EXPRESSION,
        "say": TEXT,
        "mark": TEXT,
        "level": {"enum": list(parsing_rules.LEVELS)},
    }
    return record(properties, required=("rule", "say"))


def _step_schema() -> Schema:
    actions = [*parsing_steps.ACTIONS[:-1]]
    properties: dict[str, Schema] = {
        "id": text_like(ID),
        "name": TEXT,
        "who": TEXT,
        "fills": listed(TEXT),
        "sign": TEXT,
        "sign_by": listed({"enum": list(parsing_steps.EVIDENCE)}, least=1),
        "can": listed({"anyOf": [{"enum": actions}, text_like("^return +to +[a-z]")]}),
        "not_same_as": listed(TEXT),
        "when": EXPRESSION,
        "within": text_like(WITHIN),
    }
    return record(properties, required=("id", "name", "who", "sign"))


def _layout_schema() -> Schema:
    row: Schema = {"anyOf": [TEXT, {"type": "object", "additionalProperties": TEXT, "maxProperties": 1}]}
    properties: dict[str, Schema] = {
        "paper": {"enum": list(parsing_layout.PAPERS)},
        "columns": {"const": parsing_layout.GRID},
        "rows": listed(row, least=1),
    }
    return record(properties, required=parsing_layout.KEYS)


def _must_be_given(field: Field) -> bool:
    return field.calc is None and field.show_when is None and (field.required or field.min_rows > 0)


def _value_schema(field: Field) -> Schema:
    schema: Schema = {"title": field.label.zh_hans, **_value_type(field)}
    if field.help is not None:
        schema["description"] = field.help
    if field.calc is not None:
        schema["readOnly"] = True
    return schema


def _value_type(field: Field) -> Schema:
    match field.kind:
        case "integer" | "decimal" | "money":
            return _number_schema(_places(field))
        case "percent":
            return {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?%$"}
        case "date":
            return {"type": "string", "format": "date"}
        case "yesno":
            return dict(YES_NO)
        case "choice":
            return {"oneOf": [{"const": option.id, "title": option.label.zh_hans} for option in field.options]}
        case "table":
            return _table_schema(field)
        case _:
            return {"type": "string"} if field.max_length is None else {"type": "string", "maxLength": field.max_length}


def _places(field: Field) -> int | None:
    return {"integer": 0, "money": MONEY_PLACES}.get(field.kind, field.places)


def _number_schema(places: int | None) -> Schema:
    fraction = "" if places == 0 else r"(\.[0-9]+)?" if places is None else rf"(\.[0-9]{{1,{places}}})?"
    return {"type": "string", "pattern": f"^-?[0-9]+{fraction}$"}


def _table_schema(field: Field) -> Schema:
    columns = {column.id: _value_schema(column) for column in field.columns}
    row = record(columns, required=(column.id for column in field.columns if _must_be_given(column)))
    return {"type": "array", "items": row, "minItems": field.min_rows, "maxItems": field.max_rows}
