"""The sealed copy that the tests of the judging processes judge, and what comes of it."""

import functools

from forms_service.signing.apart import Judges
from forms_service.signing.verdict import Verdict
from tests.tampering import AT, ROOT, Desk, trust

FONTS = ROOT / "fonts"
DESK = Desk()


@functools.cache
def sealed() -> bytes:
    return DESK.seal(DESK.finish())


def judged(pool: Judges, pdf: bytes) -> Verdict:
    return pool.judge(pdf, trust(), AT)


def failed(verdict: Verdict) -> tuple[int, str]:
    """Return the number and the words of the check that leads a refusal."""
    assert verdict.verdict == "refused"
    return verdict.failed[0].no, verdict.failed[0].detail
