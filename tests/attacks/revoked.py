"""Revoked certificates: who signed on after theirs was taken back, and who tries to hide it."""

import datetime as dt
from collections.abc import Callable

from cryptography import x509

from forms_service.signing.authority import Authority
from forms_service.signing.protect import Keeping, protect
from forms_service.signing.revocation import Material
from forms_service.signing.trust import TrustList, load_trust
from tests.attacks import bases
from tests.attacks.attack import Anchors, Attack, Family
from tests.attacks.siblings import (
    HOUSE_LETTER,
    REVOKED_LATER,
    REVOKED_LATER_BY_TRUST_FILE,
    SIGNER,
    STAMPED,
    STAMPED_LETTER,
    VALIDATED_LETTER,
    revoked_in_trust_file,
)
from tests.signing import foreign, lasting, others
from tests.signing.lasting import LATER, SOON, YEAR, list_with, pem_list, revoke
from tests.signing.test_foreign_times import MINE, THEIRS, clock, customers
from tests.signing.test_material import listing, revoking, serial_of_writer, stored
from tests.tampering import AT, OURS, authority, person

DAY = dt.timedelta(days=1)
BEFORE = AT - DAY
END_OF_WRITERS = AT + 20 * YEAR


def _answered() -> bytes:
    """Keep an answer (OCSP) beside lists that do not know of the revocation yet."""
    answer = authority(OURS).answer(person(SIGNER).certificate, LATER, BEFORE)
    lists = (authority(OURS).crl(BEFORE, {}), authority(OURS).root_list or b"")
    keeping = Keeping(authority(OURS).chain(), Material(lists, (answer,)))
    return protect(lasting.sealed(), keeping, lasting.stamps_from(LATER)).pdf


def _stolen() -> TrustList:
    """List a key as revoked today, and stolen before it signed."""
    entry = x509.RevokedCertificateBuilder().serial_number(person(SIGNER).certificate.serial_number)
    entry = entry.revocation_date(AT + DAY).add_extension(
        x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False
    )
    entry = entry.add_extension(x509.InvalidityDate(BEFORE.replace(tzinfo=None)), critical=False)
    return load_trust(authority(OURS).trust_pem() + pem_list(list_with(entry.build())))


def _listed(certificate: Callable[[Authority], x509.Certificate], since: dt.datetime) -> Anchors:
    """List one of the authority's own certificates."""

    def anchors() -> TrustList:
        ours = authority(OURS)
        return load_trust(ours.trust_pem() + pem_list(ours.crl(SOON, {certificate(ours).serial_number: since})))

    return anchors


def _by_house() -> TrustList:
    """Let the other house's authority list its writer."""
    serial = int(others.certificate_of(others.writer_of_letters()).serial_number)
    entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(AT - DAY).build()
    listed = others.list_of_house(entry)
    return load_trust(others.house_trust().pem + pem_list(listed))


def _left_out_later() -> bytes:
    """Name another list in the validation data, after one that tells of the revocation."""
    told = others.saved(others.signed_letter(), stored(revoking()))
    return others.saved(told, stored(listing()))


def _on_a_partial_list() -> bytes:
    """Bring a list about people's certificates only."""
    return others.saved(others.signed_letter(), stored(listing((serial_of_writer(), BEFORE), of_people=True)))


def _dated_back_by_another_customer() -> bytes:
    """Sign by a revoked certificate, and let another customer's authority stamp the file as of before."""
    writer = others.writer_until(END_OF_WRITERS, BEFORE, MINE)
    revoked = listing((int(others.certificate_of(writer).serial_number), AT + DAY), of=MINE)
    letter = others.saved(others.sign(others.letter(), signer=writer), stored(revoked))
    return foreign.stamped(letter, clock(others.stamper(THEIRS), AT))


REVOKED = Family(
    "revoked",
    "已撤销的证书",
    (
        Attack(
            "revoked: before, by the file's own list",
            "签章前证书已撤销，文件里带的撤销列表写着",
            14,
            lambda: lasting.keep(lasting.sealed(), revoked=revoke(SIGNER, BEFORE)),
            REVOKED_LATER,
        ),
        Attack(
            "revoked: before, by the trust file's list",
            "签章前证书已撤销，信任文件里的撤销列表写着",
            14,
            lasting.kept,
            REVOKED_LATER_BY_TRUST_FILE,
            anchors=revoked_in_trust_file(BEFORE),
        ),
        Attack(
            "revoked: before, by an answer in the file",
            "文件里的旧列表还没写，OCSP 答复写着已撤销",
            14,
            _answered,
            REVOKED_LATER,
        ),
        Attack(
            "revoked: the key stolen before, found out later",
            "撤销在后，但列表注明密钥在签章前就已被盗",
            14,
            lasting.kept,
            REVOKED_LATER_BY_TRUST_FILE,
            anchors=_stolen,
        ),
        Attack(
            "revoked: later than a time that is only claimed",
            "撤销之后签章，自称是撤销之前签的，没有时间戳",
            14,
            bases.sealed,
            STAMPED,
            anchors=revoked_in_trust_file(AT + DAY / 48),
        ),
        Attack(
            "revoked: the firm's own, which sealed",
            "封印前公司的证书已撤销",
            14,
            lasting.kept,
            REVOKED_LATER_BY_TRUST_FILE,
            anchors=_listed(lambda ours: ours.firm_signer().certificate, BEFORE),
        ),
        Attack(
            "revoked: the timestamp authority",
            "时间戳机构的证书已撤销，它的时间不再可信",
            14,
            lasting.kept,
            REVOKED_LATER_BY_TRUST_FILE,
            anchors=_listed(lambda ours: ours.timestamp_certificate, AT + DAY / 24),
        ),
        Attack(
            "revoked: the writer of a foreign letter",
            "外来文件签章人的证书已撤销",
            14,
            others.signed_letter,
            HOUSE_LETTER,
            at=HOUSE_LETTER.at,
            anchors=_by_house,
        ),
        Attack(
            "revoked: by a list that a later save leaves out",
            "验证资料里的撤销列表写着已撤销，另存时换成别的列表",
            14,
            _left_out_later,
            VALIDATED_LETTER,
            at=VALIDATED_LETTER.at,
            anchors=others.house_trust,
        ),
        Attack(
            "revoked: by a list about some certificates only",
            "撤销列表只管一部分证书，写着签章人的已撤销",
            14,
            _on_a_partial_list,
            VALIDATED_LETTER,
            at=VALIDATED_LETTER.at,
            anchors=others.house_trust,
        ),
        Attack(
            "revoked: dated back by another customer's authority",
            "证书撤销之后签章，由另一位客户的颁发机构把时间盖早",
            14,
            _dated_back_by_another_customer,
            STAMPED_LETTER,
            at=STAMPED_LETTER.at,
            anchors=customers,
        ),
    ),
)
