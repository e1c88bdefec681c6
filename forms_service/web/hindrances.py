"""Hindrances on the page: what could not be sealed, filed or renewed, one line each, for those who see to it."""

from collections.abc import Mapping
from types import MappingProxyType

from forms_service.domain.people import Person
from forms_service.domain.routing import BOOKKEEPER_ROLE, OVERSEER_ROLES
from forms_service.web.pages.hindrances import HinderedRow
from forms_service.web.words import moment
from forms_service.workflow.hindered import Hindered, hindered
from forms_service.workflow.not_done import NOT_FILED, NOT_RENEWABLE, NOT_RENEWED, NOT_SEALED
from forms_service.workflow.office import Office

_NO_SWEEP = "到期的事没有人在办：办事的程序可能没有运行。"
_SAID: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        NOT_SEALED: ("没有封印成", "单据没有改变，封印以前不能分发和入账。系统每几秒再试；请把这一行告诉管理员。"),
        NOT_FILED: ("没有归档成", "联已经封印，还没有进部门的档案夹。系统每几秒再试；请管理员看档案夹和磁盘。"),
        NOT_RENEWED: ("没有续盖成时间戳", "原来的联没有改变，现在照样查验得过。系统每几秒再试；请管理员看时间戳服务。"),
        NOT_RENEWABLE: ("不能再续盖时间戳", "原来的联没有改变。系统一个月后再看一次，其间不再提醒。"),
    }
)


def hindrances_for(office: Office, person: Person) -> tuple[HinderedRow, ...]:
    """List what could not be done: all for the overseers, what is finished for the bookkeepers, nothing for others."""
    oversees, books = bool(OVERSEER_ROLES & set(person.roles)), BOOKKEEPER_ROLE in person.roles
    if not (oversees or books):
        return ()
    return tuple(_row(office, each) for each in hindered(office) if oversees or each.document.state == "finished")


def _row(office: Office, found: Hindered) -> HinderedRow:
    spec = office.printery.form(found.document.spec_sha256).spec
    name = next((copy.name for copy in spec.copies if copy.no == found.copy), "")
    what, advice = _SAID[found.kind]
    return HinderedRow(
        href=f"/documents/{found.document.id}",
        number=found.document.number,
        title=spec.title.zh_hans,
        what=f"{name} {what}".strip(),
        reason=found.reason or _NO_SWEEP,
        advice=advice,
        since=moment(office.local(found.since)),
    )
