"""The frame around a page: the firm's name, who is here, and where they can go from here."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from flask import request

from forms_service.domain.organisation import APPROVER_ROLE
from forms_service.domain.people import Person
from forms_service.domain.routing import BOOKKEEPER_ROLE, OVERSEER_ROLES
from forms_service.web.access import CONFIGURATION_ROLES
from forms_service.web.auth import here, the_office
from forms_service.web.names import department_name
from forms_service.web.pages.frame import Frame, Link
from forms_service.web.tasks import count_tasks
from forms_service.web.words import initial
from forms_service.workflow.bringing_into_force import waiting
from forms_service.workflow.office import Office

_PLACES = (
    ("/", "待办", ("inbox", "steps", "documents", "cases")),
    ("/new", "开立单据", ("opening",)),
    ("/register", "登记", ("register", "month")),
    ("/chasing", "催办", ("chasing",)),
    ("/archive", "档案", ("archive",)),
    ("/board", "公布栏", ("board",)),
    ("/accounting", "入账", ("accounting", "collection")),
    ("/configuration", "设置", ("configuration", "people")),
    ("/verify", "验证", ("verify",)),
    ("/key", "我的密钥", ("keys", "certificates")),
    ("/delegations", "代理", ("delegations",)),
)

# Places that not everybody goes to, by the roles that do.
_HOLDERS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "/chasing": OVERSEER_ROLES,
        "/accounting": frozenset({BOOKKEEPER_ROLE}),
        "/configuration": CONFIGURATION_ROLES,
    }
)


def frame_of_request() -> Frame:
    """Make the frame for this request."""
    office, person = the_office(), here()
    return replace(plain_frame(), nav=_nav(office, person, request.blueprint or "")) if person else plain_frame()


def plain_frame() -> Frame:
    """Make the frame of a page that says what stopped: it reads nothing, for whatever stopped could stop it too."""
    org, person = the_office().organisation, here()
    mark = initial(org.firm.short_name)
    if person is None:
        return Frame(org.firm.name, mark, org.demo)
    return Frame(org.firm.short_name, mark, org.demo, person.name, department_name(org, person.department))


def _nav(office: Office, person: Person, family: str) -> tuple[Link, ...]:
    places = (p for p in _PLACES if p[0] not in _HOLDERS or _HOLDERS[p[0]] & set(person.roles))
    return tuple(
        Link(href, words, family in families, _count(office, person, href)) for href, words, families in places
    )


def _count(office: Office, person: Person, href: str) -> int:
    """Count what waits at a place for a person: their tasks, and for the general manager what only they can sign."""
    if href == "/configuration":
        return len(waiting(office)) if APPROVER_ROLE in person.roles else 0
    return count_tasks(office, person) if href == "/" else 0
