"""Stock pyHanko, by the clock on the wall, on copies that are eleven years old and whose signers' certificates ended.

For long terms (ETSI EN 319 102-1, 5.6.3) pyHanko dates by that clock whatever time it is told to validate at, so the
copies are made in the past. What no old file can hold, how the certificates that are still good stand today, it is
told from the firm's list of today, which the trust file carries.
"""

import asyncio
import datetime as dt
import functools
import io
from collections.abc import Iterator

import pytest
from asn1crypto import crl
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate, AdESPassed, AdESSubIndic
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy, NonRevokedStatusAssertion
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer

from forms_service.signing.trust import TrustList, load_trust
from forms_service.signing.verify import verify
from tests.attacks.opinions import by_pyhanko
from tests.signing.lasting import THEN, YEAR, check, keep, of_long_ago, pem_list, renewed_since
from tests.tampering import LONG_AGO, authority, fonts, person

TODAY = dt.datetime.now(dt.UTC)
NOTHING = LocalKnowledge()
Certificates = tuple[x509.Certificate, ...]


@functools.cache
def trusted() -> TrustList:
    """Read the trust file as the firm exports it today."""
    lists = (authority(LONG_AGO).crl(TODAY, {}), authority(LONG_AGO).root_list or b"")
    return load_trust(authority(LONG_AGO).trust_pem() + b"".join(map(pem_list, lists)))


def asked(pdf: bytes, known: LocalKnowledge) -> set[AdESSubIndic]:
    """Ask stock pyHanko about every signature by its rules for long terms: lists for everything, and no network."""
    anchors = SimpleTrustManager.build(trusted().for_pyhanko())
    policy = CertValidationPolicySpec(anchors, CertRevTrustPolicy(REQUIRE_REVINFO))
    offline = RevocationInfoGatheringSpec(online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY)
    rules = PdfSignatureValidationSpec(SignatureValidationSpec(policy, offline, local_knowledge=known))
    signatures = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
    return {asyncio.run(ades_lta_validation(signature, rules)).ades_subindic for signature in signatures}


def from_todays_list(pdf: bytes) -> LocalKnowledge:
    """Tell pyHanko which of the file's certificates are still good and not on the firm's list of today."""
    good = [NonRevokedStatusAssertion(cert, TODAY + dt.timedelta(days=1)) for cert in unrevoked_today(pdf)]
    return LocalKnowledge(nonrevoked_assertions=good)


def unrevoked_today(pdf: bytes) -> Iterator[bytes]:
    listed = {entry.serial_number for der in trusted().crls for entry in x509.load_der_x509_crl(der)}
    for signature in PdfFileReader(io.BytesIO(pdf)).embedded_signatures:
        certificate = signature.signer_cert
        if certificate.not_valid_after > TODAY and certificate.serial_number not in listed:
            yield certificate.sha256


def test_the_signers_certificates_have_ended_and_we_accept_the_copies() -> None:
    assert person("lin_guo", LONG_AGO).certificate.not_valid_after_utc < THEN + 4 * YEAR < TODAY
    for pdf in (of_long_ago(), renewed_since()):
        verdict = verify(pdf, trusted(), None, TODAY, fonts())
        assert (verdict.verdict, verdict.failed, check(verdict, 14).result) == ("accepted", (), "pass")


@pytest.mark.parametrize("copy", [of_long_ago, renewed_since])
def test_stock_pyhanko_validates_the_copy_today(copy: "functools._lru_cache_wrapper[bytes]") -> None:
    assert asked(copy(), from_todays_list(copy())) == {AdESPassed.OK}


def test_without_todays_list_it_cannot_tell_how_the_newest_timestamp_stands() -> None:
    assert asked(renewed_since(), NOTHING) == {AdESIndeterminate.NO_POE}


def test_by_its_rules_for_short_terms_it_does_not() -> None:
    assert by_pyhanko(renewed_since(), trusted(), TODAY) != "通过 6/6"


def test_a_newer_list_of_everybody_would_make_it_look_at_the_day_of_that_list() -> None:
    """Why a renewal adds an answer on the timestamp's certificate alone.

    From the newest list that it finds pyHanko reckons the day on which the certificate must still have been valid,
    though the list, as it says, keeps what has ended (ISO/IEC 9594-8, expiredCertsOnCRL).
    """
    listed_anew = keep(of_long_ago(), THEN + 10 * YEAR, of=LONG_AGO)
    assert asked(listed_anew, from_todays_list(listed_anew)) == {AdESIndeterminate.OUT_OF_BOUNDS_NO_POE, AdESPassed.OK}
    todays = [CRLContainer(crl.CertificateList.load(der)) for der in trusted().crls]
    told = asked(renewed_since(), LocalKnowledge(known_crls=todays))
    assert told == {AdESIndeterminate.OUT_OF_BOUNDS_NO_POE, AdESPassed.OK}


def test_an_altered_copy_does_not_pass() -> None:
    altered = renewed_since().replace(b"/Producer", b"/Produces", 1)
    assert altered != renewed_since()
    assert AdESPassed.OK not in asked(altered, from_todays_list(altered))
