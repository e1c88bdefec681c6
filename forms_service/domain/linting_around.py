"""Linting around a form: what must hold between it and what stands beside it, the other forms and the policies' days.

A form once published is read without these rules: what changes around it later must not make its documents unreadable.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import product

from forms_service.domain.course import FollowOn, Within
from forms_service.domain.evaluating import Column, EvaluationError, Known, evaluate
from forms_service.domain.expression import Expression
from forms_service.domain.faults import Faults, nearest
from forms_service.domain.outlines import ANY, FormOutline, Others
from forms_service.domain.people import Organisation
from forms_service.domain.policies import setting_value
from forms_service.domain.problem import Level, Place, Problem
from forms_service.domain.scope import KINDS
from forms_service.domain.spec import FormSpec
from forms_service.domain.values import Single


def lint_around(spec: FormSpec, org: Organisation, others: Others, *, complete: bool) -> tuple[Problem, ...]:
    """List every fault between a form and what is around it.

    Where `others` are `complete`, a form that is not among them is a fault; else it may come later, and is a warning.
    """
    faults = Faults()
    _check_named_forms(spec, others, "error" if complete else "warning", faults)
    _check_days(spec, org, faults)
    _check_kinds(spec, others.get(spec.form), faults)
    return faults.in_order()


def _check_named_forms(spec: FormSpec, others: Others, level: Level, faults: Faults) -> None:
    """Hold that the forms that follow, and the slip for what is late, exist and may be opened from where they are."""
    known = {**others, spec.form: _own_outline(spec)}
    for follow in spec.follow_on:
        if follow.form not in known:
            _note_unknown(follow.form, follow.place, known, level, faults)
        elif not known[follow.form].accepts(parent := _parent_of(spec, follow)):
            _note_not_opened(known[follow.form], parent, follow.place, faults)
    if spec.late is not None and spec.late.slip:
        slip = known.get(spec.late.slip)
        if slip is None:
            _note_unknown(spec.late.slip, spec.late.place, known, level, faults)
        elif slip.parent != ANY:
            _note_not_opened(slip, ANY, spec.late.place, faults)


def _own_outline(spec: FormSpec) -> FormOutline:
    parent = "" if spec.opens_from is None else spec.opens_from.form
    return FormOutline(spec.form, spec.version, spec.title.zh_hans, (), parent)


def _parent_of(spec: FormSpec, follow: FollowOn) -> str:
    """Name the form whose document becomes the parent of what follows."""
    return spec.opens_from.form if follow.parent and spec.opens_from is not None else spec.form


def _note_unknown(form: str, place: Place, known: Others, level: Level, faults: Faults) -> None:
    near = nearest(form, known)
    chinese = f"没有叫「{form}」的表单{f'，是不是「{near}」？' if near else '。'}"
    later = "" if level == "error" else "如果随后才发布，请记得发布它。"
    faults.add(place, "unknown_form", chinese + later, f"unknown form '{form}'", level)


def _note_not_opened(target: FormOutline, parent: str, place: Place, faults: Faults) -> None:
    written = f"写的是 {target.parent}" if target.parent else "没有写"
    faults.add(
        place,
        "not_opened_from",
        f"《{target.title}》的 opens_from {written}，这里要它由 {parent} 开出。请改其中一处。",
        f"'{target.form}' is not opened from '{parent}'",
    )


def _check_days(spec: FormSpec, org: Organisation, faults: Faults) -> None:
    """Hold that the steps after the clock's start fit into the whole document's time, as far as both are known.

    Where the time depends on a choice (国内、国外), each option is tried. What is allowed a step in working days counts
    as so many days at least. Where it is only conditional steps that make it too long, that is a warning.
    """
    if spec.due is None or not spec.due.start:
        return
    settings = _settings(org)
    for chosen in _choices(spec, spec.due.days):
        limit = _evaluated(spec.due.days, {**chosen, **{f"policy.{name}": days for name, days in settings.items()}})
        always, every = _days_after(spec, spec.due.start, settings, chosen)
        if isinstance(limit, Decimal) and every > limit:
            level: Level = "error" if always > limit else "warning"
            _note_too_long(spec.due.place, always if always > limit else every, limit, level, faults)
            return


def _settings(org: Organisation) -> Mapping[str, Decimal]:
    """Return every setting that is a number, by name, each policy as its newest version has it."""
    dated = sorted(org.policies, key=lambda policy: policy.effective)
    values = {name: setting_value(text) for policy in dated for name, text in policy.settings}
    return {name: value for name, value in values.items() if isinstance(value, Decimal)}


def _choices(spec: FormSpec, days: Expression) -> Iterator[Mapping[str, str]]:
    """Yield every way to answer the choices on which a time depends."""
    named = days.roots | {step.within.by for step in spec.steps if step.within is not None}
    choices = [field for field in spec.fields if field.id in named and field.kind == "choice"]
    for answers in product(*([option.id for option in field.options] for field in choices)):
        yield {field.id: answer for field, answer in zip(choices, answers, strict=True)}


def _evaluated(days: Expression, known: Known) -> Single | Column:
    try:
        return evaluate(days, known)
    except EvaluationError:
        return None


def _days_after(
    spec: FormSpec, start: str, settings: Mapping[str, Decimal], chosen: Mapping[str, str]
) -> tuple[Decimal, Decimal]:
    """Add up what the steps after one are allowed: those that always come, and all; a 会签 counts once."""
    always = every = Decimal(0)
    following = spec.steps[spec.step_index(start) + 1 :]
    for step in {step.joint or step.id: step for step in following}.values():
        days = Decimal(0) if step.within is None else _days(step.within, settings, chosen)
        every += days
        always += days if step.when is None else 0
    return always, every


def _days(within: Within, settings: Mapping[str, Decimal], chosen: Mapping[str, str]) -> Decimal:
    if not within.setting:
        return Decimal(within.days)
    name = f"{within.setting}_{chosen.get(within.by)}" if within.by else within.setting
    return settings.get(name, Decimal(0))


def _check_kinds(spec: FormSpec, other: FormOutline | None, faults: Faults) -> None:
    """Hold that a field is of one kind in all versions of a form: other forms and registers read it by its id."""
    kinds = {field.id: field.kind for field in (() if other is None else other.fields)}
    for field in spec.fields:
        kind = kinds.get(field.id)
        if kind is not None and KINDS[kind] != KINDS[field.kind]:
            faults.add(
                field.place,
                "kind_changed",
                f"「{field.id}」在这种表单的另一版里是 {kind}，这里是 {field.kind}，读它的表单会读错。请换一个代号。",
                f"'{field.id}' is a {kind} in another version of the form and a {field.kind} here",
            )


def _note_too_long(place: Place, days: Decimal, limit: Decimal, level: Level, faults: Faults) -> None:
    ways = "" if level == "error" else "（走到有条件的各步时）"
    faults.add(
        place,
        "steps_too_long",
        f"受理之后各步的期限加起来是 {days:f} 天{ways}，整张单据只有 {limit:f} 天。请减少步骤的期限。",
        f"the steps are allowed {days:f} days, the whole document {limit:f}",
        level,
    )
