"""Whose turn it is: who may act on a step, which steps fall away, and who may see a document.

Nobody is exempt from `not_same_as`, and a role is looked up in the organisation, never in a certificate.
"""

from dataclasses import dataclass

from forms_service.domain.document import Document
from forms_service.domain.errors import NotYours
from forms_service.domain.evaluating import Known, Rounding, evaluate
from forms_service.domain.people import Organisation, Person, Policy
from forms_service.domain.spec import FormSpec, Step, Who

OVERSEER_ROLES = frozenset({"gm_office", "auditor"})
BOOKKEEPER_ROLE = "accountant"


@dataclass(frozen=True, slots=True)
class Claim:
    """Why a step is somebody's: the people who may sign, the capacity they sign in, and the policy that chose it.

    `role` is an id; `policy` is `id@sha256#band` where a limits table decided. An external step has no people.
    """

    people: tuple[Person, ...]
    role: str
    words: str
    policy: str | None = None

    def includes(self, person_id: str) -> bool:
        """Say whether a person is among those who may sign."""
        return any(person.id == person_id for person in self.people)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What decides whose turn it is: all that an expression may name, the organisation, the policies in force.

    `known` is what `context.gather` gives; `policies` are those of the day on which the step opened.
    """

    known: Known
    org: Organisation
    policies: tuple[Policy, ...]
    rounding: Rounding = "half_up"


def claim(step: Step, document: Document, now: Circumstances) -> Claim:
    """Work out who may sign a step now."""
    return _claim(step.who, document, now)


def require_turn(person: Person, step: Step, document: Document, claimed: Claim) -> None:
    """Refuse a person who may not sign the step: not the holder, or the maker where `not_same_as` forbids it."""
    if not claimed.includes(person.id):
        raise NotYours(f"这一步由{claimed.words}签核，您({person.name})不在其中。")
    clash = barred_by(person.id, step, document)
    if clash is not None:
        raise NotYours(f"{person.name}已经签过「{clash}」这一步，同一个人不能再签「{step.name}」。")


def barred_by(person_id: str, step: Step, document: Document) -> str | None:
    """Return the earlier step signed by the same person that bars them from this one, if there is one."""
    return next((s.step for s in document.signatures if s.step in step.not_same_as and s.person == person_id), None)


def skipped_steps(spec: FormSpec, known: Known) -> frozenset[str]:
    """Name the steps whose condition does not hold on what is now known (`context.gather`)."""
    conditions = ((step.id, step.when) for step in spec.steps if step.when is not None)
    return frozenset(i for i, when in conditions if evaluate(when, known, rounding=spec.rounding) is not True)


def may_see(person: Person, document: Document, spec: FormSpec, claimed: Claim | None) -> bool:
    """Say whether a person may see a document: the one rule for every page, file and list.

    Who opened it, signed it or must sign it now; the departments that fill it or hold a copy; the overseers; and
    the bookkeepers once it is finished.
    """
    if person.id == document.opened_by or any(s.person == person.id for s in document.signatures):
        return True
    if claimed is not None and claimed.includes(person.id):
        return True
    if OVERSEER_ROLES & set(person.roles):
        return True
    finished = document.state == "finished"
    if finished and BOOKKEEPER_ROLE in person.roles:
        return True
    return person.department in _departments(spec, finished=finished)


def _departments(spec: FormSpec, *, finished: bool) -> frozenset[str]:
    filling = {s.who.name for s in spec.steps if s.who.kind == "dept"}
    keeping = {c.to.name for c in spec.copies if c.to.kind == "dept"} if finished else set()
    return frozenset(filling | keeping)


def _claim(who: Who, document: Document, now: Circumstances) -> Claim:
    org = now.org
    match who.kind:
        case "role":
            return Claim(org.holders(who.name), who.name, org.role_name(who.name))
        case "dept":
            return _of_department(who.name, org)
        case "dept_field":
            return _of_department(str(now.known.get(who.name) or ""), org)
        case "opened_by":
            return _of_person(document.opened_by, org, "开立人")
        case "manager_of":
            maker = document.signed(who.name)
            person = org.person(maker.person if maker else document.opened_by)
            return _of_person(person.manager if person else None, org, "主管")
        case "policy":
            return _by_policy(who, now)
        case "any":
            parts = [_claim(part, document, now) for part in who.of]
            people = {p.id: p for part in parts for p in part.people}
            return Claim(tuple(people.values()), parts[0].role, "或".join(p.words for p in parts))
        case "person_field":
            named = next((p for p in org.people if p.name == now.known.get(who.name)), None)
            return _of_person(named.id if named else None, org, "")
        case "external":
            return Claim((), who.name, "客户" if who.name == "customer" else who.name)


def _of_department(department_id: str, org: Organisation) -> Claim:
    department = org.department(department_id)
    people = tuple(p for p in org.people if p.department == department_id)
    return Claim(people, f"dept:{department_id}", department.name if department else department_id)


def _of_person(person_id: str | None, org: Organisation, words: str) -> Claim:
    person = org.person(person_id) if person_id else None
    return Claim((person,) if person else (), f"person:{person_id}", f"{words}{person.name if person else ''}")


def _by_policy(who: Who, now: Circumstances) -> Claim:
    org, policy = now.org, next(p for p in now.policies if p.id == who.name)
    amount = evaluate(who.amount, now.known, rounding=now.rounding) if who.amount is not None else None
    for ordinal, band in enumerate(policy.bands, 1):
        if band.up_to is None or (amount is not None and amount <= band.up_to):  # type: ignore[operator]  # a linted amount is a number
            edge = f"{policy.id}@{policy.sha256}#{ordinal}"
            return Claim(org.holders(band.role), band.role, org.role_name(band.role), edge)
    raise NotYours(f"「{policy.title}」没有一档适用于金额 {amount}，请总经理室补齐核决权限表。")
