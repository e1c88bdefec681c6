"""Whoever has no trust file learns whether a document of ours was altered, and that nobody vouches for it yet."""

import datetime as dt
from collections.abc import Callable

import pytest

from forms_service.signing.trust import believe_nobody
from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import verify
from tests import spoiling
from tests.attacks import bases, hands, universal
from tests.attacks.attack import NOW
from tests.attacks.bases import DESK
from tests.attacks.siblings import STAMPED
from tests.signing import lasting
from tests.tampering import AT, append, contact, fonts, trust


def judged(pdf: bytes) -> Verdict:
    return verify(pdf, believe_nobody(), None, NOW, fonts())


@pytest.mark.parametrize("build", [bases.sealed, bases.finished, STAMPED.build, lambda: lasting.keep(lasting.sealed())])
def test_an_honest_document_is_for_a_person_who_is_told_where_to_get_a_trust_file(build: Callable[[], bytes]) -> None:
    verdict = judged(build())
    assert verdict.verdict == "review", verdict.sentence
    assert "第 4 项「由公司签发，签发记录完整」没有定论：没有信任文件" in verdict.sentence
    assert "请向公司索取信任文件" in verdict.sentence


@pytest.mark.parametrize(
    ("build", "why"), [(STAMPED.build, "时间戳是谁盖的查不出来"), (bases.sealed, "没有时间戳")], ids=["stamped", "bare"]
)
def test_a_timestamp_of_an_unknown_authority_is_not_said_to_be_missing(build: Callable[[], bytes], why: str) -> None:
    (said,) = [line for line in judged(build()).not_checked_here if "签章人自称" in line]
    assert said.endswith(f"：{why}，签章时间只是签章人自称。")


@pytest.mark.parametrize(
    ("pdf", "check"),
    [
        (lambda: bases.sealed() + b" ", 1),
        (lambda: append(bases.sealed(), spoiling.leave_loose), 1),
        (lambda: universal.flipped(bases.sealed()), 12),
        (lambda: bases.by_insider(spoiling.refill("net", "99.00")), 8),
        (lambda: bases.by_insider(spoiling.show_only("opinion_02_deputy_gm", "不同意")), 9),
        (hands.step_left_out, 11),
    ],
)
def test_an_altered_document_is_refused_all_the_same(pdf: Callable[[], bytes], check: int) -> None:
    verdict = judged(pdf())
    assert (verdict.verdict, verdict.failed[0].no) == ("refused", check)


@pytest.mark.parametrize(("hours", "outcome"), [(0, "review"), (-2, "refused")])
def test_a_customers_key_is_held_to_its_hour_as_closely_as_a_claimed_time_allows(hours: int, outcome: str) -> None:
    key = contact(at=AT + dt.timedelta(hours=hours, seconds=4))
    signed = DESK.step(DESK.finish(bases.prepared(), "deputy_gm", last="gm"), "customer", signer=key)
    assert judged(DESK.seal(signed)).verdict == outcome


def test_another_firm_that_says_it_is_ours_is_refused_as_soon_as_we_are_known() -> None:
    assert judged(hands.twin_firm()).verdict == "review"
    assert verify(hands.twin_firm(), trust(), None, NOW, fonts()).failed[0].no == 4
