"""The gates around every page: tokens, sizes, headers, escaping, the journal and the table of stops."""

import json
from collections.abc import Iterator

import pytest

from forms_service.domain import errors
from forms_service.domain.errors import FormsError
from forms_service.web.faults import STOPS, status_of
from forms_service.workflow.demonstrating import PASSWORD, PIN
from tests.allowance import ALLOWANCE
from tests.web.site import Site, typed

SCRIPT = "<script>alert('折让')</script>"
POSTS = [
    "/login",
    "/logout",
    "/new/sales-allowance",
    "/documents/x/step",
    "/documents/x/draft",
    "/documents/x/prepare",
    "/documents/x/outside",
    "/documents/x/outside/draft",
    "/documents/x/calculate",
    "/documents/x/consult",
    "/documents/x/hand-over",
    "/documents/x/take-back",
    "/documents/x/consultations/x",
    "/delegations",
    "/delegations/x/end",
    "/notes/seen",
    "/documents/x/void",
    "/documents/x/move",
    "/documents/x/withdraw",
    "/documents/x/invite",
    "/documents/x/consent/withdraw",
    "/documents/x/open/x",
    "/documents/x/paper",
    "/documents/x/copies/1/receipt",
    "/chasing/x/slip",
    "/key",
    "/key/session/close",
    "/key/challenge",
    "/key/certificate",
    "/key/certificate/end",
    "/key/take-away",
    "/key/bring",
    "/configuration/people/x/revoke",
    "/c/x/code",
    "/c/x/open",
    "/c/x/sign",
    "/c/x/consent/withdraw",
    "/configuration/trust",
    "/configuration/trust/remove",
    "/c/x/own",
    "/c/x/own/signed",
    "/verify",
    "/accounting/x/post",
    "/configuration/x/sign",
]


def _subclasses(kind: type[FormsError]) -> Iterator[type[FormsError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _subclasses(child)


@pytest.mark.parametrize("path", POSTS)
def test_a_post_without_a_token_is_refused(still: Site, path: str) -> None:
    answer = still.signed_in("li_wen").client.post(path, data={"person": "li_wen"})
    assert answer.status_code == 400
    assert "什么都没有改动" in answer.text


WITHOUT_TOKEN = ["/api/verify"]
"""They change nothing, and programs call them."""


def test_the_list_of_posts_is_whole(still: Site) -> None:
    rules = [rule for rule in still.app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    assert len(rules) == len([*POSTS, *WITHOUT_TOKEN])


def test_a_token_of_another_session_is_refused(still: Site) -> None:
    token = still.signed_in("zhou_hao").page("/new").form("/new/sales-allowance").fields["csrf_token"]
    answer = still.signed_in("li_wen").client.post("/new/sales-allowance", data={"csrf_token": token})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "path", ["/login", "/", "/nothing", "/static/style.css", "/healthz", "/verify", "/trust.pem", "/crl.der"]
)
def test_every_answer_carries_the_strict_policy(still: Site, path: str) -> None:
    with still.visitor().get(path) as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "data:" not in policy
    assert "frame-ancestors 'none'" in policy


def test_other_headers_keep_an_answer_what_it_is(still: Site) -> None:
    headers = still.visitor().get("/login").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_https_is_asked_for_ever_after_where_the_site_has_it(site: Site) -> None:
    site.use_https()
    assert "Strict-Transport-Security" in site.visitor().get("/login").headers


def test_an_upload_too_large_gets_a_clear_page(still: Site) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-'
    body = head + bytes(50 * 1024 * 1024) + b"\r\n--x--\r\n"
    answer = still.visitor().client.post("/verify", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
    assert "20 MB" in answer.text


def test_a_form_too_large_gets_the_same_page(still: Site) -> None:
    answer = still.visitor().send("/login", "/login", {"person": "x" * 2_000_000})
    assert answer.status_code == 413


def test_a_script_in_chinese_text_is_shown_not_run(still: Site) -> None:
    document, clerk = still.signed_by(), still.signed_in("li_wen")
    path = f"/documents/{document.id}/step"
    answer = clerk.send(path, path, typed({**ALLOWANCE, "reason": SCRIPT, "lines.1.item": SCRIPT}))
    assert answer.status_code == 303
    for part in ("", "?done=<script>"):
        page = clerk.get(f"/documents/{document.id}{part}").text
        assert "&lt;script&gt;alert" in page
        assert "<script>" not in page


@pytest.mark.parametrize("path", [f"/?tab=mine&q={SCRIPT}", f"/archive/sales?q={SCRIPT}", f"/documents/{SCRIPT}"])
def test_a_script_in_an_address_is_shown_not_run(still: Site, path: str) -> None:
    assert SCRIPT not in still.signed_in("li_wen").get(path).text


def test_the_journal_names_routes_and_no_secrets(site: Site) -> None:
    document, token = site.invited()
    site.visitor().send(f"/c/{token}", f"/c/{token}/code")
    site.signed_in("li_wen").get(f"/documents/{document.id}")
    lines = [json.loads(line) for line in site.journal().splitlines()]
    assert {"/c/<token>/code", "/documents/<document_id>"} <= {line["route"] for line in lines}
    assert not any(secret in site.journal() for secret in (token, document.id, PASSWORD, PIN, "li_wen", "314159"))


def test_a_route_that_is_not_on_the_list_is_refused_and_told_in_the_journal(site: Site) -> None:
    site.app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    answer = site.visitor().get("/forgotten")
    fault = next(line for line in map(json.loads, site.journal().splitlines()) if line["event"] == "fault")
    assert answer.status_code == 500
    assert fault["reference"] in answer.text
    assert fault["kind"] == "KeyError"


def test_a_lost_file_stops_its_page_and_no_other(site: Site) -> None:
    document = site.signed_by()
    site.lose_files()
    clerk = site.signed_in("li_wen")
    assert clerk.get(f"/documents/{document.id}").status_code == 404
    assert clerk.get("/new").status_code == 200


def test_every_stop_has_its_row_in_the_table() -> None:
    named = {kind for kind in _subclasses(FormsError) if kind.__module__ == errors.__name__}
    assert named <= set(STOPS)


def test_a_stop_of_another_room_answers_as_its_parent() -> None:
    class Odd(errors.NotFound):
        pass

    assert status_of(Odd("x")) == STOPS[errors.NotFound]


def test_health_is_told_without_signing_in(still: Site) -> None:
    assert still.visitor().get("/healthz").json == {"status": "ok"}
