"""Health: whether the service answers and its database too."""

from flask import Blueprint, Response, jsonify

from forms_service.web.auth import the_office

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Answer when the database can be read."""
    with the_office().database.read() as tx:
        tx.ledger.head()
    return jsonify(status="ok")
