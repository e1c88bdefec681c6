"""Drawing up the issue record that the firm certifies: everything about a document that is fixed when it is issued."""

import datetime as dt

from forms_service.domain.copies import plan_copies
from forms_service.domain.course import Who
from forms_service.domain.given import NOTHING, Given
from forms_service.domain.people import Organisation
from forms_service.domain.record import (
    IssueRecord,
    RecordedCopy,
    RecordedField,
    RecordedName,
    RecordedParent,
    RecordedStep,
)
from forms_service.domain.spec import FormSpec, Step
from forms_service.domain.widgets import (
    COPY_LABEL,
    ISSUE,
    SEAL_SIGNATURE,
    Widget,
    locked_names,
    sign_name,
    widgets,
)


def draw_up_record(
    spec: FormSpec,
    org: Organisation,
    *,
    document_id: str,
    number: str,
    opened_on: dt.date,
    supersedes: str | None,
    parent: RecordedParent | None = None,
    given: Given = NOTHING,
) -> IssueRecord:
    """Draw up the record of one issue of a form; a number that a later step draws is left out.

    Of what was given it holds the answers, which are printed, and those names alone that a step's condition reads: the
    record goes wherever the document goes, and the document that they were read from may not.
    """
    return IssueRecord(
        document_id=document_id,
        number="" if spec.number_at else number,
        opened_on=opened_on.isoformat(),
        form=spec.form,
        version=spec.version,
        title=spec.title.zh_hans,
        firm=org.firm.name,
        spec_sha256=spec.sha256,
        fields=tuple(_field(spec, widget) for widget in widgets(spec)),
        steps=tuple(_step(spec, step) for step in spec.steps),
        copies=tuple(RecordedCopy(c.no, c.department, c.label, c.after) for c in plan_copies(spec, org)),
        issue_lock=locked_names(spec, ISSUE),
        seal_field=SEAL_SIGNATURE,
        copy_label_field=COPY_LABEL,
        supersedes=supersedes,
        number_at=spec.number_at,
        parent=parent,
        given=_names_in_conditions(spec, given),
        answers=given.answers,
    )


def describe_who(who: Who) -> str:
    """Write a `who` as the spec writes it."""
    match who.kind:
        case "any":
            return f"any of [{', '.join(describe_who(part) for part in who.of)}]"
        case "policy":
            return f"policy {who.name}({who.amount.source if who.amount else ''})"
        case "dept_field":
            return f"dept ${who.name}"
        case "person_field":
            return f"person ${who.name}"
        case "manager_of":
            return f"manager of {who.name}"
        case "opened_by":
            return f"{who.name}.opened_by" if who.name else "opened_by"
        case _:
            return f"{who.kind} {who.name}"


def _names_in_conditions(spec: FormSpec, given: Given) -> tuple[RecordedName, ...]:
    read = frozenset[str]().union(*(step.when.names for step in spec.steps if step.when is not None))
    return tuple(RecordedName(n.name, n.kind, n.text) for n in given.names if n.name in read)


def _field(spec: FormSpec, widget: Widget) -> RecordedField:
    return RecordedField(
        name=widget.name,
        kind=widget.kind,
        of=widget.of,
        locked_by=widget.locked_by,
        label=widget.label,
        row=widget.row,
        column=widget.column,
        option=widget.option,
        type=_type(spec, widget),
    )


def _type(spec: FormSpec, widget: Widget) -> str:
    field = next((field for field in spec.fields if field.id == widget.of), None)
    if field is None or widget.column is None:
        return field.kind if field else ""
    return next(column.kind for column in field.columns if column.id == widget.column)


def _step(spec: FormSpec, step: Step) -> RecordedStep:
    return RecordedStep(
        id=step.id,
        name=step.name,
        role=step.sign,
        who=describe_who(step.who),
        sign_field=sign_name(spec, step),
        lock=locked_names(spec, step.id),
        when=step.when.source if step.when else None,
        not_same_as=step.not_same_as,
        decides=step.decides,
        external=step.who.kind == "external",
        joint=step.joint,
        evidence=step.sign_by,
    )
