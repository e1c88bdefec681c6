"""Honest siblings: what looks like an attack, is none, and must not be refused."""

import dataclasses
import datetime as dt

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm

from tests.attacks import bases, forge
from tests.attacks.attack import LATER, Sibling
from tests.attacks.bases import DESK
from tests.signing import foreign
from tests.tampering import AT, OURS, append, authority, stamps


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


SEALED = Sibling("a sealed copy", bases.sealed, "accepted")
STAMPED_AFTER = Sibling("a document timestamp after the seal", _stamped_after, "accepted")
VALIDATED = Sibling("validation data and a timestamp after the seal", _with_validation_data, "accepted")
STAMPED = Sibling("a timestamp on every signature", _stamped_throughout, "accepted")
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

SIBLINGS = (
    SEALED,
    STAMPED_AFTER,
    VALIDATED,
    STAMPED,
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
)
