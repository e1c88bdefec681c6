import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from ruamel.yaml import YAML

from forms_service.domain.schema import language_schema, values_schema
from tests.domain.full_text import CLAIM, read_beside
from tests.domain.spec_text import NOTE, SHELF, note, read

# Plain data as an editor sees it: YAML 1.2 with its own types.
JSON_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "object": dict, "array": list, "string": str, "integer": int, "number": (int, float),
}  # fmt: skip


def fits(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    """Judge a value by the keywords that our schemas use; no other keyword may occur in them."""
    return all(_KEYWORDS[word](value, schema, root) for word in schema if word not in NOTES)


def of_type(value: Any, schema: Mapping[str, Any]) -> bool:
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return any(isinstance(value, JSON_TYPES[kind]) and not isinstance(value, bool) for kind in kinds)


def properties_fit(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    known = schema.get("properties", {})
    rest = schema.get("additionalProperties", True)
    for key, part in value.items() if isinstance(value, dict) else ():
        rule = known.get(key, rest)
        if rule is False or (isinstance(rule, dict) and not fits(part, rule, root)):
            return False
    return True


def referred(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    found = root
    for part in schema["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found


NOTES = {"$schema", "$id", "$defs", "title", "description", "readOnly", "format"}
_KEYWORDS: Mapping[str, Any] = {
    "type": lambda v, s, _: of_type(v, s),
    "enum": lambda v, s, _: v in s["enum"],
    "const": lambda v, s, _: v == s["const"],
    "pattern": lambda v, s, _: not isinstance(v, str) or re.search(s["pattern"], v) is not None,
    "minLength": lambda v, s, _: len(v) >= s["minLength"] if isinstance(v, str) else True,
    "maxLength": lambda v, s, _: len(v) <= s["maxLength"] if isinstance(v, str) else True,
    "minimum": lambda v, s, _: not isinstance(v, int) or v >= s["minimum"],
    "maximum": lambda v, s, _: not isinstance(v, int) or v <= s["maximum"],
    "minItems": lambda v, s, _: not isinstance(v, list) or len(v) >= s["minItems"],
    "maxItems": lambda v, s, _: not isinstance(v, list) or len(v) <= s["maxItems"],
    "minProperties": lambda v, s, _: not isinstance(v, dict) or len(v) >= s["minProperties"],
    "maxProperties": lambda v, s, _: not isinstance(v, dict) or len(v) <= s["maxProperties"],
    "required": lambda v, s, _: not isinstance(v, dict) or set(s["required"]) <= set(v),
    "items": lambda v, s, root: not isinstance(v, list) or all(fits(item, s["items"], root) for item in v),
    "properties": properties_fit,
    "additionalProperties": properties_fit,
    "propertyNames": lambda v, s, root: all(fits(key, s["propertyNames"], root) for key in v),
    "anyOf": lambda v, s, root: any(fits(v, part, root) for part in s["anyOf"]),
    "oneOf": lambda v, s, root: sum(fits(v, part, root) for part in s["oneOf"]) == 1,
    "$ref": lambda v, s, root: fits(v, referred(s, root), root),
}


def loaded(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


@pytest.mark.parametrize("path", sorted(SHELF.glob("*.yaml")), ids=lambda path: path.name)
def test_the_forms_on_the_shelf_fit_the_schema_of_the_language(path: Any) -> None:
    schema = language_schema()

    assert fits(loaded(path.read_text(encoding="utf-8")), schema, schema)


def test_the_note_fits_the_schema_of_the_language() -> None:
    schema = language_schema()

    assert fits(loaded(NOTE), schema, schema)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version: 1", "version: one"),
        ("rounding: half_up", "rounding: up"),
        ("type: yesno", "type: yesnoo"),
        ("type: yesno", "type: yesno, max_length: 9"),
        ("min: 1, max: 99", "min: 1, default: 99"),
        ("type: text, required: yes", "type: attachment, accept: [pdf]"),
        ("    mark: parts.price", "    marks: parts.price"),
        ("within: 10 days", "within: ten days"),
        ("colour: blue", "colour: purple"),
        ("  columns: 12\n", "  columns: 10\n"),
        ("  summary: 修理 {no} {customer}\n", ""),
    ],
)
def test_what_an_editor_can_see_to_be_wrong_does_not_fit(old: str, new: str) -> None:
    schema = language_schema()
    changed = NOTE.replace(old, new)

    assert changed != NOTE
    assert not fits(loaded(changed), schema, schema)
    assert read(changed)[0] is None


def test_the_claim_with_all_that_a_form_may_say_fits_the_schema() -> None:
    schema = language_schema()

    assert fits(loaded(CLAIM), schema, schema)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  form: case\n", ""),
        ("  limit: 2", "  limits: 2"),
        ("case_no: case.no}", "case_no: case}"),
        ("report: step_times", "report: step_time"),
        ("{when: amount > 10, offer: inquiry}", "{when: amount > 10, offer: inquiry, open: visit}"),
        ("on: signed plant", "on: signedplant"),
        ("due: {from: register, ", "due: {"),
        ("on due,", "on time,"),
        ("again: 2 workdays", "again: soon"),
        ("tell: role gm\n", "tell: gm\n"),
        ("within: 30 days}", "within: 30 workdays}"),
        ("within: policy plant_days", "within: plant_days"),
        ("sign_by: [esign_link, paper_scan]", "sign_by: [paper]"),
        ("can: [approve, consult, return to open]", "can: [approve, delegate]"),
        ("{records: {voucher_no: 传票号码, booked_on: 作账日期}, within", "{within"),
    ],
)
def test_what_an_editor_can_see_to_be_wrong_with_the_claim_does_not_fit(old: str, new: str) -> None:
    schema = language_schema()
    changed = CLAIM.replace(old, new)

    assert changed != CLAIM
    assert not fits(loaded(changed), schema, schema)
    assert read_beside(changed)[0] is None


def test_the_schemas_are_plain_json() -> None:
    for schema in (language_schema(), values_schema(note())):
        assert json.loads(json.dumps(schema)) == schema


VALUES = {
    "customer": "东升电子有限公司",
    "liable": "plant",
    "kind": "repair",
    "urgent": "yes",
    "serial": "QK2046",
    "parts": [{"item": "电容", "qty": "2", "price": "1.50"}],
    "rate": "5%",
}


def test_a_forms_values_fit_its_own_schema() -> None:
    schema = values_schema(note())

    assert fits(VALUES, schema, schema)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "mend"},
        {"urgent": "perhaps"},
        {"parts": [{"item": "电容", "price": 1.5}]},
        {"parts": [{"item": "电容", "price": "1.505"}]},
        {"parts": [{"price": "1.50"}]},
        {"parts": [{"item": "电容"}] * 5},
        {"rate": "5"},
        {"unknown": "x"},
    ],
    ids=str,
)
def test_values_that_a_form_cannot_take_do_not_fit(changes: Mapping[str, object]) -> None:
    schema = values_schema(note())

    assert not fits({**VALUES, **changes}, schema, schema)


def test_what_is_required_and_what_is_calculated_is_told() -> None:
    schema: Any = values_schema(note())

    assert schema["required"] == ["customer", "liable"]
    assert [name for name, part in schema["properties"].items() if part.get("readOnly")] == ["total", "tax"]
