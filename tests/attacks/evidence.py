"""Evidence of a file, as the checks see it: for the tests of one check alone."""

import dataclasses

from forms_service.signing.evidence import Evidence, gather
from forms_service.signing.revisions import History
from tests.attacks.attack import NOW
from tests.tampering import fonts, trust


def evidence_of(pdf: bytes) -> Evidence:
    return gather(History(pdf), trust(), None, NOW, fonts())


def with_forms_of(pdf: bytes, revision: int) -> Evidence:
    """Give the evidence as a parser would that stopped at an earlier revision of the form."""
    ours = evidence_of(pdf)
    return dataclasses.replace(ours, forms=(*ours.forms[:-1], ours.forms[revision]))
