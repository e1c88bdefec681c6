"""Access: every route and who may reach it, in one list; a route that is not on it is refused.

Which documents a person may see is not asked here but by `domain.routing.may_see`, for every page and file.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from forms_service.domain.errors import NotYours
from forms_service.domain.people import Person
from forms_service.domain.routing import BOOKKEEPER_ROLE, OVERSEER_ROLES

Audience = Literal["anyone", "link", "staff", "bookkeeper"]

ROUTES: Mapping[str, Audience] = MappingProxyType(
    {
        "static": "anyone",
        "health.healthz": "anyone",
        "signin.login": "anyone",
        "signin.logout": "anyone",
        "inbox.show": "staff",
        "opening.choose": "staff",
        "opening.open_form": "staff",
        "documents.show": "staff",
        "documents.page": "staff",
        "documents.file": "staff",
        "documents.copy": "staff",
        "documents.attachment": "staff",
        "documents.void": "staff",
        "documents.withdraw": "staff",
        "documents.invite": "staff",
        "steps.show": "staff",
        "steps.sign": "staff",
        "steps.draft": "staff",
        "steps.calculate": "staff",
        "keys.show": "staff",
        "keys.renew": "staff",
        "keys.close": "staff",
        "customer.welcome": "link",
        "customer.code": "link",
        "customer.ask_code": "link",
        "customer.enter": "link",
        "customer.show": "link",
        "customer.sign": "link",
        "customer.page": "link",
        "customer.file": "link",
        "customer.done": "link",
        "archive.mine": "staff",
        "archive.shelf": "staff",
        "month.current": "staff",
        "month.show": "staff",
        "register.first": "staff",
        "register.show": "staff",
        "register.export": "staff",
        "verify.show": "anyone",
        "verify.judge": "anyone",
        "verify.picture": "anyone",
        "verify.trust": "anyone",
        "status.show": "anyone",
        "accounting.queue": "bookkeeper",
        "accounting.show": "bookkeeper",
        "accounting.post_voucher": "bookkeeper",
        "accounting.export": "bookkeeper",
    }
)


def require_audience(endpoint: str, person: Person | None) -> bool:
    """Say whether the request may go on; False asks for a sign-in. Raises NotYours, KeyError for an unlisted route."""
    audience = ROUTES[endpoint]
    if audience in ("anyone", "link"):
        return True
    if person is None:
        return False
    if audience == "bookkeeper" and BOOKKEEPER_ROLE not in person.roles:
        raise NotYours("入账由会计办理，您的职务里没有会计。请联系会计科。")
    return True


def may_read_shelf(person: Person, department_id: str) -> bool:
    """Say whether a person may read a department's archive: its own people, and the overseers."""
    return person.department == department_id or bool(OVERSEER_ROLES & set(person.roles))
