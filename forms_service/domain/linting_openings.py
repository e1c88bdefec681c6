"""Linting what a form's document is given: every name of it means one thing."""

from collections.abc import Iterator

from forms_service.domain.course import OpensFrom, Who
from forms_service.domain.expression import Expression
from forms_service.domain.faults import Faults
from forms_service.domain.given import CASE_DUE, PARENT_NAMES, PERIOD
from forms_service.domain.outlines import FormOutline, Others
from forms_service.domain.problem import Place
from forms_service.domain.spec import FormSpec


def lint_openings(spec: FormSpec, others: Others, faults: Faults) -> None:
    """Note every fault between a form and what its documents are given; `others` are the forms beside it, and it."""
    _check_given_names(spec, faults)
    if spec.opens_from is None:
        return
    if spec.opens_every is not None:
        chinese = "每月自动开立的表单没有原单，opens_from 与 opens_every 只能写一个。"
        faults.add(spec.opens_every.place, "opens_twice", chinese, "write opens_from or opens_every, not both")
    _check_common_names(spec, spec.opens_from, others.get(spec.opens_from.form), faults)


def _check_given_names(spec: FormSpec, faults: Faults) -> None:
    """Refuse a name that is given to the document and is a field's, or another given name, at once."""
    fields = {field.id: field.place for field in spec.fields}
    taken: dict[str, Place] = {}
    for name, place in _given_names(spec):
        if name in fields:
            _note_two_meanings(name, fields[name], faults)
        elif name in taken:
            _note_two_meanings(name, place, faults)
        taken.setdefault(name, place)


def _given_names(spec: FormSpec) -> Iterator[tuple[str, Place]]:
    if spec.due is not None:
        yield CASE_DUE, spec.due.place
    if spec.opens_every is not None:
        yield PERIOD, spec.opens_every.place
    if spec.opens_from is not None and spec.opens_from.alias:
        yield spec.opens_from.alias, spec.opens_from.place
    if spec.together is not None and spec.together.name:
        yield spec.together.name, spec.together.place


def _note_two_meanings(name: str, place: Place, faults: Faults) -> None:
    chinese = f"「{name}」有两个意思：单据会得到一个叫「{name}」的值，不能再用作别的代号。请改一个。"
    faults.add(place, "ambiguous_name", chinese, f"'{name}' already names what the document is given")


def _check_common_names(spec: FormSpec, opens: OpensFrom, parent: FormOutline | None, faults: Faults) -> None:
    """Refuse to read a name that every parent is known by, where this parent has a field of that name."""
    doubtful = {f"{opens.alias}.{outline.id}" for outline in (parent.fields if parent is not None else ())}
    doubtful &= {f"{opens.alias}.{name}" for name in PARENT_NAMES}
    for expression in expressions_of(spec):
        for name in sorted(doubtful & expression.names):
            faults.add(
                expression.place,
                "ambiguous_name",
                f"「{name}」既是每张原单都有的名称，又是它的一个栏位，看不出指哪一个。请给原单的栏位换代号。",
                f"'{name}' is a name of every parent and a field of this one",
            )


def expressions_of(spec: FormSpec) -> Iterator[Expression]:
    """Yield every expression of a form, in no promised order."""
    for field in spec.fields:
        for part in (field, *field.columns):
            yield from filter(None, (part.minimum, part.maximum, part.default, part.calc, part.show_when))
    yield from (check.rule for check in spec.checks)
    for step in spec.steps:
        until = None if step.within is None else step.within.until
        yield from filter(None, (step.when, until, *amounts_of(step.who)))
    yield from (copy.when for copy in spec.copies if copy.when is not None)
    yield from (follow.when for follow in spec.follow_on if follow.when is not None)
    if spec.opens_from is not None and spec.opens_from.when is not None:
        yield spec.opens_from.when
    if spec.due is not None:
        yield spec.due.days


def amounts_of(who: Who) -> Iterator[Expression]:
    """Yield the amounts by which a policy says who acts."""
    if who.amount is not None:
        yield who.amount
    for part in who.of:
        yield from amounts_of(part)
