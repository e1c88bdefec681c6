"""Linting single steps and what hangs on them: the number, the early copies, the clock, paper, and endings."""

from collections.abc import Iterator

from forms_service.domain.faults import Faults
from forms_service.domain.spec import Copy, Field, FormSpec, Step


def lint_steps(spec: FormSpec, faults: Faults) -> None:
    """Note every fault of what a step is asked to do besides filling and signing."""
    _check_number(spec, faults)
    for copy in spec.copies:
        if copy.after:
            _check_early_copy(spec, copy, faults)
    if spec.due is not None and spec.due.start:
        _check_always(spec, spec.due.start, "期限要从它算起", faults)
    for step in spec.steps:
        _check_external(spec, step, faults)
        _check_opener(spec, step, faults)
    _check_endings(spec, faults)
    _check_late(spec, faults)


def _check_number(spec: FormSpec, faults: Faults) -> None:
    """Hold that the step that numbers the document always comes, and is the firm's own."""
    if not spec.number_at:
        return
    step = spec.step(spec.number_at)
    if step.who.kind == "external":
        chinese = f"编号由本公司编列，「{step.id}」是客户的步骤。请写本公司的步骤。"
        faults.add(step.place, "number_at_external", chinese, f"'{step.id}' is the customer's, who draws no number")
    _check_always(spec, step.id, "单据在这一步编号", faults)


def _check_always(spec: FormSpec, step_id: str, why: str, faults: Faults) -> None:
    """Hold that a step on which something depends has no condition."""
    when = spec.step(step_id).when
    if when is not None:
        chinese = f"{why}，「{step_id}」就不能有 when：不走这一步时没有着落。"
        faults.add(when.place, "needed_step", chinese, f"step '{step_id}' is depended upon and cannot be conditional")


def _check_early_copy(spec: FormSpec, copy: Copy, faults: Faults) -> None:
    """Hold that what an early copy was cut from is never undone: its step always comes, is numbered, is not redone."""
    _check_always(spec, copy.after, f"第 {copy.no} 联在这一步之后就封存", faults)
    at = spec.step_index(copy.after)
    if spec.number_at and spec.step_index(spec.number_at) > at:
        chinese = f"第 {copy.no} 联封存时单据还没有编号，编号在「{spec.number_at}」。请改 after 或 number_at。"
        faults.add(copy.place, "copy_without_number", chinese, f"copy {copy.no} is cut before the document is numbered")
    for step, target in _returns_past(spec, at):
        faults.add(
            step.place,
            "return_past_copy",
            f"「{step.id}」可以退回「{target}」，可是第 {copy.no} 联在「{copy.after}」之后已经封存。请改其中一处。",
            f"'{step.id}' may return to '{target}', but copy {copy.no} is cut after '{copy.after}'",
        )


def _returns_past(spec: FormSpec, index: int) -> Iterator[tuple[Step, str]]:
    """Yield the later steps that may send a document back to a step or before it; a 会签 is told once."""
    told: set[tuple[str, str]] = set()
    for step in spec.steps[index + 1 :]:
        for target in step.returns_to:
            key = (step.joint or step.id, target)
            if target in {s.id for s in spec.steps[: index + 1]} and key not in told:
                told.add(key)
                yield step, target


def _check_external(spec: FormSpec, step: Step, faults: Faults) -> None:
    if step.who.kind != "external":
        return
    if step.may_consult:
        chinese = "客户的步骤不能加签(consult)，请删去。"
        faults.add(step.place, "external_consults", chinese, "the customer's step asks no colleague")
    if "paper_scan" not in step.sign_by:
        return
    fields = [field for field in spec.fields if field.id in step.fills]
    if len(fields) != 1 or not _is_scan(fields[0]):
        faults.add(
            step.place,
            "paper_scan_field",
            f"「{step.id}」可以纸本签章回传，fills 就要恰好写一个不必填的附件栏位，放扫描件。",
            f"'{step.id}' may be signed on paper: it fills exactly one attachment that is not required, the scan",
        )


def _is_scan(field: Field) -> bool:
    return field.kind == "attachment" and not field.required


def _check_opener(spec: FormSpec, step: Step, faults: Faults) -> None:
    """Hold that a step of who opened the parent belongs to somebody: an optional parent may be missing."""
    optional = spec.opens_from is not None and spec.opens_from.optional
    if optional and step.who.kind == "opened_by" and step.who.name:
        chinese = f"没有原单时「{step.id}」没有人可签。请写 any of [{step.who.name}.opened_by, …]，或去掉 optional。"
        faults.add(step.place, "opener_may_be_missing", chinese, "without a parent nobody could sign this step")


def _check_endings(spec: FormSpec, faults: Faults) -> None:
    """Hold that what follows a rejection or a refusal can happen."""
    happens = {
        "rejected": any(step.may_reject for step in spec.steps),
        "refused": any(step.may_refuse for step in spec.steps),
    }
    for follow in spec.follow_on:
        if not happens.get(follow.on, True):
            faults.add(
                follow.place,
                "never_happens",
                f"没有哪一步可以{'驳回' if follow.on == 'rejected' else '拒绝'}，这张后续单据永远不会开立。",
                f"no step may end the document as {follow.on}",
            )


def _check_late(spec: FormSpec, faults: Faults) -> None:
    whole = spec.due is not None or spec.opens_every is not None
    if spec.late is not None and not whole and all(step.within is None for step in spec.steps):
        chinese = "没有哪一步写了 within，谈不上逾期。请给步骤写期限，或删去 late。"
        faults.add(spec.late.place, "never_late", chinese, "no step has a time, so none is ever late")
