"""A letter that is not ours, signed and certified once; and what the verifier says of files that are not ours."""

import datetime as dt
import functools

from pyhanko.sign.fields import MDPPerm

from forms_service.signing.trust import TrustList
from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import verify
from tests.signing.others import letter, sign
from tests.tampering import AT, fonts, trust

LATER = dt.datetime.now(dt.UTC) + dt.timedelta(days=2)


def judge(pdf: bytes, by: TrustList | None = None) -> Verdict:
    return verify(pdf, by or trust(), None, max(LATER, AT + dt.timedelta(days=2)), fonts())


def outcome(pdf: bytes, by: TrustList | None = None) -> tuple[str, list[int]]:
    verdict = judge(pdf, by)
    return verdict.verdict, [check.no for check in verdict.failed]


def left_open(pdf: bytes) -> dict[int, str]:
    return {check.no: check.detail for check in judge(pdf).checks if check.result == "not_checked"}


@functools.cache
def signed() -> bytes:
    return sign(letter())


@functools.cache
def certified(level: MDPPerm) -> bytes:
    return sign(letter(), certify=level)
