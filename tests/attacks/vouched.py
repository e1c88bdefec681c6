"""Who may vouch for whom: letters whose signers nobody vouches for, and authorities that vouch beyond their office."""

import datetime as dt
import functools

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from forms_service.signing.trust import TrustList, load_trust
from tests.attacks import hands
from tests.attacks.attack import LATER, Anchors, Attack, Build, Family
from tests.attacks.people import stamp_by_twin
from tests.attacks.siblings import HOUSE_LETTER, PINNED_LETTER, SEALED, STAMPED, STAMPED_LETTER, pinned
from tests.signing import foreign, others
from tests.signing.others import letter, sign, writer_of_letters
from tests.tampering import AT, OURS, authority

YEAR = dt.timedelta(days=365)


def with_customer() -> TrustList:
    """Trust the firm, and a twin of its authority as a customer's: it says all that the firm's own says."""
    customer = b"kind: customer-ca\nparty: dongsheng\n" + authority("twin").trust_pem()
    return load_trust(authority(OURS).trust_pem() + customer)


def _only_for_stamps() -> TrustList:
    """Trust the house for timestamps only."""
    only = b"kind: timestamp-authority\n" + others.house()[1].public_bytes(Encoding.PEM)
    return load_trust(authority(OURS).trust_pem() + only)


@functools.cache
def _expired() -> bytes:
    """Sign by a certificate that ended before today."""
    return sign(letter(), signer=others.writer_until(AT - YEAR / 2))


@functools.cache
def _not_yet() -> bytes:
    """Sign by a certificate that begins on a later day."""
    return sign(letter(), signer=others.writer_until(LATER + 3 * YEAR, since=LATER + YEAR))


def _self_made() -> bytes:
    return sign(letter(), signer=others.self_made_writer())


def _by_a_leaf() -> bytes:
    """Sign by a certificate that another writer issued, who is no authority."""
    return sign(letter(), signer=others.writer_by_a_writer())


def _for(purpose: x509.ObjectIdentifier) -> Build:
    return lambda: sign(letter(), signer=writer_of_letters("p256", purpose))


def _weak(kind: str, hash_name: str = "sha256") -> Build:
    return lambda: sign(letter(), signer=writer_of_letters(kind), hash_name=hash_name)


def _stamped_by_stranger() -> bytes:
    return foreign.stamped(others.signed_letter(), authority("twin").timestamper(lambda: dt.datetime.now(dt.UTC)))


def _ours_elsewhere() -> bytes:
    return foreign.signed(foreign.page())


def _left(name: str, said: str, build: Build, anchors: Anchors = others.house_trust) -> Attack:
    """Tell of a letter that nothing speaks against, and for whose signer nothing speaks."""
    return Attack(f"vouched: {name}", said, None, build, HOUSE_LETTER, None, LATER, anchors)


VOUCHED = Family(
    "vouched",
    "谁可以为谁作保",
    (
        Attack(
            "vouched: a customer's authority for the firm",
            "客户的颁发机构冒充本公司签发整张单据",
            4,
            hands.twin_firm,
            SEALED,
            anchors=with_customer,
        ),
        Attack(
            "vouched: a customer's authority for the firm's people",
            "客户的颁发机构冒充本公司的人核签",
            11,
            hands.twin_person,
            SEALED,
            anchors=with_customer,
        ),
        Attack(
            "vouched: a customer's authority for the seal",
            "客户的颁发机构冒充本公司盖封印",
            15,
            hands.twin_seal,
            SEALED,
            anchors=with_customer,
        ),
        Attack(
            "vouched: a customer's authority for the time",
            "客户的颁发机构盖时间戳",
            13,
            stamp_by_twin,
            STAMPED,
            anchors=with_customer,
        ),
        _left("a self-made certificate of the same name", "自签证书，姓名与信任的人相同", _self_made),
        _left("a certificate issued by a writer", "信任的人自己发的证书，他不是颁发机构", _by_a_leaf),
        _left("a certificate for servers", "证书是给网站用的", _for(ExtendedKeyUsageOID.SERVER_AUTH)),
        _left("a certificate for programs", "证书是给程序签名用的", _for(ExtendedKeyUsageOID.CODE_SIGNING)),
        _left("a certificate that ended", "签章时证书已经到期", _expired),
        _left("a certificate that has not begun", "证书还没有生效", _not_yet),
        _left(
            "an authority that may only stamp",
            "颁发机构只准盖时间戳，不准为签章人作保",
            others.signed_letter,
            _only_for_stamps,
        ),
        _left("a certificate of ours on other paper", "本公司发给员工的证书，签在外来文件上", _ours_elsewhere),
        _left("a key that is too short", "密钥太短（RSA 1024）", _weak("rsa1024")),
        _left("a curve that is not listed", "密钥的曲线不在许可之内", _weak("k1")),
        _left("a digest that is broken", "摘要算法已被攻破（SHA-1）", _weak("rsa", "sha1")),
        Attack(
            "vouched: pinned for another time",
            "信任文件指定的证书，指定的期限已过",
            None,
            others.signed_letter,
            PINNED_LETTER,
            at=LATER,
            anchors=pinned(until=AT - YEAR / 3),
        ),
        Attack(
            "vouched: a stranger's timestamp",
            "文件时间戳是不在信任名单里的机构盖的",
            None,
            _stamped_by_stranger,
            STAMPED_LETTER,
            at=LATER,
            anchors=STAMPED_LETTER.anchors,
        ),
    ),
)
