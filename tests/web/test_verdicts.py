"""Verdicts for programs: what a program sends, and what it gets back."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from forms_service.signing.apart import Judges
from forms_service.signing.messages import Limits
from forms_service.web.app import WebOptions, create_app
from tests.signing.crowd import Crowd
from tests.tampering import ROOT
from tests.web.site import Site, open_site


@pytest.fixture(scope="module")
def sealed(still: Site) -> bytes:
    return still.copy(still.finished(), 2)


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Site]:
    opened = open_site(tmp_path, rate_limits=True)
    yield opened
    opened.close()


def _send(site: Site, pdf: bytes) -> TestResponse:
    return site.visitor().client.post("/api/verify", data=pdf, content_type="application/pdf")


def _told(answer: TestResponse) -> Any:
    assert answer.mimetype == "application/json"
    return answer.json


def test_a_program_gets_the_verdict_without_token_or_sign_in(still: Site, sealed: bytes) -> None:
    answer = _send(still, sealed)
    assert (answer.status_code, _told(answer)["verdict"]) == (200, "accepted")
    assert [check["result"] for check in _told(answer)["checks"] if check["name"] == "judged_apart"] == ["pass"]
    assert "Set-Cookie" not in answer.headers


def test_a_file_may_come_as_part_of_a_form(still: Site, sealed: bytes) -> None:
    answer = still.visitor().client.post("/api/verify", data={"file": (io.BytesIO(sealed), "copy.pdf")})
    assert (answer.status_code, _told(answer)["verdict"]) == (200, "accepted")


def test_a_refusal_is_a_verdict_like_any_other(still: Site, sealed: bytes) -> None:
    answer = _send(still, sealed + b"\n")
    assert (answer.status_code, _told(answer)["verdict"]) == (200, "refused")


@pytest.mark.parametrize("pdf", [b"hello", b"%PDF-1.7 not signed"])
def test_what_is_no_signed_pdf_is_refused_with_its_reason(still: Site, pdf: bytes) -> None:
    answer = _send(still, pdf)
    assert (answer.status_code, _told(answer)["verdict"]) == (200, "refused")
    assert "请" in _told(answer)["sentence"]


def test_no_file_at_all_is_told_as_an_error(still: Site) -> None:
    answer = _send(still, b"")
    assert answer.status_code == 422
    assert list(_told(answer)) == ["error"]


def test_two_files_at_once_get_no_verdict(still: Site, sealed: bytes) -> None:
    both = {"file": [(io.BytesIO(sealed), "copy.pdf"), (io.BytesIO(sealed + b"%"), "altered.pdf")]}
    answer = still.visitor().client.post("/api/verify", data=both)
    assert answer.status_code == 422
    assert "一次送一份" in _told(answer)["error"]


def test_a_request_without_a_file_is_told_what_to_send(still: Site) -> None:
    answer = still.visitor().client.post("/api/verify", data={"file": "not a file"})
    assert answer.status_code == 422
    assert "application/pdf" in _told(answer)["error"]


def test_a_file_too_large_is_told_as_an_error(still: Site) -> None:
    answer = _send(still, bytes(21 * 1024 * 1024))
    assert answer.status_code == 413
    assert "20 MB" in _told(answer)["error"]


def test_many_requests_in_a_minute_are_told_to_wait(limited: Site) -> None:
    answers = [_send(limited, b"") for _ in range(61)]
    assert [answer.status_code for answer in answers] == [422] * 60 + [429]
    assert "请等一分钟" in _told(answers[-1])["error"]


def test_a_busy_house_tells_programs_and_people_to_come_again(site: Site) -> None:
    sealed, crowd = site.copy(site.finished(), 2), Crowd()
    office = site.world.office
    with Judges(ROOT / "fonts", at_once=1, limits=Limits(waiting=0)) as judges, ThreadPoolExecutor(1) as others:
        site.app = create_app(replace(office, counter=judges), WebOptions(rate_limits=False, journal=site.stream))
        page = site.visitor()
        form = page.page("/verify").form("/verify").fields
        under_way = others.submit(judges.judge, sealed, office.trust, office.now(), crowd.find)
        crowd.arrived.acquire()
        program = _send(site, sealed)
        person = page.client.post("/verify", data={**form, "file": (io.BytesIO(sealed), "copy.pdf")})
        crowd.go.set()
        assert under_way.result().verdict == "accepted"
    assert (program.status_code, person.status_code) == (503, 503)
    assert program.headers["Retry-After"] == person.headers["Retry-After"] == "15"
    assert "请过十几秒再试" in _told(program)["error"]
    assert "请过十几秒再试" in person.text
