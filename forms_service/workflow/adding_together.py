"""Adding together: what counts with a document for a limit, so that nobody splits a case to stay below it.

Other documents of the form, open or finished, that agree in the named fields and were opened within the days that the
form says, before or after; their sums are taken from the facts of their present bytes.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from forms_service.domain.course import Together
from forms_service.domain.document import Document
from forms_service.domain.given import write_plain
from forms_service.domain.spec import FormSpec
from forms_service.domain.values import Single, Values
from forms_service.store.documents import Search
from forms_service.workflow.office import Office


def add_together(office: Office, spec: FormSpec, document: Document, values: Values) -> Mapping[str, Single]:
    """Return the sum over the other documents by the name that the form gives it; nothing where it asks for none.

    Where one of the fields that must agree is blank, nothing agrees with it.
    """
    together = spec.together
    if together is None:
        return {}
    same = tuple((name, _plain(values, name)) for name in together.same)
    if not all(text for _, text in same):
        return {together.name: Decimal(0)}
    with office.database.read() as tx:
        found = tx.documents.find(_search(together, document, same))
        others = [other.id for other in found if other.id != document.id]
        return {together.name: tx.facts.sum_of(together.total, others)}


def _search(together: Together, document: Document, same: tuple[tuple[str, str], ...]) -> Search:
    span = dt.timedelta(days=together.days)
    return Search(
        form=document.form,
        states=("open", "finished"),
        opened_from=document.opened_at - span,
        opened_before=document.opened_at + span,
        facts=same,
    )


def _plain(values: Values, name: str) -> str:
    value = values.get(name)
    return "" if isinstance(value, tuple) else write_plain(value)
