"""A timestamp that does not come is told on the page, keeps what was typed, and lets the clerk try again."""

import asyncio

import pytest
from asn1crypto import tsp

from forms_service.signing.timestamps import OutsideTimeAuthority
from tests.signing.test_timestamps import Answer, serving
from tests.web.site import Site, typed

BROKEN: tuple[Answer, ...] = (lambda _: (500, b"out of order"), lambda _: (200, b"\x30\x03garbage"))


@pytest.mark.parametrize("broken", BROKEN)
def test_a_step_without_a_timestamp_is_not_signed_and_can_be_tried_again(site: Site, broken: Answer) -> None:
    document = site.signed_by()
    page = f"/documents/{document.id}/step"
    with serving(broken) as url:
        site.stamped_by(OutsideTimeAuthority(url))
        answer = site.signed_in("li_wen").send(page, page, typed())
    assert answer.status_code == 503
    assert "没有取得时间戳，本次没有签章" in answer.text
    assert 'value="SO-2026-1187"' in answer.text
    with site.world.office.database.read() as tx:
        assert tx.documents.get(document.id).head == document.head
    site.stamped_by(site.world.office.timestamper)
    assert site.signed_in("li_wen").send(page, page, typed()).status_code == 303


def test_a_customer_without_a_timestamp_can_try_again(site: Site) -> None:
    answers = iter((BROKEN[0], BROKEN[1]))

    def answer(request: bytes) -> tuple[int, bytes]:
        return next(answers, _honest(site))(request)

    with serving(answer) as url:
        site.stamped_by(OutsideTimeAuthority(url))
        document, token, customer = site.granted()
        page, given = f"/c/{token}/sign", {"answer": "accept", "agree": "y", "consent": "y"}
        refused = [customer.send(page, page, given) for _ in BROKEN]
        assert [(found.status_code, "没有取得时间戳" in found.text) for found in refused] == [(503, True)] * 2
        assert customer.send(page, page, given).status_code == 303
    with site.world.office.database.read() as tx:
        assert tx.documents.get(document.id).state == "finished"


def _honest(site: Site) -> Answer:
    """Answer with the office's own authority."""
    own = site.world.office.authority.timestamper(site.world.clock)

    def answer(request: bytes) -> tuple[int, bytes]:
        return 200, asyncio.run(own.async_request_tsa_response(tsp.TimeStampReq.load(request))).dump()

    return answer
