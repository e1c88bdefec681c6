"""Names: who an actor of the ledger is, in words."""

from forms_service.domain.people import Contact, Organisation, Party

_CONTACT = "contact:"


def actor_name(org: Organisation, actor: str) -> str:
    """Name an actor: a person's name, a customer's contact with their firm, or the firm itself."""
    if actor == "office":
        return org.firm.short_name
    if actor.startswith(_CONTACT):
        return _contact_name(org, actor.removeprefix(_CONTACT))
    person = org.person(actor)
    return person.name if person else actor


def department_name(org: Organisation, department_id: str) -> str:
    """Name a department, or give its id back where the organisation has it no more."""
    department = org.department(department_id)
    return department.name if department else department_id


def _contact_name(org: Organisation, address: str) -> str:
    known = ((party, contact) for party in org.parties for contact in party.contacts)
    found: tuple[Party, Contact] | None = next(((p, c) for p, c in known if c.email == address), None)
    return f"{found[0].name} {found[1].name}" if found else "客户联系人"
