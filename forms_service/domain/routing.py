"""Whose turn it is: who may act on a step, which steps fall away, and who may see a document.

Nobody is exempt from `not_same_as`, neither by a delegation: what somebody signed and what was signed for them both
count as theirs. A role is looked up in the organisation, never in a certificate.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from forms_service.domain.claims import Claim, Deputy, Standing
from forms_service.domain.copies import is_cut
from forms_service.domain.course import Who
from forms_service.domain.delegation import Delegation
from forms_service.domain.document import Document
from forms_service.domain.errors import NotYours
from forms_service.domain.evaluating import Known, Rounding, evaluate
from forms_service.domain.given import write_plain
from forms_service.domain.money import Money
from forms_service.domain.people import Department, Organisation, Person, Policy
from forms_service.domain.spec import FormSpec, Step

OVERSEER_ROLES = frozenset({"gm_office", "auditor"})
BOOKKEEPER_ROLE = "accountant"
OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What decides whose turn it is: all that an expression may name, the organisation, the policies in force.

    `known` is what `context.gather` gives; `policies` are those of the day on which the step opened. `opener` is who
    opened the document that this one was opened from. `delegations` are those in force today; `worth` is the amount
    that the form books, by which their caps are read where no limits table gives one.
    """

    known: Known
    org: Organisation
    policies: tuple[Policy, ...]
    rounding: Rounding = "half_up"
    opener: str | None = None
    delegations: tuple[Delegation, ...] = ()
    worth: Money | None = None


def claim(step: Step, document: Document, now: Circumstances) -> Claim:
    """Work out who may sign a step now, and who may do so for them."""
    found = _claim(step.who, document, now)
    assignee = next((person for person in found.people if person.id == document.assignee), None)
    return _with_deputies(replace(found, assignee=assignee), document, now)


def require_turn(person: Person, step: Step, document: Document, claimed: Claim) -> tuple[Standing, ...]:
    """Return the capacities in which a person may sign the step, their own first. Raises NotYours where there is none.

    That is a person who does not hold it, who handed it over, or whom `not_same_as` keeps from it.
    """
    found = claimed.standings(person.id)
    free = free_standings(found, step, document)
    if free:
        return free
    if found:
        raise NotYours(_barred(found[0], step, document))
    if claimed.assignee is not None and claimed.concerns(person.id):
        raise NotYours(f"这一步已交给{claimed.assignee.name}办理。您要自己办，请先在单据页取回。")
    raise NotYours(f"这一步由{claimed.words}签核，您({person.name})不在其中。")


def require_standing(
    person: Person, step: Step, document: Document, claimed: Claim, on_behalf_of: str | None
) -> Standing:
    """Return the one capacity in which a person signs: in their own right, or for the principal they name.

    Raises NotYours.
    """
    free = require_turn(person, step, document, claimed)
    found = next((s for s in free if (s.principal.id if s.principal else None) == on_behalf_of), None)
    if found is not None:
        return found
    if on_behalf_of is None:
        names = "、".join(s.principal.name for s in free if s.principal)
        raise NotYours(f"这一步您只能代{names}签。请在签章时选明代谁签。")
    raise NotYours("您没有代这个人签这一步的委托，或委托已过期、撤销、不及这个金额。请刷新页面再看。")


def free_standings(standings: tuple[Standing, ...], step: Step, document: Document) -> tuple[Standing, ...]:
    """Leave out the capacities that `not_same_as` bars."""
    return tuple(s for s in standings if barred_by(s.acting, step, document) is None)


def barred_by(acting: frozenset[str], step: Step, document: Document) -> str | None:
    """Return the earlier step that bars these people from this one, if any of them signed it or had it signed."""
    barring = (s for s in document.signatures if s.step in step.not_same_as)
    return next((s.step for s in barring if acting & {s.person, s.on_behalf_of}), None)


def skipped_steps(spec: FormSpec, known: Known) -> frozenset[str]:
    """Name the steps that fall away on what is now known (`context.gather`).

    These are the ones whose condition does not hold, and the members of a 会签 whose department or person is blank.
    """
    return frozenset(step.id for step in spec.steps if _falls_away(step, spec, known))


def may_see(person: Person, document: Document, spec: FormSpec, asked: frozenset[str], now: Circumstances) -> bool:
    """Say whether a person may see a document: the one rule for every page, file and list.

    Who opened it, signed it, had it signed for them, or might have where one of several did; the `asked`, who must
    sign, answer or take back now, for themselves or for another, or who signed in an earlier round; the departments and
    people that the form or its fields name, or that hold a copy, from its cut on; the overseers; and the bookkeepers
    once it is finished.
    """
    if person.id == document.opened_by or any(person.id in (s.person, s.on_behalf_of) for s in document.signatures):
        return True
    if person.id in asked or OVERSEER_ROLES & set(person.roles) or _decided_beside(person, document, spec):
        return True
    finished = document.state == "finished"
    if finished and BOOKKEEPER_ROLE in person.roles:
        return True
    keeping = {c.to.name for c in spec.copies if c.to.kind == "dept" and is_cut(spec, document, c.after)}
    return person.department in keeping or any(_names(who, person, now) for who in all_who(spec))


def opener_of(document: Document) -> str | None:
    """Return who opened a document; of one that the office opened by itself, whose desk it was first signed at."""
    if document.opened_by != OFFICE:
        return document.opened_by
    first = next(iter(document.signatures), None)
    return (first.on_behalf_of or first.person) if first else None


def _falls_away(step: Step, spec: FormSpec, known: Known) -> bool:
    if step.when is not None and evaluate(step.when, known, rounding=spec.rounding) is not True:
        return True
    return bool(step.joint) and step.who.kind in ("dept_field", "person_field") and not known.get(step.who.name)


def _decided_beside(person: Person, document: Document, spec: FormSpec) -> bool:
    """Say whether a person is one of the roles of a 或签 that another of them has signed."""
    signed = (step for step in spec.steps if step.who.kind == "any" and document.signed(step.id) is not None)
    return any(who.kind == "role" and who.name in person.roles for step in signed for who in _each_who(step.who))


def all_who(spec: FormSpec) -> Iterator[Who]:
    """Yield whoever a form's steps name, the parts of `any of` too."""
    for step in spec.steps:
        yield from _each_who(step.who)


def _each_who(who: Who) -> Iterator[Who]:
    yield who
    for part in who.of:
        yield from _each_who(part)


def _names(who: Who, person: Person, now: Circumstances) -> bool:
    """Say whether a form names a person or their department, by itself or through what stands in a field."""
    match who.kind:
        case "dept":
            return who.name == person.department
        case "dept_field":
            department = _department_named(now.known.get(who.name), now.org)
            return department is not None and department.id == person.department
        case "person_field":
            return _person_named(now.known.get(who.name), now.org) == person.id
        case _:
            return False


def _barred(standing: Standing, step: Step, document: Document) -> str:
    clash = barred_by(standing.acting, step, document)
    who = standing.person.name + (f"或{standing.principal.name}" if standing.principal else "")
    return f"{who}已经签过「{clash}」这一步，同一个人不能再签「{step.name}」，代签也一样。"


def _with_deputies(found: Claim, document: Document, now: Circumstances) -> Claim:
    deputies = (_deputy(delegation, found, document, now) for delegation in now.delegations)
    return replace(found, deputies=tuple(deputy for deputy in deputies if deputy is not None))


def _deputy(delegation: Delegation, found: Claim, document: Document, now: Circumstances) -> Deputy | None:
    """Find who acts for one of the holders by a delegation; who holds the step anyway needs none."""
    principal = next((person for person in found.holders if person.id == delegation.principal), None)
    delegate = now.org.person(delegation.delegate)
    if principal is None or delegate is None or delegate in found.holders or not delegation.covers(document.form):
        return None
    part = found.part_of(principal.id)
    amount = part.amount if part.policy else now.worth
    undecided = amount is None and part.policy is None
    if not (undecided or delegation.reaches(amount)):
        return None
    return Deputy(delegate, principal, delegation.id)


def _claim(who: Who, document: Document, now: Circumstances) -> Claim:
    org = now.org
    match who.kind:
        case "role":
            return Claim(org.holders(who.name), who.name, org.role_name(who.name))
        case "dept":
            return _of_department(who.name, org)
        case "dept_field":
            department = _department_named(now.known.get(who.name), org)
            return _of_department(department.id if department else "", org)
        case "person_field":
            return _of_person(_person_named(now.known.get(who.name), org), org, "指定人员")
        case "opened_by":
            opener = now.opener if who.name else opener_of(document)
            return _of_person(opener, org, "原单开立人" if who.name else "开立人")
        case "manager_of":
            return _of_person(_manager_over(who.name, document, org), org, "主管")
        case "policy":
            return _by_policy(who, now)
        case "any":
            parts = tuple(_claim(part, document, now) for part in who.of)
            people = {p.id: p for part in parts for p in part.people}
            words = "或".join(part.words for part in parts)
            return Claim(tuple(people.values()), parts[0].role, words, parts=parts)
        case "external":
            return Claim((), who.name, "客户" if who.name == "customer" else who.name)


def _department_named(name: object, org: Organisation) -> Department | None:
    """Find the department whose name stands in a field: printed cells hold names."""
    return next((department for department in org.departments if department.name == name), None)


def _person_named(name: object, org: Organisation) -> str | None:
    """Find the one person whose name stands in a field; a name that two share is nobody's."""
    found = [person.id for person in org.people if person.name == name]
    return found[0] if len(found) == 1 else None


def _manager_over(step_id: str, document: Document, org: Organisation) -> str | None:
    """Find the manager of whose work a step was; where that manager signed it for them, the manager above."""
    made = document.signed(step_id)
    responsible = org.person((made.on_behalf_of or made.person) if made else opener_of(document) or "")
    manager = org.person(responsible.manager or "") if responsible else None
    if made is not None and manager is not None and manager.id == made.person:
        return manager.manager
    return manager.id if manager else None


def _of_department(department_id: str, org: Organisation) -> Claim:
    department = org.department(department_id)
    people = tuple(p for p in org.people if p.department == department_id)
    return Claim(people, f"dept:{department_id}", department.name if department else department_id)


def _of_person(person_id: str | None, org: Organisation, words: str) -> Claim:
    person = org.person(person_id) if person_id else None
    named = f"{words}{person.name if person else ''}"
    return Claim((person,) if person else (), f"person:{person_id or ''}", named, title=words)


def _by_policy(who: Who, now: Circumstances) -> Claim:
    org, policy = now.org, next(p for p in now.policies if p.id == who.name)
    amount = evaluate(who.amount, now.known, rounding=now.rounding) if who.amount is not None else None
    for ordinal, band in enumerate(policy.bands, 1):
        if band.up_to is None or (amount is not None and amount <= band.up_to):  # type: ignore[operator]  # a linted amount is a number
            edge = f"{policy.id}@{policy.sha256}#{ordinal}={write_plain(amount)}"  # type: ignore[arg-type]  # as above
            return Claim(org.holders(band.role), band.role, org.role_name(band.role), edge, amount)  # type: ignore[arg-type]  # as above
    raise NotYours(f"「{policy.title}」没有一档适用于金额 {amount}，请总经理室补齐核决权限表。")
