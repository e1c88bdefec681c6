"""A month's figures: for those who sign its statistics at any time, for all staff once they are signed."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from forms_service.domain.document import Document
from forms_service.domain.errors import NotYours
from forms_service.domain.people import Person
from forms_service.domain.routing import OVERSEER_ROLES
from forms_service.web.auth import the_office, the_person
from forms_service.web.month_page import month_page
from forms_service.workflow.months import month_span, statistics_of
from forms_service.workflow.office import Office
from forms_service.workflow.registering import sees
from forms_service.workflow.summing_up import counted_register

blueprint = Blueprint("month", __name__, url_prefix="/month")


@blueprint.get("")
def current() -> Response:
    """Go to the month that is running."""
    office = the_office()
    return redirect(f"/month/{office.today(office.now()):%Y-%m}", 303)


@blueprint.get("/<period>")
def show(period: str) -> str:
    """Show a month."""
    office = the_office()
    register, monthly = counted_register(office)
    month_span(office, period)
    statistics = statistics_of(office, monthly, period)
    _require_published(office, the_person(), statistics, period)
    page = month_page(office, the_person(), register, monthly, period, statistics)
    return render_template("month.html", page=page)


def _require_published(office: Office, person: Person, statistics: Document | None, period: str) -> None:
    if OVERSEER_ROLES & set(person.roles):
        return
    if statistics is not None and (statistics.state == "finished" or sees(office, person, statistics)):
        return
    raise NotYours(
        f"{period} 的统计还没有公布。《客户投诉案件统计表》由各部门主管会签、总经理室签发之后，大家都可以看。"
    )
