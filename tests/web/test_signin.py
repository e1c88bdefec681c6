"""Signing in: who gets in, what the session carries, and where one is sent on."""

from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from forms_service.web.auth import safe_target
from forms_service.workflow.demonstrating import PASSWORD
from tests.web.site import Site, Visitor, open_site

ELSEWHERE = [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "evil.example",
    "http:evil.example",
    "/%0d%0aSet-Cookie:x=1\r\n",
    "",
]


def _enter(visitor: Visitor, person: str, password: str, **more: str) -> TestResponse:
    return visitor.send("/login", "/login", {"person": person, "password": password, **more})


def _cookie(answer: TestResponse) -> str:
    return next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("forms_session="))


def test_the_right_password_leads_to_the_inbox(still: Site) -> None:
    assert "待您" in still.signed_in("li_wen").get("/").text


@pytest.mark.parametrize(("person", "password"), [("li_wen", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_name_and_a_wrong_password_are_answered_alike(still: Site, person: str, password: str) -> None:
    still.signed_in("li_wen")
    answer = _enter(still.visitor(), person, password)
    assert answer.status_code == 403
    assert "帐号或密码不对" in answer.text


def test_the_typed_password_is_not_shown_again(still: Site) -> None:
    assert "mistyped-secret" not in _enter(still.visitor(), "li_wen", "mistyped-secret").text


def test_a_page_asked_for_is_reached_after_signing_in(still: Site) -> None:
    still.signed_in("li_wen")
    visitor = still.visitor()
    asked = visitor.get("/?tab=mine&q=A26")
    answer = visitor.send(asked.headers["Location"], "/login", {"person": "li_wen", "password": PASSWORD})
    assert answer.headers["Location"] == "/?tab=mine&q=A26"


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_never_leads_elsewhere(still: Site, target: str) -> None:
    still.signed_in("li_wen")
    visitor = still.visitor()
    by_link = visitor.send(f"/login?next={quote(target)}", "/login", {"person": "li_wen", "password": PASSWORD})
    by_form = _enter(still.visitor(), "li_wen", PASSWORD, next=target)
    assert (by_link.headers["Location"], by_form.headers["Location"]) == ("/", "/")
    assert safe_target(target) == "/"


def test_a_session_of_before_the_sign_in_is_dropped(still: Site) -> None:
    """Whoever planted a session in somebody's browser must not share the one that the sign-in makes."""
    still.signed_in("li_wen")
    visitor = still.visitor()
    with visitor.client.session_transaction() as planted:
        planted.update({"id": "planted", "person": "wang_jian", "grants": {"x": "y"}})
    token = visitor.page("/login").form("/login").fields["csrf_token"]
    _enter(visitor, "li_wen", PASSWORD)
    with visitor.client.session_transaction() as after:
        assert after["id"] != "planted"
        assert "grants" not in after
    assert visitor.client.post("/logout", data={"csrf_token": token}).status_code == 400


def test_two_sign_ins_have_two_session_ids(still: Site) -> None:
    ids = []
    for _ in range(2):
        with still.signed_in("li_wen").client.session_transaction() as session:
            ids.append(session["id"])
    assert ids[0] != ids[1]


def test_a_session_without_a_beginning_is_none(still: Site) -> None:
    visitor = still.visitor()
    with visitor.client.session_transaction() as forged:
        forged["person"] = "wang_jian"
    assert visitor.get("/").status_code == 303


def test_a_session_signed_by_another_key_is_none(still: Site) -> None:
    visitor = still.visitor()
    visitor.client.set_cookie("forms_session", "eyJwZXJzb24iOiJ3YW5nX2ppYW4ifQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")
    assert visitor.get("/").status_code == 303


def test_signing_out_ends_the_session(site: Site) -> None:
    visitor = site.signed_in("li_wen")
    visitor.send("/", "/logout")
    assert visitor.get("/").status_code == 303


def test_a_session_ends_after_twelve_hours(site: Site) -> None:
    visitor = site.signed_in("li_wen")
    site.world.clock.pass_(hours=12)
    assert visitor.get("/").status_code == 303


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(still: Site) -> None:
    cookie = _cookie(_enter(still.visitor(), "li_wen", PASSWORD))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_the_cookie_travels_by_https_only_where_the_site_does(site: Site) -> None:
    assert site.app.config["SESSION_COOKIE_SECURE"] is False
    site.use_https()
    assert "Secure" in _cookie(site.visitor().client.get("/login", base_url="https://forms.example"))


def test_the_tenth_try_in_a_minute_is_the_last(tmp_path_factory: pytest.TempPathFactory) -> None:
    limited = open_site(tmp_path_factory.mktemp("limited"), rate_limits=True)
    visitor = limited.visitor()
    answers = [_enter(visitor, "li_wen", "wrong").status_code for _ in range(11)]
    other = _enter(visitor, "zhou_hao", "wrong").status_code
    limited.close()
    assert (answers[-2:], other) == ([403, 429], 403)
