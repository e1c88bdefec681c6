"""Facts: the single values that stand in a document's present bytes, as lists and sums look them up.

They are a view: whatever is decided is read from the bytes themselves.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from forms_service.domain.document import Document
from forms_service.domain.spec import Field, FormSpec
from forms_service.domain.values import Single, Values, print_value
from forms_service.domain.widgets import fields_of_lock, options_of

_NUMBERS = frozenset({"integer", "decimal", "money", "percent"})


def printed_facts(spec: FormSpec, document: Document, values: Values) -> Mapping[str, Single]:
    """Name the single values that the signatures of the present bytes have locked; blanks are left out.

    `values` may know more: a calculated cell is printed only with the last step that feeds it.
    """
    signed = {signature.step for signature in document.signatures}
    printed = frozenset[str]().union(*(fields_of_lock(spec, step) for step in signed))
    found = {name: values.get(name) for name in printed}
    return {name: value for name, value in found.items() if value is not None and not isinstance(value, tuple)}


def show_fact(field: Field, text: str) -> str:
    """Write a fact's plain text for a reader: amounts with separators, choices by their labels."""
    if field.kind in ("choice", "yesno"):
        return dict(options_of(field)).get(text, text)
    return print_value(field, Decimal(text)) if field.kind in _NUMBERS and text else text


def list_facts(spec: FormSpec, facts: Mapping[str, str], names: Iterable[str]) -> tuple[str, ...]:
    """Write those of some fields that are filled, each with its label; a yes is its label alone, a no is nothing."""
    fields = {field.id: field for field in spec.fields}
    filled = ((fields[name], facts[name]) for name in names if name in fields and facts.get(name))
    return tuple(
        field.label.zh_hans if field.kind == "yesno" else f"{field.label.zh_hans} {show_fact(field, text)}"
        for field, text in filled
        if not (field.kind == "yesno" and text == "no")
    )
