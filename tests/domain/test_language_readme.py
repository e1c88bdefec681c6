"""form_specs/README.md says all that a form may say, and nothing that it may not."""

import re
from collections.abc import Iterator

import pytest

from forms_service.domain import (
    parsing,
    parsing_copies,
    parsing_fields,
    parsing_layout,
    parsing_openings,
    parsing_rules,
    parsing_steps,
    parsing_times,
)
from forms_service.domain.given import PARENT_NAMES
from forms_service.domain.node import Mapping, Node, Sequence
from forms_service.store.yaml_text import read_document
from tests.domain.spec_text import SHELF

README = (SHELF / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n([^#].*?)```", README, re.DOTALL)  # of forms; those of other files begin with a name
TABLES = {
    "form": parsing.KEYS,
    "field": parsing_fields.ALL_KEYS,
    "step": parsing_steps.KEYS,
    "copy": (*parsing_copies.KEYS, *parsing_copies.RECEIPT_KEYS),
    "opens_from": parsing_openings.OPENS_FROM_KEYS,
    "opens_every": parsing_openings.OPENS_EVERY_KEYS,
    "follow_on": parsing_openings.FOLLOW_ON_KEYS,
    "together": parsing_openings.TOGETHER_KEYS,
    "due": parsing_times.DUE_KEYS,
    "late": parsing_times.LATE_KEYS,
    "posting": (*parsing_rules.POSTING_KEYS, *parsing_rules.NEED_KEYS),
    "layout": parsing_layout.KEYS,
}
KNOWN = {key for keys in TABLES.values() for key in keys}


def keys_of(node: Node) -> Iterator[str]:
    if isinstance(node, Mapping):
        for key, value in node:
            yield key.text
            if key.text != "copy":  # its keys are a form's own fields
                yield from keys_of(value)
    for item in node.items if isinstance(node, Sequence) else ():
        yield from keys_of(item)


@pytest.mark.parametrize("table", ["step", "copy", "opens_from", "opens_every", "follow_on", "together", "due", "late"])
def test_the_readme_names_every_key_of_the_route_and_the_openings(table: str) -> None:
    assert [key for key in TABLES[table] if not re.search(rf"\b{key}\b", README)] == []


def test_the_readme_names_what_every_parent_is_known_by() -> None:
    assert [name for name in PARENT_NAMES if f"`{name}`" not in README and f" {name} " not in README] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_readmes_examples_are_yaml_of_known_keys(example: str) -> None:
    node, problems = read_document(example.encode(), "README.md")

    assert problems == ()
    assert node is not None
    assert [key for key in keys_of(node) if key not in KNOWN] == []
