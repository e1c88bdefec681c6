"""Containers that other programs write: careless ones are told from forged ones, and each fault is named."""

import pytest
from asn1crypto import cms

from forms_service.signing.container import SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2, SIGNING_TIME
from tests.signing import inside, recast
from tests.signing.letters import judge, left_open, outcome, signed
from tests.signing.others import house_trust, letter, sign, writer_of_letters

WORDS = b"BT /F1 12 Tf 72 700 Td (A LETTER BY HAND) Tj ET"
NO_TIME = b"\x18\x0dNaNNaNNaNNaNZ"
NAMELESS = (b"\x30\x00", b"\x05\x00", b"\x02\x01\x07", b"\x30\x04\x30\x02\x30\x00", b"\x30\x03\x30\x01\x05")


def calling_itself(algorithm: str) -> recast.Change:
    def change(info: cms.SignerInfo) -> None:
        info["signature_algorithm"] = {"algorithm": algorithm}

    return change


@pytest.mark.parametrize("kind", ["p256", "rsa"])
def test_algorithm_by_another_keys_name_is_told(kind: str) -> None:
    """Some of Python's signers call an elliptic signature RSA; OpenSSL goes by the key and finds it good."""
    other = "rsassa_pkcs1v15" if kind == "p256" else "sha256_ecdsa"
    misnamed = recast.changed(sign(letter(), signer=writer_of_letters(kind)), calling_itself(other))
    assert outcome(misnamed, house_trust()) == ("review", [])
    assert "与证书的密钥不配" in left_open(misnamed)[12]


def test_algorithm_by_the_name_of_the_key_is_as_good_as_its_own() -> None:
    """iText 5 calls an elliptic signature by the name of the key: with one key there is one way to sign."""
    misnamed = recast.changed(signed(), calling_itself("1.2.840.10045.2.1"))
    assert outcome(misnamed, house_trust()) == ("accepted", [])


def test_algorithm_by_another_keys_name_hides_no_forgery() -> None:
    def forge(info: cms.SignerInfo) -> None:
        info["signature_algorithm"] = {"algorithm": "rsassa_pkcs1v15"}
        info["signature"] = bytes(70)

    assert outcome(recast.changed(signed(), forge), house_trust()) == ("refused", [12])


@pytest.mark.parametrize("oid", [SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2])
@pytest.mark.parametrize("value", NAMELESS)
def test_certificate_that_is_named_in_no_way_that_can_be_read_is_refused_in_words(oid: str, value: bytes) -> None:
    spoiled = recast.signed_anew(signed(), writer_of_letters(), recast.stating(oid, value))
    verdict = judge(spoiled, house_trust())
    assert [check.no for check in verdict.failed] == [12]
    assert "读不出" in verdict.failed[0].detail
    assert "Error" not in verdict.failed[0].detail


def test_time_that_no_calendar_knows_is_no_time() -> None:
    """Some of Node's signers write NaN where no time was given to them."""
    timeless = inside.signed_inside(WORDS, writer_of_letters(), when=b"")
    unreadable = recast.signed_anew(timeless, writer_of_letters(), recast.stating(SIGNING_TIME, NO_TIME))
    assert outcome(unreadable, house_trust()) == ("review", [])
    assert "没有写明签章时间" in left_open(unreadable)[13]
