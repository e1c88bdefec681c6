"""Who may reach what: every route is on the list, and every page asks the one rule of who may see a document."""

from typing import Any

import pytest

from forms_service.web.access import ROUTES
from tests.web.site import STAFF, Site

ONLY_STAFF = [
    "/",
    "/new",
    "/key",
    "/archive",
    "/delegations",
    "/archive/sales",
    "/accounting",
    "/configuration",
    "/configuration/0",
    "/configuration/people/li_wen",
    "/accounting/export.csv",
    "/documents/x",
    "/documents/x/step",
    "/documents/x/file.pdf",
    "/documents/x/pages/1.png",
    "/documents/x/copies/1.pdf",
    "/documents/x/files/0",
    "/accounting/x",
]
PARTS = ["", "/step", "/file.pdf", "/pages/1.png", "/copies/1.pdf", "/files/0"]


def test_every_route_is_on_the_list_and_nothing_else_is(still: Site) -> None:
    assert {rule.endpoint for rule in still.app.url_map.iter_rules()} == set(ROUTES)


@pytest.mark.parametrize("path", ONLY_STAFF)
def test_a_stranger_is_asked_to_sign_in(still: Site, path: str) -> None:
    answer = still.visitor().get(path)
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, "/login")


def test_every_staff_route_is_closed_to_a_stranger(still: Site) -> None:
    open_to_all = ("anyone", "link")
    closed = [rule for rule in still.app.url_map.iter_rules() if ROUTES[rule.endpoint] not in open_to_all]
    values: dict[str, Any] = {"number": 1, "sha256": "0"}
    with still.app.test_request_context():
        paths = [still.app.url_for(rule.endpoint, **{k: values.get(k, "x") for k in rule.arguments}) for rule in closed]
    still.app.config["WTF_CSRF_ENABLED"] = False
    try:
        answers = [
            still.visitor().client.open(path, method="POST" if "POST" in (rule.methods or ()) else "GET")
            for rule, path in zip(closed, paths, strict=True)
        ]
    finally:
        still.app.config["WTF_CSRF_ENABLED"] = True
    assert {answer.headers.get("Location", "").split("?")[0] for answer in answers} == {"/login"}


@pytest.mark.parametrize("part", PARTS)
def test_another_departments_document_is_not_found(still: Site, part: str) -> None:
    document = still.signed_by("li_wen")
    assert still.signed_in("wu_gang").get(f"/documents/{document.id}{part}").status_code == 404


def test_a_document_that_does_not_exist_answers_like_a_hidden_one(still: Site) -> None:
    hidden = still.signed_in("wu_gang").get(f"/documents/{still.signed_by('li_wen').id}")
    missing = still.signed_in("wu_gang").get("/documents/nothing")
    assert (hidden.status_code, missing.status_code) == (404, 404)


def test_a_colleague_sees_the_document_but_not_the_step_of_another(still: Site) -> None:
    document = still.signed_by("li_wen")
    colleague = still.signed_in("zhou_hao")
    assert colleague.get(f"/documents/{document.id}").status_code == 200
    assert colleague.get(f"/documents/{document.id}/step").status_code == 403


def test_the_maker_is_told_that_the_next_step_is_not_theirs(still: Site) -> None:
    document = still.signed_by("li_wen")
    answer = still.signed_in("li_wen").get(f"/documents/{document.id}/step")
    assert answer.status_code == 403
    assert "副总经理" in answer.text


@pytest.mark.parametrize("path", ["/accounting", "/accounting/export.csv", "/accounting/x"])
def test_only_bookkeepers_reach_accounting(still: Site, path: str) -> None:
    assert still.signed_in("li_wen").get(path).status_code == 403


def test_only_the_department_and_the_overseers_read_a_shelf(still: Site) -> None:
    reading = {
        who: still.signed_in(who).get("/archive/accounting").status_code for who in ("he_mei", "zhao_min", "li_wen")
    }
    assert reading == {"he_mei": 200, "zhao_min": 200, "li_wen": 403}


def test_an_unknown_department_has_no_shelf(still: Site) -> None:
    assert still.signed_in("zhao_min").get("/archive/..%2f..%2fetc").status_code == 404
    assert still.signed_in("zhao_min").get("/archive/nothing").status_code == 404


def test_only_the_opener_or_the_overseers_void(still: Site) -> None:
    document = still.signed_by(*STAFF[:1])
    page = still.signed_in("lin_guo").page(f"/documents/{document.id}")
    assert not any(form.action.endswith("/void") for form in page.forms)


def test_the_navigation_offers_accounting_to_bookkeepers_only(still: Site) -> None:
    offered = {who: "/accounting" in still.signed_in(who).get("/").text for who in ("he_mei", "li_wen")}
    assert offered == {"he_mei": True, "li_wen": False}
