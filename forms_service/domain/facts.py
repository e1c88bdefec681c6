"""Facts: the single values that stand in a document's present bytes, as lists and sums look them up.

They are a view: whatever is decided is read from the bytes themselves.
"""

from collections.abc import Mapping

from forms_service.domain.document import Document
from forms_service.domain.spec import FormSpec
from forms_service.domain.values import Single, Values
from forms_service.domain.widgets import fields_of_lock


def printed_facts(spec: FormSpec, document: Document, values: Values) -> Mapping[str, Single]:
    """Name the single values that the signatures of the present bytes have locked; blanks are left out.

    `values` may know more: a calculated cell is printed only with the last step that feeds it.
    """
    signed = {signature.step for signature in document.signatures}
    printed = frozenset[str]().union(*(fields_of_lock(spec, step) for step in signed))
    found = {name: values.get(name) for name in printed}
    return {name: value for name, value in found.items() if value is not None and not isinstance(value, tuple)}
