"""The personnel unit's board, which all staff may read."""

from flask import Blueprint, render_template

from forms_service.web.auth import the_office
from forms_service.web.pages.board import BoardPage, BoardRow
from forms_service.web.words import day
from forms_service.workflow.publicising import Notice, published

blueprint = Blueprint("board", __name__, url_prefix="/board")


@blueprint.get("")
def show() -> str:
    """Show what is published."""
    notices = published(the_office())
    headline = f"{len(notices)} 则公布" if notices else "没有公布的行政处分"
    return render_template("board.html", page=BoardPage(headline, tuple(map(_row, notices))))


def _row(notice: Notice) -> BoardRow:
    return BoardRow(
        person=notice.person,
        unit=notice.unit,
        sanction=notice.sanction,
        approved=day(notice.approved_on) if notice.approved_on else "",
        published=day(notice.published_on) if notice.published_on else "",
        review=notice.review_no,
    )
