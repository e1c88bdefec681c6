"""What was added: the signatures that a file bears beyond bytes that it begins with, told without judging them."""

from dataclasses import dataclass

from cryptography import x509

from forms_service.domain.errors import Unreadable
from forms_service.signing.container import read_container, weaknesses
from forms_service.signing.form_view import view_form
from forms_service.signing.revisions import History
from forms_service.signing.signatures import SignatureFound, find_signatures
from forms_service.signing.syntax import Malformed
from forms_service.signing.unsound import Unsound


@dataclass(frozen=True, slots=True)
class AddedSignature:
    """Its box, its certificate's SHA-256 and subject; `fault` says why it cannot be read or proves too little."""

    field: str
    certificate: str
    subject: str
    fault: str


def added_signatures(pdf: bytes, size: int) -> tuple[AddedSignature, ...]:
    """List the signatures added behind the first `size` bytes, which are a whole file. Raises Unreadable."""
    try:
        return tuple(_told(found) for found in new_signatures(History(pdf), size))
    except Malformed as malformed:
        raise Unreadable(malformed.reason) from malformed


def certificate_name(certificate: x509.Certificate) -> str:
    """Name a certificate's holder as it says itself."""
    return certificate.subject.rfc4514_string()


def new_signatures(history: History, size: int) -> tuple[SignatureFound, ...]:
    """Find the signatures added behind the first `size` bytes, which are a whole file. Raises Malformed."""
    base = max((revision.index for revision in history.revisions if revision.eof <= size), default=None)
    if base is None:
        raise Malformed("文件开头的那一份读不下去")
    before = view_form(history, base)
    forms = [before]
    for revision in range(base + 1, history.last + 1):
        forms.append(view_form(history, revision, forms[-1]))
    were = {(found.field, found.number) for found in find_signatures(history, (before,))}
    every = find_signatures(history, tuple(forms[1:]))
    return tuple(found for found in every if (found.field, found.number) not in were)


def _told(found: SignatureFound) -> AddedSignature:
    try:
        container = read_container(found.container)
    except Unsound as unsound:
        return AddedSignature(found.field, "", "", str(unsound))
    weak = next(iter(weaknesses(container, strict=False)), "")
    return AddedSignature(found.field, container.fingerprint, certificate_name(container.certificate), weak)
