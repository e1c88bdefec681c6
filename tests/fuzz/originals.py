"""The honest documents that are altered: ours at every stage, and others' in the ways that pyHanko signs."""

import functools
from dataclasses import dataclass

from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter

from tests.signing import foreign, lasting
from tests.tampering import Desk, stamps


@dataclass(frozen=True, slots=True)
class Original:
    """An honest document by its name among the originals."""

    name: str
    pdf: bytes


@functools.cache
def originals() -> tuple[Original, ...]:
    """Make them, once a process."""
    return (*_ours(), *_foreign())


def _ours() -> tuple[Original, ...]:
    desk, other = Desk(timestamper=stamps()), Desk("d-91b2c4", "A2611002", stamps())
    finished = desk.finish()
    return (
        Original("issued", desk.issue()),
        Original("sealed", desk.seal(finished)),
        Original("sealed, the other copy", desk.seal(finished, 1)),
        Original("sealed, kept for decades", lasting.kept()),
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
