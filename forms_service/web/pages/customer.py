"""The customer's pages: what this certificate is, that it comes from us, and the two answers there are."""

from dataclasses import dataclass

from forms_service.web.pages.frame import Fault, PageImage
from forms_service.web.pages.outside import Prepared
from forms_service.web.pages.sheet import SheetBlock


@dataclass(frozen=True, slots=True)
class WelcomePage:
    """The page behind the link, before the code: it tells nothing of the document but its kind."""

    token: str
    firm: str
    title: str
    contact: str
    address: str
    until: str


@dataclass(frozen=True, slots=True)
class CodePage:
    """Where the one-time code is typed."""

    token: str
    firm: str
    address: str
    minutes: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class SignPage:
    """The document and the two answers. `seen` is the digest of the bytes shown.

    `consented` says since when the contact agrees to the electronic form, "" for not; `withdrawn` closes the answers.
    `own_href` leads to signing with a certificate of the company's own, "" where the trust list knows none.
    """

    token: str
    firm: str
    title: str
    number: str
    customer: str
    contact: str
    amount: str
    in_words: str
    currency: str
    seen: str
    images: tuple[PageImage, ...]
    reading: tuple[SheetBlock, ...]
    may_refuse: bool
    refusing: bool
    consent: str
    consented: str
    withdrawn: bool
    own_href: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class OwnPage:
    """Signing with a certificate of the company's own: the file to take away, and what is brought back.

    `accepted` names the certificates that are; `consent` are the words to agree to, "" where the contact has.
    """

    token: str
    firm: str
    title: str
    number: str
    box: str
    seen: str
    accepted: tuple[str, ...]
    consent: str
    prepared: Prepared | None
    limit: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class DonePage:
    """What the customer is left with."""

    firm: str
    title: str
    number: str
    accepted: bool
    at: str
    file_href: str
    status_href: str
