"""会签: the steps that are decided side by side, each member in its own box, and how they are spoken of as one."""

from forms_service.domain.spec import FormSpec, Step


def members(spec: FormSpec, step_id: str) -> tuple[Step, ...]:
    """List the steps that are open together with one: the members of its 会签, or just itself."""
    step = spec.step(step_id)
    return tuple(s for s in spec.steps if s.joint == step.joint) if step.joint else (step,)


def name_of_all(step: Step) -> str:
    """Name a step, or the 会签 that it is a member of: a member's name ends with which one it is, in brackets."""
    return step.name.rpartition("（")[0] or step.name if step.joint else step.name
