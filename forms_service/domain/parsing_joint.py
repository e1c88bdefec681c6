"""Joint steps (会签): one step as it is written becomes one for each member, with a box, a decision and an opinion.

`{id: joint, who: all of [dept qa, dept rd]}` is read as `joint_1` and `joint_2`, both with `joint: joint`.
"""

from dataclasses import replace

from forms_service.domain.course import Who
from forms_service.domain.parsing_who import Surroundings
from forms_service.domain.spec import Step


def expand(step: Step, members: tuple[Who, ...], around: Surroundings) -> tuple[Step, ...]:
    """Make a step for each member; its name and its box say which member it is."""
    return tuple(_member(step, ordinal, who, around) for ordinal, who in enumerate(members, 1))


def _member(step: Step, ordinal: int, who: Who, around: Surroundings) -> Step:
    unit = _unit(who, around)
    return replace(
        step,
        id=f"{step.id}_{ordinal}",
        name=f"{step.name}（{unit}）",
        sign=f"{step.sign} {unit}",
        who=who,
        joint=step.id,
        fills=step.fills if ordinal == 1 else (),  # refused by now; kept once, so that no field counts as unfilled
    )


def _unit(who: Who, around: Surroundings) -> str:
    """Say in a few words which member signs: the role's or department's name, or the field that names it."""
    org = around.org
    match who.kind:
        case "role":
            return org.role_name(who.name)
        case "dept":
            department = org.department(who.name)
            return who.name if department is None else department.name
        case "dept_field" | "person_field" | "external":
            field = around.fields.get(who.name)
            return who.name if field is None else field.label.zh_hans
        case "manager_of":
            return "主管"
        case "opened_by":
            return "原单开立人" if who.name else "开立人"
        case "policy":
            return next((policy.title for policy in org.policies if policy.id == who.name), who.name)
        case "any":
            return "或".join(_unit(part, around) for part in who.of)
