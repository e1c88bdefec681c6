"""Deciding: each decision that a limits table gave to somebody, held against that table once more (V01).

What counted together with the document then may have grown since; so the amount is the one that the decision itself
states, which must be at least the document's own.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from forms_service.domain.document import Document, Signature
from forms_service.domain.errors import FormsError
from forms_service.domain.evaluating import evaluate
from forms_service.domain.people import Policy
from forms_service.domain.spec import FormSpec, Step
from forms_service.workflow.office import Office
from forms_service.workflow.reading import known, values_of

_EDGE = re.compile(r"(?P<id>[a-z0-9_]+)@(?P<sha256>[0-9a-f]{64})#(?P<band>[0-9]+)=(?P<amount>[0-9]+(\.[0-9]+)?)")


def overstepped(office: Office, document: Document, spec: FormSpec) -> Iterator[str]:
    """Say of each decision that was beyond the limit of whoever took it why it was."""
    opened_at = document.opened_at
    stated = _stated(office, document)
    for signature in document.signatures:
        step = spec.step(signature.step)
        if step.who.kind == "policy":
            then = replace(document, step=step.id, step_opened_at=opened_at)
            try:
                yield from _faults(office, then, spec, step, signature, stated.get((step.id, signature.round), ""))
            except FormsError as error:
                yield str(error)
        opened_at = signature.signed_at


def _stated(office: Office, document: Document) -> dict[tuple[str, int], str]:
    """Read by which edge of which table each step's signer decided, as the ledger keeps it beside the signature."""
    with office.database.read() as tx:
        rows = tx.ledger.of(document.id)
    said = (row.event.data for row in rows if row.event.kind == "signed")
    return {(str(data["step"]), int(data["round"] or 0)): str(data.get("policy") or "") for data in said}


def _faults(
    office: Office, then: Document, spec: FormSpec, step: Step, signature: Signature, stated: str
) -> Iterator[str]:
    edge = _EDGE.fullmatch(stated)
    policy = next((p for p in office.policies(then.step_opened_at) if p.id == step.who.name), None)
    if edge is None or policy is None or edge["sha256"] != policy.sha256:
        yield f"「{step.name}」没有写明依哪一份核决权限决定。"
        return
    amount = Decimal(edge["amount"])
    own = _own_amount(office, then, spec, step, signature)
    if own is None or amount < own:
        yield f"「{step.name}」依金额 {amount:,} 决定，单据自己的金额却是 {own}。"
    role, org = _decider(policy, amount), office.rulebook.organisation(signature.signed_at)
    decided_by = signature.on_behalf_of or signature.person
    if decided_by not in {person.id for person in org.holders(role)}:
        yield f"「{step.name}」应由{org.role_name(role)}决定，签的人没有这个权限。"


def _own_amount(office: Office, then: Document, spec: FormSpec, step: Step, signature: Signature) -> Decimal | None:
    """Work out the amount from the bytes that were decided on, nothing else counted with it."""
    names = dict(known(office, then, values_of(office, spec, signature.base)))
    if spec.together is not None:
        names[spec.together.name] = Decimal(0)
    found = evaluate(step.who.amount, names, rounding=spec.rounding) if step.who.amount is not None else None
    return found if isinstance(found, Decimal) else None


def _decider(policy: Policy, amount: Decimal) -> str:
    return next(band.role for band in policy.bands if band.up_to is None or amount <= band.up_to)
