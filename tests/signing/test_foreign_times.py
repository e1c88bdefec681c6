"""By when a letter of others was signed: whose timestamps prove it, for how long, and for whom."""

import datetime as dt
import hashlib
import itertools

import pytest
from asn1crypto import cms, core, tsp
from cryptography.hazmat.primitives.serialization import Encoding

from forms_service.signing.signed_data import TST_INFO, Message, _tlv, sign_message
from forms_service.signing.signer import KeySigner
from forms_service.signing.time_tokens import read_timestamp
from forms_service.signing.timestamps import EmbeddedTimeAuthority, TimeAuthority
from forms_service.signing.trust import TrustList, load_trust
from forms_service.signing.unsound import Unsound
from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import verify
from tests.signing import foreign, lasting, others
from tests.signing.test_crowded_containers import closed, opened
from tests.signing.test_material import listing, stored
from tests.tampering import AT, OURS, authority, fonts

DAY = dt.timedelta(days=1)
ENDED = "证书现在已不在有效期内，又没有可信的时间戳证明是在那之前签的"
MINE, THEIRS = "A House of Mine", "A House of Theirs"


def clock(signer: KeySigner, at: dt.datetime) -> TimeAuthority:
    """Let a signer tell a time of its own choice."""
    ticks = itertools.count(1)
    return EmbeddedTimeAuthority(signer, lambda: at + dt.timedelta(seconds=next(ticks)))


def judge(pdf: bytes, trust: TrustList, at: dt.datetime) -> Verdict:
    return verify(pdf, trust, None, at, fonts())


def signed_within_ten_days(timestamper: TimeAuthority) -> bytes:
    """Sign with a certificate that ends ten days on."""
    return others.sign(others.letter(), signer=others.writer_until(AT + 10 * DAY), timestamper=timestamper)


def test_a_timestamp_proves_that_a_certificate_had_not_ended() -> None:
    letter = signed_within_ten_days(lasting.stamps_from(AT + DAY))
    assert judge(letter, others.house_trust_with_stamps(), AT + 60 * DAY).verdict == "accepted"


def test_a_timestamp_whose_authority_ended_proves_it_no_more() -> None:
    letter = signed_within_ten_days(lasting.short_lived(AT + DAY, 5 * DAY))
    assert judge(letter, others.house_trust_with_stamps(), AT + 3 * DAY).verdict == "accepted"
    verdict = judge(letter, others.house_trust_with_stamps(), AT + 60 * DAY)
    assert verdict.verdict == "review"
    assert ENDED in verdict.unvouched[0]


@pytest.mark.parametrize(("days", "expected"), [(3, "accepted"), (20, "review")])
def test_a_later_timestamp_heals_that_if_it_came_in_time(days: int, expected: str) -> None:
    letter = signed_within_ten_days(lasting.short_lived(AT + DAY, 5 * DAY))
    covered = foreign.stamped(letter, lasting.stamps_from(AT + days * DAY))
    assert judge(covered, others.house_trust_with_stamps(), AT + 60 * DAY).verdict == expected


def test_a_timestamp_over_the_file_proves_it_too() -> None:
    today = dt.datetime.now(dt.UTC)
    letter = others.sign(others.letter(), signer=others.writer_until(today + 2 * DAY))
    covered = foreign.stamped(letter, authority(OURS).timestamper(lambda: today + DAY))
    trust, then = others.house_trust_with_stamps(), today + 30 * DAY
    assert judge(letter, trust, then).verdict == "review"
    assert judge(covered, trust, then).verdict == "accepted"


def test_a_pinned_certificate_tells_no_time() -> None:
    pinned = others.stamper(MINE).certificate.public_bytes(Encoding.PEM)
    trust = load_trust(others.house_trust().pem + b"kind: person\nperson: he_mei\n" + pinned)
    letter = signed_within_ten_days(clock(others.stamper(MINE), AT + DAY))
    assert judge(letter, trust, AT + 60 * DAY).verdict == "review"


def customers() -> TrustList:
    """Trust two customers' authorities, and the firm's own."""
    pems = (
        f"kind: customer-ca\nparty: {party}\n".encode() + others.house(name)[1].public_bytes(Encoding.PEM)
        for party, name in (("mine", MINE), ("theirs", THEIRS))
    )
    return load_trust(b"".join((authority(OURS).trust_pem(), *pems)))


@pytest.mark.parametrize(("of", "expected"), [(MINE, "accepted"), (THEIRS, "review")])
def test_a_customers_authority_tells_when_its_own_people_signed_and_nobody_else(of: str, expected: str) -> None:
    writer = others.writer_until(AT + 10 * DAY, of=MINE)
    letter = others.sign(others.letter(), signer=writer, timestamper=clock(others.stamper(of), AT + DAY))
    verdict = judge(letter, customers(), AT + 60 * DAY)
    assert verdict.verdict == expected
    assert verdict.signatures[0].time_source == ("timestamp" if of == MINE else "claim")


@pytest.mark.parametrize(("of", "expected"), [(MINE, "accepted"), (THEIRS, "refused")])
def test_a_customers_clock_over_the_file_saves_only_its_own_peoples_revoked_certificates(
    of: str, expected: str
) -> None:
    today = dt.datetime.now(dt.UTC)
    writer = others.writer_until(today + 3650 * DAY, AT - DAY, MINE)
    revoked = listing((int(others.certificate_of(writer).serial_number), today - DAY), of=MINE)
    letter = others.saved(others.sign(others.letter(), signer=writer), stored(revoked))
    dated_back = foreign.stamped(letter, clock(others.stamper(of), today - 2 * DAY))
    assert judge(dated_back, customers(), today + DAY).verdict == expected


def bare(pdf: bytes) -> bytes:
    """Take the authority's certificate out of the newest signature's timestamp, or out of the file's."""
    container = opened(pdf)
    info = container["content"]["signer_infos"][0]
    if isinstance(info["unsigned_attrs"], core.Void):
        container["content"]["certificates"] = cms.CertificateSet([])
    else:
        info["unsigned_attrs"][0]["values"][0]["content"]["certificates"] = cms.CertificateSet([])
    return closed(pdf, container.dump(force=True))


def test_a_timestamp_that_brings_no_certificate_proves_nothing_and_refutes_nothing() -> None:
    trust, then = others.house_trust_with_stamps(), AT + 60 * DAY
    stamped = others.sign(others.letter(), timestamper=lasting.stamps_from(AT + DAY))
    assert judge(stamped, trust, then).signatures[0].time_source == "timestamp"
    verdict = judge(bare(stamped), trust, then)
    assert (verdict.failed, verdict.signatures[0].time_source) == ((), "claim")
    over_all = bare(foreign.stamped(others.signed_letter(), lasting.stamps_from(AT + 5 * DAY)))
    verdict = judge(over_all, trust, then)
    assert (verdict.verdict, verdict.failed) == ("review", ())
    assert "没有附上签章人自己的证书" in lasting.check(verdict, 12).detail


@pytest.mark.parametrize("moment", [b"00000101000000Z", b"20261125000000"])
def test_a_timestamp_without_a_proper_time_is_refused_and_said(moment: bytes) -> None:
    signer = lasting.stamps_from(AT)._signer  # type: ignore[attr-defined]  # the embedded authority's own
    digest = hashlib.sha256(b"signed").digest()
    imprint = tsp.MessageImprint({"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest})
    parts = (core.Integer(1), core.ObjectIdentifier("1.2.3"), imprint, core.Integer(1))
    content = _tlv(0x30, *(part.dump() for part in parts), _tlv(0x18, moment))
    token = sign_message(signer, Message(TST_INFO, hashlib.sha256(content).digest(), content))
    with pytest.raises(Unsound, match="时间戳"):
        read_timestamp(token, (b"signed",))
