"""The frame around a page: the firm's name, who is here, and where they can go from here."""

from flask import request

from forms_service.domain.people import Person
from forms_service.domain.routing import BOOKKEEPER_ROLE
from forms_service.web.auth import here, the_office
from forms_service.web.desk import count_waiting
from forms_service.web.names import department_name
from forms_service.web.pages.frame import Frame, Link
from forms_service.web.words import initial
from forms_service.workflow.office import Office

_PLACES = (
    ("/", "待办", ("inbox", "steps", "documents")),
    ("/new", "开立单据", ("opening",)),
    ("/archive", "档案", ("archive",)),
    ("/accounting", "入账", ("accounting",)),
    ("/verify", "验证", ("verify",)),
    ("/key", "我的密钥", ("keys",)),
)


def frame_of_request() -> Frame:
    """Make the frame for this request."""
    office, person = the_office(), here()
    firm = office.organisation.firm
    if person is None:
        return Frame(firm.name, initial(firm.short_name), office.organisation.demo)
    return Frame(
        firm=firm.short_name,
        mark=initial(firm.short_name),
        demo=office.organisation.demo,
        viewer=person.name,
        department=department_name(office.organisation, person.department),
        nav=_nav(office, person, request.blueprint or ""),
    )


def _nav(office: Office, person: Person, family: str) -> tuple[Link, ...]:
    places = (p for p in _PLACES if p[0] != "/accounting" or BOOKKEEPER_ROLE in person.roles)
    return tuple(
        Link(href, words, family in families, count_waiting(office, person) if href == "/" else 0)
        for href, words, families in places
    )
