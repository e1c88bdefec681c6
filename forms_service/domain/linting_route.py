"""Linting the route: every step can be reached, and reads only what was filled before it."""

from collections.abc import Iterator

from forms_service.domain.expression import Expression
from forms_service.domain.faults import Faults
from forms_service.domain.given import CASE_DUE
from forms_service.domain.linting import given_roots
from forms_service.domain.linting_openings import amounts_of
from forms_service.domain.spec import Field, FormSpec, Step
from forms_service.domain.widgets import feeding_steps, lock_of


def lint_route(spec: FormSpec, faults: Faults) -> None:
    """Note every fault of the order in which a form is filled and signed."""
    for index, step in enumerate(spec.steps):
        _check_condition(spec, step, index, faults)
        _check_who(spec, step, index, faults)
        _check_within(spec, step, index, faults)
        _check_audience(spec, step, faults)
    for field in spec.fields:
        _check_field(spec, field, faults)
    _check_due(spec, faults)
    _check_follow_on(spec, faults)
    _check_copies(spec, faults)


def _check_condition(spec: FormSpec, step: Step, index: int, faults: Faults) -> None:
    if step.when is None:
        return
    if index == 0:
        faults.add(step.when.place, "first_step", "第一步总要走，不能写 when。", "the first step cannot be conditional")
        return
    for name in sorted(step.when.names & _passing(spec)):
        faults.add(
            step.when.place,
            "passing_condition",
            f"步骤「{step.id}」的条件读「{name}」，签好的文件里没有它，事后查不出该不该走。请先用 calc 算进一个栏位。",
            f"the condition of step '{step.id}' reads '{name}', which the signed file does not hold",
        )
    later = tuple(_filled_from(spec, step.when, index))
    read = step.when.roots & ({field.id for field in spec.fields} | given_roots(spec))
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


def _passing(spec: FormSpec) -> frozenset[str]:
    """Name what changes from day to day and stands in no signed file unless a field holds it."""
    together = {spec.together.name} if spec.together is not None else set[str]()
    return frozenset({"today", CASE_DUE} | together)


def _check_who(spec: FormSpec, step: Step, index: int, faults: Faults) -> None:
    for amount in amounts_of(step.who):
        for name in _filled_from(spec, amount, index):
            faults.add(
                amount.place,
                "read_before_filled",
                f"轮到「{step.id}」时「{name}」还没有填，定不出由谁核决。请让之前的步骤先填它。",
                f"'{name}' is not filled before step '{step.id}'",
            )


def _check_within(spec: FormSpec, step: Step, index: int, faults: Faults) -> None:
    """Hold that a step's time can be told when it opens."""
    if step.within is None:
        return
    read = frozenset({step.within.by}) if step.within.until is None else step.within.until.roots
    for name in _known_from(spec, read, index):
        faults.add(
            step.place,
            "read_before_filled",
            f"轮到「{step.id}」时「{name}」还没有填，算不出期限。请让之前的步骤先填它。",
            f"'{name}' is not filled when step '{step.id}' opens",
        )


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


def _check_due(spec: FormSpec, faults: Faults) -> None:
    """Hold that the whole document's time can be told when its clock starts."""
    if spec.due is None or not spec.due.start:
        return
    if CASE_DUE in spec.due.days.roots:
        chinese = f"期限不能由 {CASE_DUE} 自己算出，请写天数。"
        faults.add(spec.due.days.place, "calculation_cycle", chinese, f"the time cannot be told from {CASE_DUE}")
        return
    for name in _filled_from(spec, spec.due.days, spec.step_index(spec.due.start) + 1):
        faults.add(
            spec.due.days.place,
            "read_before_filled",
            f"「{spec.due.start}」签章时「{name}」还没有填，算不出期限。请让它或之前的步骤先填。",
            f"'{name}' is not filled when '{spec.due.start}' is signed",
        )


def _check_follow_on(spec: FormSpec, faults: Faults) -> None:
    """Hold that what follows a step reads what is filled by then."""
    for follow in spec.follow_on:
        step_id = follow.on.removeprefix("signed ")
        if follow.when is None or step_id == follow.on or not step_id:
            continue
        for name in _filled_from(spec, follow.when, spec.step_index(step_id) + 1):
            faults.add(
                follow.when.place,
                "read_before_filled",
                f"「{step_id}」签章时「{name}」还没有填，看不出要不要开立。请改 on，或改用已填的栏位。",
                f"'{name}' is not filled when '{step_id}' is signed",
            )


def _check_copies(spec: FormSpec, faults: Faults) -> None:
    """Hold that whether an early copy is cut can be told when it is."""
    for copy in spec.copies:
        if copy.when is None or not copy.after:
            continue
        for name in _filled_from(spec, copy.when, spec.step_index(copy.after) + 1):
            faults.add(
                copy.when.place,
                "read_before_filled",
                f"「{copy.after}」签章时「{name}」还没有填，看不出要不要封存这一联。请改用已填的栏位。",
                f"'{name}' is not filled when '{copy.after}' is signed",
            )


def _filled_from(spec: FormSpec, expression: Expression, index: int) -> Iterator[str]:
    """Yield the names an expression reads that are known only from the step at an index on."""
    return _known_from(spec, expression.roots, index)


def _known_from(spec: FormSpec, names: frozenset[str], index: int) -> Iterator[str]:
    given = given_roots(spec)
    for name in sorted(names & ({field.id for field in spec.fields} | given)):
        at = max(map(spec.step_index, feeding_steps(spec, frozenset({name}))), default=-1 if name in given else 0)
        if at >= index:
            yield name
