"""Linting the route: every step can be reached, and reads only what was filled before it."""

from collections.abc import Iterator

from forms_service.domain.expression import Expression
from forms_service.domain.faults import Faults
from forms_service.domain.spec import Field, FormSpec, Step, Who
from forms_service.domain.widgets import lock_of


def lint_route(spec: FormSpec, faults: Faults) -> None:
    """Note every fault of the order in which a form is filled and signed."""
    for index, step in enumerate(spec.steps):
        _check_condition(spec, step, index, faults)
        _check_who(spec, step, index, faults)
        _check_audience(spec, step, faults)
    for field in spec.fields:
        _check_field(spec, field, faults)


def _check_condition(spec: FormSpec, step: Step, index: int, faults: Faults) -> None:
    if step.when is None:
        return
    if index == 0:
        faults.add(step.when.place, "first_step", "第一步总要走，不能写 when。", "the first step cannot be conditional")
        return
    later = tuple(_filled_from(spec, step.when, index))
    read = step.when.roots & {field.id for field in spec.fields}
    if later:
        faults.add(
            step.when.place,
            "unreachable_step",
            f"步骤「{step.id}」的条件读「{later[0]}」，那时还没有填，这一步永远轮不到。",
            f"step '{step.id}' is unreachable: '{later[0]}' is not filled before it",
        )
    elif not read:
        faults.add(
            step.when.place,
            "unreachable_step",
            f"步骤「{step.id}」的条件不读任何栏位，不是永远轮不到就是永远成立。请删去 when，或写栏位的条件。",
            f"the condition of step '{step.id}' reads no field",
        )


def _check_who(spec: FormSpec, step: Step, index: int, faults: Faults) -> None:
    for amount in _amounts(step.who):
        for name in _filled_from(spec, amount, index):
            faults.add(
                amount.place,
                "read_before_filled",
                f"轮到「{step.id}」时「{name}」还没有填，定不出由谁核决。请让之前的步骤先填它。",
                f"'{name}' is not filled before step '{step.id}'",
            )


def _amounts(who: Who) -> Iterator[Expression]:
    if who.amount is not None:
        yield who.amount
    for part in who.of:
        yield from _amounts(part)


def _check_audience(spec: FormSpec, step: Step, faults: Faults) -> None:
    if step.who.kind == "external" and spec.visible_to_customer != "yes":
        faults.add(
            step.place,
            "customer_may_not_see",
            f"步骤「{step.id}」要客户签，可是 visible_to_customer 写的是 {spec.visible_to_customer}。请改其中一处。",
            f"step '{step.id}' is the customer's, but visible_to_customer is '{spec.visible_to_customer}'",
        )


def _check_field(spec: FormSpec, field: Field, faults: Faults) -> None:
    """Hold that what a field's own expressions read is filled with it or before it, a default's before it."""
    own = spec.step_index(lock_of(spec, field))
    limits = [limit for part in (field, *field.columns) for limit in (part.show_when, part.minimum, part.maximum)]
    timed = [(limit, own + 1) for limit in limits] + [(field.default, own)]
    columns = {column.id for column in field.columns}
    for expression, index in timed:
        for name in _filled_from(spec, expression, index) if expression is not None else ():
            if expression is not None and name not in columns:
                faults.add(
                    expression.place,
                    "read_before_filled",
                    f"填「{field.id}」时「{name}」还没有填。请改用之前已填的栏位。",
                    f"'{name}' is not filled when '{field.id}' is",
                )


def _filled_from(spec: FormSpec, expression: Expression, index: int) -> Iterator[str]:
    """Yield the fields an expression reads that are complete only from the step at an index on."""
    for field in spec.fields:
        if field.id in expression.roots and spec.step_index(lock_of(spec, field)) >= index:
            yield field.id
