"""People, order and time: the wrong hand, the wrong document, the wrong turn, the wrong moment."""

import dataclasses
import datetime as dt
import functools
import hashlib
import re

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from forms_service.domain.widgets import locked_names
from forms_service.pdf.fill import fill
from forms_service.pdf.read import open_writer
from forms_service.signing.expected import Expected, ExpectedCopy, ExpectedSignature
from forms_service.signing.sign import sign_revision
from forms_service.signing.signer import KeySigner
from forms_service.signing.timestamps import EmbeddedTimeAuthority, TimeAuthority
from tests import spoiling
from tests.attacks import bases, forge, hands
from tests.attacks.attack import Attack, Family, judge
from tests.attacks.bases import DESK
from tests.attacks.siblings import (
    OTHER_COPY,
    OTHER_DOCUMENT,
    RETURNED,
    SEALED,
    SECOND_ROUND,
    SHOWN,
    STAMPED,
    shown_to_customer,
)
from tests.tampering import AT, OURS, PEOPLE, STEPS, Desk, authority, fonts, layout, person

OTHER = Desk(document_id="d-000001", number="A2611002")


@functools.cache
def ledger() -> Expected:
    """Say what the store knows of the honest document, and of its second copy."""
    people = {**PEOPLE, "customer": "contact:wang.fang@example.com"}
    signers = {signature.step: signature.certificate for signature in judge(bases.sealed()).signatures}
    signatures = tuple(ExpectedSignature(step, 1, people[step], signers[step], AT) for step in STEPS)
    states = [bases.finished()[: match.end()] for match in re.finditer(rb"%%EOF\n", bases.finished())]
    heads = frozenset(hashlib.sha256(state).hexdigest() for state in states)
    return Expected(DESK.document_id, heads, signatures, ExpectedCopy(2, "accounting"), number=DESK.number)


@functools.cache
def namesake() -> KeySigner:
    """Give a signer whose certificate it signed itself, with every name that the deputy's bears."""
    key, real = ec.generate_private_key(ec.SECP256R1()), person("lin_guo").certificate
    builder = x509.CertificateBuilder().subject_name(real.subject).issuer_name(real.issuer)
    builder = builder.public_key(key.public_key()).serial_number(real.serial_number)
    builder = builder.not_valid_before(real.not_valid_before_utc).not_valid_after(real.not_valid_after_utc)
    for extension in real.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    return KeySigner(key, builder.sign(key, hashes.SHA256()), ())


def _by_namesake() -> bytes:
    return DESK.seal(DESK.finish(DESK.step(bases.prepared(), "deputy_gm", signer=namesake()), "gm"))


def _sealed_by_namesake() -> bytes:
    """Seal with a key of one's own whose certificate says what the firm's says."""
    real = DESK.firm.certificate
    key = ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateBuilder().subject_name(real.subject).issuer_name(real.issuer)
    builder = builder.public_key(key.public_key()).serial_number(real.serial_number)
    builder = builder.not_valid_before(real.not_valid_before_utc).not_valid_after(real.not_valid_after_utc)
    return DESK.seal(bases.finished(), signer=KeySigner(key, builder.sign(key, hashes.SHA256()), ()))


class Careless(TimeAuthority):
    """Stamps something else than it is given."""

    def __init__(self, inner: TimeAuthority) -> None:
        super().__init__()
        self._inner = inner

    def stamp(self, digest: bytes) -> bytes:
        return self._inner.stamp(hashlib.sha256(digest).digest())


def _deputy_stamped(timestamper: TimeAuthority) -> bytes:
    """Let the deputy's signature carry a timestamp of some authority."""
    return dataclasses.replace(DESK, timestamper=timestamper).step(bases.prepared(), "deputy_gm")


def _stamp_over_else() -> bytes:
    return _deputy_stamped(Careless(authority(OURS).timestamper(lambda: AT)))


def _stamp_by_signer() -> bytes:
    return _deputy_stamped(EmbeddedTimeAuthority(person("lin_guo"), lambda: AT))


def stamp_by_twin() -> bytes:
    return _deputy_stamped(authority("twin").timestamper(lambda: AT))


def _signed_at(at: dt.datetime) -> bytes:
    """Let the deputy claim another time than the office's."""
    writer = open_writer(bases.prepared())
    fill(writer, layout(DESK.spec), DESK.cells(DESK.spec.step("deputy_gm")), fonts())
    signed = sign_revision(
        writer,
        field="sign_02_deputy_gm",
        lock=locked_names(DESK.spec, "deputy_gm"),
        signer=person("lin_guo"),
        facts=DESK.facts("deputy_gm"),
        reason="approve",
        stamp_style=None,
        at=at,
        timestamper=None,
    )
    return DESK.seal(DESK.finish(signed, "gm"))


def _stamps_backwards() -> bytes:
    late = dataclasses.replace(DESK, timestamper=authority(OURS).timestamper(lambda: AT + dt.timedelta(minutes=9)))
    early = dataclasses.replace(DESK, timestamper=authority(OURS).timestamper(lambda: AT + dt.timedelta(minutes=1)))
    return early.step(late.step(late.step(late.issue(), "prepare"), "deputy_gm"), "gm")


def _copied_signature() -> bytes:
    """Put the deputy's signature object out of one document into the deputy's empty box of another."""
    mine = DESK.step(bases.prepared(), "deputy_gm")
    number = int(re.findall(rb"\n(\d+) 0 obj\n<<\n/Contents", mine)[-1])
    other = OTHER.step(OTHER.issue(), "prepare")
    new = forge.free_number(other)
    box = int(re.findall(rb"\n(\d+) 0 obj\n<<(?:(?!endobj).)*?sign\\13702", other, re.DOTALL)[-1])
    body = forge.body(other, box)
    hooked = body[: body.rindex(b">>")] + b"/V %d 0 R\n>>" % new
    return forge.revision(other, {new: forge.body(mine, number), box: hooked})


def _copied_container() -> bytes:
    """Put the container of another document's signature where this document's own was."""
    mine, other = bases.finished(), OTHER.finish()
    start, end = forge.gap(mine)
    their_start, their_end = forge.gap(other)
    size = end - start - 2
    container = other[their_start + 1 : their_end - 1][:size].ljust(size, b"0")
    return mine[: start + 1] + container + mine[end - 1 :]


def _facts_of_other_document() -> bytes:
    facts = DESK.facts("prepare")
    return OTHER.seal(OTHER.finish(OTHER.step(OTHER.issue(), "prepare", facts=facts), "deputy_gm"))


def _full_width() -> bytes:
    """Issue under a number in full-width digits."""
    odd = Desk(number="A２６１１００１")
    return odd.seal(odd.finish())


def _early() -> bytes:
    return DESK.step(bases.issued(), "prepare", spoiling.refill("opinion_03_gm", "同意"))


def _again_from_earlier() -> bytes:
    """Sign on from an earlier state: the same document with another end, which the store never saw."""
    return DESK.seal(DESK.finish(bases.prepared(), "deputy_gm"))


PEOPLE_FAMILY = Family(
    "people",
    "人、次序与时间",
    (
        Attack(
            "replay: another document in its place", "用另一张单据的联单冒充", 4, OTHER.finish, OTHER_DOCUMENT, ledger
        ),
        Attack("replay: another copy in its place", "用别的联冒充", 15, OTHER_COPY.build, OTHER_COPY, ledger),
        Attack("replay: an earlier state in its place", "用签到一半的文件冒充", 15, bases.prepared, RETURNED, ledger),
        Attack(
            "replay: another end of the same document",
            "同一张单据另签一份，存档里没有",
            4,
            _again_from_earlier,
            SEALED,
            ledger,
        ),
        Attack(
            "replay: another document's signature object",
            "抄入另一张单据的签章对象",
            2,
            _copied_signature,
            OTHER_DOCUMENT,
        ),
        Attack(
            "replay: another document's container", "换上另一张单据的签章内容", 12, _copied_container, OTHER_DOCUMENT
        ),
        Attack(
            "replay: signed for another document",
            "签章声明的是另一张单据",
            11,
            _facts_of_other_document,
            OTHER_DOCUMENT,
        ),
        Attack("number: issued under another", "签发时印了别的编号", 4, hands.issued_under_another_number, SEALED),
        Attack("number: full-width digits", "编号用全角数字冒充", 4, _full_width, SEALED, ledger),
        Attack("name: a self-signed namesake", "自签证书，姓名与副总经理完全相同", 11, _by_namesake, SEALED),
        Attack("name: a namesake from a twin authority", "同名的另一家根证书发的证书", 11, hands.twin_person, SEALED),
        Attack("name: another person's certificate", "别人的证书", 11, hands.wrong_person, SEALED),
        Attack("name: the customer's step by a clerk", "经办替客户签", 11, hands.customer_signed_by_clerk, SEALED),
        Attack(
            "name: the firm in a person's place",
            "公司的证书签在个人的位置",
            11,
            hands.firm_in_the_place_of_a_person,
            SEALED,
        ),
        Attack("name: the maker approves", "经办自己核签", 11, hands.same_person_twice, SEALED),
        Attack(
            "name: another, who says so, against the ledger",
            "别人以自己名义代签，台账没有这回事",
            11,
            hands.wrong_person_who_says_so,
            SEALED,
            ledger,
        ),
        Attack("seal: with a person's key", "用个人的密钥盖公司封印", 15, hands.sealed_by_a_person, SEALED),
        Attack("seal: by a firm of the same name", "同名公司的封印", 15, hands.twin_seal, SEALED),
        Attack("seal: a self-signed namesake", "自签证书，名称与公司完全相同，盖封印", 15, _sealed_by_namesake, SEALED),
        Attack("seal: an unknown copy", "联别不在所列之内", 15, hands.unknown_label, OTHER_COPY),
        Attack("seal: before the end", "没有签完就封印", 11, hands.unfinished, SEALED),
        Attack("seal: on a rejection", "不同意之后仍封印", 11, hands.rejected_and_sealed, RETURNED),
        Attack("issue: by a person", "个人冒充公司签发", 4, hands.issued_by_a_person, SEALED),
        Attack("issue: by a firm of the same name", "同名公司从头仿造整张单据", 4, hands.twin_firm, SEALED),
        Attack("issue: with another template", "签发的表单多一栏", 4, hands.issued_with_another_template, SEALED),
        Attack("issue: filled before", "签发前已经填好", 4, hands.filled_before_issue, SEALED),
        Attack(
            "shown: an earlier state",
            "客户看的是总经理签核之前的那一份，签的是之后的",
            11,
            lambda: shown_to_customer(bases.before_customer, lambda: DESK.step(bases.prepared(), "deputy_gm")),
            SHOWN,
        ),
        Attack(
            "shown: another document",
            "给客户看的是另一张单据",
            11,
            lambda: shown_to_customer(bases.before_customer, lambda: OTHER.finish(last="gm")),
            SHOWN,
        ),
        Attack("order: the wrong one", "签核次序颠倒", 11, hands.wrong_order, SECOND_ROUND),
        Attack("order: a step skipped", "跳过一步", 11, hands.step_left_out, SECOND_ROUND),
        Attack(
            "order: a statement of another step", "声明的是另一步", 11, hands.statement_of_another_step, SECOND_ROUND
        ),
        Attack(
            "statement: agrees, and prints that not",
            "声明同意，印的却是驳回",
            11,
            hands.agrees_and_prints_otherwise,
            RETURNED,
        ),
        Attack(
            "statement: another opinion than in print",
            "声明的意见与印的不同",
            11,
            hands.has_another_opinion_in_print,
            SECOND_ROUND,
        ),
        Attack("order: a later step filled early", "第一步就替总经理填了意见", 8, _early, RETURNED),
        Attack("order: signed after the seal", "封印之后再签", 8, hands.signed_after_the_seal, SEALED),
        Attack("time: a timestamp over something else", "时间戳盖的是别的东西", 13, _stamp_over_else, STAMPED),
        Attack("time: a timestamp by the signer", "签章人自己给自己盖时间戳", 13, _stamp_by_signer, STAMPED),
        Attack("time: a timestamp by a twin authority", "同名的另一家时间戳机构", 13, stamp_by_twin, STAMPED),
        Attack("time: timestamps that run backwards", "时间戳倒退", 13, _stamps_backwards, STAMPED),
        Attack(
            "time: claimed before the firm issued",
            "倒签：声称的时间早于签发",
            13,
            lambda: _signed_at(AT - dt.timedelta(days=30)),
            STAMPED,
        ),
        Attack(
            "time: claimed for a day to come",
            "声称的时间还没有到",
            13,
            lambda: _signed_at(AT + dt.timedelta(days=30)),
            STAMPED,
        ),
    ),
)
