"""Check 14: a certificate revoked when it signed is refused; one revoked later stands; nothing forged is believed."""

import dataclasses
import datetime as dt
import functools

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from forms_service.signing.expected import Expected, ExpectedSignature
from forms_service.signing.revocation import Material, Standing, standing
from forms_service.signing.trust import TrustList, load_trust
from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import verify
from tests.signing.lasting import (
    LATER,
    SOON,
    YEAR,
    check,
    issuing,
    keep,
    kept,
    list_with,
    pem_list,
    revoke,
    sealed,
    stamps_from,
)
from tests.tampering import AT, OURS, Desk, authority, fonts, person, trust

DAY = dt.timedelta(days=1)
SIGNER = "lin_guo"


def trusting(*crls: bytes) -> TrustList:
    return load_trust(b"".join((authority(OURS).trust_pem(), *map(pem_list, crls))))


def judge(pdf: bytes, *crls: bytes, at: dt.datetime = SOON) -> Verdict:
    return verify(pdf, trusting(*crls), None, at, fonts())


@functools.cache
def claimed() -> bytes:
    desk = Desk()
    return desk.seal(desk.finish())


def test_material_in_the_file_tells_that_nothing_was_revoked() -> None:
    verdict = judge(kept())
    assert (check(verdict, 14).result, verdict.verdict) == ("pass", "accepted")
    assert check(verdict, 14).detail == "签章人的证书当时都没有撤销。"
    assert not [words for words in verdict.not_checked_here if "撤销" in words]


def test_without_material_the_check_is_left_open_and_said() -> None:
    verdict = judge(sealed())
    assert (check(verdict, 14).result, verdict.verdict) == ("not_checked", "accepted")
    assert "没有资料" in verdict.signatures[1].revocation


def test_a_certificate_revoked_today_leaves_yesterdays_signature_valid() -> None:
    since = AT + DAY
    verdict = judge(kept(), authority(OURS).crl(since, revoke(SIGNER, since)), at=since + DAY)
    assert (verdict.verdict, check(verdict, 14).result) == ("accepted", "pass")
    assert "后来于 2026-11-25 01:30 UTC 撤销，不影响这次签章" in check(verdict, 14).detail
    assert "不影响" in next(s.revocation for s in verdict.signatures if s.person_id == SIGNER)


def test_a_signature_made_after_the_revocation_is_refused() -> None:
    revoked = keep(sealed(), revoked=revoke(SIGNER, AT - DAY))
    verdict = judge(revoked)
    assert verdict.verdict == "refused"
    assert [result.no for result in verdict.failed] == [14]
    assert "「副总经理核签 签章」的证书已于" in check(verdict, 14).detail


def test_one_revoked_at_the_very_second_of_signing_is_refused() -> None:
    time = next(s.time for s in judge(sealed()).signatures if s.person_id == SIGNER)
    assert time is not None
    assert check(judge(keep(sealed(), revoked=revoke(SIGNER, time))), 14).result == "fail"
    assert check(judge(keep(sealed(), revoked=revoke(SIGNER, time + dt.timedelta(seconds=1)))), 14).result == "pass"


def test_a_forged_list_is_not_believed() -> None:
    serial = person(SIGNER).certificate.serial_number
    forged = authority("twin").crl(SOON, {serial: AT - DAY})
    assert check(judge(kept(), forged), 14).result == "pass"
    assert check(judge(sealed(), forged), 14).result == "not_checked"


def test_a_list_with_a_byte_changed_is_not_believed() -> None:
    honest = authority(OURS).crl(LATER, {})
    spoiled = bytes([*honest[:-1], honest[-1] ^ 1])
    assert check(judge(sealed(), spoiled), 14).result == "not_checked"


def test_a_claimed_time_proves_nothing_against_a_revocation() -> None:
    verdict = judge(claimed(), authority(OURS).crl(SOON, revoke(SIGNER, AT + DAY / 48)))
    assert (verdict.verdict, check(verdict, 14).result) == ("refused", "fail")


def test_the_stores_receipt_proves_that_a_signature_came_before() -> None:
    signatures = tuple(
        ExpectedSignature(s.step, 1, s.person_id, s.certificate, AT) for s in judge(claimed()).signatures
    )
    heads = Expected("d-7f3a9c", frozenset(), signatures)
    revoked = authority(OURS).crl(SOON, revoke(SIGNER, AT + DAY / 48))
    assert check(verify(claimed(), trusting(revoked), heads, SOON, fonts()), 14).result == "pass"


def test_a_list_within_its_term_speaks_for_the_signing_and_one_past_it_does_not() -> None:
    fresh, stale = authority(OURS).crl(AT - DAY, {}), authority(OURS).crl(AT - 8 * DAY, {})
    assert check(judge(sealed(), fresh), 14).result == "pass"
    assert check(judge(sealed(), stale), 14).result == "not_checked"


def test_a_list_that_drops_expired_certificates_does_not_speak_for_them() -> None:
    silent = list_with(at=AT + 4 * YEAR)
    keeping = authority(OURS).crl(AT + 4 * YEAR, {})
    leaf, by = _der(person(SIGNER).certificate), _der(issuing().certificate)
    assert standing(leaf, by, Material((silent,)), AT, AT) == Standing("unknown")
    assert standing(leaf, by, Material((keeping,)), AT, AT) == Standing("good")


def test_a_compromised_key_counts_from_the_day_that_the_list_names() -> None:
    serial = person(SIGNER).certificate.serial_number
    entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(AT + DAY)
    entry = entry.add_extension(x509.InvalidityDate((AT - DAY).replace(tzinfo=None)), critical=False)
    stolen = entry.add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False).build()
    moved = entry.add_extension(x509.CRLReason(x509.ReasonFlags.affiliation_changed), critical=False).build()
    assert check(judge(kept(), list_with(stolen)), 14).result == "fail"
    assert check(judge(kept(), list_with(moved)), 14).result == "pass"


@pytest.mark.parametrize("indirect", [True, False])
def test_a_list_of_only_some_certificates_is_no_material(indirect: bool) -> None:
    point = x509.IssuingDistributionPoint(
        full_name=None,
        relative_name=None,
        only_contains_user_certs=not indirect,
        only_contains_ca_certs=False,
        only_some_reasons=None,
        indirect_crl=indirect,
        only_contains_attribute_certs=False,
    )
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuing().certificate.subject)
    builder = builder.last_update(LATER).next_update(LATER + DAY).add_extension(point, critical=True)
    partial = builder.sign(issuing().key, hashes.SHA256()).public_bytes(Encoding.DER)
    assert check(judge(sealed(), partial), 14).result == "not_checked"


def test_a_revoked_timestamp_authority_proves_no_time() -> None:
    stamper = authority(OURS).timestamper(lambda: AT)._signer.certificate
    gone = authority(OURS).crl(SOON, {stamper.serial_number: AT + DAY / 24})
    assert "时间戳机构的证书已于" in check(judge(kept(), gone), 14).detail


def test_an_authority_without_a_list_of_its_own_is_said_and_goes_on() -> None:
    verdict = judge(sealed(), authority(OURS).crl(LATER, {}))
    assert check(verdict, 14).result == "pass"
    assert "颁发机构「单据签章颁发证书」没有撤销资料，未查。" in check(verdict, 14).detail


def answer(
    by: x509.Certificate, key: ec.EllipticCurvePrivateKey, *, revoked: dt.datetime | None = None, extra: bool = False
) -> bytes:
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=person(SIGNER).certificate,
        issuer=issuing().certificate,
        algorithm=hashes.SHA256(),
        cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
        this_update=LATER,
        next_update=LATER + DAY,
        revocation_time=revoked,
        revocation_reason=None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, by)
    builder = builder.certificates([by]) if extra else builder
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _answered(ocsp_answer: bytes) -> Standing:
    leaf, by = _der(person(SIGNER).certificate), _der(issuing().certificate)
    return standing(leaf, by, Material((), (ocsp_answer,)), AT, AT)


def test_an_answer_that_the_issuer_signed_tells() -> None:
    own = issuing()
    assert _answered(answer(own.certificate, own.key)) == Standing("good")
    assert _answered(answer(own.certificate, own.key, revoked=AT - DAY)) == Standing("revoked", AT - DAY)
    assert _answered(answer(own.certificate, own.key, revoked=AT + DAY)) == Standing("later", AT + DAY)


def test_an_answer_of_anybody_else_tells_nothing() -> None:
    twin = issuing("twin")
    assert _answered(answer(twin.certificate, twin.key)) == Standing("unknown")
    assert _answered(answer(twin.certificate, twin.key, extra=True)) == Standing("unknown")
    assert _answered(b"nonsense") == Standing("unknown")


def test_a_responder_must_be_named_for_answers_by_the_issuer() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    for use, told in (
        (ExtendedKeyUsageOID.OCSP_SIGNING, "good"),
        (ExtendedKeyUsageOID.CODE_SIGNING, "unknown"),
    ):
        named = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "responder")]))
            .issuer_name(issuing().certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(AT)
            .not_valid_after(AT + 40 * YEAR)
            .add_extension(x509.ExtendedKeyUsage([use]), critical=False)
            .sign(issuing().key, hashes.SHA256())
        )
        assert _answered(answer(named, key, extra=True)).result == told


def test_what_is_no_list_at_all_tells_nothing() -> None:
    assert check(verify(keep(sealed()), trust(), None, SOON, fonts()), 14).result == "pass"
    nonsense = dataclasses.replace(trust(), crls=(b"nonsense", b""), sha256="other")
    assert check(verify(sealed(), nonsense, None, SOON, fonts()), 14).result == "not_checked"


def test_a_later_timestamp_lets_a_claim_be_judged_by_its_own_time() -> None:
    covered = keep(claimed(), timestamper=stamps_from(LATER))
    verdict = judge(covered, authority(OURS).crl(SOON, revoke(SIGNER, LATER + DAY / 48)))
    assert (verdict.verdict, check(verdict, 14).result) == ("accepted", "pass")
