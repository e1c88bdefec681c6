"""Pinned certificates: what a trust file that names people's own certificates makes of signatures made outside."""

import dataclasses
import datetime as dt
import functools

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.generic import pdf_string

from forms_service.domain.errors import BadConfiguration
from forms_service.signing.trust import TrustList, load_trust
from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import verify
from tests.attacks import bases
from tests.elsewhere import BEGIN, OwnKey, own_key, sign_with_pyhanko
from tests.signing import foreign, others
from tests.signing.test_outside import BOX, expected, handed_out, prepared, sealed, signed_outside
from tests.tampering import AT, OURS, Desk, authority, fonts, person, put, stamps, trust

NOW = AT + dt.timedelta(hours=1)
DEPUTY = "person: lin_guo\ndepartment: gm_office\nroles: deputy_gm\n"
CLERK = "person: li_wen\ndepartment: sales\nroles: sales_clerk\n"


def pinning(*lines: str, key: OwnKey | None = None, firm: str = OURS) -> TrustList:
    """Write a trust file: the firm's root, and a person's certificate under each of some lines."""
    pem = (key or own_key()).pem
    blocks = "".join(f"kind: person\n{one}{pem}" for one in lines)
    return load_trust(authority(firm).trust_pem() + blocks.encode())


def judge(pdf: bytes, by: TrustList, at: dt.datetime = NOW) -> Verdict:
    return verify(pdf, by, None, at, fonts())


def of_check(verdict: Verdict, no: int) -> tuple[str, str]:
    found = next(check for check in verdict.checks if check.no == no)
    return found.result, found.detail


def test_a_pinned_certificate_says_who_signed_and_leaves_no_check_open() -> None:
    verdict = judge(signed_outside(), pinning(DEPUTY))
    assert of_check(verdict, 11)[0] == "pass"
    assert (verdict.verdict, verdict.failed) == ("review", ())  # only the seal makes a document final
    told = verdict.signatures[-1]
    assert (told.person_id, told.role, told.decision, told.opinion) == ("lin_guo", "副总经理", "approve", "同意折让")
    assert "信任名单" in told.note


def test_pinned_the_signer_counts_as_one_whom_the_next_step_bars() -> None:
    own = own_key("Wang Jian")
    twice = Desk().step(sign_with_pyhanko(handed_out(), BOX, own), "gm")
    verdict = judge(twice, pinning("person: wang_jian\nroles: gm deputy_gm\n", key=own))
    assert "同一个人签的" in of_check(verdict, 11)[1]


def test_pinned_for_another_person_without_the_role_is_refused() -> None:
    verdict = judge(signed_outside(), pinning(CLERK))
    assert (verdict.verdict, of_check(verdict, 11)[0]) == ("refused", "fail")
    assert "不是" in of_check(verdict, 11)[1]


def test_pinned_without_its_roles_is_for_a_person_to_judge() -> None:
    result, detail = of_check(judge(signed_outside(), pinning("person: lin_guo\n")), 11)
    assert (result, "没有写明" in detail) == ("not_checked", True)


def test_a_pin_that_was_over_before_the_document_was_issued_is_refused() -> None:
    over = pinning(f"{DEPUTY}until: 2026-11-20\n")
    assert "期限" in of_check(judge(signed_outside(), over), 11)[1]
    assert judge(signed_outside(), over).verdict == "refused"


def test_a_pin_that_begins_after_the_proven_time_is_refused() -> None:
    assert judge(signed_outside(), pinning(f"{DEPUTY}from: 2026-11-26\n")).verdict == "refused"


def test_a_pin_that_ran_out_since_leaves_open_when_it_signed() -> None:
    later = judge(signed_outside(), pinning(f"{DEPUTY}until: 2026-11-25\n"), AT + dt.timedelta(days=3))
    result, detail = of_check(later, 11)
    assert (later.verdict, result, "没有证据" in detail) == ("review", "not_checked", True)


def test_a_timestamp_shows_that_it_signed_while_it_was_pinned() -> None:
    stamped = foreign.stamped(signed_outside(), stamps())
    later = judge(stamped, pinning(f"{DEPUTY}until: 2026-11-25\n"), AT + dt.timedelta(days=3))
    assert of_check(later, 11)[0] == "pass"


def test_roles_are_those_of_that_time() -> None:
    promoted = pinning(f"{CLERK}until: 2026-11-24\n", f"{DEPUTY.replace('lin_guo', 'li_wen')}from: 2026-11-24\n")
    demoted = pinning(f"{DEPUTY}until: 2026-11-20\n", f"{CLERK.replace('li_wen', 'lin_guo')}from: 2026-11-20\n")
    assert of_check(judge(signed_outside(), promoted), 11)[0] == "fail"  # then the maker approves
    assert "同一个人" in of_check(judge(signed_outside(), promoted), 11)[1]
    assert judge(signed_outside(), demoted).verdict == "refused"


def test_a_self_signed_twin_of_the_same_name_stays_unknown() -> None:
    twin = own_key("Lin Guo", BEGIN + dt.timedelta(days=1))
    verdict = judge(sign_with_pyhanko(handed_out(), BOX, twin), pinning(DEPUTY))
    assert (verdict.verdict, of_check(verdict, 11)[0]) == ("review", "not_checked")
    assert verdict.signatures[-1].person_id == ""


def test_pinned_the_certificate_still_does_not_sign_the_customers_box() -> None:
    base = Desk().finish(prepared(), "deputy_gm", last="gm")
    verdict = judge(sign_with_pyhanko(base, "sign_04_customer", own_key()), pinning(DEPUTY))
    assert (verdict.verdict, of_check(verdict, 11)[0]) == ("refused", "fail")


def test_neither_seal_nor_ledger_is_overruled_by_a_pin() -> None:
    unvouched = Desk().seal(Desk().finish(signed_outside(), "gm"))
    assert 11 in [check.no for check in judge(unvouched, pinning(DEPUTY)).failed]
    against = sealed(signed_outside())
    assert judge(against, pinning(DEPUTY)).verdict == "accepted"
    assert "信任名单" in of_check(judge(against, pinning(CLERK)), 11)[1]


def test_what_the_ledger_does_not_know_no_pin_vouches_for() -> None:
    unknown = dataclasses.replace(expected(signed_outside()), outside=())
    verdict = verify(signed_outside(), pinning(DEPUTY), unknown, NOW, fonts())
    assert "台账却没有为这张证书" in of_check(verdict, 11)[1]


def test_a_pinned_certificate_signs_in_a_later_round() -> None:
    again = Desk().step(bases.issued(), "prepare", facts=Desk().facts("prepare", round=2))
    verdict = judge(sign_with_pyhanko(handed_out(base=again), BOX, own_key()), pinning(DEPUTY))
    assert of_check(verdict, 11)[0] == "pass"


def test_a_customers_certificate_does_not_sign_a_step_of_the_firms() -> None:
    signed = sign_with_pyhanko(handed_out(), BOX, own_key())
    by = load_trust(authority(OURS).trust_pem() + f"kind: contact\nparty: dongsheng\n{own_key().pem}".encode())
    verdict = judge(signed, by)
    assert (verdict.verdict, "客户的证书" in of_check(verdict, 11)[1]) == ("refused", True)


def test_a_decision_that_is_none_is_refused() -> None:
    odd = handed_out(lambda writer: put(writer, "decision_02_deputy_gm", "/V", pdf_string("改日再议")))
    assert "决定一格" in of_check(judge(sign_with_pyhanko(odd, BOX, own_key()), pinning(DEPUTY)), 11)[1]


def test_a_certificate_of_two_people_is_a_fault_of_the_file() -> None:
    with pytest.raises(BadConfiguration, match="一张证书只属于一个人"):
        pinning(DEPUTY, CLERK)


def test_a_pinned_certificate_of_the_firms_own_changes_nothing_for_its_holder() -> None:
    own = person("lin_guo").certificate.public_bytes(Encoding.PEM)
    by = load_trust(authority(OURS).trust_pem() + b"kind: person\nperson: lin_guo\n" + own)
    assert judge(bases.sealed(), by, AT + dt.timedelta(hours=12)).verdict == "accepted"


# Files that are not ours.


LATER = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)


@functools.cache
def letter() -> bytes:
    return others.sign(others.letter())


def writers_pem() -> str:
    certificate = others.writer_of_letters().signing_cert
    assert certificate is not None
    return x509.load_der_x509_certificate(certificate.dump()).public_bytes(Encoding.PEM).decode()


def believing(lines: str) -> TrustList:
    return load_trust(authority(OURS).trust_pem() + f"{lines}{writers_pem()}".encode())


def test_a_foreign_letter_by_a_pinned_certificate_is_accepted_while_it_is_pinned() -> None:
    assert judge(letter(), believing("kind: person\nperson: li_wen\n"), LATER).verdict == "accepted"
    assert judge(letter(), believing("kind: contact\nparty: dongsheng\n"), LATER).verdict == "accepted"
    over = believing("kind: person\nperson: li_wen\nuntil: 2026-02-01\n")
    assert judge(letter(), over, LATER).verdict == "review"
    early = believing(f"kind: person\nperson: li_wen\nfrom: {LATER + dt.timedelta(days=9):%Y-%m-%d}\n")
    assert judge(letter(), early, LATER).verdict == "review"


def test_a_foreign_letter_by_a_customers_authority_is_accepted() -> None:
    root = others.house()[1].public_bytes(Encoding.PEM)
    by = load_trust(authority(OURS).trust_pem() + b"kind: customer-ca\nparty: dongsheng\n" + root)
    assert judge(letter(), by, LATER).verdict == "accepted"
    assert judge(letter(), trust(), LATER).verdict == "review"


def test_neither_a_pin_nor_a_customers_authority_speaks_for_the_firm() -> None:
    """A twin of the firm whose root is trusted as a customer's, or whose key is pinned, issues nothing of ours."""
    twin = Desk(of="twin")
    pdf = twin.seal(twin.finish())
    firm = authority(OURS).trust_pem()
    as_customer = load_trust(firm + b"kind: customer-ca\nparty: dongsheng\n" + authority("twin").trust_pem())
    seal = authority("twin").firm_signer().certificate.public_bytes(Encoding.PEM)
    for by in (as_customer, load_trust(firm + b"kind: person\nperson: wang_jian\n" + seal)):
        assert 4 in [check.no for check in judge(pdf, by, AT + dt.timedelta(hours=12)).failed]
