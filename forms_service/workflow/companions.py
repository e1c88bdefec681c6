"""Companions: the documents that go to accounting together with one, judged and read from their sealed copies."""

from collections.abc import Iterator
from dataclasses import replace

from forms_service.accounting.companions import FoundCompanion
from forms_service.domain.context import gather
from forms_service.domain.document import Document, State
from forms_service.domain.evaluating import evaluate
from forms_service.domain.people import Policy
from forms_service.domain.spec import Companion, FormSpec
from forms_service.domain.values import Values
from forms_service.domain.widgets import read_document
from forms_service.store.copies import SealedCopy
from forms_service.store.documents import Search
from forms_service.workflow.auditing import verify_copy
from forms_service.workflow.deciding import overstepped
from forms_service.workflow.office import Office
from forms_service.workflow.reading import context

ACCOUNTING = "accounting"
_STANDING: tuple[State, ...] = ("open", "finished")


def is_postable(office: Office, document: Document, spec: FormSpec, values: Values) -> bool:
    """Say whether a document is accounting's to post at all: its form has a posting, and its condition holds."""
    if spec.posting is None:
        return False
    when = spec.posting.when
    known = gather(values, context(office, document, document.opened_at))
    return when is None or evaluate(when, known, rounding=spec.rounding) is True


def find_companions(office: Office, document: Document, spec: FormSpec, values: Values) -> tuple[FoundCompanion, ...]:
    """Find, judge and read everything that must go to accounting together with a document."""
    return tuple(_judge(office, need, found) for need, found in _each_need(office, document, spec, values))


def await_companions(office: Office, document: Document, spec: FormSpec, values: Values) -> tuple[str, ...]:
    """Say what a document still waits for, judging nothing: `《销货退回证明单》尚未签完`."""
    waits = []
    for need, found in _each_need(office, document, spec, values):
        if found is None:
            waits.append(f"《{_title(office, need)}》尚未开立")
        elif found.state != "finished":
            waits.append(f"《{_title(office, need)}》{found.number} 尚未签完")
    return tuple(waits)


def unconfirmed_limits(office: Office, document: Document, spec: FormSpec, values: Values) -> tuple[str, ...]:
    """Name the limits tables behind the decisions of a document and its companions that nobody confirmed (V20).

    A table confirmed since, with the same bands, confirms what was decided by it.
    """
    companions = (found for _, found in _each_need(office, document, spec, values) if found is not None)
    specs = (spec, *(office.printery.form(found.spec_sha256).spec for found in companions))
    tables = {step.who.name for each in specs for step in each.steps if step.who.kind == "policy"}
    behind = (policy for policy in office.policies(document.opened_at) if policy.id in tables)
    day, today = office.today(document.opened_at), office.organisation
    return tuple(policy.title for policy in behind if not _is_confirmed(policy, today.policy(policy.id, day)))


def _is_confirmed(decided_by: Policy, since: Policy | None) -> bool:
    return decided_by.confirmed or (since is not None and since.confirmed and since.bands == decided_by.bands)


def _each_need(
    office: Office, document: Document, spec: FormSpec, values: Values
) -> Iterator[tuple[Companion, Document | None]]:
    known = gather(values, context(office, document, document.opened_at))
    for need in spec.posting.needs if spec.posting else ():
        if need.when is None or evaluate(need.when, known, rounding=spec.rounding) is True:
            yield need, _find(office, need, document)


def _find(office: Office, need: Companion, document: Document) -> Document | None:
    with office.database.read() as tx:
        if need.relation == "child":
            found = tx.documents.find(Search(parent=document.id, form=need.form, states=_STANDING))
            return min(found, key=lambda child: child.state != "finished", default=None)
        above = document.parent
        while above is not None:
            parent = tx.documents.get(above)
            if parent.form == need.form:
                return parent
            above = parent.parent
    return None


def _judge(office: Office, need: Companion, found: Document | None) -> FoundCompanion:
    bare = FoundCompanion(need, _title(office, need), "", "", "", {})
    if found is None:
        return bare
    bare = replace(bare, number=found.number, state=found.state)
    with office.database.read() as tx:
        copies = tx.copies.of(found.id)
    spec = office.printery.form(found.spec_sha256).spec
    copy = _copy_for_accounting(spec, copies)
    if copy is None:
        return bare
    verdict = verify_copy(office, copy)
    values = read_document(spec, verdict.printed)
    beyond = tuple(overstepped(office, found, spec)) if verdict.verdict == "accepted" else ()
    named = {**values, "no": found.number, "state": found.state}
    return replace(bare, verdict=verdict.verdict, values=named, overstepped=beyond)


def _copy_for_accounting(spec: FormSpec, copies: tuple[SealedCopy, ...]) -> SealedCopy | None:
    """Take accounting's own copy; of a form that gives it none, the last one sealed."""
    if any((copy.to.kind, copy.to.name) == ("dept", ACCOUNTING) for copy in spec.copies):
        return next((copy for copy in copies if copy.department == ACCOUNTING), None)
    return copies[-1] if copies else None


def _title(office: Office, need: Companion) -> str:
    in_force = next((approval for approval in office.rulebook.forms() if approval.form == need.form), None)
    return office.printery.form(in_force.sha256).spec.title.zh_hans if in_force else need.form
