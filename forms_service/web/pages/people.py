"""One person's certificates, and the form that revokes them."""

from dataclasses import dataclass

from forms_service.web.pages.frame import Fault


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate; `ended` says when and how, "" for one still valid."""

    kind: str
    subject: str
    since: str
    valid_until: str
    ended: str
    certificate: str


@dataclass(frozen=True, slots=True)
class CertificatesPage:
    """What may sign for a person now, and what could before."""

    name: str
    department: str
    headline: str
    rows: tuple[CertificateRow, ...]
    may_revoke: bool
    revoke_href: str
    faults: tuple[Fault, ...]
    done: str
