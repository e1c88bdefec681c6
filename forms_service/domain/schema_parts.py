"""Parts of a JSON Schema: records, lists and maps, and the few shapes that every key of the language is made of."""

from collections.abc import Iterable

Schema = dict[str, object]

ID = "^[a-z][a-z0-9_]*$"
FORM_ID = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
DAYS = "[1-9][0-9]{0,2} (work)?days?"
YES_NO: Schema = {"enum": ["yes", "no"]}
EXPRESSION: Schema = {"type": ["string", "number"]}
TEXT: Schema = {"type": "string", "minLength": 1}


def record(properties: dict[str, Schema], *, required: Iterable[str] = ()) -> Schema:
    """Describe a mapping with known keys and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def listed(items: Schema, *, least: int = 0) -> Schema:
    """Describe a list."""
    return {"type": "array", "items": items, "minItems": least}


def mapped(values: Schema) -> Schema:
    """Describe a mapping whose keys are free ids."""
    return {
        "type": "object",
        "propertyNames": {"pattern": ID},
        "additionalProperties": values,
        "minProperties": 1,
    }


def ref(name: str) -> Schema:
    """Refer to a definition."""
    return {"$ref": f"#/$defs/{name}"}


def text_like(pattern: str) -> Schema:
    """Describe a text of a certain form."""
    return {"type": "string", "pattern": pattern}
