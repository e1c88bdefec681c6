"""B-LT and B-LTA: a sealed copy is provable for decades, and no longer than its newest timestamp's certificate."""

import asyncio
import datetime as dt
import functools
import io
import subprocess
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import verify
from tests.signing.lasting import LATER, SOON, YEAR, check, keep, kept, sealed, short_lived, stamps_from
from tests.tampering import AT, Desk, append, authority, fonts, person, trust

TEN_YEARS_ON = AT + 10 * YEAR


def judge(pdf: bytes, at: dt.datetime = SOON) -> Verdict:
    return verify(pdf, trust(), None, at, fonts())


@functools.cache
def kept_a_year() -> bytes:
    """Give a copy of which all timestamps are of an authority whose certificate ends after a year."""
    desk = Desk(timestamper=short_lived(AT, YEAR))
    return keep(desk.seal(desk.finish()), timestamper=short_lived(LATER, YEAR))


def test_ten_years_on_it_is_accepted_with_the_signers_certificates_expired() -> None:
    verdict = judge(kept(), TEN_YEARS_ON)
    assert person("lin_guo").certificate.not_valid_after_utc < TEN_YEARS_ON
    assert (verdict.verdict, verdict.failed) == ("accepted", ())
    assert check(verdict, 14).result == "pass"


def test_by_a_clock_that_is_slow_it_is_refused_and_the_clock_named() -> None:
    slow = AT - dt.timedelta(days=1)
    verdict = judge(kept(), slow)
    assert [failed.no for failed in verdict.failed] == [13]
    assert f"这里的时钟现在是 {slow:%Y-%m-%d %H:%M} UTC。要是这个时钟慢了，请拨准再查一次。" in verdict.sentence
    assert verdict.sentence.count("还没有到") == 1


def test_the_level_of_each_signature_is_said() -> None:
    assert {signature.level for signature in judge(kept()).signatures} == {"B-LTA"}
    assert {signature.level for signature in judge(sealed()).signatures} == {"B-T"}


def test_the_old_bytes_stay_a_prefix() -> None:
    assert kept().startswith(sealed())


def test_after_the_timestamps_certificate_ended_the_time_is_proven_no_more() -> None:
    assert judge(kept_a_year(), AT + YEAR / 2).verdict == "accepted"
    verdict = judge(kept_a_year(), AT + 2 * YEAR)
    assert (verdict.verdict, check(verdict, 13).result) == ("review", "not_checked")
    assert "没有续盖" in check(verdict, 13).detail


def test_a_renewed_copy_outlives_its_first_timestamps_certificate() -> None:
    renewed = keep(kept_a_year(), AT + YEAR / 2, timestamper=stamps_from(AT + YEAR / 2))
    verdict = judge(renewed, AT + 5 * YEAR)
    assert (verdict.verdict, check(verdict, 14).result) == ("accepted", "pass")
    assert renewed.startswith(kept_a_year())


def test_renewal_after_the_certificate_ended_comes_too_late() -> None:
    late = keep(kept_a_year(), AT + 2 * YEAR, timestamper=stamps_from(AT + 2 * YEAR))
    assert judge(late, AT + 3 * YEAR).verdict == "review"


def test_renewal_keeps_what_was_kept_once() -> None:
    renewed = keep(kept(), AT + YEAR, timestamper=stamps_from(AT + YEAR))
    store = PdfFileReader(io.BytesIO(renewed)).root["/DSS"]
    assert (len(store["/Certs"]), len(store["/CRLs"])) == (2, 3)


def test_a_claimed_time_may_not_be_later_than_the_timestamp_that_covers_it() -> None:
    honest, ahead = (Desk(claims=claims) for claims in (AT, AT + dt.timedelta(minutes=30)))
    stamps = stamps_from(AT + dt.timedelta(minutes=10))
    assert check(judge(keep(honest.seal(honest.finish()), timestamper=stamps)), 13).result == "pass"
    verdict = judge(keep(ahead.seal(ahead.finish()), timestamper=stamps))
    assert (verdict.verdict, check(verdict, 13).result) == ("refused", "fail")
    assert "晚于盖住它的文件时间戳" in check(verdict, 13).detail


def test_a_revision_after_the_document_timestamp_is_refused() -> None:
    assert judge(append(kept(), lambda writer: writer.update_root())).verdict == "refused"


def test_a_timestamp_of_a_stranger_is_refused() -> None:
    stranger = keep(sealed(), timestamper=authority("twin").timestamper(lambda: LATER))
    verdict = judge(stranger)
    assert (verdict.verdict, check(verdict, 12).result) == ("refused", "fail")


def test_stock_pyhanko_agrees_by_its_own_rules_for_long_terms() -> None:
    trusted = SimpleTrustManager.build(trust().for_pyhanko())
    by_lists = CertRevTrustPolicy(REQUIRE_REVINFO, retroactive_revinfo=True)
    offline = RevocationInfoGatheringSpec(online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY)
    rules = SignatureValidationSpec(CertValidationPolicySpec(trusted, by_lists), offline)
    now = ValidationTimingInfo(SOON, SOON, point_in_time_validation=True)
    for signature in PdfFileReader(io.BytesIO(kept())).embedded_regular_signatures:
        found = asyncio.run(ades_lta_validation(signature, PdfSignatureValidationSpec(rules), now))
        assert found.ades_subindic is AdESPassed.OK, found.failure_msg


def test_pdfsig_still_calls_every_signature_valid(tmp_path: Path) -> None:
    file = tmp_path / "kept.pdf"
    file.write_bytes(kept())
    told = subprocess.run(["pdfsig", file], capture_output=True, text=True, check=False).stdout
    assert told.count("Signature is Valid") == len(judge(kept()).signatures)


@pytest.mark.parametrize("years", [1, 15])
def test_it_is_accepted_while_the_timestamps_certificate_holds(years: int) -> None:
    assert judge(kept(), AT + years * YEAR).verdict == "accepted"
