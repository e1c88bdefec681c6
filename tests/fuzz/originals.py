"""The honest documents that are altered: ours at every stage, and others' in the ways that pyHanko signs.

Some of the others' are by a house that is trusted, so that an alteration of theirs could be accepted, too.
"""

import functools
from dataclasses import dataclass

from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter

from forms_service.signing.trust import TrustList, load_trust
from tests.signing import foreign, lasting, others, test_outside
from tests.tampering import AT, OURS, Desk, authority, stamps


@dataclass(frozen=True, slots=True)
class Original:
    """An honest document by its name among the originals."""

    name: str
    pdf: bytes


@functools.cache
def originals() -> tuple[Original, ...]:
    """Make them, once a process."""
    return (*_ours(), *_foreign(), *_trusted())


@functools.cache
def anchors() -> TrustList:
    """Trust the firm, and another house as a customer's."""
    house = b"kind: customer-ca\nparty: dongsheng\n" + others.house_trust().pem
    return load_trust(authority(OURS).trust_pem() + house)


def _ours() -> tuple[Original, ...]:
    desk, other = Desk(timestamper=stamps()), Desk("d-91b2c4", "A2611002", stamps())
    finished = desk.finish()
    return (
        Original("issued", desk.issue()),
        Original("sealed", desk.seal(finished)),
        Original("sealed, the other copy", desk.seal(finished, 1)),
        Original("sealed, kept for decades", lasting.kept()),
        Original("sealed, kept and renewed", lasting.renew(lasting.kept(), AT + lasting.YEAR)),
        Original("sealed, signed outside", lasting.keep(test_outside.sealed(test_outside.signed_outside()))),
        Original("another document, sealed", other.seal(other.finish())),
    )


def _foreign() -> tuple[Original, ...]:
    plain, packed = foreign.page(), foreign.page(packed=True)
    once = foreign.signed(plain)
    return (
        Original("foreign", once),
        Original("foreign, signed twice", foreign.signed(once, "Signature2", amount="250.00")),
        Original("foreign, certified", foreign.signed(plain, certify=MDPPerm.FILL_FORMS)),
        Original("foreign, packed", foreign.signed(packed)),
        Original("foreign, Adobe's way", foreign.signed(plain, subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED)),
        Original("foreign, stamped", foreign.stamped(once, stamps())),
    )


def _trusted() -> tuple[Original, ...]:
    """Letters of the trusted house, bare and with what may follow the last signature; a note would be nobody's word."""
    letter = others.signed_letter()
    validated = others.saved(letter, others.in_catalog("/DSS", others.validation_data))
    return (
        Original("trusted", letter),
        Original("trusted, signed twice", others.sign(letter, "Signature2", at=(72, 100, 172, 150))),
        Original("trusted, validation data behind", validated),
        Original("trusted, filled late", others.saved(letter, others.filled("note", "received"))),
        Original("trusted, stamped", foreign.stamped(validated, others.trusted_stamps())),
    )
