"""Wrong hands: documents that somebody signed who should not have, or at another place or time than due."""

import dataclasses

from tests import spoiling
from tests.attacks.bases import DESK, finished, prepared
from tests.tampering import Desk, authority, person


def wrong_person() -> bytes:
    return DESK.seal(DESK.finish(DESK.step(prepared(), "deputy_gm", signer=person("zhou_hao")), "gm"))


def wrong_person_who_says_so() -> bytes:
    """Zhou signs the general manager's step under his own name: only the store knows that he may not."""
    facts = DESK.facts("deputy_gm", person="zhou_hao")
    return DESK.seal(DESK.finish(DESK.step(prepared(), "deputy_gm", signer=person("zhou_hao"), facts=facts), "gm"))


def twin_person() -> bytes:
    return DESK.seal(DESK.finish(DESK.step(prepared(), "deputy_gm", signer=person("lin_guo", "twin")), "gm"))


def same_person_twice() -> bytes:
    facts = DESK.facts("deputy_gm", person="li_wen")
    return DESK.seal(DESK.finish(DESK.step(prepared(), "deputy_gm", signer=person("li_wen"), facts=facts), "gm"))


def wrong_order() -> bytes:
    early = DESK.step(DESK.step(prepared(), "gm"), "deputy_gm")
    return DESK.seal(DESK.step(early, "customer"))


def step_left_out() -> bytes:
    return DESK.seal(DESK.finish(DESK.step(prepared(), "deputy_gm"), "customer"))


def unfinished() -> bytes:
    return DESK.seal(DESK.step(prepared(), "deputy_gm"))


def rejected_and_sealed() -> bytes:
    facts = DESK.facts("gm", decision="reject", opinion="金额有误")
    signed = DESK.step(DESK.step(prepared(), "deputy_gm"), "gm", facts=facts)
    return DESK.seal(DESK.step(signed, "customer"))


def statement_of_another_document() -> bytes:
    facts = dataclasses.replace(DESK.facts("deputy_gm"), document_id="d-other")
    return DESK.seal(DESK.finish(DESK.step(prepared(), "deputy_gm", facts=facts), "gm"))


def statement_of_another_step() -> bytes:
    facts = dataclasses.replace(DESK.facts("deputy_gm"), step="gm")
    return DESK.seal(DESK.finish(DESK.step(prepared(), "deputy_gm", facts=facts), "gm"))


def agrees_and_prints_otherwise() -> bytes:
    """State that one agrees, and let the paper say that one does not."""
    printed = {"decision_02_deputy_gm": "驳回"}
    return DESK.seal(DESK.finish(DESK.step(prepared(), "deputy_gm", printed=printed), "gm"))


def has_another_opinion_in_print() -> bytes:
    printed = {"opinion_02_deputy_gm": "单价不符，不宜折让"}
    return DESK.seal(DESK.finish(DESK.step(prepared(), "deputy_gm", printed=printed), "gm"))


def customer_signed_by_clerk() -> bytes:
    return DESK.seal(DESK.step(DESK.finish(prepared(), "deputy_gm", last="gm"), "customer", signer=person("li_wen")))


def firm_in_the_place_of_a_person() -> bytes:
    return DESK.seal(DESK.finish(DESK.step(prepared(), "deputy_gm", signer=DESK.firm), "gm"))


def sealed_by_a_person() -> bytes:
    return DESK.seal(finished(), signer=person("li_wen"))


def twin_seal() -> bytes:
    return DESK.seal(finished(), signer=authority("twin").firm_signer())


def twin_firm() -> bytes:
    twin = Desk(of="twin")
    return twin.seal(twin.finish())


def issued_by_a_person() -> bytes:
    return DESK.seal(DESK.finish(DESK.issue(signer=person("li_wen"))))


def filled_before_issue() -> bytes:
    return DESK.seal(DESK.finish(DESK.issue(spoiling.refill("net", "99.00"))))


def issued_under_another_number() -> bytes:
    return DESK.seal(DESK.finish(DESK.issue(spoiling.refill("sys_no", "A2611002"))))


def issued_with_another_template() -> bytes:
    """The firm's key signs a form that has one field more than its record says."""
    return DESK.seal(DESK.finish(DESK.issue(spoiling.add_field)))


def unknown_label() -> bytes:
    return DESK.seal(finished(), label="第九联 随便谁")


def signed_after_the_seal() -> bytes:
    """After the seal another signature: the customer's box was locked empty."""
    return DESK.step(DESK.seal(DESK.finish(prepared(), "deputy_gm", last="gm")), "customer")
