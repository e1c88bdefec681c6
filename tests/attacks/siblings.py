"""Honest siblings: what looks like an attack, is none, and must not be refused."""

import dataclasses
import datetime as dt
import hashlib

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm

from forms_service.signing.trust import TrustList, load_trust
from tests.attacks import bases, forge
from tests.attacks.attack import LATER, Anchors, Build, Sibling
from tests.attacks.bases import DESK
from tests.signing import foreign, lasting, others, test_outside
from tests.signing.lasting import SOON, YEAR, pem_list, revoke
from tests.tampering import AT, OURS, append, authority, stamps

SIGNER = "lin_guo"
HOUR = dt.timedelta(hours=1)
FREE_ROOM, FREE_BOX = (72, 300, 272, 320), (72, 100, 172, 150)


def _stamped_after() -> bytes:
    return foreign.stamped(bases.sealed(), authority(OURS).timestamper(lambda: AT + dt.timedelta(hours=1)))


def _with_validation_data() -> bytes:
    def validate(writer: IncrementalPdfFileWriter) -> None:
        data = writer.add_object(generic.StreamObject(stream_data=b"certificate"))
        store = generic.DictionaryObject({pdf_name("/Certs"): generic.ArrayObject([data])})
        writer.root[pdf_name("/DSS")] = writer.add_object(store)
        writer.update_root()

    late = authority(OURS).timestamper(lambda: AT + dt.timedelta(hours=2))
    return foreign.stamped(append(bases.sealed(), validate), late)


def _stamped_throughout() -> bytes:
    desk = dataclasses.replace(DESK, timestamper=stamps())
    return desk.seal(desk.finish())


def shown_to_customer(told: Build, shown: Build) -> bytes:
    """Let the customer sign one state, stating that a one-time code came back on a page that showed another."""
    signed, sent = told(), AT - dt.timedelta(minutes=3)
    facts = DESK.facts(
        "customer",
        identified_by="一次性验证码 w***@example.com",
        shown_sha256=hashlib.sha256(shown()).hexdigest(),
        code_sent_at=sent.isoformat(),
        code_given_at=(sent + dt.timedelta(minutes=1)).isoformat(),
    )
    return DESK.seal(DESK.step(signed, "customer", facts=facts))


def _second_round() -> bytes:
    signed = bases.prepared()
    for step in ("deputy_gm", "gm", "customer"):
        signed = DESK.step(signed, step, facts=DESK.facts(step, round=2))
    return DESK.seal(signed)


def _other_document() -> bytes:
    other = dataclasses.replace(DESK, document_id="d-000001", number="A2611002")
    return other.seal(other.finish())


def _returned() -> bytes:
    facts = DESK.facts("gm", decision="return:prepare", opinion="金额有误")
    return DESK.step(DESK.step(bases.prepared(), "deputy_gm"), "gm", facts=facts)


def _certified_and_signed() -> bytes:
    return foreign.signed(bases.certified(MDPPerm.FILL_FORMS), "Signature2", amount="5.00")


def _packed_and_signed() -> bytes:
    return foreign.signed(bases.packed(), "Signature2", amount="5.00")


def _two_pages_signed() -> bytes:
    return foreign.signed(foreign.signed(bases.two_pages()), "Signature2")


def _attached_letter() -> bytes:
    number = forge.free_number(foreign.page())
    note = forge.stream(b"hello", b"/Type /Metadata /Subtype /XML")
    return foreign.signed(forge.revision(foreign.page(), {number: note}))


def _revoked_later() -> bytes:
    return lasting.keep(lasting.sealed(), revoked=revoke(SIGNER, AT + HOUR / 2))


def revoked_in_trust_file(since: dt.datetime) -> Anchors:
    """Give the firm's trust file with a list that takes one signer's certificate back."""

    def anchors() -> TrustList:
        return load_trust(authority(OURS).trust_pem() + pem_list(authority(OURS).crl(SOON, revoke(SIGNER, since))))

    return anchors


def _renewed() -> bytes:
    return lasting.renew(lasting.kept(), AT + YEAR)


def _validated_letter() -> bytes:
    return others.saved(others.signed_letter(), others.in_catalog("/DSS", others.validation_data))


def _stamped_letter() -> bytes:
    return foreign.stamped(others.signed_letter(), others.trusted_stamps())


def _filled_late() -> bytes:
    return others.saved(others.signed_letter(), others.filled("note", "received"))


def pinned(until: dt.datetime) -> Anchors:
    """Give a trust file that names the writer's own certificate, believed until a day."""

    def anchors() -> TrustList:
        lines = f"kind: person\nperson: he_mei\nfrom: {AT - YEAR:%Y-%m-%d}\nuntil: {until:%Y-%m-%d}\n".encode()
        return load_trust(authority(OURS).trust_pem() + lines + others.writers_pem())

    return anchors


def _signed_outside() -> bytes:
    return test_outside.sealed(test_outside.signed_outside())


def _signed_beside() -> bytes:
    return others.sign(others.signed_letter(), "Signature2", at=FREE_BOX)


def _noted_beside() -> bytes:
    return others.saved(others.sign(others.letter(), certify=MDPPerm.ANNOTATE), others.noted(FREE_ROOM))


def issued_with(content: bytes) -> Build:
    """Let the firm issue with more content on its page, in the font /FX."""

    def write(writer: IncrementalPdfFileWriter) -> None:
        named = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
        font = generic.DictionaryObject({pdf_name(key): pdf_name(value) for key, value in named.items()})
        fonts = generic.DictionaryObject({pdf_name("/FX"): font})
        drawn = writer.add_object(generic.StreamObject(stream_data=content))
        writer.add_stream_to_page(0, drawn, resources=generic.DictionaryObject({pdf_name("/Font"): fonts}))

    return lambda: DESK.seal(DESK.finish(DESK.issue(write)))


def letter_with(value: bytes) -> Build:
    """Let the author of a letter write a value as bytes, and the house sign it."""

    def write(writer: IncrementalPdfFileWriter) -> None:
        noted = others.field(writer, "amount")
        noted[pdf_name("/V")] = generic.ByteStringObject(value)
        writer.update_container(noted)

    return lambda: others.sign(others.saved(others.letter(), write))


SEALED = Sibling("a sealed copy", bases.sealed, "accepted")
STAMPED_AFTER = Sibling("a document timestamp after the seal", _stamped_after, "accepted")
VALIDATED = Sibling("validation data and a timestamp after the seal", _with_validation_data, "accepted")
STAMPED = Sibling("a timestamp on every signature", _stamped_throughout, "accepted")
SHOWN = Sibling(
    "a customer who was shown what they signed",
    lambda: shown_to_customer(bases.before_customer, bases.before_customer),
    "accepted",
)
SECOND_ROUND = Sibling("a second round of signatures", _second_round, "accepted")
OTHER_DOCUMENT = Sibling("another document's own copy", _other_document, "accepted")
OTHER_COPY = Sibling("the other copy of the document", lambda: DESK.seal(bases.finished(), copy=1), "accepted")
RETURNED = Sibling("a document that was returned", _returned, "review")
FINISHED = Sibling("a document before its seal", bases.finished, "review")
LETTER = Sibling("a foreign letter, signed once", bases.letter, "review", LATER)
COUNTERSIGNED = Sibling("a foreign letter, filled and countersigned", bases.countersigned, "review", LATER)
CERTIFIED = Sibling("a certified foreign letter, signed on", _certified_and_signed, "review", LATER)
PACKED = Sibling("a foreign letter with object streams", _packed_and_signed, "review", LATER)
TWO_PAGES = Sibling("a foreign letter of two pages", _two_pages_signed, "review", LATER)
SAVED_BEFORE = Sibling("a foreign letter saved twice before it was signed", _attached_letter, "review", LATER)
REVOKED_LATER = Sibling("a certificate revoked afterwards, by the file's own list", _revoked_later, "accepted")
REVOKED_LATER_BY_TRUST_FILE = Sibling(
    "a certificate revoked afterwards, by the trust file's list",
    lasting.kept,
    "accepted",
    anchors=revoked_in_trust_file(AT + HOUR / 2),
)
KEPT = Sibling("a copy protected for long keeping", lasting.kept, "accepted")
RENEWED = Sibling("a protected copy, renewed", _renewed, "accepted", AT + 2 * YEAR)
HOUSE_LETTER = Sibling(
    "a letter of a house that is trusted", others.signed_letter, "accepted", LATER, others.house_trust
)
VALIDATED_LETTER = Sibling(
    "validation data after a letter's last signature", _validated_letter, "accepted", LATER, others.house_trust
)
STAMPED_LETTER = Sibling(
    "a trusted timestamp over a signed letter", _stamped_letter, "accepted", LATER, others.house_trust_with_stamps
)
FILLED_LATE = Sibling("a blank filled after the last signature", _filled_late, "review", LATER, others.house_trust)
SIGNED_BESIDE = Sibling(
    "a second signature in a free place of a letter", _signed_beside, "accepted", LATER, others.house_trust
)
NOTED_BESIDE = Sibling(
    "a note in a free place, which the certification lets come", _noted_beside, "review", LATER, others.house_trust
)
ISSUED_WITH_WORDS = Sibling(
    "a copy with more words on its page", issued_with(b"BT /FX 12 Tf 72 500 Td (PAY 100) Tj ET"), "accepted"
)
UTF8_LETTER = Sibling(
    "a letter with a value in UTF-8", letter_with("\ufeff100.00".encode()), "accepted", LATER, others.house_trust
)
PINNED_LETTER = Sibling(
    "a letter of a person whose certificate is pinned",
    others.signed_letter,
    "accepted",
    LATER,
    pinned(until=LATER + YEAR),
)
SIGNED_OUTSIDE = Sibling("a copy with a signature made outside", _signed_outside, "accepted")

SIBLINGS = (
    SEALED,
    STAMPED_AFTER,
    VALIDATED,
    STAMPED,
    SHOWN,
    SECOND_ROUND,
    OTHER_DOCUMENT,
    OTHER_COPY,
    RETURNED,
    FINISHED,
    LETTER,
    COUNTERSIGNED,
    CERTIFIED,
    PACKED,
    TWO_PAGES,
    SAVED_BEFORE,
    REVOKED_LATER,
    REVOKED_LATER_BY_TRUST_FILE,
    KEPT,
    RENEWED,
    HOUSE_LETTER,
    VALIDATED_LETTER,
    STAMPED_LETTER,
    FILLED_LATE,
    SIGNED_BESIDE,
    NOTED_BESIDE,
    ISSUED_WITH_WORDS,
    UTF8_LETTER,
    PINNED_LETTER,
    SIGNED_OUTSIDE,
)
