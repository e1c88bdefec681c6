"""What the verifier says of the demo firm's copies, and what the store knows of the honest one."""

import datetime as dt
import hashlib
import re

from forms_service.signing.expected import Expected, ExpectedCopy, ExpectedSignature
from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import CHECKS, verify
from tests.attacks.bases import DESK, finished
from tests.tampering import AT, PEOPLE, STEPS, fonts, trust

NAMES = {check.no: check.name for check in CHECKS}


def judge(pdf: bytes, expected: Expected | None = None, at: dt.datetime = AT) -> Verdict:
    return verify(pdf, trust(), expected, at, fonts())


def failed(verdict: Verdict) -> list[str]:
    return [f"{check.no} {check.name}" for check in verdict.failed]


def named(no: int) -> str:
    return f"{no} {NAMES[no]}"


def expected(pdf: bytes, copy: int = 2, department: str = "accounting") -> Expected:
    """Say what the store knows of the honest document."""
    people = {**PEOPLE, "customer": "contact:wang.fang@example.com"}
    signers = {signature.step: signature.certificate for signature in judge(pdf).signatures}
    signatures = tuple(ExpectedSignature(step, 1, people[step], signers[step], AT) for step in STEPS)
    states = [finished()[: match.end()] for match in re.finditer(rb"%%EOF\n", finished())]
    heads = frozenset(hashlib.sha256(state).hexdigest() for state in states)
    return Expected(DESK.document_id, heads, signatures, ExpectedCopy(copy, department))
