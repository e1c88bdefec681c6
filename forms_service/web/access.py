"""Access: every route and who may reach it, in one list; a route that is not on it is refused.

Which documents a person may see is not asked here but by `domain.routing.may_see`, for every page and file.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from forms_service.domain.errors import NotYours
from forms_service.domain.organisation import APPROVER_ROLE
from forms_service.domain.people import Person
from forms_service.domain.routing import BOOKKEEPER_ROLE, OVERSEER_ROLES

Audience = Literal["anyone", "link", "staff", "overseer", "bookkeeper", "accounts", "configuration"]

CONFIGURATION_ROLES = OVERSEER_ROLES | {APPROVER_ROLE}

ROUTES: Mapping[str, Audience] = MappingProxyType(
    {
        "static": "anyone",
        "health.healthz": "anyone",
        "signin.login": "anyone",
        "signin.logout": "anyone",
        "inbox.show": "staff",
        "opening.choose": "staff",
        "opening.open_form": "staff",
        "opening.open_from": "staff",
        "documents.show": "staff",
        "cases.show": "staff",
        "documents.page": "staff",
        "documents.file": "staff",
        "documents.copy": "staff",
        "documents.attachment": "staff",
        "documents.void": "staff",
        "documents.move": "staff",
        "documents.withdraw": "staff",
        "documents.invite": "staff",
        "documents.withdraw_consent": "staff",
        "papers.show": "staff",
        "papers.take_in": "staff",
        "papers.note": "staff",
        "outside.show": "staff",
        "outside.file": "staff",
        "outside.bring": "staff",
        "outside.keep": "staff",
        "steps.show": "staff",
        "steps.sign": "staff",
        "steps.draft": "staff",
        "steps.prepare": "staff",
        "steps.calculate": "staff",
        "steps.ask": "staff",
        "steps.give": "staff",
        "steps.regain": "staff",
        "documents.advise": "staff",
        "inbox.seen": "staff",
        "delegations.show": "staff",
        "delegations.make": "staff",
        "delegations.end": "staff",
        "keys.show": "staff",
        "keys.renew": "staff",
        "keys.close": "staff",
        "certificates.challenge": "staff",
        "certificates.register": "staff",
        "certificates.end": "staff",
        "certificates.away": "staff",
        "certificates.take_in": "staff",
        "people.show": "configuration",
        "people.revoke": "configuration",
        "customer.welcome": "link",
        "customer.code": "link",
        "customer.ask_code": "link",
        "customer.enter": "link",
        "customer.show": "link",
        "customer.sign": "link",
        "customer.withdraw": "link",
        "customer.page": "link",
        "customer.file": "link",
        "customer.done": "link",
        "customer_own.show": "link",
        "customer_own.prepare": "link",
        "customer_own.file": "link",
        "customer_own.bring": "link",
        "chasing.show": "overseer",
        "chasing.draw_up": "overseer",
        "archive.mine": "staff",
        "archive.shelf": "staff",
        "board.show": "staff",
        "collection.current": "accounts",
        "collection.show": "accounts",
        "collection.export": "accounts",
        "month.current": "staff",
        "month.show": "staff",
        "register.first": "staff",
        "register.show": "staff",
        "register.export": "staff",
        "verify.show": "anyone",
        "verify.judge": "anyone",
        "verify.picture": "anyone",
        "verify.report": "anyone",
        "verify.revoked": "anyone",
        "verify.trust": "anyone",
        "verdicts.judge": "anyone",
        "status.show": "anyone",
        "configuration.show": "configuration",
        "configuration.compare": "configuration",
        "configuration.sign": "configuration",
        "entrusting.show": "configuration",
        "entrusting.add": "configuration",
        "entrusting.remove": "configuration",
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
    if audience == "overseer" and not OVERSEER_ROLES & set(person.roles):
        raise NotYours("催办由总经理室办理，您的职务不在其中。请联系总经理室。")
    if audience == "bookkeeper" and BOOKKEEPER_ROLE not in person.roles:
        raise NotYours("入账由会计办理，您的职务里没有会计。请联系会计科。")
    if audience == "configuration" and not CONFIGURATION_ROLES & set(person.roles):
        raise NotYours("设置由总经理、总经理室和稽核查看。请联系总经理室。")
    if audience == "accounts" and not may_read_accounts(person):
        raise NotYours("应收回收率扣除清单由会计科与总经理室查看。请联系会计科。")
    return True


def may_read_accounts(person: Person) -> bool:
    """Say whether a person may read what accounting reckons with: the bookkeepers and the overseers."""
    return bool({BOOKKEEPER_ROLE, *OVERSEER_ROLES} & set(person.roles))


def may_read_shelf(person: Person, department_id: str) -> bool:
    """Say whether a person may read a department's archive: its own people, and the overseers."""
    return person.department == department_id or bool(OVERSEER_ROLES & set(person.roles))
